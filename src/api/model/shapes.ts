/** The service models as types: the shapes of botocore's `service-2.json`, without their prose. */

/** A reference to a shape, with the traits that the reference adds. */
export interface ShapeRef {
  readonly shape: string;
  readonly location?: 'header' | 'headers' | 'uri' | 'querystring' | 'statusCode' | undefined;
  readonly locationName?: string | undefined;
  readonly streaming?: boolean | undefined;
  readonly flattened?: boolean | undefined;
  readonly xmlAttribute?: boolean | undefined;
  readonly xmlNamespace?: XmlNamespace | undefined;
  readonly idempotencyToken?: boolean | undefined;
  readonly hostLabel?: boolean | undefined;
  readonly deprecated?: boolean | undefined;
  readonly eventpayload?: boolean | undefined;
}

export type XmlNamespace = string | { readonly uri: string; readonly prefix?: string | undefined };

export interface StructureShape {
  readonly type: 'structure';
  /** In AWS's order, which is also the order of output. */
  readonly members: Readonly<Record<string, ShapeRef>>;
  readonly required?: readonly string[] | undefined;
  /** The member that is the body of the message. */
  readonly payload?: string | undefined;
  readonly locationName?: string | undefined;
  readonly xmlNamespace?: XmlNamespace | undefined;
  /** Exactly one member is set. */
  readonly union?: boolean | undefined;
  readonly eventstream?: boolean | undefined;
  readonly event?: boolean | undefined;
  readonly exception?: boolean | undefined;
  readonly fault?: boolean | undefined;
  readonly error?: { readonly code?: string | undefined; readonly httpStatusCode?: number | undefined } | undefined;
}

export interface ListShape {
  readonly type: 'list';
  readonly member: ShapeRef;
  readonly min?: number | undefined;
  readonly max?: number | undefined;
  readonly flattened?: boolean | undefined;
}

export interface MapShape {
  readonly type: 'map';
  readonly key: ShapeRef;
  readonly value: ShapeRef;
  readonly min?: number | undefined;
  readonly max?: number | undefined;
  readonly flattened?: boolean | undefined;
}

export interface StringShape {
  readonly type: 'string';
  readonly enum?: readonly string[] | undefined;
  readonly min?: number | undefined;
  readonly max?: number | undefined;
  readonly pattern?: string | undefined;
  readonly sensitive?: boolean | undefined;
}

export interface BlobShape {
  readonly type: 'blob';
  readonly min?: number | undefined;
  readonly max?: number | undefined;
  readonly sensitive?: boolean | undefined;
}

export interface NumberShape {
  readonly type: 'integer' | 'long' | 'double';
  readonly min?: number | undefined;
  readonly max?: number | undefined;
}

export interface BooleanShape {
  readonly type: 'boolean';
}

export interface TimestampShape {
  readonly type: 'timestamp';
  readonly timestampFormat?: 'iso8601' | 'rfc822' | 'unixTimestamp' | undefined;
}

export type Shape =
  | StructureShape
  | ListShape
  | MapShape
  | StringShape
  | BlobShape
  | NumberShape
  | BooleanShape
  | TimestampShape;

/** How a list operation is paged: botocore's paginators. Alternative tokens are a list. */
export interface Paging {
  readonly input_token: string | readonly string[];
  readonly output_token: string | readonly string[];
  readonly limit_key?: string | undefined;
  readonly more_results?: string | undefined;
  readonly result_key: string | readonly string[];
  readonly non_aggregate_keys?: readonly string[] | undefined;
}

export interface OperationDeclaration {
  readonly http: {
    readonly method: string;
    /** A template: `/{Bucket}/{Key+}?tagging`. */
    readonly requestUri: string;
    readonly responseCode?: number | undefined;
  };
  readonly input?: MessageRef | undefined;
  readonly output?: MessageRef | undefined;
  readonly errors?: readonly string[] | undefined;
  readonly pages?: Paging | undefined;
  readonly httpChecksum?: HttpChecksum | undefined;
  readonly deprecated?: boolean | undefined;
  readonly idempotent?: boolean | undefined;
  /** What its clients put before the name of the host: a template, `{AccountId}.`. */
  readonly host?: string | undefined;
  /** How it is signed, if not like every other operation. */
  readonly auth?: 'v4-unsigned-body' | undefined;
  /** How its clients may compress the body of a request. */
  readonly compression?: readonly string[] | undefined;
}

/** A request or response as a whole. */
export interface MessageRef {
  readonly shape: string;
  readonly locationName?: string | undefined;
  readonly xmlNamespace?: XmlNamespace | undefined;
  readonly resultWrapper?: string | undefined;
  /** The element that an answer in XML begins with, if the shape does not name it. */
  readonly root?: string | undefined;
}

export interface HttpChecksum {
  readonly requestAlgorithmMember?: string | undefined;
  readonly requestChecksumRequired?: boolean | undefined;
  readonly requestValidationModeMember?: string | undefined;
  readonly responseAlgorithms?: readonly string[] | undefined;
}

export interface ServiceMetadata {
  readonly apiVersion: string;
  readonly endpointPrefix: string;
  readonly protocol: 'json' | 'rest-xml' | 'query' | 'smithy-rpc-v2-cbor';
  readonly protocols: readonly string[];
  readonly serviceId: string;
  readonly serviceAbbreviation?: string | undefined;
  readonly jsonVersion?: string | undefined;
  readonly targetPrefix?: string | undefined;
  readonly globalEndpoint?: string | undefined;
  readonly signingName?: string | undefined;
  readonly xmlNamespace?: string | undefined;
}

/** A whole service. */
export interface ServiceModel {
  readonly metadata: ServiceMetadata;
  readonly operations: Readonly<Record<string, OperationDeclaration>>;
  readonly shapes: Readonly<Record<string, Shape>>;
}

/** The shapes that a shape refers to. */
export function references(shape: Shape): readonly ShapeRef[] {
  switch (shape.type) {
    case 'structure':
      return Object.values(shape.members);
    case 'list':
      return [shape.member];
    case 'map':
      return [shape.key, shape.value];
    default:
      return [];
  }
}

/**
 * A client of AWS's services at an endpoint: a call becomes a signed request, and the answer its output or its refusal.
 * Whether a call is made again is its caller's concern.
 */

import { UsageError } from '../../api/errors.ts';
import { type OperationModel, operationModel, serviceMetadata } from '../../api/model/loader.ts';
import type { ServiceName } from '../../api/model/operations.ts';
import type { Region } from '../../api/regions.ts';
import { loadCodec } from '../codecs/load-codec.ts';
import type { HeaderFields, RequestMessage } from '../http/message.ts';
import type { WireProtocol } from '../routing/route.ts';
import { type Credentials, type SignedHeaders, signHeaders } from '../signature/signing.ts';
import { canonicalQuery } from '../signature/uri-encoding.ts';
import { type Address, type AddressingStyle, addressOf } from './address.ts';
import { asksForChecksum, checksumMode, outputOf } from './answer.ts';
import { requireSecret } from './customer-key.ts';
import { askedEncoded, decodedList, isEncodedList } from './encoded-lists.ts';
import type { Endpoint } from './endpoint.ts';
import { type ChecksumPolicy, PAYLOAD_HASH, payloadOf } from './payload.ts';
import type { Transport } from './transport.ts';

export interface ClientOptions {
  readonly endpoint: Endpoint;
  readonly transport: Transport;
  /** Finds what requests are signed with; undefined: they are not signed. @throws StoreError if there is nothing */
  readonly credentials: () => Promise<Credentials | undefined>;
  /** Of the machine, in milliseconds since 1970. */
  readonly now: () => number;
  readonly userAgent: string;
  /** Where a request to S3 names its bucket; `auto` by default. */
  readonly addressing?: AddressingStyle | undefined;
  /** Which requests have a checksum, and which answers are to have one; `when_supported` by default. */
  readonly checksums?:
    | { readonly requests?: ChecksumPolicy | undefined; readonly answers?: ChecksumPolicy | undefined }
    | undefined;
}

/** A call to be made once. */
export interface ClientCall {
  readonly service: ServiceName;
  readonly name: string;
  readonly input: unknown;
  readonly region: Region;
  readonly signal: AbortSignal;
}

export interface Client {
  /**
   * Makes a call. A body that streams is read to its end by whoever takes the output.
   * @throws ReceivedRefusal, EndpointError, UsageError for an input that names nothing, AbortError
   */
  call(call: ClientCall): Promise<unknown>;
  close(): void;
}

export function newClient(options: ClientOptions): Client {
  const { endpoint, transport, credentials, now, userAgent, addressing: style = 'auto', checksums } = options;
  const send = async (model: OperationModel, message: RequestMessage, address: Address, signal: AbortSignal) => {
    const signer = model.auth === undefined || model.auth === 'v4-unsigned-body' ? await credentials() : undefined;
    const target = { ...message.target, rawPath: address.pathOf(message.target.rawPath) };
    const isTls = address.origin.startsWith('https:');
    const payload = await payloadOf(model, message, {
      isTls,
      isSigned: signer !== undefined,
      checksums: checksums?.requests ?? 'when_supported',
    });
    const fields = new Map(message.headers).set('host', [address.host]).set('user-agent', [userAgent]);
    for (const [name, value] of payload.headers) fields.set(name, [value]);
    // The SDKs say it to every service, and the signature covers it.
    if (signer !== undefined) fields.set(PAYLOAD_HASH, [payload.hash]);
    const request = { method: message.method, target, headers: fields, payloadHash: payload.hash };
    const { headers, chunkKey }: Partial<SignedHeaders> & { headers: HeaderFields } =
      signer === undefined
        ? { headers: fields }
        : signHeaders(request, {
            credentials: signer,
            region: address.signingRegion,
            service: address.signingService,
            now: new Date(now()),
          });
    const query = canonicalQuery(target.query);
    return transport.send(
      {
        origin: address.origin,
        method: message.method,
        target: query === '' ? target.rawPath : `${target.rawPath}?${query}`,
        headers,
        body: payload.encoded(chunkKey),
      },
      signal,
    );
  };

  return {
    async call({ service, name, input, region, signal }) {
      const model = operationModel(service, name);
      if (!model) throw new Error(`the model of ${service} has no operation ${name}`);
      requireLabels(model, input);
      const codec = await loadCodec(protocolOf(service));
      const isEncoded = isEncodedList(name, input);
      const written = codec.writeInput(model, isEncoded ? askedEncoded(input) : input);
      const message = checksumMode(model, written, checksums?.answers ?? 'when_supported');
      const address = addressOf(endpoint, { model, input, region, style });
      requireSecret(message.headers, address.origin);
      const answer = await send(model, message, address, signal);
      const rules = { origin: address.origin, isVerified: asksForChecksum(message) };
      const output = await outputOf(codec, model, answer, rules);
      return isEncoded ? decodedList(output) : output;
    },
    close: () => transport.close(),
  };
}

/** The protocol that AWS's own clients speak with a service. */
function protocolOf(service: ServiceName): WireProtocol {
  const { protocol, jsonVersion } = serviceMetadata(service);
  if (protocol === 'smithy-rpc-v2-cbor') return 'cbor';
  if (protocol === 'json') return jsonVersion === '1.0' ? 'json-1.0' : 'json';
  return protocol === 'query' ? 'query' : 'rest-xml';
}

/**
 * An empty name in a path would make it the path of something else: botocore, validate.py, in whose words it is refused.
 * @throws UsageError
 */
function requireLabels({ input, shapes }: OperationModel, value: unknown): void {
  const shape = input && shapes[input.shape];
  if (shape?.type !== 'structure') return;
  for (const [member, ref] of Object.entries(shape.members)) {
    if (ref.location !== 'uri') continue;
    const given = value instanceof Object ? Reflect.get(value, member) : undefined;
    if (typeof given === 'string' && given !== '') continue;
    throw new UsageError([
      'Parameter validation failed:',
      given === undefined
        ? `Missing required parameter in input: "${member}"`
        : `Invalid length for parameter ${member}, value: 0, valid min length: 1`,
    ]);
  }
}

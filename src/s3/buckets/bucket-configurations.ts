/**
 * Operations on the configurations of a bucket that are documents of their own, beside the bucket: what getting, putting,
 * deleting and listing them have in common. S3 API Reference, the operations' pages.
 */

import { AwsError } from '../../api/errors.ts';
import { takePage } from '../../api/page.ts';
import type { AnyOperation, Call, OperationTable } from '../../call/operation.ts';
import type { ConditionContext } from '../../policy/access.ts';
import type { BucketRecord } from '../../store/records/s3.ts';
import { findBucket } from '../request/bucket.ts';
import { requestParameters } from '../request/event-fields.ts';
import { decodeToken, encodeToken } from '../request/list-token.ts';
import { bucketAccess } from '../request/permissions.ts';
import { requestDocument } from '../request/request-document.ts';
import { type Document, inSchema } from './configuration-document.ts';

/** One kind of configuration, with the operations on it. */
export interface Kind {
  readonly subresource: string;
  readonly get: string;
  readonly put: string;
  readonly delete?: string;
  readonly list?: string;
  /** The input's member with the document, and the document's shape, if it has another name. */
  readonly member: string;
  readonly shape?: string;
  readonly permissions: { readonly get: string; readonly put: string; readonly delete?: string };
  /** Condition keys of the permission to put it. */
  readonly context?: (document: Document) => ConditionContext;
  /** Checks a document that is in the schema. Returns what is stored; undefined is what a bucket has that never had one. */
  readonly settle: (document: Document, bucket: BucketRecord, call: Call, input: Document) => Document | undefined;
  /** The answer where there is none. @throws AwsError */
  readonly absent: (bucket: BucketRecord) => Document;
  /** What the operation that puts it answers. */
  readonly answer?: (document: Document) => Document;
  /** The operations with its older form. */
  readonly older?: Older;
  /** S3 acts on it, and ssebox only keeps and shows it: a setting refuses it. */
  readonly isWithoutEffect?: true;
  /** The ids that one of several can have; by default any text of up to 64 characters. */
  readonly id?: RegExp;
  /** Called after a configuration of the bucket was put or removed. */
  readonly changed?: (bucket: BucketRecord, call: Call) => void;
}

interface Older {
  readonly get: string;
  readonly put: string;
  readonly shape: string;
  /** The document in the other form. */
  readonly toNewer: (document: Document) => Document;
  readonly toOlder: (document: Document) => Document;
}

/** Gives `settle` the type of the kind's document, which the model has checked. */
export const settling =
  <D>(settle: (document: D, bucket: BucketRecord, call: Call, input: Document) => object | undefined) =>
  (document: Document, ...others: [BucketRecord, Call, Document]) =>
    settle(document as D, ...others) as Document | undefined;

export const checked =
  <D>(require: (document: D) => void) =>
  (document: Document) => {
    require(document as D);
    return document;
  };

export const converting =
  <D>(convert: (document: D) => object) =>
  (document: Document) =>
    convert(document as D) as Document;

/** The same for a document with an id, which has to be the request's. */
export const identified = <D>(require: (document: D) => void): Kind['settle'] => {
  const check = checked(require);
  return (document, _bucket, _call, input) => {
    if (document.Id !== input.Id) {
      throw new AwsError('IdMismatch', 'Document ID does not match the specified configuration ID.');
    }
    return check(document);
  };
};

export const noConfiguration = ({ name }: BucketRecord): never => {
  throw new AwsError('NoSuchConfiguration', 'The specified configuration does not exist.', { BucketName: name });
};

/** The input of any of these operations, whose own members the model has checked. */
type ConfigurationInput = Document & {
  readonly Bucket: string;
  readonly ExpectedBucketOwner?: string | undefined;
  /** Of a kind of which a bucket has several. */
  readonly Id?: string | undefined;
};

/** What an operation does, beside its kind. */
interface Spec {
  readonly name: string;
  readonly permission: string;
  /** Gives a bucket a configuration. */
  readonly puts?: true;
  run(bucket: BucketRecord, input: ConfigurationInput, call: Call): Document | undefined;
}

const ANY_ID = /^.{1,64}$/su;

const documentOf = (input: ConfigurationInput, { member }: Kind) => input[member] as Document | undefined;

const configurationOperation = (kind: Kind, { name, permission, puts, run }: Spec): AnyOperation => ({
  kind: 'operation',
  service: 's3',
  name,
  resolve(input: ConfigurationInput, call) {
    if (puts && kind.isWithoutEffect && !call.settings.mayConfigureWithoutEffect) {
      throw new AwsError(
        'NotImplemented',
        `${name} has no effect in ssebox, and s3.without-effect is set to refuse it`,
      );
    }
    const bucket = findBucket(input, call);
    if (input.Id !== undefined && !(kind.id ?? ANY_ID).test(input.Id)) {
      throw new AwsError('InvalidConfigurationId', 'The specified configuration ID is not valid.');
    }
    return bucket;
  },
  authorize: (bucket: BucketRecord, input: ConfigurationInput, call) => [
    bucketAccess(permission, bucket, call, puts && kind.context?.(documentOf(input, kind) ?? {})),
  ],
  run,
  parameters: (input: ConfigurationInput) =>
    requestParameters(input, { [kind.subresource]: '', ...(puts && requestDocument(name, input)) }),
});

const keyOf = (
  { subresource }: Kind,
  bucket: BucketRecord,
  { Id = '' }: ConfigurationInput,
): [string, string, string] => [bucket.name, subresource, Id];

const putting = (kind: Kind, older?: Older): AnyOperation => {
  const { member, subresource, permissions } = kind;
  const { put, shape = member } = older ?? kind;
  return configurationOperation(kind, {
    name: put,
    permission: permissions.put,
    puts: true,
    run(bucket, input, call) {
      const given = documentOf(input, kind);
      if (!given) throw new AwsError('MissingRequestBodyError', 'Request Body is empty');
      const inForm = inSchema(given, put, shape);
      const document = kind.settle(older?.toNewer(inForm) ?? inForm, bucket, call, input);
      const { bucketConfigurations } = call.tx;
      const key = keyOf(kind, bucket, input);
      if (!document) {
        bucketConfigurations.remove(key);
        return undefined;
      }
      if (kind.list && !bucketConfigurations.get(key)) requireRoom(bucket, subresource, call);
      bucketConfigurations.put(key, { v: 1, document });
      kind.changed?.(bucket, call);
      return older ? undefined : kind.answer?.(document);
    },
  });
};

const MAX_CONFIGURATIONS = 1000;

function requireRoom({ name }: BucketRecord, subresource: string, { tx }: Call): void {
  const existing = tx.bucketConfigurations.under([name, subresource], { limit: MAX_CONFIGURATIONS });
  if (Array.from(existing).length < MAX_CONFIGURATIONS) return;
  throw new AwsError(
    'TooManyConfigurations',
    'You are attempting to create a new configuration but have already reached the 1,000-configuration limit.',
  );
}

const getting = (kind: Kind, older?: Older): AnyOperation =>
  configurationOperation(kind, {
    name: (older ?? kind).get,
    permission: kind.permissions.get,
    run(bucket, input, { tx }) {
      const stored = tx.bucketConfigurations.get(keyOf(kind, bucket, input));
      if (!stored) return kind.absent(bucket);
      if (older) return older.toOlder(stored.document);
      return kind.list ? { [kind.member]: stored.document } : stored.document;
    },
  });

/** One of several that does not exist is refused; a bucket without the only one stays as it is. */
const deleting = (kind: Kind, name: string): AnyOperation =>
  configurationOperation(kind, {
    name,
    permission: kind.permissions.delete ?? kind.permissions.put,
    run(bucket, input, call) {
      const existed = call.tx.bucketConfigurations.remove(keyOf(kind, bucket, input));
      if (existed) kind.changed?.(bucket, call);
      return existed || !kind.list ? undefined : kind.absent(bucket);
    },
  });

const PAGE_SIZE = 100;

/** Lists up to 100, by their ids. */
const listing = (kind: Kind, name: string): AnyOperation =>
  configurationOperation(kind, {
    name,
    permission: kind.permissions.get,
    run({ name: bucket }, { ContinuationToken }, { tx }) {
      const after = typeof ContinuationToken === 'string' ? decodeToken(ContinuationToken) : undefined;
      const start = after === undefined ? {} : { start: [bucket, kind.subresource, after], after: true };
      const { items, hasMore } = takePage(tx.bucketConfigurations.under([bucket, kind.subresource], start), PAGE_SIZE);
      return {
        IsTruncated: hasMore,
        ...(after !== undefined && { ContinuationToken }),
        ...(hasMore && { NextContinuationToken: encodeToken(items.at(-1)?.key[2] ?? '') }),
        ...(items.length > 0 && { [`${kind.member}List`]: items.map(({ value }) => value.document) }),
      };
    },
  });

const operationsOn = (kind: Kind): readonly AnyOperation[] => [
  getting(kind),
  putting(kind),
  ...(kind.older ? [getting(kind, kind.older), putting(kind, kind.older)] : []),
  ...(kind.delete === undefined ? [] : [deleting(kind, kind.delete)]),
  ...(kind.list === undefined ? [] : [listing(kind, kind.list)]),
];

/** Every operation on some kinds of configurations, by name. */
export const configurationOperations = (kinds: readonly Kind[]): OperationTable =>
  Object.fromEntries(kinds.flatMap(operationsOn).map((each) => [each.name, each]));

/** Removes the configurations of a deleted bucket. */
export function forgetConfigurations({ name }: BucketRecord, { tx }: Pick<Call, 'tx'>): void {
  for (const { key } of [...tx.bucketConfigurations.under([name])]) tx.bucketConfigurations.remove(key);
}

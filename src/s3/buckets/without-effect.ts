/**
 * Configurations of a bucket that S3 acts on and ssebox only keeps and shows: S3 API Reference, the operations' pages.
 * Scripts that harden a bucket set them beside its encryption, and programs that inventory buckets query all of them.
 * A setting refuses them instead.
 */

import { AwsError } from '../../api/errors.ts';
import type {
  AccelerateConfiguration,
  AnalyticsConfiguration,
  BucketLoggingStatus,
  CORSConfiguration,
  IntelligentTieringConfiguration,
  InventoryConfiguration,
  RequestPaymentConfiguration,
  WebsiteConfiguration,
} from '../../api/model/s3.types.ts';
import { takePage } from '../../api/page.ts';
import type { AnyOperation, Call, OperationTable } from '../../call/operation.ts';
import type { ConditionContext } from '../../policy/access.ts';
import type { BucketRecord } from '../../store/records/s3.ts';
import { findBucket } from '../request/bucket.ts';
import { requestParameters } from '../request/event-fields.ts';
import { decodeToken, encodeToken } from '../request/list-token.ts';
import { malformedXml } from '../request/malformed-xml.ts';
import { bucketAccess } from '../request/permissions.ts';
import { requestDocument } from '../request/request-document.ts';
import { type Document, inSchema } from './configuration-document.ts';
import {
  requireAcceleratable,
  requireAnalytics,
  requireCorsRules,
  requireInventory,
  requireLogTarget,
  requireTiering,
  requireWebsite,
  settleNotification,
} from './configuration-rules.ts';
import { settleLifecycle } from './lifecycle-rules.ts';
import { newerLifecycle, newerNotification, olderLifecycle, olderNotification } from './older-configurations.ts';

/** One kind of configuration, with the operations on it. */
interface Kind {
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
const settling =
  <D>(settle: (document: D, bucket: BucketRecord, call: Call, input: Document) => object | undefined) =>
  (document: Document, ...others: [BucketRecord, Call, Document]) =>
    settle(document as D, ...others) as Document | undefined;

const checked =
  <D>(require: (document: D) => void) =>
  (document: Document) => {
    require(document as D);
    return document;
  };

const converting =
  <D>(convert: (document: D) => object) =>
  (document: Document) =>
    convert(document as D) as Document;

/** The same for a document with an id, which has to be the request's. */
const identified = <D>(require: (document: D) => void): Kind['settle'] => {
  const check = checked(require);
  return (document, _bucket, _call, input) => {
    if (document.Id !== input.Id) {
      throw new AwsError('IdMismatch', 'Document ID does not match the specified configuration ID.');
    }
    return check(document);
  };
};

const noConfiguration = ({ name }: BucketRecord): never => {
  throw new AwsError('NoSuchConfiguration', 'The specified configuration does not exist.', { BucketName: name });
};

const kinds: readonly Kind[] = [
  {
    subresource: 'lifecycle',
    get: 'GetBucketLifecycleConfiguration',
    put: 'PutBucketLifecycleConfiguration',
    delete: 'DeleteBucketLifecycle',
    member: 'LifecycleConfiguration',
    shape: 'BucketLifecycleConfiguration',
    permissions: { get: 's3:GetLifecycleConfiguration', put: 's3:PutLifecycleConfiguration' },
    settle: settling(settleLifecycle),
    absent({ name }) {
      throw new AwsError('NoSuchLifecycleConfiguration', 'The lifecycle configuration does not exist', {
        BucketName: name,
      });
    },
    answer: ({ TransitionDefaultMinimumObjectSize }) => ({ TransitionDefaultMinimumObjectSize }),
    older: {
      get: 'GetBucketLifecycle',
      put: 'PutBucketLifecycle',
      shape: 'LifecycleConfiguration',
      toNewer: converting(newerLifecycle),
      toOlder: converting(olderLifecycle),
    },
  },
  {
    subresource: 'cors',
    get: 'GetBucketCors',
    put: 'PutBucketCors',
    delete: 'DeleteBucketCors',
    member: 'CORSConfiguration',
    permissions: { get: 's3:GetBucketCORS', put: 's3:PutBucketCORS' },
    settle: checked(({ CORSRules }: CORSConfiguration) => requireCorsRules(CORSRules)),
    absent({ name }) {
      throw new AwsError('NoSuchCORSConfiguration', 'The CORS configuration does not exist', { BucketName: name });
    },
  },
  {
    subresource: 'logging',
    get: 'GetBucketLogging',
    put: 'PutBucketLogging',
    member: 'BucketLoggingStatus',
    permissions: { get: 's3:GetBucketLogging', put: 's3:PutBucketLogging' },
    settle: settling((status: BucketLoggingStatus, bucket, { tx }) => {
      if (!status.LoggingEnabled) return undefined;
      requireLogTarget(status.LoggingEnabled, bucket, tx);
      return status;
    }),
    absent: () => ({}),
  },
  {
    subresource: 'notification',
    get: 'GetBucketNotificationConfiguration',
    put: 'PutBucketNotificationConfiguration',
    member: 'NotificationConfiguration',
    permissions: { get: 's3:GetBucketNotification', put: 's3:PutBucketNotification' },
    settle: settling(settleNotification),
    absent: () => ({}),
    older: {
      get: 'GetBucketNotification',
      put: 'PutBucketNotification',
      shape: 'NotificationConfigurationDeprecated',
      toNewer: converting(newerNotification),
      toOlder: converting(olderNotification),
    },
  },
  {
    subresource: 'accelerate',
    get: 'GetBucketAccelerateConfiguration',
    put: 'PutBucketAccelerateConfiguration',
    member: 'AccelerateConfiguration',
    permissions: { get: 's3:GetAccelerateConfiguration', put: 's3:PutAccelerateConfiguration' },
    settle: settling((configuration: AccelerateConfiguration, bucket) => {
      requireAcceleratable(bucket);
      if (configuration.Status === undefined) throw malformedXml('Status is missing: it must be Enabled or Suspended');
      return configuration;
    }),
    absent: () => ({}),
  },
  {
    subresource: 'requestPayment',
    get: 'GetBucketRequestPayment',
    put: 'PutBucketRequestPayment',
    member: 'RequestPaymentConfiguration',
    permissions: { get: 's3:GetBucketRequestPayment', put: 's3:PutBucketRequestPayment' },
    settle: settling((payment: RequestPaymentConfiguration) => (payment.Payer === 'Requester' ? payment : undefined)),
    absent: () => ({ Payer: 'BucketOwner' }),
  },
  {
    subresource: 'website',
    get: 'GetBucketWebsite',
    put: 'PutBucketWebsite',
    delete: 'DeleteBucketWebsite',
    member: 'WebsiteConfiguration',
    permissions: { get: 's3:GetBucketWebsite', put: 's3:PutBucketWebsite', delete: 's3:DeleteBucketWebsite' },
    settle: checked<WebsiteConfiguration>(requireWebsite),
    absent({ name }) {
      throw new AwsError('NoSuchWebsiteConfiguration', 'The specified bucket does not have a website configuration', {
        BucketName: name,
      });
    },
  },
  {
    subresource: 'analytics',
    get: 'GetBucketAnalyticsConfiguration',
    put: 'PutBucketAnalyticsConfiguration',
    delete: 'DeleteBucketAnalyticsConfiguration',
    list: 'ListBucketAnalyticsConfigurations',
    member: 'AnalyticsConfiguration',
    permissions: { get: 's3:GetAnalyticsConfiguration', put: 's3:PutAnalyticsConfiguration' },
    settle: identified<AnalyticsConfiguration>(requireAnalytics),
    absent: noConfiguration,
  },
  {
    subresource: 'inventory',
    get: 'GetBucketInventoryConfiguration',
    put: 'PutBucketInventoryConfiguration',
    delete: 'DeleteBucketInventoryConfiguration',
    list: 'ListBucketInventoryConfigurations',
    member: 'InventoryConfiguration',
    permissions: { get: 's3:GetInventoryConfiguration', put: 's3:PutInventoryConfiguration' },
    context: ({ OptionalFields }) => ({
      's3:InventoryAccessibleOptionalFields': OptionalFields as InventoryConfiguration['OptionalFields'],
    }),
    settle: identified<InventoryConfiguration>(requireInventory),
    absent: noConfiguration,
  },
  {
    subresource: 'intelligent-tiering',
    get: 'GetBucketIntelligentTieringConfiguration',
    put: 'PutBucketIntelligentTieringConfiguration',
    delete: 'DeleteBucketIntelligentTieringConfiguration',
    list: 'ListBucketIntelligentTieringConfigurations',
    member: 'IntelligentTieringConfiguration',
    permissions: { get: 's3:GetIntelligentTieringConfiguration', put: 's3:PutIntelligentTieringConfiguration' },
    settle: identified<IntelligentTieringConfiguration>(requireTiering),
    absent: noConfiguration,
  },
];

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

const MAX_ID_LENGTH = 64;

const documentOf = (input: ConfigurationInput, { member }: Kind) => input[member] as Document | undefined;

const configurationOperation = (kind: Kind, { name, permission, puts, run }: Spec): AnyOperation => ({
  kind: 'operation',
  service: 's3',
  name,
  resolve(input: ConfigurationInput, call) {
    if (puts && !call.settings.mayConfigureWithoutEffect) {
      throw new AwsError(
        'NotImplemented',
        `${name} has no effect in ssebox, and s3.without-effect is set to refuse it`,
      );
    }
    const bucket = findBucket(input, call);
    if (input.Id !== undefined && (input.Id === '' || input.Id.length > MAX_ID_LENGTH)) {
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
    run(bucket, input, { tx }) {
      const existed = tx.bucketConfigurations.remove(keyOf(kind, bucket, input));
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

/** Every operation on these configurations, by name. */
export const withoutEffect: OperationTable = Object.fromEntries(
  kinds.flatMap(operationsOn).map((each) => [each.name, each]),
);

/** Removes the configurations of a deleted bucket. */
export function forgetConfigurations({ name }: BucketRecord, { tx }: Call): void {
  for (const { key } of [...tx.bucketConfigurations.under([name])]) tx.bucketConfigurations.remove(key);
}

/**
 * What S3 requires of the configurations of a bucket beyond their schema: S3 API Reference, the operations' pages, and
 * the words in which the service answers. Destinations in services that are not part of ssebox are not looked for.
 */

import { parseArn } from '../../api/arn.ts';
import { AwsError } from '../../api/errors.ts';
import type {
  AnalyticsConfiguration,
  CORSRule,
  IntelligentTieringConfiguration,
  InventoryConfiguration,
  LoggingEnabled,
  NotificationConfiguration,
  NotificationConfigurationFilter,
  WebsiteConfiguration,
} from '../../api/model/s3.types.ts';
import type { Call } from '../../call/operation.ts';
import type { BucketRecord } from '../../store/records/s3.ts';
import type { Tx } from '../../store/tables.ts';
import { ABSENT, invalidArgument } from '../request/invalid-argument.ts';
import { invalidRequest } from '../request/invalid-request.ts';
import { malformedXml, notCounted } from '../request/malformed-xml.ts';
import { newRuleId } from './configuration-document.ts';

const MAX_CORS_RULES = 100;
const MAX_CORS_BYTES = 64 * 1024;
const corsMethods: readonly string[] = ['GET', 'PUT', 'HEAD', 'POST', 'DELETE'];

/** Amazon S3 User Guide, "Elements of a CORS configuration". */
export function requireCorsRules(rules: readonly CORSRule[]): void {
  if (rules.length > MAX_CORS_RULES) throw notCounted('CORSRules', 1, MAX_CORS_RULES, rules.length);
  // The XML is longer than this.
  if (Buffer.byteLength(JSON.stringify(rules)) > MAX_CORS_BYTES) {
    throw new AwsError('MaxMessageLengthExceeded', 'Your request was too big.', {
      MaxMessageLengthBytes: String(MAX_CORS_BYTES),
    });
  }
  for (const { AllowedMethods, AllowedOrigins, AllowedHeaders = [], ExposeHeaders = [] } of rules) {
    const method = AllowedMethods.find((each) => !corsMethods.includes(each));
    if (method !== undefined) {
      throw invalidRequest(`Found unsupported HTTP method in CORS config. Unsupported method is ${method}`);
    }
    for (const [name, patterns] of [
      ['AllowedOrigin', AllowedOrigins],
      ['AllowedHeader', AllowedHeaders],
    ] as const) {
      const pattern = patterns.find((each) => each.split('*').length > 2);
      if (pattern !== undefined) throw invalidRequest(`${name} "${pattern}" can not have more than one wildcard.`);
    }
    const exposed = ExposeHeaders.find((each) => each.includes('*'));
    if (exposed !== undefined) {
      throw invalidRequest(
        `ExposeHeader "${exposed}" contains wildcard. We currently do not support wildcard for ExposeHeader.`,
      );
    }
  }
}

/** Amazon S3 User Guide, "Enabling Amazon S3 server access logging". */
export function requireLogTarget({ TargetBucket }: LoggingEnabled, bucket: BucketRecord, tx: Tx): void {
  const target = tx.buckets.get([TargetBucket]);
  const refused = (message: string) => new AwsError('InvalidTargetBucketForLogging', message, { TargetBucket });
  if (!target) throw refused('The target bucket for logging does not exist');
  if (target.owner !== bucket.owner) {
    throw refused('The owner for the bucket to be logged and the target bucket must be the same.');
  }
  if (target.region !== bucket.region) {
    // The space at the end is S3's.
    throw new AwsError('CrossLocationLoggingProhibitted', 'Cross S3 location logging not allowed. ', {
      TargetBucketLocation: target.region,
    });
  }
}

/** Amazon S3 User Guide, "Configuring fast, secure file transfers using Amazon S3 Transfer Acceleration", requirements. */
export function requireAcceleratable({ name }: BucketRecord): void {
  if (name.includes('.')) {
    throw invalidRequest('S3 Transfer Acceleration is not supported for buckets with periods (.) in their names');
  }
}

const MAX_ROUTING_RULES = 50;

/** S3 API Reference, PutBucketWebsite. */
export function requireWebsite(website: WebsiteConfiguration): void {
  const { RedirectAllRequestsTo, IndexDocument, RoutingRules } = website;
  if (RedirectAllRequestsTo) {
    if (Object.keys(website).length === 1) return;
    throw invalidArgument(
      'RedirectAllRequestsTo cannot be provided in conjunction with other Routing Rules.',
      'RedirectAllRequestsTo',
      'not null',
    );
  }
  if (!IndexDocument) {
    throw invalidArgument(
      'A value for IndexDocument Suffix must be provided if RedirectAllRequestsTo is empty',
      'IndexDocument',
      ABSENT,
    );
  }
  const { Suffix } = IndexDocument;
  if (Suffix === '' || Suffix.includes('/')) {
    throw invalidArgument('The IndexDocument Suffix is not well formed', 'IndexDocument', Suffix || undefined);
  }
  if (RoutingRules && (RoutingRules.length === 0 || RoutingRules.length > MAX_ROUTING_RULES)) {
    throw notCounted('RoutingRules', 1, MAX_ROUTING_RULES, RoutingRules.length);
  }
  for (const { Condition, Redirect } of RoutingRules ?? []) {
    if (Redirect.ReplaceKeyPrefixWith !== undefined && Redirect.ReplaceKeyWith !== undefined) {
      throw invalidRequest('You can only define ReplaceKeyPrefix or ReplaceKey but not both.');
    }
    if (Condition && Object.keys(Condition).length === 0) {
      throw invalidRequest(
        "Condition cannot be empty. To redirect all requests without a condition, the condition element shouldn't be present.",
      );
    }
    const { HttpRedirectCode: redirect } = Redirect;
    if (redirect !== undefined && !/^3(?!00)\d\d$/.test(redirect)) {
      throw invalidRequest(
        `The provided HTTP redirect code (${redirect}) is not valid. Valid codes are 3XX except 300.`,
      );
    }
    const returned = Condition?.HttpErrorCodeReturnedEquals;
    if (returned !== undefined && !/^[45]\d\d$/.test(returned)) {
      throw invalidRequest(`The provided HTTP error code (${returned}) is not valid. Valid codes are 4XX or 5XX.`);
    }
  }
}

/** Which events a destination of any kind is notified of. */
interface Notification {
  readonly id: string | undefined;
  readonly service: 'sns' | 'sqs' | 'lambda';
  readonly argument: string;
  readonly arn: string;
  readonly events: readonly string[];
  readonly filter: NotificationConfigurationFilter | undefined;
}

const notificationsOf = (configuration: NotificationConfiguration): readonly Notification[] => [
  ...(configuration.TopicConfigurations ?? []).map(
    ({ Id: id, TopicArn: arn, Events: events, Filter: filter }) =>
      ({ id, service: 'sns', argument: 'TopicArn', arn, events, filter }) as const,
  ),
  ...(configuration.QueueConfigurations ?? []).map(
    ({ Id: id, QueueArn: arn, Events: events, Filter: filter }) =>
      ({ id, service: 'sqs', argument: 'QueueArn', arn, events, filter }) as const,
  ),
  ...(configuration.LambdaFunctionConfigurations ?? []).map(
    ({ Id: id, LambdaFunctionArn: arn, Events: events, Filter: filter }) =>
      ({ id, service: 'lambda', argument: 'LambdaFunctionArn', arn, events, filter }) as const,
  ),
];

/** The notifications, each with an id; undefined if nobody is notified. */
export function settleNotification(configuration: NotificationConfiguration, _bucket: BucketRecord, call: Call) {
  requireNotifications(configuration);
  const named = <N extends { readonly Id?: string | undefined }>(all: readonly N[]) =>
    all.map((each) => ({ ...each, Id: each.Id || newRuleId(call.uuid()) }));
  const { TopicConfigurations: topics, QueueConfigurations: queues, EventBridgeConfiguration } = configuration;
  const { LambdaFunctionConfigurations: functions } = configuration;
  const settled: NotificationConfiguration = {
    ...(topics && { TopicConfigurations: named(topics) }),
    ...(queues && { QueueConfigurations: named(queues) }),
    ...(functions && { LambdaFunctionConfigurations: named(functions) }),
    ...(EventBridgeConfiguration && { EventBridgeConfiguration }),
  };
  return Object.keys(settled).length > 0 ? settled : undefined;
}

/** Amazon S3 User Guide, "Configuring event notifications using object key name filtering". */
function requireNotifications(configuration: NotificationConfiguration): void {
  const notifications = notificationsOf(configuration);
  for (const { arn, service, argument, events, filter } of notifications) {
    if (events.length === 0)
      throw malformedXml(`the notification to ${arn} must have an event, such as s3:ObjectCreated:*`);
    const parsed = parseArn(arn);
    if (parsed?.partition !== 'aws' || parsed.service !== service || parsed.resource === '') {
      throw invalidArgument('The ARN could not be parsed', argument, arn);
    }
    requireFilter(filter);
  }
  const ids = notifications.flatMap(({ id }) => id ?? []);
  const again = ids.find((id, i) => ids.indexOf(id) < i);
  if (again !== undefined) {
    throw invalidArgument('Same ID used for multiple configurations. IDs must be unique', 'Id', again);
  }
  notifications.forEach((notification, i) => {
    if (notifications.slice(0, i).some((other) => doOverlap(notification, other))) {
      throw invalidArgument(
        'Configuration is ambiguously defined. Cannot have overlapping suffixes in two rules if the prefixes are overlapping for the same event type.',
        notification.argument,
        notification.arn,
      );
    }
  });
}

const filterValues = (filter: NotificationConfigurationFilter | undefined, name: 'prefix' | 'suffix') =>
  (filter?.Key?.FilterRules ?? []).flatMap(({ Name, Value }) => (Name?.toLowerCase() === name ? [Value ?? ''] : []));

function requireFilter(filter: NotificationConfigurationFilter | undefined): void {
  for (const name of ['prefix', 'suffix'] as const) {
    const values = filterValues(filter, name);
    if (values.length > 1) {
      throw invalidArgument(`Cannot specify more than one ${name} rule in a filter.`, name, values[1]);
    }
    if (values.includes('')) throw invalidArgument('filter value cannot be empty', name, '');
  }
}

/** Whether one event of one object goes to both. */
function doOverlap(one: Notification, other: Notification): boolean {
  const sharesEvent = one.events.some((event) => other.events.some((each) => isOf(event, each) || isOf(each, event)));
  const [prefix = '', otherPrefix = ''] = [one, other].map(({ filter }) => filterValues(filter, 'prefix')[0]);
  const [suffix = '', otherSuffix = ''] = [one, other].map(({ filter }) => filterValues(filter, 'suffix')[0]);
  return (
    sharesEvent &&
    (prefix.startsWith(otherPrefix) || otherPrefix.startsWith(prefix)) &&
    (suffix.endsWith(otherSuffix) || otherSuffix.endsWith(suffix))
  );
}

/** Whether an event is the kind or of the kind, such as `s3:ObjectCreated:Put` of `s3:ObjectCreated:*`. */
const isOf = (event: string, kind: string): boolean =>
  event === kind || (kind.endsWith(':*') && event.startsWith(kind.slice(0, -1)));

interface ByPredicates {
  readonly Prefix?: string | undefined;
  readonly Tag?: unknown;
  readonly AccessPointArn?: string | undefined;
  readonly And?:
    | {
        readonly Prefix?: string | undefined;
        readonly Tags?: readonly unknown[] | undefined;
        readonly AccessPointArn?: string | undefined;
      }
    | undefined;
}

/**
 * A filter has exactly one predicate, and an `And` two or more: S3 API Reference, AnalyticsFilter, MetricsFilter.
 * @param members the members that it can have
 */
export function requireOnePredicate(filter: ByPredicates | undefined, members = 'Prefix, Tag and And'): void {
  if (!filter) return;
  const { And } = filter;
  const joined = And && [And.Prefix, And.AccessPointArn, ...(And.Tags ?? [])].filter((each) => each !== undefined);
  if (Object.keys(filter).length !== 1 || (joined && joined.length < 2)) {
    throw malformedXml(`a Filter has exactly one of ${members}, and an And has two predicates or more`);
  }
}

/** S3 API Reference, PutBucketAnalyticsConfiguration. */
export function requireAnalytics({ Filter, StorageClassAnalysis: { DataExport } }: AnalyticsConfiguration): void {
  requireOnePredicate(Filter);
  if (DataExport) requireBucketArn(DataExport.Destination.S3BucketDestination.Bucket);
}

/** S3 API Reference, PutBucketIntelligentTieringConfiguration. */
export function requireTiering({ Filter }: IntelligentTieringConfiguration): void {
  requireOnePredicate(Filter);
}

/** S3 API Reference, PutBucketInventoryConfiguration. */
export function requireInventory({ Destination: { S3BucketDestination } }: InventoryConfiguration): void {
  requireBucketArn(S3BucketDestination.Bucket);
}

function requireBucketArn(text: string): void {
  const arn = parseArn(text);
  if (arn?.partition === 'aws' && arn.service === 's3' && arn.resource !== '') return;
  throw new AwsError('InvalidS3DestinationBucket', 'Invalid bucket ARN.');
}

/**
 * The actions that policies can name, for the services that are known here: Service Authorization Reference, the page
 * of each service. Most are named as operations are; where they are not, a table says so.
 */

import { everyOperation } from '../api/model/loader.ts';
import type { ServiceName } from '../api/model/operations.ts';
import { type Glob, globMatches, parseGlob } from './glob.ts';
import { s3ActionNames } from './s3-permissions.ts';

interface ActionSource {
  /** The service's name in a sentence. */
  readonly title: string;
  readonly models: readonly ServiceName[];
  /** Actions that are not operations. */
  readonly more?: string;
  /** Operations that are not actions, with the actions that allow them. */
  readonly instead?: Readonly<Record<string, readonly string[]>>;
}

const S3_INSTEAD = {
  CompleteMultipartUpload: ['PutObject'],
  CopyObject: ['GetObject', 'PutObject'],
  CreateMultipartUpload: ['PutObject'],
  DeleteBucketAnalyticsConfiguration: ['PutAnalyticsConfiguration'],
  DeleteBucketCors: ['PutBucketCORS'],
  DeleteBucketEncryption: ['PutEncryptionConfiguration'],
  DeleteBucketIntelligentTieringConfiguration: ['PutIntelligentTieringConfiguration'],
  DeleteBucketInventoryConfiguration: ['PutInventoryConfiguration'],
  DeleteBucketLifecycle: ['PutLifecycleConfiguration'],
  DeleteBucketLifecycleConfiguration: ['PutLifecycleConfiguration'],
  DeleteBucketMetricsConfiguration: ['PutMetricsConfiguration'],
  DeleteBucketOwnershipControls: ['PutBucketOwnershipControls'],
  DeleteBucketReplication: ['PutReplicationConfiguration'],
  DeleteBucketTagging: ['PutBucketTagging'],
  DeleteObjects: ['DeleteObject'],
  DeletePublicAccessBlock: ['PutBucketPublicAccessBlock'],
  GetBucketAccelerateConfiguration: ['GetAccelerateConfiguration'],
  GetBucketAnalyticsConfiguration: ['GetAnalyticsConfiguration'],
  GetBucketEncryption: ['GetEncryptionConfiguration'],
  GetBucketIntelligentTieringConfiguration: ['GetIntelligentTieringConfiguration'],
  GetBucketInventoryConfiguration: ['GetInventoryConfiguration'],
  GetBucketLifecycle: ['GetLifecycleConfiguration'],
  GetBucketLifecycleConfiguration: ['GetLifecycleConfiguration'],
  GetBucketMetricsConfiguration: ['GetMetricsConfiguration'],
  GetBucketNotificationConfiguration: ['GetBucketNotification'],
  GetBucketReplication: ['GetReplicationConfiguration'],
  GetObjectLockConfiguration: ['GetBucketObjectLockConfiguration'],
  GetPublicAccessBlock: ['GetBucketPublicAccessBlock'],
  HeadBucket: ['ListBucket'],
  HeadObject: ['GetObject'],
  ListBucketAnalyticsConfigurations: ['GetAnalyticsConfiguration'],
  ListBucketIntelligentTieringConfigurations: ['GetIntelligentTieringConfiguration'],
  ListBucketInventoryConfigurations: ['GetInventoryConfiguration'],
  ListBucketMetricsConfigurations: ['GetMetricsConfiguration'],
  ListBuckets: ['ListAllMyBuckets'],
  ListMultipartUploads: ['ListBucketMultipartUploads'],
  ListObjectVersions: ['ListBucketVersions'],
  ListObjects: ['ListBucket'],
  ListObjectsV2: ['ListBucket'],
  ListParts: ['ListMultipartUploadParts'],
  PutBucketAccelerateConfiguration: ['PutAccelerateConfiguration'],
  PutBucketAnalyticsConfiguration: ['PutAnalyticsConfiguration'],
  PutBucketEncryption: ['PutEncryptionConfiguration'],
  PutBucketIntelligentTieringConfiguration: ['PutIntelligentTieringConfiguration'],
  PutBucketInventoryConfiguration: ['PutInventoryConfiguration'],
  PutBucketLifecycle: ['PutLifecycleConfiguration'],
  PutBucketLifecycleConfiguration: ['PutLifecycleConfiguration'],
  PutBucketMetricsConfiguration: ['PutMetricsConfiguration'],
  PutBucketNotificationConfiguration: ['PutBucketNotification'],
  PutBucketReplication: ['PutReplicationConfiguration'],
  PutObjectLockConfiguration: ['PutBucketObjectLockConfiguration'],
  PutPublicAccessBlock: ['PutBucketPublicAccessBlock'],
  SelectObjectContent: ['GetObject'],
  UploadPart: ['PutObject'],
  UploadPartCopy: ['GetObject', 'PutObject'],
} as const satisfies Record<string, readonly string[]>;

/** By the prefix of the actions. */
const sources: Readonly<Record<string, ActionSource>> = {
  kms: {
    title: 'KMS',
    models: ['kms'],
    more: 'ReEncryptFrom ReEncryptTo SynchronizeMultiRegionKey',
    instead: { ReEncrypt: ['ReEncryptFrom', 'ReEncryptTo'] },
  },
  s3: {
    title: 'S3',
    models: ['s3', 's3control'],
    more: 'GetStorageLensDashboard PauseReplication PutAccessPointPublicAccessBlock',
    instead: S3_INSTEAD,
  },
  iam: {
    title: 'IAM',
    models: ['iam'],
    more: `
      DeleteCloudFrontPublicKey GetCloudFrontPublicKey ListCloudFrontPublicKeys ListSTSRegionalEndpointsStatus PassRole
      SetSTSRegionalEndpointStatus UpdateCloudFrontPublicKey UploadCloudFrontPublicKey`,
  },
  sts: {
    title: 'STS',
    models: ['sts'],
    more: 'GetServiceBearerToken SetContext SetSourceIdentity TagGetWebIdentityToken TagSession',
  },
  cloudtrail: {
    title: 'CloudTrail',
    models: ['cloudtrail'],
    more: `
      CreateServiceLinkedChannel DeleteServiceLinkedChannel GetEventDataStoreData GetServiceLinkedChannel
      ListServiceLinkedChannels UpdateServiceLinkedChannel`,
  },
  cloudwatch: {
    title: 'CloudWatch',
    models: ['cloudwatch'],
    more: `
      BatchGetServiceLevelIndicatorReport BatchGetServiceLevelObjectiveBudgetReport CreateServiceLevelObjective
      DeleteServiceLevelObjective EnableTopologyDiscovery GenerateQuery GenerateQueryResultsSummary GetService
      GetServiceData GetServiceLevelObjective GetTopologyDiscoveryStatus GetTopologyMap Link ListEntitiesForMetric
      ListServiceLevelObjectives ListServices UpdateServiceLevelObjective`,
  },
  organizations: { title: 'Organizations', models: ['organizations'] },
  servicequotas: { title: 'Service Quotas', models: ['service-quotas'] },
};

/** Names that look like the prefix of a service's actions, with that prefix. */
export const mistakenPrefixes: Readonly<Record<string, string>> = {
  monitoring: 'cloudwatch',
  organization: 'organizations',
  s3api: 's3',
  s3control: 's3',
  'service-quotas': 'servicequotas',
};

export interface ActionService {
  readonly prefix: string;
  readonly title: string;
  /** By the name in lower case, with the prefix, as AWS spells it: `kms:Decrypt`. */
  readonly actions: ReadonlyMap<string, string>;
  /** Operations that are not actions, in lower case with the prefix, and the actions that allow them. */
  readonly instead: ReadonlyMap<string, readonly string[]>;
}

const services = new Map<string, ActionService>();

/** The service whose actions have a prefix, in any case; undefined if it is not known here. Read when first asked for. */
function actionService(prefix: string): ActionService | undefined {
  const name = prefix.toLowerCase();
  const source = Object.hasOwn(sources, name) ? sources[name] : undefined;
  if (!source) return undefined;
  const service = services.get(name) ?? read(name, source);
  services.set(name, service);
  return service;
}

function read(prefix: string, { title, models, more = '', instead = {} }: ActionSource): ActionService {
  const full = (name: string) => `${prefix}:${name}`;
  const own = prefix === 's3' ? s3ActionNames() : [];
  const names = [...models.flatMap((model) => Object.values(everyOperation(model))), ...more.split(/\s+/)]
    .filter((name) => name !== '' && !Object.hasOwn(instead, name))
    .map(full);
  return {
    prefix,
    title,
    actions: new Map([...names, ...own].map((name) => [name.toLowerCase(), name])),
    instead: new Map(Object.entries(instead).map(([name, others]) => [full(name).toLowerCase(), others.map(full)])),
  };
}

/** Every service that is known here, by the prefix of its actions. */
export const actionPrefixes: readonly string[] = Object.keys(sources);

/** What an action of a policy, or a pattern, stands for. */
export type NamedActions =
  /** Any action of any service. */
  | { readonly kind: 'everything' }
  /** Actions of a service that is not known here, or a text that is not an action. */
  | { readonly kind: 'elsewhere'; readonly prefix: string }
  | {
      readonly kind: 'known';
      readonly service: ActionService;
      /** As AWS spells them; none for a name that the service does not have. */
      readonly names: readonly string[];
      readonly isPattern: boolean;
    };

/** No action has a longer name, so that the wildcards of a longer pattern do not need to be tried. */
const LONGEST = 128;

/** Reads an action as a policy has it; what it costs does not depend on how many wildcards it has. */
export function namedActions(text: string): NamedActions {
  if (/^\*+(?::\*+)?$/.test(text)) return { kind: 'everything' };
  const colon = text.indexOf(':');
  const prefix = text.slice(0, Math.max(colon, 0)).toLowerCase();
  const service = actionService(prefix);
  if (!service) return { kind: 'elsewhere', prefix };
  const isPattern = /[*?]/.test(text);
  const known = { kind: 'known', service, isPattern } as const;
  const lower = text.toLowerCase().replaceAll(/\*{2,}/g, '*');
  if (!isPattern) {
    const name = service.actions.get(lower);
    return { ...known, names: name === undefined ? [] : [name] };
  }
  if (lower.replaceAll('*', '').length > LONGEST) return { ...known, names: [] };
  const glob: Glob = parseGlob(lower);
  return {
    ...known,
    names: [...service.actions].flatMap(([action, name]) => (globMatches(glob, action) ? [name] : [])),
  };
}

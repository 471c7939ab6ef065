/** `ssebox bucket show`: a bucket and its settings, for people as a card of one line a setting. */

import type { CORSRule, PublicAccessBlockConfiguration, ReplicationRule, Tag } from '../../../api/model/s3.types.ts';
import { command, type Painter } from '../../command.ts';
import { isRemote } from '../../endpoint/place.ts';
import { displayWidth } from '../../output/display-width.ts';
import { painted, type Shown } from '../../output/painted.ts';
import { wrapped } from '../../output/wrap.ts';
import type { Session } from '../../session.ts';
import { bucket, bucketName } from './bucket-argument.ts';
import { regionOf, seen } from './seen.ts';

export const show = command({
  name: 'show',
  callsEndpoint: true,
  hasPage: true,
  summary: 'Show a bucket and its settings',
  args: { bucket },
  examples: ['ssebox bucket show reports', 'ssebox bucket show photos --query Encryption'],
  async run(values, session) {
    const value = await settingsOf(bucketName(values), session);
    return { kind: 'page', value, page: (painter) => card(value, painter) };
  },
});

type Settings = Awaited<ReturnType<typeof settingsOf>>;

async function settingsOf(Bucket: string, session: Session) {
  const { LocationConstraint } = await session.aws.call('s3', 'GetBucketLocation', { Bucket });
  const missed = new Set<string>();
  const miss = (setting: string) => () => missed.add(setting);
  const encryption = await seen(session, 'GetBucketEncryption', { Bucket }, miss('Encryption'));
  const versioning = await seen(session, 'GetBucketVersioning', { Bucket }, miss('Versioning'));
  const block = await seen(session, 'GetPublicAccessBlock', { Bucket }, miss('PublicAccessBlock'));
  const tagging = await seen(session, 'GetBucketTagging', { Bucket }, miss('Tags'));
  const policy = await seen(session, 'GetBucketPolicy', { Bucket }, miss('Policy'));
  const replication = await seen(session, 'GetBucketReplication', { Bucket }, miss('Replication'));
  const others = await otherConfigurations(Bucket, session);
  const rule = encryption?.ServerSideEncryptionConfiguration?.Rules[0];
  const { SSEAlgorithm, KMSMasterKeyID } = rule?.ApplyServerSideEncryptionByDefault ?? {};
  return {
    Name: Bucket,
    Arn: `arn:aws:s3:::${Bucket}`,
    Region: regionOf(LocationConstraint),
    Encryption: {
      SSEAlgorithm,
      KMSMasterKeyID,
      BucketKeyEnabled: rule?.BucketKeyEnabled,
      BlockedEncryptionTypes: rule?.BlockedEncryptionTypes?.EncryptionType,
    },
    Versioning: missed.has('Versioning') ? undefined : (versioning?.Status ?? 'never enabled'),
    PublicAccessBlock: block?.PublicAccessBlockConfiguration,
    Tags: tagging?.TagSet,
    Policy: policy?.Policy === undefined ? undefined : documentIn(policy.Policy),
    Replication: replication?.ReplicationConfiguration?.Rules,
    Cors: (await seen(session, 'GetBucketCors', { Bucket }))?.CORSRules,
    // In the store they have none; an endpoint may act on them.
    WithoutEffect: isRemote('s3', session) ? undefined : others,
    OtherConfigurations: isRemote('s3', session) ? others : undefined,
    NotAvailable: missed.size > 0 ? [...missed] : undefined,
  };
}

/** A policy as it is, if it is not JSON. */
function documentIn(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** The names of the configurations that a bucket has and of which no more is shown; undefined if it has none. */
async function otherConfigurations(Bucket: string, session: Session): Promise<readonly string[] | undefined> {
  const configurations = {
    Lifecycle: (await seen(session, 'GetBucketLifecycleConfiguration', { Bucket }))?.Rules,
    Logging: (await seen(session, 'GetBucketLogging', { Bucket }))?.LoggingEnabled,
    Notification: hasMembers(await seen(session, 'GetBucketNotificationConfiguration', { Bucket })),
    Accelerate: (await seen(session, 'GetBucketAccelerateConfiguration', { Bucket }))?.Status,
    RequestPayment: (await seen(session, 'GetBucketRequestPayment', { Bucket }))?.Payer === 'Requester',
    Website: await seen(session, 'GetBucketWebsite', { Bucket }),
    Analytics: (await seen(session, 'ListBucketAnalyticsConfigurations', { Bucket }))?.AnalyticsConfigurationList,
    Inventory: (await seen(session, 'ListBucketInventoryConfigurations', { Bucket }))?.InventoryConfigurationList,
    IntelligentTiering: (await seen(session, 'ListBucketIntelligentTieringConfigurations', { Bucket }))
      ?.IntelligentTieringConfigurationList,
  };
  const names = Object.entries(configurations).flatMap(([name, configuration]) => (configuration ? [name] : []));
  return names.length > 0 ? names : undefined;
}

const hasMembers = (value: object | undefined): boolean => Object.keys(value ?? {}).length > 0;

/** A line of the card: its name, what it says if there is anything, and the setting that it is about. */
type Row = readonly [name: string, text: string | undefined, setting?: keyof Settings];

function card(settings: Settings, { strong, faint, width, isTerminal }: Painter): Shown[] {
  const { Name, Arn, Region, Versioning, WithoutEffect, OtherConfigurations } = settings;
  const rows: readonly Row[] = [
    ['ARN', Arn],
    ['region', Region],
    ['encryption', encryptionText(settings), 'Encryption'],
    ['SSE-C', settings.Encryption.BlockedEncryptionTypes?.includes('SSE-C') ? 'blocked' : 'allowed', 'Encryption'],
    ['versioning', Versioning, 'Versioning'],
    ['public access', publicText(settings.PublicAccessBlock), 'PublicAccessBlock'],
    ['policy', policyText(settings.Policy), 'Policy'],
    ['replication', settings.Replication?.map(ruleText).join(', '), 'Replication'],
    ['tags', settings.Tags?.map(tagText).join(', '), 'Tags'],
    ...(settings.Cors ? [['CORS', settings.Cors.map(corsText).join(', ')] as const] : []),
    ...(WithoutEffect ? [['without effect', WithoutEffect.join(', ')] as const] : []),
    ...(OtherConfigurations ? [['also has', OtherConfigurations.join(', ')] as const] : []),
  ];
  const names = Math.max(...rows.map(([name]) => displayWidth(name)));
  const room = isTerminal ? width - names - GAP : Number.POSITIVE_INFINITY;
  const lines = rows.flatMap(([name, said, setting]) => {
    const isThere = setting === undefined || !settings.NotAvailable?.includes(setting);
    const text = isThere ? said : undefined;
    const [first = '', ...more] = text ? wrapped(text, room) : [];
    const start = ' '.repeat(names + GAP);
    return [
      painted`${faint(name.padEnd(names))}${' '.repeat(GAP)}${text ? first : faint(isThere ? 'none' : 'not available there')}`,
      ...more.map((line) => start + line),
    ];
  });
  return [strong(Name), ...lines];
}

const GAP = 2;

const corsText = ({ AllowedMethods, AllowedOrigins }: CORSRule): string =>
  `${AllowedMethods.join('/')} from ${AllowedOrigins.join(', ')}`;

function encryptionText({ Encryption: { SSEAlgorithm, KMSMasterKeyID, BucketKeyEnabled } }: Settings) {
  if (SSEAlgorithm === undefined) return undefined;
  if (SSEAlgorithm === 'AES256') return 'SSE-S3 (AES256)';
  const name = SSEAlgorithm === 'aws:kms' ? 'SSE-KMS' : 'DSSE-KMS';
  const bucketKey = SSEAlgorithm === 'aws:kms' ? `, bucket key ${BucketKeyEnabled ? 'on' : 'off'}` : '';
  return `${name} (${SSEAlgorithm}) with ${KMSMasterKeyID ?? 'alias/aws/s3'}${bucketKey}`;
}

function publicText(block: PublicAccessBlockConfiguration | undefined): string {
  const all = ['BlockPublicAcls', 'IgnorePublicAcls', 'BlockPublicPolicy', 'RestrictPublicBuckets'] as const;
  const open = all.filter((each) => !block?.[each]);
  if (open.length === 0) return 'blocked';
  return open.length === all.length ? 'not blocked' : `blocked but for ${open.join(', ')}`;
}

/** The statements by their names, with what each allows or denies. */
function policyText(policy: unknown): string | undefined {
  if (typeof policy !== 'object' || policy === null || !('Statement' in policy)) return undefined;
  const statements = [policy.Statement].flat().filter((each) => typeof each === 'object' && each !== null);
  return statements
    .map((each: { readonly Sid?: unknown; readonly Effect?: unknown }, i) => {
      const name = typeof each.Sid === 'string' && each.Sid !== '' ? each.Sid : `statement ${i + 1}`;
      return `${name} (${each.Effect})`;
    })
    .join(', ');
}

const ruleText = ({ ID, Status, Destination }: ReplicationRule): string =>
  `${ID ?? 'a rule'} to ${Destination?.Bucket?.replace(/^arn:aws:s3:::/, '')}${Status === 'Enabled' ? '' : ' (disabled)'}`;

const tagText = ({ Key, Value }: Tag): string => `${Key}=${Value}`;

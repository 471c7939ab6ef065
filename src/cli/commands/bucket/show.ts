/** `ssebox bucket show`: a bucket and its settings, for people as a card of one line a setting. */

import type { CORSRule, PublicAccessBlockConfiguration, ReplicationRule, Tag } from '../../../api/model/s3.types.ts';
import { command, type Painter } from '../../command.ts';
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
  const encryption = await seen(session, 'GetBucketEncryption', { Bucket });
  const versioning = await seen(session, 'GetBucketVersioning', { Bucket });
  const block = await seen(session, 'GetPublicAccessBlock', { Bucket });
  const tagging = await seen(session, 'GetBucketTagging', { Bucket });
  const policy = await seen(session, 'GetBucketPolicy', { Bucket });
  const replication = await seen(session, 'GetBucketReplication', { Bucket });
  const rule = encryption?.ServerSideEncryptionConfiguration?.Rules[0];
  const { SSEAlgorithm, KMSMasterKeyID } = rule?.ApplyServerSideEncryptionByDefault ?? {};
  const document: unknown = policy?.Policy === undefined ? undefined : JSON.parse(policy.Policy);
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
    Versioning: versioning?.Status ?? 'never enabled',
    PublicAccessBlock: block?.PublicAccessBlockConfiguration,
    Tags: tagging?.TagSet,
    Policy: document,
    Replication: replication?.ReplicationConfiguration?.Rules,
    Cors: (await seen(session, 'GetBucketCors', { Bucket }))?.CORSRules,
    WithoutEffect: await withoutEffect(Bucket, session),
  };
}

/** The names of the configurations that a bucket has and that have no effect; undefined if it has none. */
async function withoutEffect(Bucket: string, session: Session): Promise<readonly string[] | undefined> {
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

function card(settings: Settings, { strong, faint, width, isTerminal }: Painter): Shown[] {
  const { Name, Arn, Region, Versioning, WithoutEffect } = settings;
  const rows: (readonly [name: string, text: string | undefined])[] = [
    ['ARN', Arn],
    ['region', Region],
    ['encryption', encryptionText(settings)],
    ['SSE-C', settings.Encryption.BlockedEncryptionTypes?.includes('SSE-C') ? 'blocked' : 'allowed'],
    ['versioning', Versioning],
    ['public access', publicText(settings.PublicAccessBlock)],
    ['policy', policyText(settings.Policy)],
    ['replication', settings.Replication?.map(ruleText).join(', ')],
    ['tags', settings.Tags?.map(tagText).join(', ')],
    ...(settings.Cors ? [['CORS', settings.Cors.map(corsText).join(', ')] as const] : []),
    ...(WithoutEffect ? [['without effect', WithoutEffect.join(', ')] as const] : []),
  ];
  const names = Math.max(...rows.map(([name]) => displayWidth(name)));
  const room = isTerminal ? width - names - GAP : Number.POSITIVE_INFINITY;
  const lines = rows.flatMap(([name, text]) => {
    const [first = '', ...more] = text ? wrapped(text, room) : [];
    const start = ' '.repeat(names + GAP);
    return [
      painted`${faint(name.padEnd(names))}${' '.repeat(GAP)}${text ? first : faint('none')}`,
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

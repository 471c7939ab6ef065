/**
 * The sample store: sample data with which every example in every `--help` runs as written. It is made only with
 * operations, as the account's `user/admin`.
 *
 *     us-east-1   alias/app, a KMS key; the buckets
 *                   photos    SSE-S3: harbour.txt, 2026/pier.txt
 *                   reports   SSE-KMS under alias/app, versioned, only over TLS: 2026/q1.csv (two versions), 2026/q2.csv
 *                   drafts    empty
 *     eu-west-1   alias/backup, a KMS key
 *     user/ana    may read both buckets and decrypt with alias/app
 *     user/bob    may do nothing
 *     group analysts has the managed policy ReportsRead; user/ana is in it
 *     role/reader may be assumed by the account's users; reads reports, and decrypts through S3 only
 */

import type { Input, OperationName, Output, ServiceName } from '../api/model/operations.ts';
import type { Region } from '../api/regions.ts';

/** Makes calls as the account's `user/admin`. */
export interface Calls {
  call<S extends ServiceName, N extends OperationName<S>>(
    service: S,
    name: N,
    input: Input<S, N>,
    options?: { readonly region?: Region | undefined },
  ): Promise<Output<S, N>>;
}

/** The services whose operations make it. */
export const sampleServices = ['kms', 's3', 'iam'] as const;

/** Makes the sample. @throws AwsError when part of it already exists. */
export async function makeSample(calls: Calls): Promise<void> {
  const appKey = await makeKey('alias/app', 'Application data', calls, 'us-east-1');
  await makeKey('alias/backup', 'Backups', calls, 'eu-west-1');
  await makeBuckets(calls);
  await makePrincipals(appKey, calls);
  for (const [Bucket, Key, text] of objects) {
    await calls.call('s3', 'PutObject', { Bucket, Key, Body: Buffer.from(text), ContentType: typeOf(Key) });
  }
}

async function makeKey(
  AliasName: string,
  Description: string,
  calls: Calls,
  region: 'us-east-1' | 'eu-west-1',
): Promise<string> {
  const { KeyMetadata } = await calls.call('kms', 'CreateKey', { Description }, { region });
  if (!KeyMetadata?.Arn) throw new Error('CreateKey answered without a key');
  await calls.call('kms', 'CreateAlias', { AliasName, TargetKeyId: KeyMetadata.KeyId }, { region });
  return KeyMetadata.Arn;
}

async function makeBuckets(calls: Calls): Promise<void> {
  const here = { region: 'us-east-1' } as const;
  for (const Bucket of ['photos', 'reports', 'drafts']) await calls.call('s3', 'CreateBucket', { Bucket }, here);
  const Bucket = 'reports';
  const byDefault = { SSEAlgorithm: 'aws:kms', KMSMasterKeyID: 'alias/app' } as const;
  await calls.call('s3', 'PutBucketEncryption', {
    Bucket,
    ServerSideEncryptionConfiguration: { Rules: [{ ApplyServerSideEncryptionByDefault: byDefault }] },
  });
  await calls.call('s3', 'PutBucketVersioning', { Bucket, VersioningConfiguration: { Status: 'Enabled' } });
  await calls.call('s3', 'PutBucketTagging', { Bucket, Tagging: { TagSet: [{ Key: 'team', Value: 'finance' }] } });
  await calls.call('s3', 'PutBucketPolicy', { Bucket, Policy: JSON.stringify(onlyOverTls) });
}

async function makePrincipals(appKey: string, calls: Calls): Promise<void> {
  await calls.call('iam', 'CreateUser', { UserName: 'bob' });
  await calls.call('iam', 'CreateUser', { UserName: 'ana' });
  await calls.call('iam', 'PutUserPolicy', {
    UserName: 'ana',
    PolicyName: 'read',
    PolicyDocument: JSON.stringify(
      policy(
        allow('ListBuckets', ['s3:ListAllMyBuckets'], '*'),
        allow('ReadObjects', readActions, bothBuckets),
        allow('DecryptObjects', ['kms:Decrypt', 'kms:DescribeKey'], appKey),
      ),
    ),
  });
  await calls.call('iam', 'CreateGroup', { GroupName: 'analysts' });
  await calls.call('iam', 'AddUserToGroup', { GroupName: 'analysts', UserName: 'ana' });
  const { Policy } = await calls.call('iam', 'CreatePolicy', {
    PolicyName: 'ReportsRead',
    PolicyDocument: JSON.stringify(policy(allow('ReadReports', readActions, reports))),
  });
  if (!Policy?.Arn) throw new Error('CreatePolicy answered without a policy');
  await calls.call('iam', 'AttachGroupPolicy', { GroupName: 'analysts', PolicyArn: Policy.Arn });
  const account = appKey.split(':')[4];
  await calls.call('iam', 'CreateRole', {
    RoleName: 'reader',
    AssumeRolePolicyDocument: JSON.stringify(
      policy({ Effect: 'Allow', Principal: { AWS: `arn:aws:iam::${account}:root` }, Action: 'sts:AssumeRole' }),
    ),
  });
  await calls.call('iam', 'PutRolePolicy', {
    RoleName: 'reader',
    PolicyName: 'read-reports',
    PolicyDocument: JSON.stringify(
      policy(allow('ReadReports', readActions, reports), {
        ...allow('DecryptThroughS3', ['kms:Decrypt'], appKey),
        Condition: { StringEquals: { 'kms:ViaService': 's3.us-east-1.amazonaws.com' } },
      }),
    ),
  });
}

const readActions = ['s3:GetObject', 's3:GetObjectVersion', 's3:ListBucket', 's3:ListBucketVersions'];
const reports = ['arn:aws:s3:::reports', 'arn:aws:s3:::reports/*'];
const bothBuckets = ['arn:aws:s3:::photos', 'arn:aws:s3:::photos/*', ...reports];

type Statement = Readonly<Record<string, unknown>>;

const policy = (...Statement: readonly Statement[]) => ({ Version: '2012-10-17', Statement });

const allow = (Sid: string, Action: readonly string[], Resource: string | readonly string[]): Statement => ({
  Sid,
  Effect: 'Allow',
  Action,
  Resource,
});

const onlyOverTls = policy({
  Sid: 'OnlyOverTls',
  Effect: 'Deny',
  Principal: '*',
  Action: 's3:*',
  Resource: ['arn:aws:s3:::reports', 'arn:aws:s3:::reports/*'],
  Condition: { Bool: { 'aws:SecureTransport': 'false' } },
});

const typeOf = (key: string): string => (key.endsWith('.csv') ? 'text/csv' : 'text/plain');

/** Bucket, key, text; a second entry with the same key is a new version. */
const objects: readonly (readonly [string, string, string])[] = [
  ['photos', 'harbour.txt', 'Boats at the quay, early, before the wind came up.\n'],
  ['photos', '2026/pier.txt', 'The pier from the lighthouse, with two gulls.\n'],
  ['reports', '2026/q1.csv', 'month,revenue\nJanuary,10400\nFebruary,9800\n'],
  ['reports', '2026/q1.csv', 'month,revenue\nJanuary,10400\nFebruary,9800\nMarch,12100\n'],
  ['reports', '2026/q2.csv', 'month,revenue\nApril,11900\n'],
];

/** A store with rows in every table, made by operations as far as there are any, and with blob files. */

import { createHash } from 'node:crypto';
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { ensureSigningKey } from '../../src/cloudtrail/delivery/signing-key.ts';
import { setOwnPrices } from '../../src/cost/own-prices.ts';
import { priceOf } from '../../src/cost/price-book.ts';
import { setQuota } from '../../src/quotas/settings.ts';
import { noteBlobWrite } from '../../src/store/blob-book.ts';
import { noteOwnEvent } from '../../src/store/own-events.ts';
import { contentOf } from './content.ts';
import { DAY, START, testEnvironment } from './harness.ts';
import { newReplication } from './replicated-bucket.ts';
import { roleActions } from './replication-role.ts';
import { openSession, type StoreSession } from './store-session.ts';

export const ACCOUNT = '111122223333';

const MiB = 1024 * 1024;

/** Makes the store. @returns its folder, which the caller removes. */
export async function makeOneOfEverything(): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'ssebox-everything-'));
  const session = await openSession(folder, { environment: testEnvironment(() => START) });
  try {
    await makePrincipals(session);
    await makeKeys(session);
    await makeObjects(session);
    await makeUploads(session);
    await makePrivate(session);
    await makeTrails(session);
    await makeQuotas(session);
    await makeAlarms(session);
    await makeOrganization(session);
    makeRest(session);
  } finally {
    await session.close();
  }
  return folder;
}

/** Copies the store, until the test ends. */
export function copyOf(folder: string): string {
  const copy = mkdtempSync(join(tmpdir(), 'ssebox-everything-'));
  cpSync(folder, copy, { recursive: true });
  onTestFinished(() => removeStore(copy));
  return copy;
}

/** Opens a copy of the store until the test ends. A file waits to be removed in it, as at the end of a session. */
export async function openCopy(folder: string): Promise<StoreSession> {
  const copy = copyOf(folder);
  const session = await openSession(copy, { environment: testEnvironment(() => START, copy) });
  onTestFinished(() => session.close());
  session.assembly.store.transact<void>((tx) => tx.unneededBlobs.put(['bb-to-be-removed'], true));
  return session;
}

/** A quota that was raised on request, with tags. */
async function makeQuotas({ assembly, call }: StoreSession): Promise<void> {
  await assembly.load('service-quotas');
  const quota = { ServiceCode: 'kms', QuotaCode: 'ListKeys' };
  const { RequestedQuota } = await call('service-quotas', 'RequestServiceQuotaIncrease', {
    ...quota,
    DesiredValue: 501,
  });
  const ResourceARN = RequestedQuota?.QuotaArn ?? '';
  await call('service-quotas', 'TagResource', { ResourceARN, Tags: [{ Key: 'team', Value: 'storage' }] });
}

/** An alarm that left a message. */
async function makeAlarms({ assembly, call }: StoreSession): Promise<void> {
  await assembly.load('cloudwatch');
  await call('cloudwatch', 'PutMetricAlarm', {
    AlarmName: 'busy',
    Namespace: 'SSEBox',
    MetricName: 'Calls',
    Dimensions: [{ Name: 'Service', Value: 'kms' }],
    Statistic: 'Sum',
    Period: 60,
    EvaluationPeriods: 1,
    Threshold: 10,
    ComparisonOperator: 'GreaterThanThreshold',
    AlarmActions: [`arn:aws:sns:us-east-1:${ACCOUNT}:ops`],
    Tags: [{ Key: 'team', Value: 'storage' }],
  });
  await call('cloudwatch', 'SetAlarmState', { AlarmName: 'busy', StateValue: 'ALARM', StateReason: 'a drill' });
}

/** An organization with a unit, an account in it, and a policy attached to the unit. */
async function makeOrganization({ assembly, call }: StoreSession): Promise<void> {
  await assembly.load('organizations');
  await call('organizations', 'CreateOrganization', {});
  const { Roots } = await call('organizations', 'ListRoots', {});
  const ParentId = Roots?.[0]?.Id ?? '';
  const unit = await call('organizations', 'CreateOrganizationalUnit', { ParentId, Name: 'prod' });
  const TargetId = unit.OrganizationalUnit?.Id ?? '';
  const { CreateAccountStatus } = await call('organizations', 'CreateAccount', {
    AccountName: 'logs',
    Email: 'logs@example.com',
  });
  await call('organizations', 'MoveAccount', {
    AccountId: CreateAccountStatus?.AccountId ?? '',
    SourceParentId: ParentId,
    DestinationParentId: TargetId,
  });
  const { Policy } = await call('organizations', 'CreatePolicy', {
    Type: 'SERVICE_CONTROL_POLICY',
    Name: 'keep-keys',
    Description: '',
    Content: JSON.stringify({
      Version: '2012-10-17',
      Statement: [{ Effect: 'Deny', Action: 'kms:ScheduleKeyDeletion', Resource: '*' }],
    }),
  });
  await call('organizations', 'AttachPolicy', { PolicyId: Policy?.PolicySummary?.Id ?? '', TargetId });
}

export const removeStore = (folder: string): void => rmSync(folder, { recursive: true, force: true });

const allow = (Action: readonly string[]): string =>
  JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action, Resource: '*' }] });

/** A user in a group, a role with a session, a policy of the account that all use, and a boundary. */
async function makePrincipals({ assembly, call }: StoreSession): Promise<void> {
  const { Policy } = await call('iam', 'CreatePolicy', { PolicyName: 'Read', PolicyDocument: allow(['s3:Get*']) });
  const PolicyArn = Policy?.Arn ?? '';
  await call('iam', 'CreateUser', { UserName: 'Ana', PermissionsBoundary: PolicyArn });
  await call('iam', 'CreateGroup', { GroupName: 'Analysts' });
  await call('iam', 'AddUserToGroup', { GroupName: 'Analysts', UserName: 'Ana' });
  await call('iam', 'AttachGroupPolicy', { GroupName: 'Analysts', PolicyArn });
  await call('iam', 'CreateAccessKey', { UserName: 'Ana' });
  const Principal = { AWS: `arn:aws:iam::${ACCOUNT}:root` };
  const Statement = [{ Effect: 'Allow', Principal, Action: 'sts:AssumeRole' }];
  const AssumeRolePolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement });
  const { Role } = await call('iam', 'CreateRole', { RoleName: 'reader', AssumeRolePolicyDocument });
  await call('iam', 'AttachRolePolicy', { RoleName: 'reader', PolicyArn });
  await assembly.load('sts');
  await call('sts', 'AssumeRole', { RoleArn: Role?.Arn ?? '', RoleSessionName: 'today' });
  await call('iam', 'GenerateCredentialReport', {});
  await call('iam', 'GenerateServiceLastAccessedDetails', { Arn: PolicyArn });
}

/** A key with an alias, rotation, a grant and a use; one in two regions; one that is being deleted. */
async function makeKeys({ call }: StoreSession): Promise<void> {
  const { KeyMetadata } = await call('kms', 'CreateKey', {});
  const KeyId = KeyMetadata?.KeyId ?? '';
  await call('kms', 'CreateAlias', { AliasName: 'alias/app', TargetKeyId: KeyId });
  await call('kms', 'EnableKeyRotation', { KeyId });
  await call('kms', 'CreateGrant', {
    KeyId,
    Name: 'reading',
    GranteePrincipal: `arn:aws:iam::${ACCOUNT}:user/Ana`,
    RetiringPrincipal: `arn:aws:iam::${ACCOUNT}:role/reader`,
    Operations: ['Decrypt'],
  });
  await call('kms', 'Encrypt', { KeyId, Plaintext: Buffer.from('used') });
  const related = await call('kms', 'CreateKey', { MultiRegion: true });
  await call('kms', 'ReplicateKey', { KeyId: related.KeyMetadata?.KeyId ?? '', ReplicaRegion: 'eu-west-1' });
  const leaving = await call('kms', 'CreateKey', { Origin: 'EXTERNAL' });
  await call('kms', 'ScheduleKeyDeletion', { KeyId: leaving.KeyMetadata?.KeyId ?? '' });
}

/** Objects in rows and in files, with older versions and delete markers, of every encryption, and replicas to come. */
async function makeObjects(session: StoreSession): Promise<void> {
  const { call } = session;
  await newReplication(session, 'reports', [{ Bucket: 'reports-copy', region: 'eu-west-1' }]);
  await call('iam', 'PutRolePolicy', {
    RoleName: 'reader',
    PolicyName: 'read',
    PolicyDocument: allow(roleActions),
  });
  const Bucket = 'photos';
  await call('s3', 'CreateBucket', { Bucket });
  await call('s3', 'PutBucketVersioning', { Bucket, VersioningConfiguration: { Status: 'Enabled' } });
  const Id = 'EntireBucket';
  await call('s3', 'PutBucketMetricsConfiguration', { Bucket, Id, MetricsConfiguration: { Id } });
  const put = (Key: string, size: number, headers: object = {}) =>
    call('s3', 'PutObject', { Bucket, Key, Body: contentOf(Key, size), ...headers });
  await put('small', 100);
  await put('small', 200);
  await put('small', 300);
  await put('large', 100_000);
  await put('large', 200_000);
  await call('s3', 'DeleteObject', { Bucket, Key: 'large' });
  const SSEKMSKeyId = 'alias/app';
  await put('under-key', 1000, { ServerSideEncryption: 'aws:kms', SSEKMSKeyId, BucketKeyEnabled: true });
  await put('twice', 100_000, { ServerSideEncryption: 'aws:kms:dsse', SSEKMSKeyId });
  await call('s3', 'PutObject', { Bucket: 'reports', Key: 'q1', Body: contentOf('q1', 2000) });
  await call('s3', 'DeleteObject', { Bucket: 'reports', Key: 'q2' });
  await session.callByName('s3', 'GetObject', { Bucket, Key: 'nowhere' }).catch(() => {
    // A refusal.
  });
}

/** An object in parts, and an unfinished upload with a part in a row and one in a file, which can be resumed. */
async function makeUploads({ assembly, call }: StoreSession): Promise<void> {
  const at = { Bucket: 'photos', Key: 'in-parts' };
  const upload = await call('s3', 'CreateMultipartUpload', at);
  const UploadId = upload.UploadId ?? '';
  const Parts: { PartNumber: number; ETag: string | undefined }[] = [];
  for (const [i, size] of [5 * MiB, 500].entries()) {
    const Body = contentOf(`part ${i}`, size);
    const { ETag } = await call('s3', 'UploadPart', { ...at, UploadId, PartNumber: i + 1, Body });
    Parts.push({ PartNumber: i + 1, ETag });
  }
  await call('s3', 'CompleteMultipartUpload', { ...at, UploadId, MultipartUpload: { Parts } });
  const begun = await call('s3', 'CreateMultipartUpload', { Bucket: 'photos', Key: 'unfinished' });
  for (const [i, size] of [100_000, 500].entries()) {
    const part = { Bucket: 'photos', Key: 'unfinished', UploadId: begun.UploadId ?? '', PartNumber: i + 1 };
    await call('s3', 'UploadPart', { ...part, Body: contentOf(`unfinished ${i}`, size) });
  }
  assembly.store.transact<void>((tx) =>
    tx.resumableUploads.put(['photos', 'unfinished', 'digest'], { v: 1, uploadId: begun.UploadId ?? '' }),
  );
}

/** Objects and an upload under a customer's key, which the store cannot open. */
async function makePrivate({ call }: StoreSession): Promise<void> {
  const Bucket = 'private';
  const key = contentOf('key', 32);
  const customerKey = {
    SSECustomerAlgorithm: 'AES256',
    SSECustomerKey: key.toString('base64'),
    SSECustomerKeyMD5: createHash('md5').update(key).digest('base64'),
  };
  await call('s3', 'CreateBucket', { Bucket });
  const Rules = [{ BlockedEncryptionTypes: { EncryptionType: ['NONE' as const] } }];
  await call('s3', 'PutBucketEncryption', { Bucket, ServerSideEncryptionConfiguration: { Rules } });
  for (const [Key, size] of [
    ['small', 100],
    ['large', 100_000],
  ] as const) {
    await call('s3', 'PutObject', { Bucket, Key, Body: contentOf(Key, size), ...customerKey });
  }
  await call('s3', 'CreateMultipartUpload', { Bucket, Key: 'unfinished', ...customerKey });
}

/** A trail with something to deliver, one that does not log, and a deleted one that has still to deliver. */
async function makeTrails({ assembly, call }: StoreSession): Promise<void> {
  const Bucket = 'trail-logs';
  await call('s3', 'CreateBucket', { Bucket });
  const Principal = { Service: 'cloudtrail.amazonaws.com' };
  const Resource = [`arn:aws:s3:::${Bucket}`, `arn:aws:s3:::${Bucket}/*`];
  const Statement = [{ Effect: 'Allow', Principal, Action: ['s3:GetBucketAcl', 's3:PutObject'], Resource }];
  await call('s3', 'PutBucketPolicy', { Bucket, Policy: JSON.stringify({ Version: '2012-10-17', Statement }) });
  await assembly.load('cloudtrail');
  for (const Name of ['deleted', 'audit', 'idle']) {
    await call('cloudtrail', 'CreateTrail', { Name, S3BucketName: Bucket, TagsList: [{ Key: 'team', Value: 'red' }] });
  }
  const DataResources = [{ Type: 'AWS::S3::Object', Values: ['arn:aws:s3:::photos/'] }];
  await call('cloudtrail', 'PutEventSelectors', { TrailName: 'audit', EventSelectors: [{ DataResources }] });
  for (const Name of ['deleted', 'audit']) await call('cloudtrail', 'StartLogging', { Name });
  await ensureSigningKey('us-east-1', START, assembly);
  await call('s3', 'HeadObject', { Bucket: 'photos', Key: 'small' });
  await call('cloudtrail', 'DeleteTrail', { Name: 'deleted' });
  assembly.store.transact<void>((tx) => {
    const number = tx.trailNames.get([ACCOUNT, 'us-east-1', 'audit']) ?? 0;
    tx.trailDeliveries.put([number, 'us-east-1'], { v: 1, attemptedMs: START, error: 'NoSuchBucket' });
  });
}

/** What no operation makes, or only for a moment. */
function makeRest({ assembly }: StoreSession): void {
  assembly.store.transact<void>((tx) => {
    tx.accountPublicAccessBlocks.put([ACCOUNT], {
      BlockPublicAcls: true,
      IgnorePublicAcls: true,
      BlockPublicPolicy: true,
      RestrictPublicBuckets: true,
    });
    tx.callsOfFormat1.put([ACCOUNT, 'us-east-1', START - 1000, 'event-of-format-1'], {
      v: 1,
      eventId: 'event-of-format-1',
      requestId: 'request-of-format-1',
      timeMs: START - 1000,
      recipient: ACCOUNT,
      region: 'us-east-1',
      service: 'kms',
      operation: 'ListKeys',
      caller: { type: 'Root', accountId: ACCOUNT },
      parameters: null,
      response: null,
      resources: [],
      durationMs: 1,
    });
    setQuota({ account: ACCOUNT, region: 'us-east-1', service: 'kms', name: 'ListKeys' }, 400, tx);
    for (const [table, keepMs] of [
      ['managementCalls', 90 * DAY],
      ['dataCalls', DAY],
    ] as const) {
      const againMs = START + keepMs;
      tx.youngCalls.put([table, ACCOUNT, 'us-east-1'], { v: 1, beforeMs: START - keepMs, againMs, keepMs });
    }
    setOwnPrices([priceOf('KMS-Keys', 'us-east-1')], tx);
    tx.deletedKeys.put([ACCOUNT, 'us-east-1', '00000000-0000-4000-a000-000000000000', START - DAY], {
      v: 1,
      endMs: START - 1000,
      rotatedMs: [],
    });
    // As if something had been written the day before, too.
    for (const { key, value } of [...tx.bucketTotals.range()]) {
      tx.bucketDays.put([...key, START - (START % DAY) - DAY], { ...value, sinceMs: value.sinceMs - DAY });
    }
    noteBlobWrite('aa-being-written', tx);
    noteOwnEvent(tx, 'clock advance', START);
  });
}

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { beforeEach, expect, onTestFinished, test } from 'vitest';
import type { ServiceName } from '../../src/api/model/operations.ts';
import { assemble } from '../../src/assemble.ts';
import {
  aliasChoices,
  bucketChoices,
  keyChoices,
  keyIdChoices,
  objectChoices,
  principalChoices,
} from '../../src/cli/choices.ts';
import { type Choices, group } from '../../src/cli/command.ts';
import { complete } from '../../src/cli/docs/complete.ts';
import { memberChoices } from '../../src/cli/member-choices.ts';
import { newSession, type Session, type SessionSources } from '../../src/cli/session.ts';
import { standardInputOf } from '../../src/cli/standard-input.ts';
import { newWorld } from '../support/harness.ts';

let session: Session;
let sources: SessionSources;
beforeEach(() => {
  const folder = mkdtempSync(join(tmpdir(), 'ssebox-choices-'));
  const { environment } = newWorld();
  sources = {
    globals: { region: 'eu-west-1' },
    environment,
    settings: {},
    signal: new AbortController().signal,
    openStore: async () => assemble({ folder, environment }),
    stdin: standardInputOf({ stdin: Readable.from([]) }),
    tell: () => {},
    confirm: async () => {},
  };
  session = newSession(sources);
  onTestFinished(async () => {
    await session.close();
    rmSync(folder, { recursive: true });
  });
});

const typing = (typed: string, options: Record<string, string> = {}) => ({ typed, values: { args: {}, options } });

const values = async (choices: Promise<readonly { readonly value: string }[]>) =>
  (await choices).map(({ value }) => value);

test('keys in the caller’s region are offered by alias and by id', async () => {
  const { KeyMetadata } = await session.aws.call('kms', 'CreateKey', { Description: 'for photos' });
  const KeyId = KeyMetadata?.KeyId ?? '';
  await session.aws.call('kms', 'CreateAlias', { AliasName: 'alias/photos', TargetKeyId: KeyId });
  await session.aws.call('kms', 'CreateKey', {}, { region: 'us-east-1' });
  expect(await keyChoices(session)).toEqual([
    { value: 'alias/photos', about: KeyId },
    { value: KeyId, about: 'alias/photos · for photos · SYMMETRIC_DEFAULT' },
  ]);
  expect(await values(aliasChoices(session))).toEqual(['alias/photos']);
});

test('an operation that does not take an alias is offered only ids', async () => {
  const { KeyMetadata } = await session.aws.call('kms', 'CreateKey', {});
  const KeyId = KeyMetadata?.KeyId ?? '';
  await session.aws.call('kms', 'CreateAlias', { AliasName: 'alias/photos', TargetKeyId: KeyId });
  const offered = async (operation: string, member: string) =>
    values(memberChoices('kms', operation, member)?.(session) ?? Promise.resolve([]));
  expect(await offered('Encrypt', 'KeyId')).toEqual(['alias/photos', KeyId]);
  expect(await offered('ReEncrypt', 'DestinationKeyId')).toEqual(['alias/photos', KeyId]);
  expect(await offered('DisableKey', 'KeyId')).toEqual([KeyId]);
  expect(await offered('UpdateAlias', 'TargetKeyId')).toEqual([KeyId]);
});

const everything = async () => {
  const { KeyMetadata } = await session.aws.call('kms', 'CreateKey', {});
  const KeyId = KeyMetadata?.KeyId ?? '';
  const { GrantId = '' } = await session.aws.call('kms', 'CreateGrant', {
    KeyId,
    GranteePrincipal: 'arn:aws:iam::111122223333:root',
    Operations: ['Decrypt'],
  });
  const CreateBucketConfiguration = { LocationConstraint: 'eu-west-1' } as const;
  await session.aws.call('s3', 'CreateBucket', { Bucket: 'photos', CreateBucketConfiguration });
  await session.aws.call('s3', 'PutObject', { Bucket: 'photos', Key: 'a/b.jpg', Body: new Uint8Array(1) });
  const { UploadId = '' } = await session.aws.call('s3', 'CreateMultipartUpload', { Bucket: 'photos', Key: 'new' });
  const document = (Action: string, more: object) =>
    JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action, ...more }] });
  const reads = document('s3:GetObject', { Resource: '*' });
  await session.aws.call('iam', 'CreateRole', {
    RoleName: 'reader',
    AssumeRolePolicyDocument: document('sts:AssumeRole', { Principal: { AWS: '111122223333' } }),
  });
  await session.aws.call('iam', 'PutRolePolicy', { RoleName: 'reader', PolicyName: 'read', PolicyDocument: reads });
  await session.aws.call('iam', 'CreatePolicy', { PolicyName: 'own', PolicyDocument: reads });
  const { AccessKey } = await session.aws.call('iam', 'CreateAccessKey', { UserName: 'admin' });
  const { RequestedQuota } = await session.aws.call('service-quotas', 'RequestServiceQuotaIncrease', {
    ServiceCode: 'kms',
    QuotaCode: 'ListKeys',
    DesiredValue: 501,
  });
  const { Id: RequestId = '', QuotaArn = '' } = RequestedQuota ?? {};
  return { KeyId, GrantId, UploadId, AccessKeyId: AccessKey?.AccessKeyId ?? '', RequestId, QuotaArn };
};

const OWN = 'arn:aws:iam::111122223333:policy/own';
const photos = { bucket: 'photos' };

/** Choices for a member of an operation's input, after these options: what has to be among them, and what must not. */
test.for<[operation: string, options: Record<string, string>, typed: string, there: string[], not: string[]]>([
  ['iam AttachUserPolicy PolicyArn', {}, '', [OWN, 'arn:aws:iam::aws:policy/AdministratorAccess'], []],
  ['iam DeletePolicy PolicyArn', {}, '', [OWN], ['arn:aws:iam::aws:policy/AdministratorAccess']],
  [
    'iam PutUserPermissionsBoundary PermissionsBoundary',
    {},
    'ReadOnly',
    ['arn:aws:iam::aws:policy/ReadOnlyAccess'],
    [],
  ],
  ['iam DeletePolicyVersion VersionId', { 'policy-arn': OWN }, '', ['v1'], []],
  ['iam GetRolePolicy PolicyName', { 'role-name': 'reader' }, '', ['read'], []],
  ['iam DeleteAccessKey AccessKeyId', { 'user-name': 'admin' }, '', ['AccessKeyId'], []],
  ['sts AssumeRole RoleArn', {}, '', ['arn:aws:iam::111122223333:role/reader'], []],
  ['kms ReplicateKey ReplicaRegion', {}, '', ['eu-west-1', 'ap-southeast-2'], ['us-gov-west-1']],
  ['kms UpdatePrimaryRegion PrimaryRegion', {}, '', ['eu-west-1'], []],
  ['kms RevokeGrant GrantId', { 'key-id': 'KeyId' }, '', ['GrantId'], []],
  ['kms CreateGrant Operations', {}, '', ['Decrypt', 'GenerateDataKey'], ['ScheduleKeyDeletion']],
  ['kms CancelKeyDeletion KeyId', {}, '', [], ['KeyId']],
  ['kms ScheduleKeyDeletion KeyId', {}, '', ['KeyId'], []],
  ['kms CreateKey KeySpec', {}, '', ['RSA_2048', 'SYMMETRIC_DEFAULT'], []],
  ['s3 GetObject Key', photos, '', ['a/'], ['a/b.jpg', 'new']],
  ['s3 GetObject Key', photos, 'a/', ['a/b.jpg'], []],
  ['s3 GetObject Key', {}, '', [], ['a/']],
  ['s3 AbortMultipartUpload Key', photos, '', ['new'], ['a/b.jpg']],
  ['s3 AbortMultipartUpload UploadId', { ...photos, key: 'new' }, '', ['UploadId'], []],
  ['s3 CopyObject CopySource', {}, '', ['photos/'], []],
  ['s3 CopyObject CopySource', {}, 'photos/a/', ['photos/a/b.jpg'], []],
  // The region is another one than that of global quotas.
  ['service-quotas GetServiceQuota ServiceCode', {}, '', ['cloudtrail', 'kms'], ['s3']],
  [
    'service-quotas GetServiceQuota QuotaCode',
    { 'service-code': 'kms' },
    '',
    ['L-32B67F4A', 'ListKeys'],
    ['CreateKey'],
  ],
  ['service-quotas GetServiceQuota QuotaCode', {}, '', [], ['L-32B67F4A']],
  ['service-quotas GetRequestedServiceQuotaChange RequestId', {}, '', ['RequestId'], []],
  ['service-quotas TagResource ResourceARN', {}, '', ['QuotaArn'], []],
])('%s %j "%s"', async ([words, options, typed, there, not]) => {
  const ids: Record<string, string> = await everything();
  const named = (text: string) => ids[text] ?? text;
  const [service = '', operation = '', member = ''] = words.split(' ');
  const after = Object.fromEntries(Object.entries(options).map(([name, value]) => [name, named(value)]));
  const choices = memberChoices(service as ServiceName, operation, member)?.(session, typing(typed, after));
  const found = await values(choices ?? Promise.resolve([]));
  expect(found).toEqual(expect.arrayContaining(there.map(named)));
  for (const one of not) expect(found).not.toContain(named(one));
});

test('a key of another account is offered once its ARN is typed, a bucket once its name is', async () => {
  const other = { as: '444455556666:user/admin' };
  const there = newSession({ ...sources, globals: { region: 'eu-west-1', ...other } });
  onTestFinished(() => there.close());
  const { KeyMetadata } = await there.aws.call('kms', 'CreateKey', {});
  const arn = KeyMetadata?.Arn ?? '';
  await there.aws.call('s3', 'CreateBucket', {
    Bucket: 'theirs',
    CreateBucketConfiguration: { LocationConstraint: 'eu-west-1' },
  });
  expect(await values(keyChoices(session))).toEqual([]);
  expect(await values(keyChoices(session, typing(arn)))).toEqual([arn]);
  expect(await values(bucketChoices(session))).toEqual([]);
  expect(await values(bucketChoices(session, typing('theirs')))).toEqual(['theirs']);
  expect(await values(keyChoices(session, typing('alias/aws/s3')))).toEqual(['alias/aws/s3']);
});

test('callers are the account, its users and its roles', async () => {
  await session.aws.call('iam', 'CreateUser', { UserName: 'Bob' });
  expect(await values(principalChoices(session))).toEqual(['root', 'user/admin', 'user/Bob']);
});

test('objects are offered a folder at a time, like paths', async () => {
  await session.aws.call('s3', 'CreateBucket', {
    Bucket: 'photos',
    CreateBucketConfiguration: { LocationConstraint: 'eu-west-1' },
  });
  for (const Key of ['a.jpg', 'album/one.jpg', 'album/two.jpg', 'z.jpg']) {
    await session.aws.call('s3', 'PutObject', { Bucket: 'photos', Key, Body: new Uint8Array(1) });
  }
  expect(await bucketChoices(session)).toEqual([{ value: 'photos', about: 'eu-west-1' }]);
  expect(await values(objectChoices(session, typing('s3://ph')))).toEqual(['s3://photos/']);
  expect(await values(objectChoices(session, typing('s3://photos/a')))).toEqual([
    's3://photos/a.jpg',
    's3://photos/album/',
  ]);
  expect(await values(objectChoices(session, typing('s3://photos/album/t')))).toEqual(['s3://photos/album/two.jpg']);
  const VersioningConfiguration = { Status: 'Enabled' } as const;
  await session.aws.call('s3', 'PutBucketVersioning', { Bucket: 'photos', VersioningConfiguration });
  await session.aws.call('s3', 'DeleteObject', { Bucket: 'photos', Key: 'z.jpg' });
  expect(await values(objectChoices(session, typing('s3://photos/z')))).toEqual([]);
  const ofVersion = typing('s3://photos/z', { 'version-id': 'null' });
  expect(await values(objectChoices(session, ofVersion))).toEqual(['s3://photos/z.jpg']);
});

test('a person may leave the scheme out, and is told of buckets without objects', async () => {
  for (const Bucket of ['photos', 'drafts']) await session.aws.call('s3', 'CreateBucket', bucketIn(Bucket));
  await session.aws.call('s3', 'PutObject', { Bucket: 'photos', Key: 'a.jpg' });
  expect(await values(objectChoices(session, typing('photos/a')))).toEqual(['s3://photos/a.jpg']);
  for (const typed of ['', 's3', 's3:', 's3://']) {
    expect(await objectChoices(session, typing(typed)), typed).toEqual([
      { value: 's3://drafts/', about: 'eu-west-1, empty' },
      { value: 's3://photos/', about: 'eu-west-1' },
    ]);
  }
  expect(await values(objectChoices(session, typing('s3://pho')))).toEqual(['s3://photos/']);
  expect(await values(objectChoices(session, typing('./a')))).toEqual([]);
});

test('a Tab reads the names that begin with what is typed, and no others', async () => {
  for (const name of ['a1', 'm1', 'm2', 'z1', 'z2', 'z3']) {
    await session.aws.call('s3', 'CreateBucket', bucketIn(`bucket-${name}`));
    const { KeyMetadata } = await session.aws.call('kms', 'CreateKey', {});
    const alias = { AliasName: `alias/${name}`, TargetKeyId: KeyMetadata?.KeyId ?? '' };
    await session.aws.call('kms', 'CreateAlias', alias);
  }
  let rows = 0;
  const counting = <T extends { under: (...range: never[]) => Iterable<unknown> }>(table: T): T => ({
    ...table,
    *under(...range: never[]) {
      for (const row of table.under(...range)) {
        rows += 1;
        yield row;
      }
    },
  });
  const transact: Session['store']['transact'] = (work) =>
    session.store.transact((tx) =>
      work({
        ...tx,
        bucketsByOwner: counting(tx.bucketsByOwner),
        kmsAliases: counting(tx.kmsAliases),
        kmsKeys: counting(tx.kmsKeys),
      }),
    );
  const counted: Session = { ...session, store: { ...session.store, transact } };
  const read = async (choices: Choices, typed: string, isBeginning: boolean) => {
    rows = 0;
    const found = await values(choices(counted, { ...typing(typed), isBeginning }));
    return { found, rows };
  };
  // The row after the last one shows that it was the last.
  expect(await read(bucketChoices, 'bucket-m', true)).toEqual({ found: ['bucket-m1', 'bucket-m2'], rows: 3 });
  expect(await read(aliasChoices, 'alias/m', true)).toEqual({ found: ['alias/m1', 'alias/m2'], rows: 3 });
  expect(await read(keyIdChoices, 'zz', true)).toEqual({ found: [], rows: 0 });
  expect((await read(bucketChoices, 'm', false)).found).toEqual(['bucket-m1', 'bucket-m2']);
  expect((await read(bucketChoices, 'x'.repeat(5000), true)).found).toEqual([]);
});

const bucketIn = (Bucket: string) => ({
  Bucket,
  CreateBucketConfiguration: { LocationConstraint: 'eu-west-1' } as const,
});

test('--as is completed with the existing principals', async () => {
  const tree = group({ name: 'ssebox', summary: 'all', load: async () => [] });
  const { choices } = await complete(['--as', 'user/'], tree, async () => session);
  expect(choices).toEqual([{ value: 'user/admin' }]);
});

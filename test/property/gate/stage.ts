/**
 * A store to try commands on, which each run of a property copies: two accounts, callers of every kind, keys whose
 * policies leave access to IAM or keep it, and buckets with small and large objects under every kind of encryption.
 */

import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AwsError, UsageError } from '../../../src/api/errors.ts';
import type { ServiceName } from '../../../src/api/model/operations.ts';
import { assemble } from '../../../src/assemble.ts';
import { allCalls } from '../../../src/call/call-log.ts';
import { callerNamedByKey } from '../../../src/iam/credentials.ts';
import { namesAccessKey, resolveCaller } from '../../../src/iam/principal.ts';
import { type CommandLine, commandLineIn } from '../../support/command-line.ts';
import { ACCOUNT, OTHER_ACCOUNT, testEnvironment } from '../../support/harness.ts';
import { trust as replicatorTrust, roleActions } from '../../support/replication-role.ts';

const MIB = 1024 ** 2;

/** A place with the store, and the names of what has one only since it was made. */
export interface Stage {
  readonly line: CommandLine;
  /** What stands for a name in braces, such as `{app}` for the ARN of a key. */
  readonly names: Names;
}

export type Names = Readonly<Record<string, string>>;

/** One of AWS's operations, as `user/admin` of the account unless it says who. */
export interface Change {
  readonly service: ServiceName;
  readonly name: string;
  readonly input: unknown;
  readonly as?: string;
  readonly region?: 'eu-west-1';
}

/** What a store shows of what has happened to it. */
export interface Seen {
  /** The calls that no other call has made, by their request ids. */
  readonly calls: ReadonlyMap<string, string>;
  /** Every row, as text. */
  readonly rows: ReadonlyMap<string, string>;
}

let made: Promise<{ readonly folder: string; readonly names: Names }> | undefined;

const fileNames = ['little', 'big', 'secret', 'policy', 'tree', 'blob', 'down'] as const;

/** A copy of the store, which the caller removes. */
export async function newStage(): Promise<Stage & { remove(): void }> {
  made ??= prepare();
  const { folder, names } = await made;
  const copy = mkdtempSync(join(tmpdir(), 'ssebox-gate-'));
  cpSync(folder, copy, { recursive: true, preserveTimestamps: true });
  const line = commandLineIn(copy);
  const files = Object.fromEntries(fileNames.map((name) => [name, line.path(name)]));
  return { line, names: { ...names, ...files }, remove: () => rmSync(copy, { recursive: true, force: true }) };
}

/** Removes what the copies are made of. */
export async function removeStages(): Promise<void> {
  if (made) rmSync((await made).folder, { recursive: true, force: true });
  made = undefined;
}

/** Text with the names in braces replaced by what they stand for. */
export const named = (text: string, names: Names): string =>
  text.replace(/\{(\w+)\}/g, (whole, name: string) => names[name] ?? whole);

/** Puts the files of a person back that a command has moved or changed, and takes away what it has written. */
export function putFiles(line: CommandLine): void {
  rmSync(line.path('down'), { recursive: true, force: true });
  rmSync(line.path('tree'), { recursive: true, force: true });
  mkdirSync(line.path('tree/sub'), { recursive: true });
  writeFileSync(line.path('little'), 'little');
  if (!existsSync(line.path('big'))) writeFileSync(line.path('big'), Buffer.alloc(9 * MIB, 'big'));
  for (const name of ['a', 'sub/b']) writeFileSync(line.path(`tree/${name}`), name);
  for (const name of ['little', 'big', 'tree/a', 'tree/sub/b']) utimesSync(line.path(name), 1, 1);
}

let sessions = 0;

/** Makes changes, leaving out those that are refused, and reads what the store then shows. */
export async function changed(line: CommandLine, changes: readonly Change[], onAnswer?: OnAnswer): Promise<Seen> {
  const environment = testEnvironment(line.now, `changes ${sessions++}`);
  const assembly = assemble({ folder: line.store, environment });
  try {
    for (const service of ['iam', 's3', 'kms', 'sts'] as const) await assembly.load(service);
    for (const { service, name, input, as = 'user/admin', region = 'us-east-1' } of changes) {
      try {
        const { output } = await assembly.pipeline.call(service, name, input, {
          caller: (tx, now) =>
            namesAccessKey(as)
              ? callerNamedByKey(as, { tx, now, rootKey: assembly.rootKey, service })
              : resolveCaller(as, ACCOUNT, { tx, now, random: environment.random }),
          region,
        });
        onAnswer?.(output);
      } catch (error) {
        if (onAnswer || !(error instanceof AwsError || error instanceof UsageError)) throw error;
      }
    }
    return assembly.store.transact((tx): Seen => {
      const calls = new Map<string, string>();
      for (const { service, operation, within, caller, requestId } of allCalls(tx)) {
        // A call across accounts is in the records of both.
        const isOwnEvent = caller.type === 'AWSService' && operation !== 'ReplicateObject';
        if (within === undefined && !isOwnEvent) calls.set(requestId, `${service} ${operation}`);
      }
      const rows = new Map<string, string>();
      for (const [name, table] of Object.entries(tx)) {
        for (const { key, value } of table.range()) rows.set(`${name} ${JSON.stringify(key)}`, JSON.stringify(value));
      }
      return { calls, rows };
    });
  } finally {
    await assembly.close();
  }
}

type OnAnswer = (output: unknown) => void;

export const policy = (...Statement: readonly object[]): string => JSON.stringify({ Version: '2012-10-17', Statement });

const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');

const root = (account: string) => ({ AWS: `arn:aws:iam::${account}:root` });
const everything = { Effect: 'Allow', Action: '*', Resource: '*' };

/** The policy of a key that gives access to whom it names, and leaves nothing to IAM. */
export const undelegated = policy({
  Effect: 'Allow',
  Principal: { AWS: `arn:aws:iam::${ACCOUNT}:user/admin` },
  Action: 'kms:*',
  Resource: '*',
});

export const buckets = ['plain', 'sealed', 'kept', 'mirror', 'foreign'] as const;

async function prepare(): Promise<{ readonly folder: string; readonly names: Names }> {
  const folder = mkdtempSync(join(tmpdir(), 'ssebox-gate-'));
  const line = commandLineIn(folder);
  putFiles(line);
  writeFileSync(line.path('secret'), Buffer.alloc(32, 'k'));
  writeFileSync(
    line.path('policy'),
    policy({ ...everything, Principal: '*', Action: 's3:*', Resource: 'arn:aws:s3:::plain/*' }),
  );
  const names: Record<string, string> = { account: ACCOUNT, other: OTHER_ACCOUNT };
  const make = async (service: ServiceName, name: string, input: object, as?: string) => {
    let answer: unknown;
    const change = { service, name, input, ...(as !== undefined && { as }) };
    await changed(line, [change], (output) => {
      answer = output;
    });
    return answer as Readonly<Record<string, Readonly<Record<string, string>>>> & {
      readonly CiphertextBlob: Uint8Array;
    };
  };
  const foreign = `${OTHER_ACCOUNT}:user/admin`;
  for (const [name, Policy, as] of [
    ['app', undefined, undefined],
    ['held', undelegated, undefined],
    ['theirs', undefined, foreign],
  ] as const) {
    const { KeyMetadata } = await make('kms', 'CreateKey', { Policy }, as);
    names[name] = KeyMetadata?.Arn ?? '';
    await make('kms', 'CreateAlias', { AliasName: `alias/${name}`, TargetKeyId: KeyMetadata?.KeyId }, as);
  }
  const { CiphertextBlob } = await make('kms', 'Encrypt', { KeyId: names.app, Plaintext: Buffer.from('hello') });
  writeFileSync(line.path('blob'), CiphertextBlob);
  const signing = await make('kms', 'CreateKey', { KeySpec: 'ECC_NIST_P256', KeyUsage: 'SIGN_VERIFY' });
  names.signing = signing.KeyMetadata?.Arn ?? '';
  for (const Bucket of buckets)
    await make('s3', 'CreateBucket', { Bucket }, Bucket === 'foreign' ? foreign : undefined);
  for (const Bucket of ['kept', 'mirror']) {
    await make('s3', 'PutBucketVersioning', { Bucket, VersioningConfiguration: { Status: 'Enabled' } });
  }
  const byDefault = { SSEAlgorithm: 'aws:kms', KMSMasterKeyID: names.app };
  await make('s3', 'PutBucketEncryption', {
    Bucket: 'sealed',
    ServerSideEncryptionConfiguration: { Rules: [{ ApplyServerSideEncryptionByDefault: byDefault }] },
  });
  for (const Bucket of buckets) {
    const as = Bucket === 'foreign' ? foreign : undefined;
    await make('s3', 'PutObject', { Bucket, Key: 'small', Body: Buffer.from('small'), Tagging: 'team=a' }, as);
    await make('s3', 'PutObject', { Bucket, Key: 'folder/other', Body: Buffer.from('other') }, as);
  }
  await make('s3', 'PutObject', { Bucket: 'kept', Key: 'small', Body: Buffer.from('newer') });
  await make('s3', 'PutBucketEncryption', {
    Bucket: 'plain',
    ServerSideEncryptionConfiguration: {
      Rules: [
        {
          ApplyServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' },
          BlockedEncryptionTypes: { EncryptionType: ['NONE'] },
        },
      ],
    },
  });
  await line.ok([
    's3',
    'put',
    line.path('little'),
    's3://plain/customer',
    '--sse-c',
    '--sse-c-key',
    `fileb://${line.path('secret')}`,
  ]);
  await line.ok(['s3', 'cp', line.path('big'), 's3://sealed/large']);
  for (const UserName of ['ann', 'bob'])
    await make('iam', 'CreateUser', { UserName, Tags: [{ Key: 'team', Value: 'a' }] });
  await make('iam', 'CreateUser', { UserName: 'eve' }, foreign);
  const Role = await make('iam', 'CreateRole', { RoleName: 'replicator', AssumeRolePolicyDocument: replicatorTrust });
  const PolicyDocument = policy({ Effect: 'Allow', Action: roleActions, Resource: '*' });
  await make('iam', 'PutRolePolicy', { RoleName: 'replicator', PolicyName: 'replicate', PolicyDocument });
  await make('s3', 'PutBucketReplication', {
    Bucket: 'kept',
    ReplicationConfiguration: {
      Role: Role.Role?.Arn,
      Rules: [
        {
          Priority: 1,
          Status: 'Enabled',
          Filter: {},
          DeleteMarkerReplication: { Status: 'Enabled' },
          SourceSelectionCriteria: { SseKmsEncryptedObjects: { Status: 'Enabled' } },
          Destination: { Bucket: 'arn:aws:s3:::mirror', EncryptionConfiguration: { ReplicaKmsKeyID: names.app } },
        },
      ],
    },
  });
  for (const [name, Bucket] of [
    ['upload', 'sealed'],
    ['plainUpload', 'plain'],
  ] as const) {
    const { UploadId } = await make('s3', 'CreateMultipartUpload', { Bucket, Key: 'parts' });
    await make('s3', 'UploadPart', { Bucket, Key: 'parts', UploadId, PartNumber: 1, Body: Buffer.from('part') });
    names[name] = textOf(UploadId);
  }
  const versions = await make('s3', 'ListObjectVersions', { Bucket: 'kept', Prefix: 'small' });
  const [, older] = versions.Versions as unknown as readonly { readonly VersionId: string }[];
  names.version = older?.VersionId ?? '';
  const trust = policy({ Effect: 'Allow', Principal: root(ACCOUNT), Action: ['sts:AssumeRole', 'sts:TagSession'] });
  await make('iam', 'CreateRole', { RoleName: 'worker', AssumeRolePolicyDocument: trust });
  const limit = await make('iam', 'CreatePolicy', { PolicyName: 'limit', PolicyDocument: policy(everything) });
  names.limit = limit.Policy?.Arn ?? '';
  const session = { RoleArn: `arn:aws:iam::${ACCOUNT}:role/worker`, RoleSessionName: 'limited' };
  const limited = policy(
    { Effect: 'Allow', Action: ['s3:*', 'kms:Decrypt', 'iam:Get*'], Resource: '*' },
    { Effect: 'Deny', Action: 's3:DeleteObject', Resource: '*' },
  );
  const assumed = await make('sts', 'AssumeRole', { ...session, Policy: limited, Tags: [{ Key: 'team', Value: 'b' }] });
  names.session = assumed.Credentials?.AccessKeyId ?? '';
  const own = await make('iam', 'CreateAccessKey', { UserName: 'ann' });
  const token = await make('sts', 'GetSessionToken', {}, own.AccessKey?.AccessKeyId);
  names.token = token.Credentials?.AccessKeyId ?? '';
  return { folder, names };
}

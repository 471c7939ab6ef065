/** Whatever operations do to a store, in whatever order and whether they succeed or not: nothing of it is damaged. */

import { constants, createPublicKey, publicEncrypt } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { AwsError } from '../../src/api/errors.ts';
import type { Region } from '../../src/api/regions.ts';
import { replicateQueue } from '../../src/s3/replication/replicate-queue.ts';
import { verifyStore } from '../../src/upkeep/verify.ts';
import { contentOf } from '../support/content.ts';
import { DAY, START, testEnvironment } from '../support/harness.ts';
import { newReplication } from '../support/replicated-bucket.ts';
import { openSession, type StoreSession } from '../support/store-session.ts';

const RUNS = 6;
const ACCOUNT = '111122223333';

/** A store in the making, with what its operations gave names to. */
interface Trial extends StoreSession {
  readonly keyIds: string[];
  readonly uploads: { readonly Bucket: string; readonly Key: string; readonly UploadId: string }[];
  advance(ms: number): void;
}

/** An operation on one of a few things, which a number chooses. */
type Act = (trial: Trial, choice: number) => Promise<unknown>;

const of = <T>(choices: readonly T[], choice: number): T | undefined => choices[choice % choices.length];
const userName = (choice: number) => `User${choice % 3}`;
const GroupName = 'Group';
const PolicyName = 'Policy';
const PolicyArn = `arn:aws:iam::${ACCOUNT}:policy/${PolicyName}`;
const RoleName = 'Role';
const AliasName = 'alias/one';
const Bucket = (choice: number) => of(['plain', 'versioned', 'source', 'short-lived'], choice) ?? '';
const Key = (choice: number) => of(['a', 'b'], choice >> 2) ?? '';
const size = (choice: number) => of([0, 100, 70_000, 300_000], choice >> 3) ?? 0;
const region = (choice: number): Region => of(['us-east-1', 'us-east-1', 'eu-west-1'], choice) ?? 'us-east-1';
const trust = JSON.stringify({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Principal: { Service: 's3.amazonaws.com' }, Action: 'sts:AssumeRole' }],
});
const document = JSON.stringify({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }],
});

/** The operations on a key that take nothing else. */
const keyOperations = [
  'EnableKey',
  'DisableKey',
  'EnableKeyRotation',
  'DisableKeyRotation',
  'RotateKeyOnDemand',
  'CancelKeyDeletion',
  'DeleteImportedKeyMaterial',
  'GenerateDataKeyWithoutPlaintext',
] as const;

const withKey =
  (act: (KeyId: string, trial: Trial, choice: number) => Promise<unknown>): Act =>
  async (trial, choice) => {
    const KeyId = of(trial.keyIds, choice);
    return KeyId === undefined ? undefined : act(KeyId, trial, choice);
  };

async function createKey({ call, keyIds }: Trial, choice: number): Promise<void> {
  const Origin = of(['AWS_KMS', 'EXTERNAL'] as const, choice);
  const { KeyMetadata } = await call('kms', 'CreateKey', { Origin, MultiRegion: choice % 4 > 1 }, region(choice >> 2));
  keyIds.push(KeyMetadata?.Arn ?? '');
}

/** The same few materials, so that some are imported again, and out of order. */
async function importMaterial(KeyId: string, { call }: Trial, choice: number): Promise<void> {
  const in_ = KeyId.split(':')[3] as Region;
  const parameters = { KeyId, WrappingAlgorithm: 'RSAES_OAEP_SHA_256', WrappingKeySpec: 'RSA_2048' } as const;
  const { PublicKey, ImportToken } = await call('kms', 'GetParametersForImport', parameters, in_);
  const key = createPublicKey({ key: Buffer.from(PublicKey ?? []), format: 'der', type: 'spki' });
  const wrapping = { key, padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash: 'sha256' };
  const EncryptedKeyMaterial = publicEncrypt(wrapping, contentOf(`material ${choice % 3}`, 32));
  await call(
    'kms',
    'ImportKeyMaterial',
    {
      KeyId,
      ImportToken: ImportToken ?? new Uint8Array(),
      EncryptedKeyMaterial,
      ImportType: of(['NEW_KEY_MATERIAL', 'EXISTING_KEY_MATERIAL', undefined] as const, choice >> 2),
      ...(choice % 2 === 0
        ? { ExpirationModel: 'KEY_MATERIAL_DOES_NOT_EXPIRE' as const }
        : { ValidTo: new Date(START + 400 * DAY) }),
    },
    in_,
  );
}

async function createUpload({ call, uploads }: Trial, choice: number): Promise<void> {
  const at = { Bucket: Bucket(choice), Key: Key(choice) };
  const { UploadId } = await call('s3', 'CreateMultipartUpload', at);
  uploads.push({ ...at, UploadId: UploadId ?? '' });
}

const withUpload =
  (act: (upload: Trial['uploads'][number], trial: Trial, choice: number) => Promise<unknown>): Act =>
  async (trial, choice) => {
    const upload = of(trial.uploads, choice);
    return upload && act(upload, trial, choice);
  };

const acts: Readonly<Record<string, Act>> = {
  createUser: ({ call }, choice) => call('iam', 'CreateUser', { UserName: userName(choice) }),
  renameUser: ({ call }, choice) =>
    call('iam', 'UpdateUser', { UserName: userName(choice), NewUserName: userName(choice >> 2), NewPath: '/new/' }),
  deleteUser: ({ call }, choice) => call('iam', 'DeleteUser', { UserName: userName(choice) }),
  createGroup: ({ call }) => call('iam', 'CreateGroup', { GroupName }),
  deleteGroup: ({ call }) => call('iam', 'DeleteGroup', { GroupName }),
  addToGroup: ({ call }, choice) => call('iam', 'AddUserToGroup', { GroupName, UserName: userName(choice) }),
  removeFromGroup: ({ call }, choice) => call('iam', 'RemoveUserFromGroup', { GroupName, UserName: userName(choice) }),
  createPolicy: ({ call }) => call('iam', 'CreatePolicy', { PolicyName, PolicyDocument: document }),
  changePolicy: ({ call }) =>
    call('iam', 'CreatePolicyVersion', { PolicyArn, PolicyDocument: document, SetAsDefault: true }),
  deletePolicyVersion: ({ call }) => call('iam', 'DeletePolicyVersion', { PolicyArn, VersionId: 'v1' }),
  deletePolicy: ({ call }) => call('iam', 'DeletePolicy', { PolicyArn }),
  attachToUser: ({ call }, choice) => call('iam', 'AttachUserPolicy', { UserName: userName(choice), PolicyArn }),
  detachFromUser: ({ call }, choice) => call('iam', 'DetachUserPolicy', { UserName: userName(choice), PolicyArn }),
  attachToGroup: ({ call }) => call('iam', 'AttachGroupPolicy', { GroupName, PolicyArn }),
  attachToRole: ({ call }) => call('iam', 'AttachRolePolicy', { RoleName, PolicyArn }),
  detachFromRole: ({ call }) => call('iam', 'DetachRolePolicy', { RoleName, PolicyArn }),
  boundUser: ({ call }, choice) =>
    call('iam', 'PutUserPermissionsBoundary', { UserName: userName(choice), PermissionsBoundary: PolicyArn }),
  unboundUser: ({ call }, choice) => call('iam', 'DeleteUserPermissionsBoundary', { UserName: userName(choice) }),
  createRole: ({ call }) =>
    call('iam', 'CreateRole', { RoleName, AssumeRolePolicyDocument: trust, PermissionsBoundary: PolicyArn }),
  deleteRole: ({ call }) => call('iam', 'DeleteRole', { RoleName }),
  createAccessKey: ({ call }, choice) => call('iam', 'CreateAccessKey', { UserName: userName(choice) }),
  deleteAccessKey: async ({ call }, choice) => {
    const { AccessKeyMetadata } = await call('iam', 'ListAccessKeys', { UserName: userName(choice) });
    const AccessKeyId = AccessKeyMetadata[0]?.AccessKeyId ?? 'AKIANOTHERE000000000';
    await call('iam', 'DeleteAccessKey', { UserName: userName(choice), AccessKeyId });
  },
  createKey,
  changeKey: withKey((KeyId, { callByName }, choice) =>
    callByName('kms', of(keyOperations, choice >> 3) ?? '', {
      KeyId,
      ...(choice >> 3 === 7 && { NumberOfBytes: 32 }),
    }),
  ),
  scheduleDeletion: withKey((KeyId, { call }) => call('kms', 'ScheduleKeyDeletion', { KeyId, PendingWindowInDays: 7 })),
  replicateKey: withKey((KeyId, { call }, choice) =>
    call('kms', 'ReplicateKey', { KeyId, ReplicaRegion: of(['eu-west-1', 'us-west-2'], choice >> 2) ?? '' }),
  ),
  updatePrimary: withKey((KeyId, { call }) =>
    call('kms', 'UpdatePrimaryRegion', { KeyId, PrimaryRegion: 'eu-west-1' }),
  ),
  importMaterial: withKey(importMaterial),
  importIntoReplica: withKey((KeyId, trial, choice) =>
    importMaterial(KeyId.replace('us-east-1', 'eu-west-1'), trial, choice),
  ),
  createAlias: withKey((TargetKeyId, { call }) => call('kms', 'CreateAlias', { AliasName, TargetKeyId })),
  updateAlias: withKey((TargetKeyId, { call }) => call('kms', 'UpdateAlias', { AliasName, TargetKeyId })),
  deleteAlias: ({ call }) => call('kms', 'DeleteAlias', { AliasName }),
  createGrant: withKey((KeyId, { call }, choice) => {
    const principal = `arn:aws:iam::${ACCOUNT}:user/admin`;
    return call('kms', 'CreateGrant', {
      KeyId,
      GranteePrincipal: principal,
      ...(choice % 2 === 0 && { RetiringPrincipal: principal }),
      Operations: ['DescribeKey'],
    });
  }),
  endGrant: withKey(async (KeyId, { call }, choice) => {
    const { Grants = [] } = await call('kms', 'ListGrants', { KeyId });
    const GrantId = Grants[0]?.GrantId ?? '0'.repeat(64);
    await call('kms', choice % 2 === 0 ? 'RevokeGrant' : 'RetireGrant', { KeyId, GrantId });
  }),
  createBucket: ({ call }) => call('s3', 'CreateBucket', { Bucket: 'short-lived' }),
  deleteBucket: ({ call }) => call('s3', 'DeleteBucket', { Bucket: 'short-lived' }),
  setVersioning: ({ call }, choice) => {
    const Status = of(['Enabled', 'Suspended'] as const, choice >> 2) ?? 'Enabled';
    return call('s3', 'PutBucketVersioning', { Bucket: Bucket(choice), VersioningConfiguration: { Status } });
  },
  put: ({ call }, choice) =>
    call('s3', 'PutObject', { Bucket: Bucket(choice), Key: Key(choice), Body: contentOf(`${choice}`, size(choice)) }),
  putUnderKey: ({ call, keyIds }, choice) =>
    call('s3', 'PutObject', {
      Bucket: Bucket(choice),
      Key: Key(choice),
      Body: contentOf(`${choice}`, size(choice)),
      ServerSideEncryption: of(['aws:kms', 'aws:kms:dsse'] as const, choice),
      SSEKMSKeyId: of(keyIds, choice),
      ...(choice % 2 === 0 && { BucketKeyEnabled: true }),
    }),
  copy: ({ call }, choice) =>
    call('s3', 'CopyObject', {
      Bucket: Bucket(choice >> 1),
      Key: Key(choice >> 1),
      CopySource: `${Bucket(choice)}/${Key(choice)}`,
      MetadataDirective: 'REPLACE',
    }),
  delete: ({ call }, choice) => call('s3', 'DeleteObject', { Bucket: Bucket(choice), Key: Key(choice) }),
  deleteVersion: async ({ call }, choice) => {
    const at = Bucket(choice);
    const { Versions = [], DeleteMarkers = [] } = await call('s3', 'ListObjectVersions', { Bucket: at });
    const version = of([...Versions, ...DeleteMarkers], choice);
    if (version) await call('s3', 'DeleteObject', { Bucket: at, Key: version.Key ?? '', VersionId: version.VersionId });
  },
  tag: ({ call }, choice) => {
    const Tagging = { TagSet: [{ Key: 'a', Value: `${choice}` }] };
    return call('s3', 'PutObjectTagging', { Bucket: Bucket(choice), Key: Key(choice), Tagging });
  },
  createUpload,
  uploadPart: withUpload((upload, { call }, choice) => {
    const Body = contentOf(`${choice}`, size(choice));
    return call('s3', 'UploadPart', { ...upload, PartNumber: 1 + (choice % 2), Body });
  }),
  completeUpload: withUpload(async (upload, { call }) => {
    const { Parts = [] } = await call('s3', 'ListParts', upload);
    const MultipartUpload = { Parts: Parts.map(({ PartNumber, ETag }) => ({ PartNumber, ETag })) };
    await call('s3', 'CompleteMultipartUpload', { ...upload, MultipartUpload });
  }),
  abortUpload: withUpload((upload, { call }) => call('s3', 'AbortMultipartUpload', upload)),
  replicate: async ({ assembly }) => {
    for await (const _ of replicateQueue(assembly, { region: 'us-east-1' }));
  },
  timePasses: async ({ call, advance }, choice) => {
    advance((of([1, 8, 400], choice) ?? 1) * DAY);
    await call('kms', 'ListKeys', {});
  },
};

type Step = readonly [name: string, choice: number];

const steps = fc.array(fc.tuple(fc.constantFrom(...Object.keys(acts)), fc.nat(63)), {
  minLength: 60,
  maxLength: 160,
  size: 'max',
});

/** So that most of the steps find what they need. */
const beginning: readonly Step[] = [
  ...(['createUser', 'createGroup', 'createPolicy', 'createRole', 'createBucket', 'put'] as const).map(
    (name) => [name, 0] as const,
  ),
  ...[0, 1, 2, 3, 7].map((choice) => ['createKey', choice] as const),
];

/** Carries out the steps in a new store. @returns which of them were done, and what is then damaged or unnamed. */
async function carryOut(all: readonly Step[]): Promise<{ done: string[]; found: string[] }> {
  const folder = mkdtempSync(join(tmpdir(), 'ssebox-healthy-'));
  let now = START;
  const session = await openSession(folder, { environment: testEnvironment(() => now) });
  const advance = (ms: number) => {
    now += ms;
  };
  const trial: Trial = { ...session, keyIds: [], uploads: [], advance };
  const done: string[] = [];
  try {
    for (const name of ['plain', 'versioned']) await session.call('s3', 'CreateBucket', { Bucket: name });
    await newReplication(session, 'source', [{ Bucket: 'replicas', region: 'eu-west-1' }]);
    for (const [name, choice] of [...beginning, ...all]) {
      try {
        await acts[name]?.(trial, choice);
        done.push(name);
      } catch (error) {
        if (!(error instanceof AwsError)) throw error;
      }
    }
    const { Damaged, Unnamed } = await verifyStore(session.assembly, () => {}, new AbortController().signal);
    return { done, found: [...Damaged, ...Unnamed] };
  } finally {
    await session.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

test('after any sequence of operations, refused ones among them, nothing is damaged', {
  timeout: 120_000,
}, async () => {
  const done = new Set<string>();
  await fc.assert(
    fc.asyncProperty(steps, async (all) => {
      const trial = await carryOut(all);
      for (const name of trial.done) done.add(name);
      expect(trial.found).toEqual([]);
    }),
    { numRuns: RUNS },
  );
  // The steps are not all refused.
  expect(done.size).toBeGreaterThan(Object.keys(acts).length * 0.8);
});

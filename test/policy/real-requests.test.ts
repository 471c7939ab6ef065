/**
 * What findings say of condition keys against the requests that operations make: no key that a request has is said to be
 * missing from it, and no value that it has is said to be none.
 */

import { expect, test } from 'vitest';
import type { OperationName, ServiceName } from '../../src/api/model/operations.ts';
import { mayHaveKey } from '../../src/policy/action-keys.ts';
import { otherForm } from '../../src/policy/key-values.ts';
import { namedActions } from '../../src/policy/known-actions.ts';
import { isKnownConditionKey } from '../../src/policy/known-condition-keys.ts';
import { requestsFor } from '../kms/operation-inputs.ts';
import { newWorld, type World } from '../support/harness.ts';

const bytes = Buffer.from('x');
const EncryptionContext = { App: 'a' };
const Tags = [{ TagKey: 'team', TagValue: 'a' }];

/** Requests of KMS besides those about a key. */
const others = (KeyId: string): readonly (readonly [string, object])[] => [
  ['CreateKey', { MultiRegion: true, Tags, BypassPolicyLockoutSafetyCheck: true }],
  ['ListKeys', {}],
  ['ListAliases', { KeyId }],
  ['GenerateRandom', { NumberOfBytes: 1 }],
  ['ListRetirableGrants', { RetiringPrincipal: 'arn:aws:iam::111122223333:root' }],
  ['DescribeCustomKeyStores', {}],
  ['CreateAlias', { AliasName: 'alias/other', TargetKeyId: KeyId }],
  ['DescribeKey', { KeyId: 'alias/app' }],
  ['Encrypt', { KeyId: 'alias/app', Plaintext: bytes, EncryptionContext }],
  ['GenerateDataKey', { KeyId, KeySpec: 'AES_256', EncryptionContext }],
  ['GenerateDataKeyPair', { KeyId, KeyPairSpec: 'ECC_NIST_P256', EncryptionContext }],
  ['ReplicateKey', { KeyId, ReplicaRegion: 'eu-west-1', Tags }],
  ['ScheduleKeyDeletion', { KeyId, PendingWindowInDays: 7 }],
  ['DisableKey', { KeyId }],
  ['EnableKeyRotation', { KeyId, RotationPeriodInDays: 90 }],
  [
    'CreateGrant',
    {
      KeyId,
      GranteePrincipal: 'arn:aws:iam::111122223333:root',
      RetiringPrincipal: 'arn:aws:iam::111122223333:root',
      Operations: ['Decrypt'],
      Constraints: { EncryptionContextSubset: EncryptionContext },
    },
  ],
];

const Bucket = 'photos';
const Key = 'a';
const ofS3: readonly (readonly [string, object])[] = [
  ['CreateBucket', { Bucket: 'others', ACL: 'private', ObjectOwnership: 'BucketOwnerEnforced' }],
  ['ListObjectsV2', { Bucket, Prefix: 'a', Delimiter: '/', MaxKeys: 2 }],
  ['ListObjectVersions', { Bucket, Prefix: 'a' }],
  ['ListBuckets', {}],
  ['PutObject', { Bucket, Key, ServerSideEncryption: 'AES256', ACL: 'bucket-owner-full-control', Tagging: 'a=b' }],
  [
    'PutObject',
    { Bucket, Key, ServerSideEncryption: 'aws:kms', SSEKMSKeyId: 'alias/app', StorageClass: 'STANDARD_IA' },
  ],
  ['PutObject', { Bucket, Key, IfNoneMatch: '*' }],
  ['GetObject', { Bucket, Key }],
  ['GetObject', { Bucket, Key, VersionId: 'null' }],
  ['GetObjectTagging', { Bucket, Key }],
  ['PutObjectTagging', { Bucket, Key, Tagging: { TagSet: [{ Key: 'c', Value: 'd' }] } }],
  ['CopyObject', { Bucket, Key: 'b', CopySource: 'photos/a', MetadataDirective: 'COPY', TaggingDirective: 'COPY' }],
  ['CreateMultipartUpload', { Bucket, Key: 'c', ServerSideEncryption: 'aws:kms' }],
  ['DeleteObject', { Bucket, Key }],
  ['GetBucketPolicy', { Bucket }],
  ['PutBucketTagging', { Bucket, Tagging: { TagSet: [{ Key: 'c', Value: 'd' }] } }],
];

/** Tries a request and looks at each permission that it needs. @returns the actions */
async function look(world: World, service: ServiceName, name: string, input: object): Promise<readonly string[]> {
  const { decisions } = await world.explain(service, name as OperationName<typeof service>, input as never);
  for (const [index, { action, context }] of decisions.entries()) {
    const named = namedActions(action);
    expect(named.kind === 'known' && named.names, action).toEqual([action]);
    for (const [key, value] of Object.entries(context)) {
      const lower = key.toLowerCase();
      expect(isKnownConditionKey(lower), key).toBe(true);
      // AWS documents the keys of S3's permissions for the operation that each is the first of.
      if (index === 0 || !key.startsWith('s3:')) {
        expect([action, key, mayHaveKey(action, lower)]).toEqual([action, key, true]);
      }
      for (const each of [value].flat()) {
        const takes = otherForm(lower, each, { wildcards: false, anyCase: false });
        expect([key, each, takes]).toEqual([key, each, undefined]);
      }
    }
  }
  return decisions.map(({ action }) => action);
}

test.for(['SYMMETRIC_DEFAULT', 'ECC_NIST_P256', 'HMAC_256'] as const)(
  'requests to KMS about a key, %s',
  async (KeySpec) => {
    const world = newWorld();
    const usages = {
      SYMMETRIC_DEFAULT: 'ENCRYPT_DECRYPT',
      ECC_NIST_P256: 'SIGN_VERIFY',
      HMAC_256: 'GENERATE_VERIFY_MAC',
    };
    const KeyUsage = usages[KeySpec] as 'ENCRYPT_DECRYPT';
    const { KeyMetadata } = await world.call('kms', 'CreateKey', { KeySpec, KeyUsage, MultiRegion: true, Tags });
    const KeyId = KeyMetadata?.KeyId ?? '';
    await world.call('kms', 'CreateAlias', { AliasName: 'alias/app', TargetKeyId: KeyId });
    const seen = new Set<string>();
    for (const [name, input] of [...Object.entries(requestsFor(KeyId)), ...others(KeyId)]) {
      for (const action of await look(world, 'kms', name, input)) seen.add(action);
    }
    expect(seen.size).toBeGreaterThan(20);
  },
);

test('requests to S3, and those of S3 to KMS', async () => {
  const world = newWorld();
  await world.call('s3', 'CreateBucket', { Bucket });
  const { KeyMetadata } = await world.call('kms', 'CreateKey', {});
  await world.call('kms', 'CreateAlias', { AliasName: 'alias/app', TargetKeyId: KeyMetadata?.KeyId ?? '' });
  await world.call('s3', 'PutObject', { Bucket, Key, Body: bytes, Tagging: 'a=b', ServerSideEncryption: 'aws:kms' });
  const seen = new Set<string>();
  for (const [name, input] of ofS3) for (const action of await look(world, 's3', name, input)) seen.add(action);
  for (const action of [
    'kms:Decrypt',
    'kms:GenerateDataKey',
    's3:GetObjectVersion',
    's3:PutObjectAcl',
    's3:ListBucket',
  ]) {
    expect([...seen]).toContain(action);
  }
});

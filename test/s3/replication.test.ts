import { expect, test } from 'vitest';
import { assemble } from '../../src/assemble.ts';
import { replicateQueue } from '../../src/s3/replication/replicate-queue.ts';
import { newWorld, type World } from '../support/harness.ts';
import { trust } from '../support/replication-role.ts';
import {
  addThird,
  COPY,
  configure,
  looseEndsOf,
  newSetting,
  queueExisting,
  replicate,
  SOURCE,
} from '../support/replication-setting.ts';
import { bytesOf, customerKey, modes } from './modes.ts';

const statusOf = async (world: World, Bucket: string, read: object = {}) =>
  (await world.call('s3', 'HeadObject', { Bucket, Key: 'k', ...read })).ReplicationStatus;

test.for(modes)(
  'an object under $name arrives in another region with its version, in its mode',
  async ({ name, write, read }) => {
    const world = newWorld();
    const { keyArn } = await newSetting(world);
    for (const bytes of [Buffer.from('hello'), Buffer.alloc(100_000, 7)]) {
      const put = await world.call('s3', 'PutObject', {
        Bucket: SOURCE,
        Key: 'k',
        Body: bytes,
        Metadata: { a: 'b' },
        Tagging: 'x=y',
        ...write,
      });
      expect(await statusOf(world, SOURCE, read)).toBe('PENDING');
      expect(await replicate(world)).toMatchObject([{ Status: 'COMPLETED', Key: 'k', VersionId: put.VersionId }]);
      expect(await statusOf(world, SOURCE, read)).toBe('COMPLETED');
      const got = await world.call('s3', 'GetObject', { Bucket: COPY, Key: 'k', ...read });
      expect((await bytesOf(got.Body)).equals(bytes)).toBe(true);
      expect(got).toMatchObject({
        ReplicationStatus: 'REPLICA',
        VersionId: put.VersionId,
        Metadata: { a: 'b' },
        TagCount: 1,
      });
      const isKms = name.includes('KMS');
      expect(got.SSEKMSKeyId).toBe(isKms ? keyArn : undefined);
      expect(got.ServerSideEncryption).toBe(write.ServerSideEncryption);
      expect(got.BucketKeyEnabled).toBe(write.BucketKeyEnabled);
      expect(got.ETag === put.ETag).toBe(!isKms);
    }
  },
);

// As for other writes: the policy compares the ARN, however the rule names the key.
test('a policy that asks for one key knows the key of a replica by its ARN, its id and its alias', async () => {
  const world = newWorld();
  const { keyArn } = await newSetting(world);
  await world.call('kms', 'CreateAlias', { AliasName: 'alias/copy', TargetKeyId: keyArn }, { region: 'eu-west-1' });
  const policy = (Condition: object) =>
    JSON.stringify({
      Version: '2012-10-17',
      Statement: [
        { Effect: 'Deny', Principal: '*', Action: 's3:ReplicateObject', Resource: `arn:aws:s3:::${COPY}/*`, Condition },
      ],
    });
  const named = 's3:x-amz-server-side-encryption-aws-kms-key-id';
  const [prefix = '', id = ''] = keyArn.split('key/');
  for (const name of [keyArn, id, `${prefix}alias/copy`]) {
    await configure(world, name, {});
    for (const [key, status] of [
      [keyArn, 'COMPLETED'],
      [keyArn.replace(/.$/, 'x'), 'FAILED'],
    ] as const) {
      await world.call('s3', 'PutBucketPolicy', {
        Bucket: COPY,
        Policy: policy({ StringNotEquals: { [named]: key } }),
      });
      const put = { Bucket: SOURCE, Key: 'k', Body: Buffer.from('x'), ServerSideEncryption: 'aws:kms' } as const;
      await world.call('s3', 'PutObject', put);
      expect(await replicate(world)).toMatchObject([{ Status: status }]);
    }
  }
});

// Amazon S3 User Guide, "Amazon S3 replication failure reasons".
test.for([
  ['s3:GetObjectVersionForReplication', 'SrcGetObjectNotPermitted'],
  ['s3:ReplicateObject', 'DstPutObjectNotPermitted'],
  ['s3:ReplicateTags', 'DstPutTaggingNotPermitted'],
  ['kms:Decrypt', 'SrcGetObjectNotPermitted'],
  ['kms:Encrypt', 'DstPutObjectNotPermitted'],
] as const)('without %s replication fails: %s', async ([action, reason]) => {
  const world = newWorld();
  await newSetting(world, {}, [action]);
  const { KeyMetadata } = await world.call('kms', 'CreateKey', {});
  await world.call('s3', 'PutObject', {
    Bucket: SOURCE,
    Key: 'k',
    Body: Buffer.from('x'),
    Tagging: 'x=y',
    ServerSideEncryption: 'aws:kms',
    SSEKMSKeyId: KeyMetadata?.Arn,
  });
  const [outcome] = await replicate(world);
  expect(outcome).toMatchObject({ Status: 'FAILED', FailureReason: reason });
  expect(outcome?.Message).toContain(action);
  expect(await statusOf(world, SOURCE)).toBe('FAILED');
  expect(await world.refusal('s3', 'HeadObject', { Bucket: COPY, Key: 'k' })).toMatch(/^NoSuchKey/);
});

test("a replica key in another region than the destination's is not found", async () => {
  const world = newWorld();
  const { KeyMetadata } = await world.call('kms', 'CreateKey', {});
  await newSetting(world);
  await configure(world, KeyMetadata?.Arn ?? '', {});
  await world.call('s3', 'PutObject', {
    Bucket: SOURCE,
    Key: 'k',
    Body: Buffer.from('x'),
    ServerSideEncryption: 'aws:kms',
  });
  expect(await replicate(world)).toMatchObject([
    { Status: 'FAILED', FailureReason: 'DstKmsKeyNotFound', Message: 'Invalid arn us-east-1' },
  ]);
});

test('a role that does not trust S3 cannot replicate', async () => {
  const world = newWorld();
  await newSetting(world);
  await world.call('iam', 'UpdateAssumeRolePolicy', {
    RoleName: 'replicator',
    PolicyDocument: trust.replace('s3.', 'ec2.'),
  });
  await world.call('s3', 'PutObject', { Bucket: SOURCE, Key: 'k', Body: Buffer.from('x') });
  expect(await replicate(world)).toMatchObject([{ FailureReason: 'AssumeRoleNotPermitted' }]);
});

test('KMS objects are not replicated unless enabled, and a version without a rule has no status', async () => {
  const world = newWorld();
  await newSetting(world);
  await configure(world, '', {
    SourceSelectionCriteria: undefined,
    Filter: { Prefix: 'a/' },
    Destination: { Bucket: `arn:aws:s3:::${COPY}` },
  });
  await world.call('s3', 'PutObject', {
    Bucket: SOURCE,
    Key: 'a/kms',
    Body: Buffer.from('x'),
    ServerSideEncryption: 'aws:kms',
  });
  await world.call('s3', 'PutObject', { Bucket: SOURCE, Key: 'b', Body: Buffer.from('x') });
  await world.call('s3', 'PutObject', { Bucket: SOURCE, Key: 'a/s3', Body: Buffer.from('x') });
  expect((await replicate(world)).map(({ Key }) => Key)).toEqual(['a/s3']);
});

test('delete markers are replicated; deleting a version is not, and cancels its replication', async () => {
  const world = newWorld();
  await newSetting(world);
  const { VersionId } = await world.call('s3', 'PutObject', { Bucket: SOURCE, Key: 'k', Body: Buffer.from('x') });
  await replicate(world);
  await world.call('s3', 'DeleteObject', { Bucket: SOURCE, Key: 'k' });
  expect(await replicate(world)).toMatchObject([{ Status: 'COMPLETED' }]);
  expect(await world.refusal('s3', 'GetObject', { Bucket: COPY, Key: 'k' })).toMatch(/^NoSuchKey/);
  await world.call('s3', 'DeleteObject', { Bucket: SOURCE, Key: 'k', VersionId });
  expect((await world.call('s3', 'ListObjectVersions', { Bucket: COPY })).Versions).toHaveLength(1);
  const second = await world.call('s3', 'PutObject', { Bucket: SOURCE, Key: 'k', Body: Buffer.from('y') });
  await world.call('s3', 'DeleteObject', { Bucket: SOURCE, Key: 'k', VersionId: second.VersionId });
  expect(await replicate(world)).toMatchObject([{ Status: 'GONE' }]);
});

test("a destination that blocks customers' keys fails the replica", async () => {
  const world = newWorld();
  await newSetting(world);
  await world.call('s3', 'PutBucketEncryption', {
    Bucket: COPY,
    ServerSideEncryptionConfiguration: { Rules: [{ BlockedEncryptionTypes: { EncryptionType: ['SSE-C'] } }] },
  });
  await world.call('s3', 'PutObject', { Bucket: SOURCE, Key: 'k', Body: Buffer.from('x'), ...customerKey });
  expect(await replicate(world)).toMatchObject([{ Status: 'FAILED', FailureReason: 'DstPutObjectNotPermitted' }]);
});

test('two destinations are two replications, and if one fails the status is FAILED', async () => {
  const world = newWorld();
  const { keyArn } = await newSetting(world);
  await addThird(world, ['copy', 'third']);
  expect(keyArn).toContain('eu-west-1');
  await world.call('s3', 'PutObject', { Bucket: SOURCE, Key: 'k', Body: Buffer.from('x') });
  await world.call('s3', 'DeleteBucket', { Bucket: 'third' });
  expect(await replicate(world)).toMatchObject([
    { RuleId: 'copy', Status: 'COMPLETED' },
    { RuleId: 'third', Status: 'FAILED', FailureReason: 'DstBucketNotFound' },
  ]);
  expect(await statusOf(world, SOURCE)).toBe('FAILED');
});

// "Creation time of the replica remains the same as the corresponding object": Amazon S3 User Guide, "Additional
// considerations" of replication. So a replica that comes late does not hide a newer one.
test('a replica that arrives late is placed by its time', async () => {
  const world = newWorld();
  const { keyArn } = await newSetting(world);
  const put = async (body: string) => {
    world.advance(1000);
    return (await world.call('s3', 'PutObject', { Bucket: SOURCE, Key: 'k', Body: Buffer.from(body) })).VersionId;
  };
  // Only the newest is replicated at once.
  await world.call('s3', 'DeleteBucketReplication', { Bucket: SOURCE });
  const early = [await put('1'), await put('2')];
  await configure(world, keyArn, {});
  const versions = [...early, await put('3')];
  await world.call('s3', 'DeleteObject', { Bucket: SOURCE, Key: 'k' });
  await replicate(world);
  const listed = async (Bucket: string) => {
    const { Versions = [], DeleteMarkers = [] } = await world.call('s3', 'ListObjectVersions', { Bucket });
    return [...DeleteMarkers, ...Versions].map(({ VersionId, LastModified }) => [VersionId, LastModified]);
  };
  expect(await listed(COPY)).toHaveLength(2);
  await queueExisting(world);
  expect(await replicate(world)).toMatchObject(early.map((VersionId) => ({ Status: 'COMPLETED', VersionId })));
  expect(await listed(COPY)).toEqual(await listed(SOURCE));
  for (const VersionId of versions) {
    const { Body } = await world.call('s3', 'GetObject', { Bucket: COPY, Key: 'k', VersionId });
    expect((await bytesOf(Body)).toString()).toBe(String(versions.indexOf(VersionId) + 1));
  }
  for (const VersionId of [versions[2], versions[0]]) {
    for (const Bucket of [COPY, SOURCE]) await world.call('s3', 'DeleteObject', { Bucket, Key: 'k', VersionId });
    expect(await listed(COPY)).toEqual(await listed(SOURCE));
  }
  expect(await looseEndsOf(world)).toEqual([]);
});

test.for(modes)('new tags of a version under $name are replicated, and its bytes stay', async ({ write, read }) => {
  const world = newWorld();
  await newSetting(world);
  for (const [i, bytes] of [Buffer.from('hello'), Buffer.alloc(100_000, 7)].entries()) {
    const { VersionId } = await world.call('s3', 'PutObject', { Bucket: SOURCE, Key: 'k', Body: bytes, ...write });
    await replicate(world);
    const TagSet = [{ Key: 'turn', Value: String(i) }];
    await world.call('s3', 'PutObjectTagging', { Bucket: SOURCE, Key: 'k', Tagging: { TagSet } });
    expect(await replicate(world)).toMatchObject([{ Status: 'COMPLETED', VersionId }]);
    const got = await world.call('s3', 'GetObject', { Bucket: COPY, Key: 'k', ...read });
    expect((await bytesOf(got.Body)).equals(bytes)).toBe(true);
    expect((await world.call('s3', 'GetObjectTagging', { Bucket: COPY, Key: 'k' })).TagSet).toEqual(TagSet);
  }
});

test('three workers on one queue do each destination once, and leave none out', async () => {
  const world = newWorld();
  await newSetting(world);
  await addThird(world, ['copy', 'third']);
  for (const Key of ['a', 'b', 'c']) {
    await world.call('s3', 'PutObject', { Bucket: SOURCE, Key, Body: Buffer.alloc(300_000, Key) });
  }
  const outcomes = await replicate(world, 3);
  const done = outcomes.flatMap(({ Status, Key, RuleId }) => (Status === 'COMPLETED' ? [`${Key} ${RuleId}`] : []));
  expect(done.sort()).toEqual(['a copy', 'a third', 'b copy', 'b third', 'c copy', 'c third']);
  for (const Bucket of [COPY, 'third']) {
    expect((await world.call('s3', 'ListObjectVersions', { Bucket })).Versions).toHaveLength(3);
  }
  expect(await looseEndsOf(world)).toEqual([]);
});

test('a version with damaged bytes is reported and waits; the others are replicated', async () => {
  const world = newWorld();
  await newSetting(world);
  for (const Key of ['a', 'b', 'c']) {
    await world.call('s3', 'PutObject', { Bucket: SOURCE, Key, Body: Buffer.alloc(1000, Key) });
  }
  const kept = world.transact((tx) => {
    const [row] = tx.objectData.under([SOURCE, 'b']);
    if (!row) throw new Error('there is no such row');
    const bytes = Uint8Array.from(row.value);
    tx.objectData.put(row.key, bytes.with(500, (bytes[500] ?? 0) ^ 1));
    return { key: row.key, bytes };
  });
  expect(await replicate(world)).toMatchObject([
    { Key: 'a', Status: 'COMPLETED' },
    { Key: 'b', Status: 'PENDING', Message: expect.stringContaining('the object "s3://source/b"') },
    { Key: 'c', Status: 'COMPLETED' },
  ]);
  world.transact((tx) => tx.objectData.put(kept.key, kept.bytes));
  expect(await replicate(world)).toMatchObject([{ Key: 'b', Status: 'COMPLETED' }]);
});

test('a version that gets other tags during its replication arrives with them', async () => {
  const world = newWorld();
  await newSetting(world);
  const object = { Bucket: SOURCE, Key: 'k' };
  await world.call('s3', 'PutObject', { ...object, Body: Buffer.alloc(1_000_000), Tagging: 'turn=1' });
  await world.reopen();
  const assembly = assemble({ folder: world.folder, environment: world.environment });
  await assembly.load('s3');
  const outcomes = replicateQueue(assembly, { region: 'us-east-1' });
  // Its first transaction is over when this returns; its bytes are not moved yet.
  const first = outcomes.next();
  const TagSet = [{ Key: 'turn', Value: '2' }];
  await world.call('s3', 'PutObjectTagging', { ...object, Tagging: { TagSet } });
  expect((await first).value).toMatchObject({ Status: 'GONE' });
  expect((await outcomes.next()).value).toMatchObject({ Status: 'COMPLETED' });
  expect((await outcomes.next()).done).toBe(true);
  await assembly.close();
  expect((await world.call('s3', 'GetObjectTagging', { ...object, Bucket: COPY })).TagSet).toEqual(TagSet);
  expect(await looseEndsOf(world)).toEqual([]);
});

// Amazon S3 User Guide, "Replicating existing objects with Batch Replication".
test('versions older than the rule are replicated on request', async () => {
  const world = newWorld();
  const { keyArn } = await newSetting(world);
  await world.call('s3', 'DeleteBucketReplication', { Bucket: SOURCE });
  for (const body of ['1', '2'])
    await world.call('s3', 'PutObject', { Bucket: SOURCE, Key: 'k', Body: Buffer.from(body) });
  await configure(world, keyArn, {});
  expect(await replicate(world)).toEqual([]);
  expect(await queueExisting(world)).toMatchObject({ Queued: 2 });
  expect(await replicate(world)).toHaveLength(2);
  const copies = await world.call('s3', 'ListObjectVersions', { Bucket: COPY });
  const sources = await world.call('s3', 'ListObjectVersions', { Bucket: SOURCE });
  expect(copies.Versions?.map(({ VersionId }) => VersionId)).toEqual(
    sources.Versions?.map(({ VersionId }) => VersionId),
  );
});

// S3 API Reference, PutBucketReplication, and "Error responses".
test.for([
  [
    'a priority, but no filter',
    { Filter: undefined, DeleteMarkerReplication: undefined },
    /^InvalidRequest: Priority cannot be used for this version/,
  ],
  [
    'delete marker replication, but no filter',
    { Filter: undefined, Priority: undefined },
    /^InvalidRequest: DeleteMarkerReplication cannot be used for this version/,
  ],
  [
    'a filter, but no priority',
    { Priority: undefined },
    /^InvalidRequest: Priority must be specified for this version/,
  ],
  [
    'a filter, but no delete marker replication',
    { DeleteMarkerReplication: undefined },
    /^InvalidRequest: DeleteMarkerReplication must be specified/,
  ],
  [
    'delete markers and tags',
    { Filter: { Tag: { Key: 'a', Value: 'b' } } },
    /^InvalidRequest: Delete marker replication is not supported if any Tag filter/,
  ],
  [
    'KMS objects and no key',
    { Destination: { Bucket: `arn:aws:s3:::${COPY}` } },
    /^InvalidRequest: ReplicaKmsKeyID must be specified/,
  ],
  [
    'an empty key, even if KMS objects stay behind',
    {
      SourceSelectionCriteria: { SseKmsEncryptedObjects: { Status: 'Disabled' } },
      Destination: { Bucket: `arn:aws:s3:::${COPY}`, EncryptionConfiguration: { ReplicaKmsKeyID: '' } },
    },
    /^InvalidArgument: Invalid ReplicaKmsKeyID ARN/,
  ],
  [
    'an empty account',
    { Destination: { Bucket: `arn:aws:s3:::${COPY}`, Account: '' } },
    /^InvalidArgument: Account {2}is not the owner/,
  ],
  [
    'a key, but no KMS objects',
    { SourceSelectionCriteria: undefined },
    /^InvalidRequest: SseKmsEncryptedObjects must be specified/,
  ],
  [
    'itself as destination',
    { Destination: { Bucket: `arn:aws:s3:::${SOURCE}` } },
    /^InvalidRequest: Destination bucket cannot be the same/,
  ],
  [
    'a missing destination',
    { Destination: { Bucket: 'arn:aws:s3:::nothing-here' } },
    /^InvalidRequest: Destination bucket must exist/,
  ],
  ['an invalid status', { Status: 'enabled' as 'Enabled' }, /^MalformedXML: /],
  [
    'an invalid storage class',
    { Destination: { Bucket: `arn:aws:s3:::${COPY}`, StorageClass: 'COLD' as 'GLACIER' } },
    /^MalformedXML: /,
  ],
  ['a destination that is not an ARN', { Destination: { Bucket: COPY } }, /^InvalidArgument: Invalid bucket ARN/],
] as const)('a rule with %s is refused', async ([, rule, expected]) => {
  const world = newWorld();
  const { keyArn } = await newSetting(world);
  await expect(
    configure(world, keyArn, rule).catch((error: Error) => `${error.name}: ${error.message}`),
  ).resolves.toMatch(expected);
});

test('replication needs versioning on both sides, which cannot be suspended while it is configured', async () => {
  const world = newWorld();
  const { keyArn } = await newSetting(world);
  const suspend = (Bucket: string) => ({ Bucket, VersioningConfiguration: { Status: 'Suspended' } }) as const;
  expect(await world.refusal('s3', 'PutBucketVersioning', suspend(SOURCE))).toMatch(
    /^InvalidBucketState: A replication configuration is present/,
  );
  await world.call('s3', 'PutBucketVersioning', suspend(COPY));
  await expect(configure(world, keyArn, {})).rejects.toThrow('Destination bucket must have versioning enabled.');
  await world.call('s3', 'DeleteBucketReplication', { Bucket: SOURCE });
  await world.call('s3', 'PutBucketVersioning', suspend(SOURCE));
  await expect(configure(world, keyArn, {})).rejects.toThrow(
    "Versioning must be 'Enabled' on the bucket to apply a replication configuration",
  );
});

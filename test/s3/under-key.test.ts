import { expect, test } from 'vitest';
import { type Scan, type ScanPlace, scanStart, scanUnderKey, type UnderKey } from '../../src/s3/objects/under-key.ts';
import { newWorld, OTHER_ACCOUNT, type World } from '../support/harness.ts';

/** The whole scan in pieces of so many rows. */
function scanned(world: World, arn: string, atOnce: number): { found: UnderKey[]; looked: number } {
  const found: UnderKey[] = [];
  let looked = 0;
  for (let place: ScanPlace | undefined = scanStart; place; ) {
    const from: ScanPlace = place;
    const scan: Scan = world.transact((tx) => scanUnderKey(arn, from, atOnce, tx));
    expect(scan.looked).toBeLessThanOrEqual(atOnce);
    found.push(...scan.found);
    looked += scan.looked;
    place = scan.next;
  }
  return { found, looked };
}

/** Objects in every way that a KMS key is used, in two accounts, and as many that it has nothing to do with. */
async function storeWithKey(): Promise<{ world: World; arn: string }> {
  const world = newWorld();
  const Policy = JSON.stringify({
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Principal: { AWS: '*' }, Action: 'kms:*', Resource: '*' }],
  });
  const { KeyMetadata } = await world.call('kms', 'CreateKey', { Policy });
  const arn = KeyMetadata?.Arn ?? '';
  const { KeyMetadata: second } = await world.call('kms', 'CreateKey', {});
  const under = (ServerSideEncryption: 'aws:kms' | 'aws:kms:dsse', SSEKMSKeyId = arn) => ({
    ServerSideEncryption,
    SSEKMSKeyId,
  });
  await world.call('s3', 'CreateBucket', { Bucket: 'mine' });
  await world.call('s3', 'PutBucketVersioning', { Bucket: 'mine', VersioningConfiguration: { Status: 'Enabled' } });
  const theirs = { as: `${OTHER_ACCOUNT}:user/admin` };
  await world.call('s3', 'CreateBucket', { Bucket: 'theirs' }, theirs);
  const put = async (Key: string, how: object, Bucket = 'mine') => {
    const options = Bucket === 'theirs' ? theirs : {};
    await world.call('s3', 'PutObject', { Bucket, Key, Body: new Uint8Array(3), ...how }, options);
  };
  await put('a', under('aws:kms'));
  await put('a', {});
  await put('b', { ...under('aws:kms'), BucketKeyEnabled: true });
  await put('c', under('aws:kms:dsse'));
  await put('d', under('aws:kms', second?.Arn));
  await put('e', under('aws:kms'));
  await world.call('s3', 'DeleteObject', { Bucket: 'mine', Key: 'e' });
  await put('x', under('aws:kms'), 'theirs');
  await world.call('s3', 'CreateMultipartUpload', { Bucket: 'mine', Key: 'u', ...under('aws:kms') });
  await world.call('s3', 'CreateMultipartUpload', { Bucket: 'mine', Key: 'v' });
  return { world, arn };
}

test.for([1, 2, 3, 1000])('everything under a key is found, %i rows at a time', async (atOnce) => {
  const { world, arn } = await storeWithKey();
  const { found, looked } = scanned(world, arn, atOnce);
  expect(found.map(({ kind, bucket, owner, key }) => `${kind} ${owner}:${bucket}/${key}`)).toEqual([
    'object 111122223333:mine/b',
    'object 111122223333:mine/c',
    'object 444455556666:theirs/x',
    'older version 111122223333:mine/a',
    'older version 111122223333:mine/e',
    'unfinished upload 111122223333:mine/u',
  ]);
  expect(looked).toBe(10);
});

test('a key under which nothing is encrypted has nothing', async () => {
  const { world } = await storeWithKey();
  expect(scanned(world, 'arn:aws:kms:us-east-1:111122223333:key/none', 4).found).toEqual([]);
});

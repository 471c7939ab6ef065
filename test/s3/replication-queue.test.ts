import { expect, test } from 'vitest';
import { newWorld, OTHER_ACCOUNT } from '../harness.ts';
import { newSetting, replicate, SOURCE } from './replication-setting.ts';

test('a bucket that is deleted takes its rules and what waited with it: one of its name, of anybody, has none', async () => {
  const world = newWorld();
  await newSetting(world);
  const { VersionId } = await world.call('s3', 'PutObject', { Bucket: SOURCE, Key: 'k', Body: Buffer.from('x') });
  await world.call('s3', 'DeleteObject', { Bucket: SOURCE, Key: 'k', VersionId });
  await world.call('s3', 'DeleteBucket', { Bucket: SOURCE });
  const other = { as: `${OTHER_ACCOUNT}:user/admin` };
  await world.call('s3', 'CreateBucket', { Bucket: SOURCE }, other);
  expect(await world.refusal('s3', 'GetBucketReplication', { Bucket: SOURCE }, other)).toMatch(
    /^ReplicationConfigurationNotFoundError: /,
  );
  for (const Status of ['Enabled', 'Suspended', 'Enabled'] as const) {
    await world.call('s3', 'PutBucketVersioning', { Bucket: SOURCE, VersioningConfiguration: { Status } }, other);
  }
  await world.call('s3', 'PutObject', { Bucket: SOURCE, Key: 'k', Body: Buffer.from('y') }, other);
  expect(await replicate(world)).toEqual([]);
});

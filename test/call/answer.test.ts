import { expect, test } from 'vitest';
import { allCalls } from '../../src/call/call-log.ts';
import { newWorld, type World } from '../support/harness.ts';
import { newSetting, SOURCE } from '../support/replication-setting.ts';

const recordsOf = (operation: string, world: World) =>
  world.transact((tx) => allCalls(tx).filter((it) => it.operation === operation));

const someBytes = (size: number) =>
  (async function* () {
    yield new Uint8Array(size);
  })();

test.for([
  ['inside one transaction', new Uint8Array(1), false],
  ['in a transaction that calls share', new Uint8Array(1), true],
  ['in two transactions with a stream between them', someBytes(100_000), false],
] as const)('a put %s returns the request id of its record', async ([, Body, grouped]) => {
  const world = newWorld();
  await world.call('s3', 'CreateBucket', { Bucket: 'photos' });
  const { output, requestId } = await world.answer(
    's3',
    'PutObject',
    { Bucket: 'photos', Key: 'a', Body },
    { grouped },
  );
  expect(output.ETag).toMatch(/^"/);
  expect(requestId).toMatch(/^[A-Z2-7]{16}$/);
  expect(recordsOf('PutObject', world).map((record) => record.requestId)).toEqual([requestId]);
});

const queued = [{ kind: 'replication-queued', bucket: SOURCE }];

test('a write under a replication rule leaves its replication to be done, another leaves nothing', async () => {
  const world = newWorld();
  await newSetting(world, { Filter: { Prefix: 'in/' }, DeleteMarkerReplication: { Status: 'Enabled' } });
  const put = async (Key: string, Body: Uint8Array | AsyncIterable<Uint8Array>) =>
    (await world.answer('s3', 'PutObject', { Bucket: SOURCE, Key, Body })).effects;
  expect(await put('in/a', new Uint8Array(1))).toEqual(queued);
  expect(await put('in/b', someBytes(100_000))).toEqual(queued);
  expect(await put('out/a', new Uint8Array(1))).toEqual([]);
  const deletion = async (Key: string) => (await world.answer('s3', 'DeleteObject', { Bucket: SOURCE, Key })).effects;
  expect(await deletion('in/a')).toEqual(queued);
  expect(await deletion('out/a')).toEqual([]);
});

test('the outer call returns the effects of a call within it, unless that was refused', async () => {
  const world = newWorld();
  await newSetting(world);
  await world.call('s3', 'PutObject', { Bucket: SOURCE, Key: 'a', Body: new Uint8Array(1) });
  const deletion = async (ETag: string | undefined) => {
    const Objects = [{ Key: 'a', ...(ETag !== undefined && { ETag }) }];
    return world.answer('s3', 'DeleteObjects', { Bucket: SOURCE, Delete: { Objects } });
  };
  const refused = await deletion('"00000000000000000000000000000000"');
  expect(refused.output.Errors?.map(({ Code }) => Code)).toEqual(['PreconditionFailed']);
  expect(refused.effects).toEqual([]);
  expect((await deletion(undefined)).effects).toEqual(queued);
});

test('the deletion of a user or role is an effect, with its own name', async () => {
  const world = newWorld();
  const { User } = await world.call('iam', 'CreateUser', { UserName: 'Alice' });
  const { effects } = await world.answer('iam', 'DeleteUser', { UserName: 'alice' });
  expect(effects).toEqual([
    { kind: 'principal-deleted', principal: { kind: 'user', name: 'Alice', id: User?.UserId } },
  ]);
  const AssumeRolePolicyDocument = JSON.stringify({
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Principal: { Service: 's3.amazonaws.com' }, Action: 'sts:AssumeRole' }],
  });
  const { Role } = await world.call('iam', 'CreateRole', { RoleName: 'r', AssumeRolePolicyDocument });
  const role = await world.answer('iam', 'DeleteRole', { RoleName: 'r' });
  expect(role.effects).toEqual([
    { kind: 'principal-deleted', principal: { kind: 'role', name: 'r', id: Role.RoleId } },
  ]);
});

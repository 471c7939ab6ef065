import { expect, test } from 'vitest';
import { callerByAccessKey, callerNamedByKey } from '../../src/iam/credentials.ts';
import { isEndpointKeyId, isSessionKeyId, newEndpointKeyId, newSessionKeyId } from '../../src/iam/session-key-id.ts';
import { resetClock, setClock } from '../../src/store/clock.ts';
import { getFact } from '../../src/store/facts.ts';
import { rootKeyOf } from '../../src/store/root-key-file.ts';
import { ACCOUNT, DAY, MINUTE, newWorld, START, type World } from '../support/harness.ts';

const HOUR = 60 * MINUTE;
const EXPIRED = /^(ExpiredToken|ExpiredTokenException): The security token included in the request is expired$/;

/** A world whose process may look for old rows in each transaction, with a role for everybody. */
async function withRole(): Promise<World> {
  let ms = 0;
  const world = newWorld(
    {},
    {
      elapsed: () => {
        ms += 20;
        return ms;
      },
    },
  );
  const Statement = { Effect: 'Allow', Principal: { AWS: ACCOUNT }, Action: 'sts:AssumeRole' };
  const AssumeRolePolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement });
  await world.call('iam', 'CreateRole', { RoleName: 'reader', AssumeRolePolicyDocument });
  return world;
}

async function session(world: World, RoleSessionName = 'night') {
  const RoleArn = `arn:aws:iam::${ACCOUNT}:role/reader`;
  const { Credentials } = await world.call('sts', 'AssumeRole', { RoleArn, RoleSessionName });
  if (!Credentials) throw new Error('no credentials');
  return Credentials;
}

async function untilSwept(world: World): Promise<void> {
  do await world.call('sts', 'GetCallerIdentity', {});
  while (world.transact((tx) => getFact(tx, 'sweep')?.standing) !== undefined);
}

const sessions = (world: World): string[] =>
  world.transact((tx) =>
    Array.from(tx.accessKeys.range(), ({ key, value }) => `${value.kind} ${key[0]}`).filter((text) =>
      /ASIA/.test(text),
    ),
  );

const refusalBy = (
  world: World,
  { AccessKeyId, SecretAccessKey, SessionToken }: Awaited<ReturnType<typeof session>>,
) => {
  const rootKey = rootKeyOf(world.folder, world.environment.random, undefined);
  return world.refusal(
    'sts',
    'GetCallerIdentity',
    {},
    {
      caller: (tx, now) =>
        callerByAccessKey(AccessKeyId, SecretAccessKey, SessionToken, { tx, now, rootKey, service: 'sts' }) ?? {
          kind: 'anonymous',
        },
    },
  );
};

test('a session goes a day after its end, and its credentials stay expired ones', async () => {
  const world = await withRole();
  const credentials = await session(world);
  world.advance(HOUR + 23 * HOUR);
  await untilSwept(world);
  expect(sessions(world)).toEqual([`session ${credentials.AccessKeyId}`]);
  expect(await refusalBy(world, credentials)).toMatch(EXPIRED);
  world.advance(2 * HOUR);
  await untilSwept(world);
  expect(sessions(world)).toEqual([]);
  expect(await refusalBy(world, credentials)).toMatch(EXPIRED);
  const rootKey = rootKeyOf(world.folder, world.environment.random, undefined);
  const named = () =>
    world.transact((tx) =>
      callerNamedByKey(credentials.AccessKeyId, { tx, now: new Date(START), rootKey, service: 'sts' }),
    );
  expect(named).toThrow('The security token included in the request is expired');
});

test('a session that the moved clock has ended is there again once the clock is set back', async () => {
  const world = await withRole();
  const { AccessKeyId } = await session(world);
  world.transact((tx) => setClock(tx, world.environment.now(), START + 365 * DAY));
  const { AccessKeyId: later } = await session(world);
  await untilSwept(world);
  world.advance(2 * HOUR);
  await untilSwept(world);
  expect(sessions(world).toSorted()).toEqual([`session ${AccessKeyId}`, `session ${later}`].toSorted());
  world.transact(resetClock);
  world.advance(DAY);
  await untilSwept(world);
  // By the store's clock the other one has not begun.
  expect(sessions(world)).toEqual([`session ${later}`]);
  world.transact((tx) => setClock(tx, world.environment.now(), START + 366 * DAY + 2 * HOUR));
  world.advance(2 * HOUR);
  await untilSwept(world);
  expect(sessions(world)).toEqual([]);
});

test('of a session from before ids showed whose they are, the id stays', async () => {
  const world = await withRole();
  const { AccessKeyId } = await session(world);
  const old = 'ASIAQWERTYUIOPASDFGH';
  world.transact((tx) => {
    const record = tx.accessKeys.get([AccessKeyId]);
    if (record?.kind !== 'session') throw new Error('no session');
    tx.accessKeys.remove([AccessKeyId]);
    tx.accessKeys.put([old], { ...record, accessKeyId: old });
  });
  world.advance(3 * DAY);
  await untilSwept(world);
  expect(sessions(world)).toEqual([`deleted ${old}`]);
});

test('neither sessions nor their callers pile up', async () => {
  const world = await withRole();
  const rows = () => world.transact((tx) => [...tx.callers.range()].length + [...tx.accessKeys.range()].length);
  const rootKey = rootKeyOf(world.folder, world.environment.random, undefined);
  const before = rows();
  for (let i = 0; i < 20; i++) {
    const { AccessKeyId } = await session(world, `s${i}`);
    await world.call(
      'sts',
      'GetCallerIdentity',
      {},
      {
        caller: (tx, now) => callerNamedByKey(AccessKeyId, { tx, now, rootKey, service: 'sts' }),
      },
    );
  }
  expect(rows()).toBe(before + 40);
  world.advance(91 * DAY);
  await untilSwept(world);
  expect(rows()).toBe(before);
  expect(world.transact((tx) => [...tx.callerNumbers.range()].length)).toBe(
    world.transact((tx) => [...tx.callers.range()].length),
  );
});

test.each([
  ['sessions', 'ASIA', newSessionKeyId, isSessionKeyId],
  ['endpoints', 'AKIA', newEndpointKeyId.bind(undefined, 'AKIA'), isEndpointKeyId],
  ['endpoints with a token', 'ASIA', newEndpointKeyId.bind(undefined, 'ASIA'), isEndpointKeyId],
] as const)('the store knows its own ids of %s, and no others', (_, prefix, make, isOwn) => {
  const world = newWorld();
  const rootKey = rootKeyOf(world.folder, world.environment.random, undefined);
  const ids = world.transact((tx) =>
    Array.from({ length: 50 }, () => make({ tx, rootKey, random: world.environment.random })),
  );
  expect(new Set(ids).size).toBe(50);
  for (const id of ids) {
    expect(id).toMatch(new RegExp(`^${prefix}[A-Z2-7]{16}$`));
    expect([isSessionKeyId, isEndpointKeyId].filter((is) => is(id, rootKey))).toEqual([isOwn]);
    for (let i = 1; i < 20; i++) {
      const other = `${id.slice(0, i)}${id[i] === 'A' ? 'B' : 'A'}${id.slice(i + 1)}`;
      expect(isOwn(other, rootKey)).toBe(false);
    }
  }
  for (const id of ['ASIAIOSFODNN7EXAMPLE', 'AKIAIOSFODNN7EXAMPLE', '', prefix]) expect(isOwn(id, rootKey)).toBe(false);
});

/** Callers for access keys that the store never had. */

import { describe, expect, test } from 'vitest';
import { resolveCaller } from '../../../src/iam/principal.ts';
import { anyCredentials } from '../../../src/wire/credentials/any-credentials.ts';
import { lastingPrincipal } from '../../../src/wire/credentials/run-credentials.ts';
import { ACCOUNT, newWorld } from '../../support/harness.ts';

async function standIn() {
  const world = newWorld();
  await world.call('iam', 'CreateUser', { UserName: 'bob' });
  const { random, now } = world.environment;
  const bob = world.transact((tx) => resolveCaller('user/bob', ACCOUNT, { tx, now: new Date(now()), random }));
  const principal = lastingPrincipal(bob, random);
  if (!principal) throw new Error('bob is nobody');
  const rules = anyCredentials({ principal, random, hostNames: ['s3.Example.test'] });
  const caller = (id: string) => world.transact((tx) => rules.caller(id, tx, new Date(now())));
  return { world, rules, caller };
}

describe('an access key that the store never had', () => {
  test('is the principal’s', async () => {
    const { caller } = await standIn();
    expect(caller('test')).toMatchObject({ kind: 'user', name: 'bob', accessKeyId: 'test' });
  });

  test('of twelve digits is that of the first user of the account, which is created', async () => {
    const { caller, world } = await standIn();
    const arn = 'arn:aws:iam::999988887777:user/admin';
    expect(caller('999988887777')).toMatchObject({ kind: 'user', arn, accessKeyId: '999988887777' });
    expect(world.transact((tx) => tx.accounts.get(['999988887777']))).toBeDefined();
  });

  test('is nobody’s once the principal has been deleted', async () => {
    const { caller, world } = await standIn();
    await world.call('iam', 'DeleteUser', { UserName: 'bob' });
    expect(caller('test')).toBeUndefined();
  });
});

test.each([
  ['127.0.0.1:4566', true],
  ['[::1]:4566', true],
  ['192.0.2.7', true],
  ['localhost:4566', true],
  ['LOCALHOST', true],
  ['bucket.localhost:4566', true],
  ['s3.example.test', true],
  ['bucket.s3.example.test:80', true],
  ['example.test', false],
  ['xs3.example.test', false],
  ['localhost.attacker.test', false],
  ['127.0.0.1.attacker.test', false],
  ['notlocalhost', false],
  ['s3.amazonaws.com', false],
  ['', false],
])('whether the host %j is the endpoint’s own is %s', async (host, isOwn) => {
  expect((await standIn()).rules.isOwnHost(host)).toBe(isOwn);
});

import { expect, test } from 'vitest';
import { ACCOUNT, newWorld, type World } from '../support/harness.ts';
import { cleanUp } from './clean-up.ts';
import { inProcess } from './in-process.ts';
import { type ProbeResult, probeCalls, runProbe } from './run-probe.ts';

const name = 'ssebox-probe-test';

/** What is answered otherwise than AWS answers it. */
const unlikeAws = (results: readonly ProbeResult[]): readonly string[] =>
  results
    .filter(({ call, got }) => got !== call.expected)
    .map(
      ({ call, got, message }) =>
        `${call.service} ${call.operation}, ${call.title}: ${call.expected}, not ${got} ${message}`,
    );

/** What is left in the account, except for keys that will be deleted. */
async function leftIn(world: World): Promise<readonly unknown[]> {
  const { Buckets = [] } = await world.call('s3', 'ListBuckets', {});
  const { Users = [] } = await world.call('iam', 'ListUsers', {});
  const { Roles = [] } = await world.call('iam', 'ListRoles', {});
  const { Groups = [] } = await world.call('iam', 'ListGroups', {});
  const { Policies = [] } = await world.call('iam', 'ListPolicies', { Scope: 'Local' });
  const { Aliases = [] } = await world.call('kms', 'ListAliases', {});
  const { trailList = [] } = await world.call('cloudtrail', 'DescribeTrails', {});
  const { Keys = [] } = await world.call('kms', 'ListKeys', {});
  const keys = await Promise.all(Keys.map(({ KeyId = '' }) => world.call('kms', 'DescribeKey', { KeyId })));
  return [
    ...[...Buckets, ...Users, ...Roles, ...Groups, ...Policies, ...trailList],
    ...Aliases.filter(({ AliasName }) => AliasName?.includes(name)),
    ...keys.filter(
      ({ KeyMetadata }) => KeyMetadata?.KeyManager === 'CUSTOMER' && KeyMetadata.KeyState !== 'PendingDeletion',
    ),
  ];
}

test('the probe asks 200 times and more, and covers the services that it is about', () => {
  expect(probeCalls.length).toBeGreaterThanOrEqual(200);
  expect(new Set(probeCalls.map(({ service }) => service))).toEqual(new Set(['kms', 's3', 'iam', 'sts', 'cloudtrail']));
  for (const { expected } of probeCalls) expect(expected).toMatch(/^[2-5]\d\d(?: [\w.]+)?$/);
});

test('every call is answered in process as AWS answers it, and nothing is left', async () => {
  const world = newWorld();
  const target = inProcess(world);
  const results = await runProbe(target, name);
  expect(unlikeAws(results)).toEqual([]);
  expect(await cleanUp(target, name, results)).toEqual([]);
  expect(await leftIn(world)).toMatchObject([{ UserName: 'admin', Arn: `arn:aws:iam::${ACCOUNT}:user/admin` }]);
});

test('a call whose ground is missing is not asked, and shows as unlike', async () => {
  const results = await runProbe(
    inProcess(newWorld()),
    name,
    probeCalls.filter(({ operation }) => operation === 'Decrypt'),
  );
  expect(results.map(({ got }) => got)).toContain('not asked: there is no sealed.CiphertextBlob');
});

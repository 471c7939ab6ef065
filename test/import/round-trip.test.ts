/** An imported account decides as the one that it was dumped from, whatever is in it. */

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readDump } from '../../src/import/read-dump.ts';
import { storeConfiguration } from '../../src/import/store-configuration.ts';
import { attachFirst } from '../../src/organizations/attached.ts';
import { verifyStore } from '../../src/upkeep/verify.ts';
import { type DumpedCall, dumpedAccount, dumpedOrganizations } from '../support/dumped-account.ts';
import { ACCOUNT, newWorld, OTHER_ACCOUNT, type World } from '../support/harness.ts';

const RUNS = 8;

const userNames = ['Ana', 'bob', 'eve'] as const;
const roleNames = ['reader', 'writer'] as const;
const buckets = ['photos-of-us', 'reports-of-us'] as const;
const regions = ['us-east-1', 'eu-west-1'] as const;

const users = userNames.map((name) => `arn:aws:iam::${ACCOUNT}:user/team/${name}`);
const roles = roleNames.map((name) => `arn:aws:iam::${ACCOUNT}:role/${name}`);

const effect = fc.constantFrom('Allow', 'Allow', 'Deny');
const kmsActions = fc.uniqueArray(
  fc.constantFrom('kms:*', 'kms:Encrypt', 'kms:GenerateDataKey', 'kms:Decrypt', 'kms:DescribeKey'),
  {
    minLength: 1,
    maxLength: 3,
  },
);
const s3Actions = fc.uniqueArray(fc.constantFrom('s3:*', 's3:PutObject', 's3:GetObject', 's3:ListBucket'), {
  minLength: 1,
  maxLength: 3,
});
const condition = fc.constantFrom(
  undefined,
  undefined,
  { StringEquals: { 'aws:PrincipalTag/team': 'storage' } },
  { StringEquals: { 'kms:ViaService': 's3.us-east-1.amazonaws.com' } },
  { Bool: { 'aws:SecureTransport': 'true' } },
  { StringLike: { 'aws:userid': 'A*' } },
);
const principal = fc.constantFrom<unknown>(
  '*',
  { AWS: `arn:aws:iam::${ACCOUNT}:root` },
  { AWS: ACCOUNT },
  ...[...users, ...roles].map((arn) => ({ AWS: arn })),
  { AWS: [users[0], roles[1]] },
);
const without = (value: object): object =>
  Object.fromEntries(Object.entries(value).filter(([, each]) => each !== undefined));
const documentOf = (statements: readonly object[]): string =>
  JSON.stringify({ Version: '2012-10-17', Statement: statements.map(without) });

const identityPolicy = fc
  .array(
    fc.record({
      Effect: effect,
      Action: fc.oneof(kmsActions, s3Actions),
      Resource: fc.constant('*'),
      Condition: condition,
    }),
    { minLength: 1, maxLength: 3 },
  )
  .map(documentOf);
const keyPolicy = fc
  .array(
    fc.record({
      Effect: effect,
      Principal: principal,
      Action: kmsActions,
      Resource: fc.constant('*'),
      Condition: condition,
    }),
    {
      minLength: 1,
      maxLength: 3,
    },
  )
  .map(documentOf);
const bucketPolicy = (bucket: string) =>
  fc
    .array(
      fc.record({
        Effect: effect,
        Principal: principal,
        Action: s3Actions,
        Resource: fc.constant([`arn:aws:s3:::${bucket}`, `arn:aws:s3:::${bucket}/*`]),
        Condition: fc.constantFrom(undefined, { Bool: { 'aws:SecureTransport': 'true' } }),
      }),
      { minLength: 1, maxLength: 2 },
    )
    .map(documentOf);

const controlPolicy = (isOfResources: boolean) =>
  fc
    .record({
      Effect: fc.constant('Deny'),
      Action: fc.oneof(kmsActions, s3Actions),
      Resource: fc.constant('*'),
      Condition: condition,
    })
    .map((statement) => documentOf([{ ...statement, ...(isOfResources && { Principal: '*' }) }]));

const identity = fc.record({
  inline: fc.option(identityPolicy, { nil: undefined }),
  attached: fc.subarray(['own', 'aws']),
  isBounded: fc.boolean(),
  isTagged: fc.boolean(),
  isInGroup: fc.boolean(),
});

const account = fc.record({
  managed: identityPolicy,
  group: identityPolicy,
  users: fc.tuple(identity, identity, identity),
  roles: fc.tuple(identity, identity),
  keys: fc.array(
    fc.record({
      region: fc.constantFrom(...regions),
      policy: fc.option(keyPolicy, { nil: undefined }),
      isMultiRegion: fc.boolean(),
      isDisabled: fc.boolean(),
      hasRotation: fc.boolean(),
      grantee: fc.option(fc.constantFrom(...users, ...roles), { nil: undefined }),
      constraint: fc.constantFrom(undefined, { EncryptionContextSubset: { dept: 'it' } }),
    }),
    { minLength: 1, maxLength: 3 },
  ),
  buckets: fc.tuple(
    ...buckets.map((name) =>
      fc.record({
        policy: fc.option(bucketPolicy(name), { nil: undefined }),
        kms: fc.constantFrom(undefined, 'alias/key-0', 'aws'),
        bucketKey: fc.boolean(),
      }),
    ),
  ),
  /** The policies of the organization, one at its root, one at a unit, one at the account. */
  organization: fc.option(
    fc.record({
      scps: fc.array(controlPolicy(false), { maxLength: 3 }),
      rcps: fc.array(controlPolicy(true), { maxLength: 2 }),
      isLocked: fc.boolean(),
    }),
    { nil: undefined },
  ),
  /** A user that is deleted, and perhaps created again, once everything names it. */
  deleted: fc.constantFrom(undefined, 'gone', 'new'),
});

type AccountSpec = typeof account extends fc.Arbitrary<infer T> ? T : never;

const FOREIGN_ACCOUNT = '777788889999';

/** The account is made a member of the organization of another one. */
async function makeOrganization(world: World, spec: NonNullable<AccountSpec['organization']>): Promise<void> {
  const as = `${OTHER_ACCOUNT}:user/admin`;
  const call = (name: string, input: object) =>
    world.answer('organizations', name as 'CreatePolicy', input as never, { as });
  await call('CreateOrganization', {});
  const { Roots = [] } = await world.call('organizations', 'ListRoots', {}, { as });
  const root = Roots[0]?.Id ?? '';
  await call('EnablePolicyType', { RootId: root, PolicyType: 'RESOURCE_CONTROL_POLICY' });
  await call('EnablePolicyType', { RootId: root, PolicyType: 'SERVICE_CONTROL_POLICY' }).catch(() => {});
  const { OrganizationalUnit } = await world.call(
    'organizations',
    'CreateOrganizationalUnit',
    { ParentId: root, Name: 'Apps' },
    { as },
  );
  const unit = OrganizationalUnit?.Id ?? '';
  world.transact<void>((tx) => {
    for (const { value: organization } of tx.organizations.range()) {
      const { id } = organization;
      const facts = { name: 'apps', email: 'apps@example.com', joinedMs: 0, joinedBy: 'INVITED', tags: {} } as const;
      tx.organizationMembers.put([ACCOUNT], { v: 1, organization: id, parent: unit, ...facts });
      tx.organizationChildren.put([id, unit, 'ACCOUNT', ACCOUNT], true);
      attachFirst(ACCOUNT, organization, tx);
    }
  });
  const targets = [root, unit, ACCOUNT];
  const all = [
    ...spec.scps.map((text) => [text, 'SERVICE_CONTROL_POLICY'] as const),
    ...spec.rcps.map((text) => [text, 'RESOURCE_CONTROL_POLICY'] as const),
  ];
  for (const [index, [Content, Type]] of all.entries()) {
    const made = await world.call(
      'organizations',
      'CreatePolicy',
      { Name: `p${index}`, Content, Type, Description: '' },
      { as },
    );
    await call('AttachPolicy', { PolicyId: made.Policy?.PolicySummary?.Id ?? '', TargetId: targets[index % 3] ?? '' });
    // Only the policies of one level are left: what is not in them is denied.
    if (spec.isLocked && index === 0 && Type === 'SERVICE_CONTROL_POLICY') {
      await call('DetachPolicy', { PolicyId: 'p-FullAWSAccess', TargetId: targets[0] ?? '' });
    }
  }
}

const trust = documentOf([
  { Effect: 'Allow', Principal: { AWS: [`arn:aws:iam::${ACCOUNT}:root`, users[0]] }, Action: 'sts:AssumeRole' },
]);
const OWN = `arn:aws:iam::${ACCOUNT}:policy/own`;
const arns: Readonly<Record<string, string>> = { own: OWN, aws: 'arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess' };

async function makeAccount(world: World, spec: AccountSpec): Promise<void> {
  const iam = (name: string, input: object) => world.answer('iam', name as 'CreateUser', input as never);
  await iam('CreatePolicy', {
    PolicyName: 'own',
    PolicyDocument: spec.managed,
    ...(spec.users[0]?.isTagged && { Tags: [{ Key: 'team', Value: 'storage' }] }),
  });
  await iam('CreateGroup', { GroupName: 'Team' });
  await iam('PutGroupPolicy', { GroupName: 'Team', PolicyName: 'shared', PolicyDocument: spec.group });
  const tags = { Tags: [{ Key: 'team', Value: 'storage' }] };
  for (const [index, UserName] of userNames.entries()) {
    const one = spec.users[index];
    if (!one) continue;
    await iam('CreateUser', {
      UserName,
      Path: '/team/',
      ...(one.isTagged && tags),
      ...(one.isBounded && { PermissionsBoundary: OWN }),
    });
    if (one.inline) await iam('PutUserPolicy', { UserName, PolicyName: 'mine', PolicyDocument: one.inline });
    for (const name of one.attached) await iam('AttachUserPolicy', { UserName, PolicyArn: arns[name] });
    if (one.isInGroup) await iam('AddUserToGroup', { UserName, GroupName: 'Team' });
  }
  for (const [index, RoleName] of roleNames.entries()) {
    const one = spec.roles[index];
    if (!one) continue;
    const AssumeRolePolicyDocument = trust;
    await iam('CreateRole', {
      RoleName,
      AssumeRolePolicyDocument,
      ...(one.isTagged && tags),
      ...(one.isBounded && { PermissionsBoundary: OWN }),
    });
    if (one.inline) await iam('PutRolePolicy', { RoleName, PolicyName: 'mine', PolicyDocument: one.inline });
    for (const name of one.attached) await iam('AttachRolePolicy', { RoleName, PolicyArn: arns[name] });
  }
  const finish: (() => Promise<void>)[] = [];
  for (const [index, key] of spec.keys.entries()) finish.push(await makeKey(world, key, index));
  for (const [index, Bucket] of buckets.entries()) {
    const one = spec.buckets[index];
    await world.call('s3', 'CreateBucket', { Bucket });
    if (!one) continue;
    await world.call('s3', 'DeletePublicAccessBlock', { Bucket });
    if (one.kms) {
      const KMSMasterKeyID = one.kms === 'aws' ? undefined : one.kms;
      const Rules = [
        {
          ApplyServerSideEncryptionByDefault: { SSEAlgorithm: 'aws:kms' as const, KMSMasterKeyID },
          BucketKeyEnabled: one.bucketKey,
        },
      ];
      await world.call('s3', 'PutBucketEncryption', { Bucket, ServerSideEncryptionConfiguration: { Rules } });
    }
    // A key of another region cannot be the bucket's.
    await world.call('s3', 'PutObject', { Bucket, Key: 'a', Body: Buffer.from('x') }).catch(() => {});
    if (one.policy) await world.call('s3', 'PutBucketPolicy', { Bucket, Policy: one.policy });
  }
  for (const end of finish) await end();
  if (spec.deleted === undefined) return;
  await iam('DetachUserPolicy', { UserName: 'Ana', PolicyArn: OWN }).catch(() => {});
  await iam('DetachUserPolicy', { UserName: 'Ana', PolicyArn: arns.aws }).catch(() => {});
  await iam('DeleteUserPolicy', { UserName: 'Ana', PolicyName: 'mine' }).catch(() => {});
  await iam('RemoveUserFromGroup', { UserName: 'Ana', GroupName: 'Team' }).catch(() => {});
  await iam('DeleteUser', { UserName: 'Ana' });
  if (spec.deleted === 'new') await iam('CreateUser', { UserName: 'Ana', Path: '/team/' });
}

/** @returns what makes the key what it is in the end, once objects are encrypted under it */
async function makeKey(world: World, spec: AccountSpec['keys'][number], index: number): Promise<() => Promise<void>> {
  const { region } = spec;
  const { KeyMetadata } = await world.call('kms', 'CreateKey', { MultiRegion: spec.isMultiRegion }, { region });
  const KeyId = KeyMetadata?.KeyId ?? '';
  await world.call('kms', 'CreateAlias', { AliasName: `alias/key-${index}`, TargetKeyId: KeyId }, { region });
  if (spec.grantee !== undefined) {
    const grant = {
      KeyId,
      GranteePrincipal: spec.grantee,
      Operations: ['Encrypt', 'GenerateDataKey'] as const,
      Constraints: spec.constraint,
    };
    await world.call('kms', 'CreateGrant', grant, { region });
  }
  if (spec.hasRotation) await world.call('kms', 'EnableKeyRotation', { KeyId }, { region });
  if (spec.isMultiRegion) {
    const ReplicaRegion = region === 'us-east-1' ? 'eu-west-1' : 'us-east-1';
    await world.call('kms', 'ReplicateKey', { KeyId, ReplicaRegion }, { region });
    world.advance(60_000);
  }
  return async () => {
    if (spec.isDisabled) await world.call('kms', 'DisableKey', { KeyId }, { region });
    if (spec.policy === undefined) return;
    const input = { KeyId, Policy: spec.policy, BypassPolicyLockoutSafetyCheck: true };
    await world.call('kms', 'PutKeyPolicy', input, { region });
  };
}

/** Imports a dump as files, one a call, into a world of its own. */
function importInto(world: World, calls: readonly DumpedCall[]): void {
  const sources = calls.map((call, index) => ({
    name: `dump/${index}.json`,
    text: JSON.stringify(call, undefined, 2),
  }));
  const { configuration, findings } = readDump(sources, { region: 'us-east-1', uuid: world.environment.uuid });
  expect(findings.list).toEqual([]);
  const { environment, rootKey } = world.place();
  const { random, uuid, now } = environment;
  world.transact<void>((tx) =>
    storeConfiguration(configuration, { tx, now: new Date(now()), machineMs: now(), random, uuid, rootKey }),
  );
}

/** What is decided about a call, and how it ends. */
async function outcome(world: World, ...[service, name, input, options]: Parameters<World['explain']>) {
  const { decisions, refusal } = await world.explain(service, name, input, options);
  return {
    refusal: refusal && `${refusal.code}: ${refusal.message}`,
    decisions: decisions.map(({ allowed, action, resource, caller, because, context }) => ({
      allowed,
      action,
      resource,
      caller,
      because,
      userid: context['aws:userid'],
    })),
  };
}

test('an imported account decides as the account that it was dumped from', async () => {
  let decided = 0;
  await fc.assert(
    fc.asyncProperty(account, async (spec) => {
      const [real, imported] = [newWorld(), newWorld()];
      await makeAccount(real, spec);
      if (spec.organization) await makeOrganization(real, spec.organization);
      importInto(
        imported,
        real.transact((tx) => [...dumpedAccount(ACCOUNT, tx), ...dumpedOrganizations(tx)]),
      );
      imported.advance(real.environment.now() - imported.environment.now());
      const filled = buckets.filter((name) => real.transact((tx) => tx.objects.get([name, 'a']) !== undefined));
      const callers = [
        ...userNames.map((name) => `user/${name}`),
        ...roleNames.map((name) => `role/${name}/today`),
        'root',
        `${FOREIGN_ACCOUNT}:user/admin`,
      ];
      for (const as of callers.filter((caller) => spec.deleted !== 'gone' || caller !== 'user/Ana')) {
        const calls: Parameters<World['explain']>[] = [
          ...spec.keys.flatMap(({ region }, index): Parameters<World['explain']>[] => {
            const KeyId = `arn:aws:kms:${region}:${ACCOUNT}:alias/key-${index}`;
            return [
              ['kms', 'Encrypt', { KeyId, Plaintext: Buffer.from('x') }, { as, region }],
              [
                'kms',
                'Encrypt',
                { KeyId, Plaintext: Buffer.from('x'), EncryptionContext: { dept: 'it' } },
                { as, region },
              ],
              ['kms', 'DescribeKey', { KeyId }, { as, region }],
            ];
          }),
          ...buckets.flatMap((Bucket): Parameters<World['explain']>[] => [
            ['s3', 'PutObject', { Bucket, Key: 'a', Body: Buffer.from('x') }, { as }],
            ['s3', 'ListObjectsV2', { Bucket }, { as }],
          ]),
          ...filled.map((Bucket): Parameters<World['explain']> => ['s3', 'GetObject', { Bucket, Key: 'a' }, { as }]),
          ['sts', 'AssumeRole', { RoleArn: roles[0] ?? '', RoleSessionName: 'x' }, { as }],
        ];
        for (const [service, name, input, options] of calls) {
          const [before, after] = [
            await outcome(real, service, name, input, options),
            await outcome(imported, service, name, input, options),
          ];
          decided += before.decisions.length;
          // The id of the key that S3 has yet to create, and of another account's admin, is another one in each store.
          const known = (text: unknown) =>
            JSON.stringify(text)
              .replaceAll(/key\/[0-9a-f-]{36}/g, (id) =>
                id.length > 0 && spec.buckets.some(({ kms }) => kms === 'aws') ? 'key/ID' : id,
              )
              .replaceAll(as.startsWith(FOREIGN_ACCOUNT) ? /AIDA[A-Z0-9]+/g : /$^/g, 'AIDA');
          expect(known({ as, name, input, ...after })).toBe(known({ as, name, input, ...before }));
        }
      }
      const report = await verifyStore(imported.place(), () => {}, new AbortController().signal);
      expect(report.Damaged).toEqual([]);
    }),
    { numRuns: RUNS },
  );
  expect(decided).toBeGreaterThan(RUNS * 20);
});

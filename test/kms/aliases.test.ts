import { expect, test } from 'vitest';
import { DAY, newWorld } from '../support/harness.ts';
import { arnFor, makeKey } from './made-keys.ts';

const aliasArn = (name: string) => `arn:aws:kms:us-east-1:111122223333:${name}`;
const prefix =
  'ValidationException: Alias must start with the prefix "alias/". Please see https://docs.aws.amazon.com/kms/latest/developerguide/kms-alias.html';

// KMS API Reference, CreateAlias: AliasName and TargetKeyId.
test.for([
  ['mine', undefined, prefix],
  ['alias', undefined, prefix],
  [
    'alias/a b',
    undefined,
    "ValidationException: 1 validation error detected: Value 'alias/a b' at 'aliasName' failed to satisfy constraint: " +
      'Member must satisfy regular expression pattern: ^[a-zA-Z0-9:/_-]+$',
  ],
  ['alias/my:alias', undefined, 'ValidationException: alias/my:alias contains invalid characters for an alias'],
  ['alias/aws/s3', undefined, 'NotAuthorizedException: '],
  ['alias/', undefined, 'InvalidAliasNameException: '],
  [
    'alias/taken',
    undefined,
    `AlreadyExistsException: An alias with the name ${aliasArn('alias/taken')} already exists`,
  ],
  ['alias/new', 'alias/taken', 'ValidationException: Aliases must refer to keys. Not aliases'],
  ['alias/new', 'no-id', "NotFoundException: Invalid keyId 'no-id'"],
] as const)('CreateAlias %s for %s: %s', async ([AliasName, target, refusal]) => {
  const world = newWorld();
  const keyId = await makeKey(world);
  await world.call('kms', 'CreateAlias', { AliasName: 'alias/taken', TargetKeyId: keyId });
  expect(await world.refusal('kms', 'CreateAlias', { AliasName, TargetKeyId: target ?? keyId })).toBe(refusal);
});

test('an alias is created, listed, moved and deleted', async () => {
  const world = newWorld();
  const [one, other] = [await makeKey(world), await makeKey(world)];
  await world.call('kms', 'CreateAlias', { AliasName: 'alias/app', TargetKeyId: arnFor(one) });
  const { Aliases } = await world.call('kms', 'ListAliases', { KeyId: one });
  const CreationDate = expect.any(Date);
  const entry = {
    AliasName: 'alias/app',
    AliasArn: aliasArn('alias/app'),
    CreationDate,
    LastUpdatedDate: CreationDate,
  };
  expect(Aliases).toEqual([{ ...entry, TargetKeyId: one }]);
  world.advance(DAY);
  await world.call('kms', 'UpdateAlias', { AliasName: 'alias/app', TargetKeyId: other });
  expect((await world.call('kms', 'ListAliases', { KeyId: one })).Aliases).toEqual([]);
  const [moved] = (await world.call('kms', 'ListAliases', { KeyId: other })).Aliases ?? [];
  expect(moved?.LastUpdatedDate?.getTime()).toBe((moved?.CreationDate?.getTime() ?? 0) + DAY);
  await world.call('kms', 'DeleteAlias', { AliasName: 'alias/app' });
  const notFound = `NotFoundException: Alias ${aliasArn('alias/app')} is not found.`;
  expect(await world.refusal('kms', 'DeleteAlias', { AliasName: 'alias/app' })).toBe(notFound);
  expect(await world.refusal('kms', 'UpdateAlias', { AliasName: 'alias/app', TargetKeyId: one })).toBe(notFound);
});

test("AWS's aliases are listed before they have a key, in order with the others", async () => {
  const world = newWorld();
  const keyId = await makeKey(world);
  for (const name of ['alias/a', 'alias/z', 'alias/b']) {
    await world.call('kms', 'CreateAlias', { AliasName: name, TargetKeyId: keyId });
  }
  const names: (string | undefined)[] = [];
  let Marker: string | undefined;
  do {
    const page = await world.call('kms', 'ListAliases', { Limit: 1, Marker });
    names.push(...(page.Aliases ?? []).map(({ AliasName }) => AliasName));
    Marker = page.NextMarker;
  } while (Marker !== undefined);
  expect(names).toEqual(['alias/a', 'alias/aws/s3', 'alias/b', 'alias/z']);
  const { Aliases = [] } = await world.call('kms', 'ListAliases', {});
  expect(Aliases.find(({ AliasName }) => AliasName === 'alias/aws/s3')).toEqual({
    AliasName: 'alias/aws/s3',
    AliasArn: aliasArn('alias/aws/s3'),
  });
});

// KMS API Reference, UpdateAlias: the keys must be of the same type and usage.
test('an alias moves only between keys of the same kind and usage', async () => {
  const world = newWorld();
  const symmetric = await makeKey(world);
  const ecc = await makeKey(world, { KeySpec: 'ECC_NIST_P256', KeyUsage: 'SIGN_VERIFY' });
  const ed = await makeKey(world, { KeySpec: 'ECC_NIST_EDWARDS25519', KeyUsage: 'SIGN_VERIFY' });
  const rsa = await makeKey(world, { KeySpec: 'RSA_2048', KeyUsage: 'ENCRYPT_DECRYPT' });
  await world.call('kms', 'CreateAlias', { AliasName: 'alias/x', TargetKeyId: symmetric });
  expect(await world.refusal('kms', 'UpdateAlias', { AliasName: 'alias/x', TargetKeyId: ecc })).toBe(
    'ValidationException: Alias alias/x cannot be changed from a CMK with key usage ENCRYPT_DECRYPT to a CMK with key usage ' +
      'SIGN_VERIFY. The key usage of the current CMK and the new CMK must be the same.',
  );
  expect(await world.refusal('kms', 'UpdateAlias', { AliasName: 'alias/x', TargetKeyId: rsa })).toMatch(
    /^ValidationException: Alias alias\/x cannot be changed from a CMK with key type SYMMETRIC to a CMK with key type ASYMMETRIC/,
  );
  await world.call('kms', 'CreateAlias', { AliasName: 'alias/y', TargetKeyId: ecc });
  await world.call('kms', 'UpdateAlias', { AliasName: 'alias/y', TargetKeyId: ed });
  expect((await world.call('kms', 'DescribeKey', { KeyId: 'alias/y' })).KeyMetadata?.KeyId).toBe(ed);
});

// AWS KMS Developer Guide, "Resource quotas": aliases per KMS key.
test('a key has no more than 50 aliases', async () => {
  const world = newWorld();
  const [full, other] = [await makeKey(world), await makeKey(world)];
  for (let i = 0; i < 50; i += 1) {
    await world.call('kms', 'CreateAlias', { AliasName: `alias/${i}`, TargetKeyId: full }, { grouped: true });
  }
  await world.call('kms', 'CreateAlias', { AliasName: 'alias/other', TargetKeyId: other });
  const refusal = 'LimitExceededException: A KMS key can have no more than 50 aliases';
  expect(await world.refusal('kms', 'CreateAlias', { AliasName: 'alias/50', TargetKeyId: full })).toBe(refusal);
  expect(await world.refusal('kms', 'UpdateAlias', { AliasName: 'alias/other', TargetKeyId: full })).toBe(refusal);
  await world.call('kms', 'UpdateAlias', { AliasName: 'alias/7', TargetKeyId: full });
});

test('the aliases of a key are deleted with it', async () => {
  const world = newWorld();
  const KeyId = await makeKey(world);
  await world.call('kms', 'CreateAlias', { AliasName: 'alias/gone', TargetKeyId: KeyId });
  await world.call('kms', 'ScheduleKeyDeletion', { KeyId, PendingWindowInDays: 7 });
  world.advance(8 * DAY);
  expect(await world.refusal('kms', 'DescribeKey', { KeyId: 'alias/gone' })).toBe(
    `NotFoundException: Alias ${aliasArn('alias/gone')} is not found.`,
  );
  await world.call('kms', 'CreateAlias', { AliasName: 'alias/gone', TargetKeyId: await makeKey(world) });
});

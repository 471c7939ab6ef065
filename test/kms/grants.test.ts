import { expect, test } from 'vitest';
import type { CreateGrantRequest } from '../../src/api/model/kms.types.ts';
import { fixOf, fixValue } from '../../src/cli/commands/explain/fix.ts';
import { explainLines } from '../../src/policy/explain.ts';
import { ACCOUNT, MINUTE, newWorld, OTHER_ACCOUNT, START, type World } from '../support/harness.ts';
import { arnFor, editKey, makeKey } from './made-keys.ts';
import { allow, deny, makeUser } from './principals.ts';

const Plaintext = Buffer.from('granted');
const as = 'user/bob';
const root = `arn:aws:iam::${ACCOUNT}:root`;

type GrantDetails = Omit<CreateGrantRequest, 'KeyId' | 'GranteePrincipal'>;

async function withGrant(world: World, details: Partial<GrantDetails> = {}, GranteePrincipal = makeUser(world, 'bob')) {
  const KeyId = await makeKey(world);
  const grant = await world.call('kms', 'CreateGrant', {
    KeyId,
    GranteePrincipal,
    Operations: ['Decrypt', 'Encrypt'],
    ...details,
  });
  return { KeyId, GrantId: grant.GrantId ?? '', GrantToken: grant.GrantToken ?? '', GranteePrincipal };
}

test('a grant allows its grantee only the operations that it lists', async () => {
  const world = newWorld();
  const { KeyId, GrantId, GrantToken } = await withGrant(world);
  expect(GrantId).toMatch(/^[0-9a-f]{64}$/);
  expect(GrantToken).toMatch(/^AQpA/);
  const { CiphertextBlob } = await world.call('kms', 'Encrypt', { KeyId, Plaintext }, { as });
  await world.call('kms', 'Decrypt', { CiphertextBlob, GrantTokens: [GrantToken] }, { as });
  for (const [operation, input] of [
    ['GenerateDataKey', { KeySpec: 'AES_256' }],
    ['DescribeKey', {}],
    ['ListGrants', {}],
  ] as const) {
    expect(await world.refusal('kms', operation, { KeyId, ...input }, { as })).toMatch(/^AccessDeniedException/);
  }
  makeUser(world, 'eve');
  expect(await world.refusal('kms', 'Encrypt', { KeyId, Plaintext }, { as: 'user/eve' })).toMatch(
    /^AccessDeniedException/,
  );
});

test('a Deny overrides a grant', async () => {
  const world = newWorld();
  const { KeyId } = await withGrant(world, {}, makeUser(world, 'bob', [deny('kms:Encrypt')]));
  expect(await world.refusal('kms', 'Encrypt', { KeyId, Plaintext }, { as })).toMatch(
    /^AccessDeniedException: .* with an explicit deny in an identity-based policy$/,
  );
});

test('a grant lets in a principal of another account directly, and the whole account by its policies', async () => {
  const world = newWorld();
  const far = makeUser(world, 'far', [], OTHER_ACCOUNT);
  const options = { as: `${OTHER_ACCOUNT}:user/far` };
  const { KeyId } = await withGrant(world, {}, far);
  const Arn = arnFor(KeyId);
  const { CiphertextBlob } = await world.call('kms', 'Encrypt', { KeyId: Arn, Plaintext }, options);
  await world.call('kms', 'Decrypt', { CiphertextBlob }, options);
  const account = await withGrant(world, {}, `arn:aws:iam::${OTHER_ACCOUNT}:root`);
  const request = { KeyId: arnFor(account.KeyId), Plaintext };
  expect(await world.refusal('kms', 'Encrypt', request, options)).toMatch(/^AccessDeniedException/);
  await world.call('kms', 'Encrypt', request, { as: `${OTHER_ACCOUNT}:user/admin` });
});

// AWS KMS Developer Guide, "Creating grants", Using grant constraints.
test.for([
  [{ EncryptionContextSubset: { dept: 'IT' } }, { dept: 'IT' }, true],
  [{ EncryptionContextSubset: { dept: 'IT' } }, { Dept: 'IT', x: '1' }, true],
  [{ EncryptionContextSubset: { dept: 'IT' } }, { dept: 'it' }, false],
  [{ EncryptionContextSubset: { dept: 'IT' } }, undefined, false],
  [{ EncryptionContextEquals: { dept: 'IT' } }, { dept: 'IT' }, true],
  [{ EncryptionContextEquals: { dept: 'IT' } }, { dept: 'IT', x: '1' }, false],
  [{ SourceArn: 'arn:aws:s3:us-east-1:111122223333:bucket' }, undefined, false],
] as const)('constraint %j, context %j: %s', async ([Constraints, EncryptionContext, allowed]) => {
  const world = newWorld();
  const { KeyId } = await withGrant(world, { Constraints, Operations: ['Encrypt', 'DescribeKey'] });
  const call = world.call('kms', 'Encrypt', { KeyId, Plaintext, EncryptionContext }, { as });
  expect(
    await call.then(
      () => true,
      () => false,
    ),
  ).toBe(allowed);
  const described = world.call('kms', 'DescribeKey', { KeyId }, { as });
  expect(
    await described.then(
      () => true,
      () => false,
    ),
  ).toBe(!('SourceArn' in Constraints));
});

test('repeating a grant with the same name on the same key creates only one, with another token', async () => {
  const world = newWorld();
  const grant = { GranteePrincipal: makeUser(world, 'bob'), Name: 'mine', Operations: ['Encrypt', 'Decrypt'] } as const;
  const [KeyId, other] = [await makeKey(world), await makeKey(world)];
  const first = await world.call('kms', 'CreateGrant', { KeyId, ...grant });
  const again = await world.call('kms', 'CreateGrant', { KeyId, ...grant, Operations: ['Decrypt', 'Encrypt'] });
  expect(again.GrantId).toBe(first.GrantId);
  expect(again.GrantToken).not.toBe(first.GrantToken);
  const ids = new Set([first.GrantId]);
  for (const changed of [
    { Operations: ['Encrypt'] },
    { RetiringPrincipal: root },
    { Name: undefined },
    { Name: undefined },
    { KeyId: other },
  ] as const) {
    ids.add((await world.call('kms', 'CreateGrant', { KeyId, ...grant, ...changed })).GrantId);
  }
  expect(ids.size).toBe(6);
});

test('grants are listed: all, by id, by grantee, and by retiring principal', async () => {
  const world = newWorld();
  const Constraints = { EncryptionContextSubset: { a: 'b' } };
  const { KeyId, GrantId, GranteePrincipal } = await withGrant(world, {
    Constraints,
    RetiringPrincipal: root,
    Name: 'x',
  });
  const entry = {
    KeyId: arnFor(KeyId),
    GrantId,
    Name: 'x',
    CreationDate: new Date(START),
    GranteePrincipal,
    RetiringPrincipal: root,
    IssuingAccount: root,
    Operations: ['Decrypt', 'Encrypt'],
    Constraints,
  };
  const other = makeUser(world, 'other');
  const plain = await world.call('kms', 'CreateGrant', { KeyId, GranteePrincipal: other, Operations: ['DescribeKey'] });
  const list = async (input: object) => (await world.call('kms', 'ListGrants', { KeyId, ...input })).Grants;
  expect(await list({ GrantId })).toEqual([entry]);
  expect(await list({ GranteePrincipal })).toEqual([entry]);
  expect((await list({ GranteePrincipal: other }))?.map(({ GrantId }) => GrantId)).toEqual([plain.GrantId]);
  expect(await list({})).toHaveLength(2);
  expect(await list({ GrantId: 'a'.repeat(64) })).toEqual([]);
  expect((await world.call('kms', 'ListRetirableGrants', { RetiringPrincipal: root })).Grants).toEqual([entry]);
  expect(
    (await world.call('kms', 'ListRetirableGrants', { RetiringPrincipal: root }, { region: 'eu-west-1' })).Grants,
  ).toEqual([]);
  const page = await world.call('kms', 'ListGrants', { KeyId, Limit: 1 });
  const rest = await world.call('kms', 'ListGrants', { KeyId, Limit: 1, Marker: page.NextMarker });
  expect([page.Truncated, rest.Truncated]).toEqual([true, false]);
  expect(rest.Grants?.[0]?.GrantId).not.toBe(page.Grants?.[0]?.GrantId);
  expect(await world.refusal('kms', 'ListGrants', { KeyId, Marker: 'x' })).toBe('InvalidMarkerException: ');
});

test('a user recreated under the old name is not the grantee, whose id the list then shows', async () => {
  const world = newWorld();
  const { KeyId } = await withGrant(world);
  makeUser(world, 'bob');
  expect(await world.refusal('kms', 'Encrypt', { KeyId, Plaintext }, { as })).toMatch(/^AccessDeniedException/);
  const { Grants } = await world.call('kms', 'ListGrants', { KeyId });
  expect(Grants?.[0]?.GranteePrincipal).toMatch(/^AIDA/);
});

const trust = JSON.stringify({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Principal: { AWS: root }, Action: 'sts:AssumeRole' }],
});
const onlyS3 = JSON.stringify({ Version: '2012-10-17', Statement: [allow('s3:*')] });

/** A role whose boundary leaves nothing of KMS. @returns its ARN. */
async function boundedRole(world: World): Promise<string> {
  const { Policy } = await world.call('iam', 'CreatePolicy', { PolicyName: 'only-s3', PolicyDocument: onlyS3 });
  const role = { RoleName: 'worker', AssumeRolePolicyDocument: trust, PermissionsBoundary: Policy?.Arn };
  return (await world.call('iam', 'CreateRole', role)).Role?.Arn ?? '';
}

test('however many grants the role has, the one of its session counts', async () => {
  const world = newWorld();
  const role = await boundedRole(world);
  const session = { as: 'role/worker/s1' };
  const KeyId = await makeKey(world);
  const grant = { KeyId, Operations: ['Encrypt'] } as const;
  for (let i = 0; i < 5; i += 1) await world.call('kms', 'CreateGrant', { ...grant, GranteePrincipal: role });
  expect(await world.refusal('kms', 'Encrypt', { KeyId, Plaintext }, session)).toBe(
    `AccessDeniedException: User: arn:aws:sts::${ACCOUNT}:assumed-role/worker/s1 is not authorized to perform: ` +
      `kms:Encrypt on resource: ${arnFor(KeyId)} because no permissions boundary allows the kms:Encrypt action`,
  );
  const GranteePrincipal = `arn:aws:sts::${ACCOUNT}:assumed-role/worker/s1`;
  await world.call('kms', 'CreateGrant', { ...grant, GranteePrincipal });
  await world.call('kms', 'Encrypt', { KeyId, Plaintext }, session);
});

test('however many grants do not fit, the one that does counts, whosever it is', async () => {
  const world = newWorld();
  const users = ['bob', 'ann', 'eve', 'joe', 'kim', 'sue'].map((name) => makeUser(world, name));
  const KeyId = await makeKey(world);
  const create = (details: Partial<CreateGrantRequest> & { GranteePrincipal: string }) =>
    world.call('kms', 'CreateGrant', { KeyId, Operations: ['Encrypt'], ...details });
  for (const GranteePrincipal of users) {
    for (const team of ['a', 'b', 'c', 'd', 'e', 'f']) {
      await create({ GranteePrincipal, Constraints: { EncryptionContextSubset: { team } } });
    }
    await create({ GranteePrincipal, Operations: ['Decrypt'] });
  }
  const encrypt = (name: string, team: string) =>
    world.call('kms', 'Encrypt', { KeyId, Plaintext, EncryptionContext: { team } }, { as: `user/${name}` });
  for (const name of ['bob', 'sue']) for (const team of ['a', 'f']) await encrypt(name, team);
  await expect(encrypt('bob', 'g')).rejects.toThrow('kms:Encrypt');
});

// AWS KMS Developer Guide, "Granting CreateGrant permission".
test.for([
  [{ Operations: ['Decrypt'], Constraints: { EncryptionContextSubset: { a: '1' } } }, true],
  [{ Operations: ['Decrypt', 'CreateGrant'], Constraints: { EncryptionContextSubset: { a: '1', b: '2' } } }, true],
  [{ Operations: ['Decrypt'], Constraints: { EncryptionContextEquals: { a: '1', b: '2' } } }, true],
  [{ Operations: ['Decrypt'] }, false],
  [{ Operations: ['Decrypt'], Constraints: { EncryptionContextSubset: { b: '2' } } }, false],
  [{ Operations: ['Decrypt', 'Encrypt'], Constraints: { EncryptionContextSubset: { a: '1' } } }, false],
] as const)('a principal whom a grant lets create grants may create %j: %s', async ([child, allowed]) => {
  const world = newWorld();
  const { KeyId } = await withGrant(world, {
    Operations: ['Decrypt', 'CreateGrant'],
    Constraints: { EncryptionContextSubset: { a: '1' } },
  });
  const request = { KeyId, GranteePrincipal: makeUser(world, 'child'), ...child };
  const made = world.call('kms', 'CreateGrant', request, { as });
  expect(
    await made.then(
      () => true,
      () => false,
    ),
  ).toBe(allowed);
});

// AWS KMS Developer Guide, "Retiring and revoking grants": who may retire.
test('a grant is retired by its retiring principal, its grantee if it allows that, and its account', async () => {
  const world = newWorld();
  const carol = makeUser(world, 'carol');
  makeUser(world, 'eve');
  makeUser(world, 'policy', [allow('kms:RetireGrant')]);
  makeUser(world, 'denied', [allow('kms:RetireGrant'), deny('kms:RetireGrant')]);
  const retire = async (details: Partial<GrantDetails>, who: string) => {
    const { GrantToken } = await withGrant(world, details);
    return world.call('kms', 'RetireGrant', { GrantToken }, { as: who }).then(
      () => true,
      () => false,
    );
  };
  expect({
    retiring: await retire({ RetiringPrincipal: carol }, 'user/carol'),
    grantee: await retire({ Operations: ['Decrypt', 'RetireGrant'] }, as),
    'grantee without RetireGrant': await retire({}, as),
    account: await retire({}, 'root'),
    'by IAM policy': await retire({}, 'user/policy'),
    denied: await retire({ RetiringPrincipal: makeUser(world, 'denied', [deny('kms:RetireGrant')]) }, 'user/denied'),
    nobody: await retire({ RetiringPrincipal: carol }, 'user/eve'),
  }).toEqual({
    retiring: true,
    grantee: true,
    'grantee without RetireGrant': false,
    account: true,
    'by IAM policy': true,
    denied: false,
    nobody: false,
  });
});

test('a key policy can forbid retiring, but not allow it', async () => {
  const world = newWorld();
  const eve = makeUser(world, 'eve');
  const { KeyId, GrantToken } = await withGrant(world);
  const statement = { Action: 'kms:*', Resource: '*' };
  const put = (...more: object[]) => {
    const Statement = [{ Effect: 'Allow', Principal: { AWS: root }, ...statement }, ...more];
    return world.call('kms', 'PutKeyPolicy', { KeyId, Policy: JSON.stringify({ Version: '2012-10-17', Statement }) });
  };
  await put({ Effect: 'Allow', Principal: { AWS: eve }, ...statement });
  expect(await world.refusal('kms', 'RetireGrant', { GrantToken }, { as: 'user/eve' })).toMatch(
    /^AccessDeniedException/,
  );
  await put({ Effect: 'Deny', Principal: { AWS: '*' }, Resource: '*', Action: 'kms:RetireGrant' });
  expect(await world.refusal('kms', 'RetireGrant', { GrantToken })).toMatch(
    /with an explicit deny in a resource-based policy$/,
  );
});

// The same page. The explanation does not speak of a key policy that nobody wrote.
test('the explanation of RetireGrant says who may', async () => {
  const world = newWorld();
  const carol = makeUser(world, 'carol', [deny('kms:Decrypt')]);
  makeUser(world, 'eve');
  makeUser(world, 'dan');
  const { KeyId, GrantId } = await withGrant(world, { RetiringPrincipal: carol });
  const Statement = [
    { Effect: 'Allow', Principal: { AWS: root }, Action: 'kms:*', Resource: '*' },
    {
      Sid: 'NotEve',
      Effect: 'Deny',
      Principal: { AWS: `arn:aws:iam::${ACCOUNT}:user/eve` },
      Action: 'kms:R*',
      Resource: '*',
    },
  ];
  await world.call('kms', 'PutKeyPolicy', { KeyId, Policy: JSON.stringify({ Version: '2012-10-17', Statement }) });
  const explained = async (who: string) => {
    const { decisions } = await world.explain('kms', 'RetireGrant', { KeyId: arnFor(KeyId), GrantId }, { as: who });
    const [decision] = decisions;
    if (!decision) return expect.fail('there is a decision');
    const policies = decision.gates.find(({ gate }) => gate === 'resource-policy')?.policies;
    const tried = policies?.map(({ name, statements }) => [
      name,
      statements.map(({ applies, failed }) => failed ?? applies),
    ]);
    const lines = explainLines(decision).map(({ text }) => text);
    return {
      because: decision.because,
      tried,
      advice: lines.at(-1),
      fix: fixValue(fixOf(decision, {})).map(({ Kind }) => Kind),
    };
  };
  const rule = 'right of the account that created the grant to retire it';
  expect(await explained('user/carol')).toMatchObject({
    because: `grant ${GrantId} allows kms:RetireGrant for ${carol}`,
    tried: [
      ['key policy', ['action', 'principal']],
      [rule, [true]],
    ],
  });
  expect((await explained('user/admin')).because).toBe(
    `AdministratorAccess (statement 1) allows kms:RetireGrant, and the ${rule} lets the account's policies decide`,
  );
  // A grant to dan would not let dan retire this one.
  expect((await explained('user/dan')).fix).toEqual(['AddStatement']);
  expect((await explained('user/eve')).because).toBe('the key policy (statement "NotEve") denies kms:RetireGrant');
  expect(await explained(`${OTHER_ACCOUNT}:user/admin`)).toEqual({
    because:
      'a grant can be retired only by its retiring principal, by its grantee if it allows RetireGrant, and by the ' +
      'account that created it',
    tried: [
      ['key policy', ['action', 'principal']],
      [rule, ['principal']],
    ],
    advice: 'to allow it: call as one of them, or have the grant revoked, which the key policy can allow',
    fix: [],
  });
});

test('a retired or revoked grant no longer allows anything', async () => {
  const world = newWorld();
  for (const end of ['retire by token', 'retire by id', 'revoke'] as const) {
    const { KeyId, GrantId, GrantToken } = await withGrant(world);
    await world.call('kms', 'Encrypt', { KeyId, Plaintext }, { as });
    if (end === 'revoke') await world.call('kms', 'RevokeGrant', { KeyId, GrantId });
    else
      await world.call(
        'kms',
        'RetireGrant',
        end === 'retire by id' ? { KeyId: arnFor(KeyId), GrantId } : { GrantToken },
      );
    expect(await world.refusal('kms', 'Encrypt', { KeyId, Plaintext }, { as })).toMatch(/^AccessDeniedException/);
    expect(await world.refusal('kms', 'RevokeGrant', { KeyId, GrantId })).toBe(
      `NotFoundException: Grant ID ${GrantId} not found`,
    );
  }
});

test('with a delay, a new grant works with its token until the delay is over', async () => {
  const world = newWorld({ grantDelayMs: 5 * MINUTE });
  const { KeyId, GrantToken } = await withGrant(world);
  const request = { KeyId, Plaintext };
  expect(await world.refusal('kms', 'Encrypt', request, { as })).toMatch(/^AccessDeniedException/);
  await world.call('kms', 'Encrypt', { ...request, GrantTokens: [GrantToken] }, { as });
  world.advance(5 * MINUTE);
  await world.call('kms', 'Encrypt', request, { as });
});

// KMS API Reference, CreateGrant, RetireGrant, RevokeGrant, ListGrants: their errors.
test('invalid requests on grants are refused', async () => {
  const world = newWorld();
  const bob = makeUser(world, 'bob');
  const KeyId = await makeKey(world);
  const ecc = await makeKey(world, { KeySpec: 'ECC_NIST_P256', KeyUsage: 'SIGN_VERIFY' });
  const good = { KeyId, GranteePrincipal: bob, Operations: ['Decrypt'] };
  const refused = (input: object) => world.refusal('kms', 'CreateGrant', { ...good, ...input });
  const pairs = (count: number) => Object.fromEntries(Array.from({ length: count }, (_, i) => [`k${i}`, 'v']));
  expect([
    await refused({ GranteePrincipal: `${bob}x` }),
    await refused({ RetiringPrincipal: 'arn:aws:iam::111122223333:group/g' }),
    await refused({ GranteePrincipal: undefined }),
    await refused({ Operations: [] }),
    await refused({ Operations: ['Sign', 'Decrypt'] }),
    await refused({ KeyId: ecc, Operations: ['Sign', 'Decrypt'] }),
    await refused({ KeyId: ecc, Operations: ['Sign'], Constraints: { EncryptionContextSubset: { a: 'b' } } }),
    await refused({ Operations: ['DescribeKey'], Constraints: { EncryptionContextSubset: { a: 'b' } } }),
    await refused({ Constraints: { EncryptionContextSubset: pairs(9) } }),
    await refused({ Constraints: { EncryptionContextEquals: { a: 'x'.repeat(384) } } }),
    await refused({ Constraints: { EncryptionContextSubset: JSON.parse('{"__proto__":"x"}') } }),
    await refused({ GrantTokens: ['AQpAnonsense'] }),
    await refused({ GranteePrincipal: undefined, GranteeServicePrincipal: 's3.amazonaws.com' }),
    await world.refusal('kms', 'RetireGrant', {}),
    await world.refusal('kms', 'RetireGrant', { GrantToken: 'AQpAnonsense' }),
    await world.refusal('kms', 'RetireGrant', { KeyId, GrantId: 'a'.repeat(64) }),
    await world.refusal('kms', 'RevokeGrant', { KeyId, GrantId: 'short' }),
    await world.refusal('kms', 'ListGrants', { KeyId, GrantId: 'short' }),
    await world.refusal('kms', 'ListRetirableGrants', {}),
  ]).toEqual([
    `InvalidArnException: ARN does not refer to a valid principal: ${bob}x`,
    'InvalidArnException: ARN does not refer to a valid principal: arn:aws:iam::111122223333:group/g',
    'ValidationException: Specify either GranteePrincipal or GranteeServicePrincipal.',
    expect.stringMatching(/^ValidationException: 1 validation error detected: Value '\[\]' at 'operations'/),
    'ValidationException: Operations [Sign, Decrypt] are not supported when creating a grant for a symmetric KMS key with key usage ' +
      'ENCRYPT_DECRYPT. Valid operations are [Decrypt, Encrypt, GenerateDataKey, GenerateDataKeyWithoutPlaintext, GenerateDataKeyPair, ' +
      'GenerateDataKeyPairWithoutPlaintext, ReEncryptFrom, ReEncryptTo, CreateGrant, DescribeKey, RetireGrant]',
    'ValidationException: Operations [Sign, Decrypt] are not supported when creating a grant for an asymmetric KMS key with key usage ' +
      'SIGN_VERIFY. Valid operations are [Sign, Verify, GetPublicKey, CreateGrant, DescribeKey, RetireGrant]',
    'ValidationException: EncryptionContext is supported only when creating a grant for a symmetric encryption KMS key.',
    'ValidationException: EncryptionContext constraints need an operation that takes an encryption context.',
    'ValidationException: An encryption context constraint can have no more than 8 pairs and 384 characters.',
    'ValidationException: An encryption context constraint can have no more than 8 pairs and 384 characters.',
    'ValidationException: No pair of an encryption context constraint may be named __proto__.',
    'InvalidGrantTokenException: ',
    'ValidationException: GranteeServicePrincipal needs a SourceArn constraint and a retiring principal.',
    'ValidationException: Grant token OR (grant ID, key ID) must be specified',
    'InvalidGrantTokenException: ',
    `NotFoundException: Invalid arn ${KeyId}`,
    'InvalidGrantIdException: ',
    'InvalidGrantIdException: ',
    'ValidationException: Specify either RetiringPrincipal or RetiringServicePrincipal.',
  ]);
});

// AWS KMS Developer Guide, "Resource quotas": grants per KMS key.
test('a key has no more than 50,000 grants', async () => {
  const world = newWorld();
  const { KeyId, GranteePrincipal } = await withGrant(world, { Name: 'last' });
  editKey(world, KeyId, { grantCount: 50_000 });
  const request = { KeyId, GranteePrincipal, Operations: ['Decrypt'] } as const;
  expect(await world.refusal('kms', 'CreateGrant', request)).toBe(
    'LimitExceededException: A KMS key can have no more than 50000 grants',
  );
  await world.call('kms', 'CreateGrant', { ...request, Name: 'last', Operations: ['Decrypt', 'Encrypt'] });
});

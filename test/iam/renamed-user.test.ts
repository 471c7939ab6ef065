/** A user that policies and grants name, and who then is renamed: IAM User Guide, "Rename an IAM user". */

import { expect, test } from 'vitest';
import { makeKey } from '../kms/made-keys.ts';
import { ACCOUNT, newWorld, type World } from '../support/harness.ts';

const arn = (name: string) => `arn:aws:iam::${ACCOUNT}:user${name}`;
const root = `arn:aws:iam::${ACCOUNT}:root`;
const Plaintext = Buffer.from('x');

const policy = (...statements: readonly object[]) => JSON.stringify({ Version: '2012-10-17', Statement: statements });
const allow = (AWS: string | readonly string[], Action: string, Resource?: string) => ({
  Effect: 'Allow',
  Principal: { AWS },
  Action,
  ...(Resource !== undefined && { Resource }),
});

/** Names a user wherever one can be named. */
async function withNamedUser(world: World): Promise<{ KeyId: string; GrantId: string; id: string }> {
  const { User } = await world.call('iam', 'CreateUser', { UserName: 'ann' });
  const ann = arn('/ann');
  const all = allow(root, 'kms:*', '*');
  const deny = { Effect: 'Deny', NotPrincipal: { AWS: [ann, arn('/admin'), root] }, Action: 'kms:Sign', Resource: '*' };
  const KeyId = await makeKey(world, { Policy: policy(all, allow([ann, root], 'kms:Encrypt', '*'), deny) });
  await world.call('s3', 'CreateBucket', { Bucket: 'letters' });
  await world.call('s3', 'PutBucketPolicy', {
    Bucket: 'letters',
    Policy: policy(allow(ann, 's3:ListBucket', 'arn:aws:s3:::letters')),
  });
  const AssumeRolePolicyDocument = policy(allow(ann, 'sts:AssumeRole'));
  await world.call('iam', 'CreateRole', { RoleName: 'worker', AssumeRolePolicyDocument });
  const grant = {
    KeyId,
    GranteePrincipal: ann,
    RetiringPrincipal: ann,
    Operations: ['Decrypt', 'DescribeKey'],
  } as const;
  const { GrantId = '' } = await world.call('kms', 'CreateGrant', grant);
  return { KeyId, GrantId, id: User?.UserId ?? '' };
}

/** How each place shows the user. */
async function shown(world: World, KeyId: string) {
  const principalsIn = (text = '') => {
    const { Statement }: { Statement: Record<string, { AWS: string | string[] } | undefined>[] } = JSON.parse(text);
    return Statement.flatMap(({ Principal, NotPrincipal }) => (Principal ?? NotPrincipal)?.AWS ?? []);
  };
  const { Role } = await world.call('iam', 'GetRole', { RoleName: 'worker' });
  const { Grants } = await world.call('kms', 'ListGrants', { KeyId });
  const key = principalsIn((await world.call('kms', 'GetKeyPolicy', { KeyId })).Policy);
  return {
    key: [key[1], key[3]],
    bucket: principalsIn((await world.call('s3', 'GetBucketPolicy', { Bucket: 'letters' })).Policy)[0],
    trust: principalsIn(decodeURIComponent(Role.AssumeRolePolicyDocument ?? ''))[0],
    grantee: Grants?.[0]?.GranteePrincipal,
    retiring: Grants?.[0]?.RetiringPrincipal,
  };
}

const everywhere = (name: string) => ({ key: [name, name], bucket: name, trust: name, grantee: name, retiring: name });

test.for([
  [{ NewUserName: 'anna' }, '/anna'],
  [{ NewPath: '/staff/' }, '/staff/ann'],
  [{ NewUserName: 'Ann', NewPath: '/staff/' }, '/staff/Ann'],
] as const)('after %j the user is shown as %s, and still may what it might', async ([change, now]) => {
  const world = newWorld();
  const { KeyId, GrantId } = await withNamedUser(world);
  expect(await shown(world, KeyId)).toEqual(everywhere(arn('/ann')));
  await world.call('iam', 'UpdateUser', { UserName: 'ann', ...change });
  expect(await shown(world, KeyId)).toEqual(everywhere(arn(now)));

  const as = `user${now.slice(now.lastIndexOf('/'))}`;
  await world.call('kms', 'Encrypt', { KeyId, Plaintext }, { as });
  await world.call('kms', 'DescribeKey', { KeyId }, { as });
  await world.call('s3', 'ListObjectsV2', { Bucket: 'letters' }, { as });
  const RoleArn = `arn:aws:iam::${ACCOUNT}:role/worker`;
  await world.call('sts', 'AssumeRole', { RoleArn, RoleSessionName: 'work' }, { as });
  const { decisions } = await world.explain('kms', 'DescribeKey', { KeyId }, { as });
  expect(decisions[0]?.because).toBe(`grant ${GrantId} allows kms:DescribeKey for ${arn(now)}`);

  const ids = (grants: readonly { GrantId?: string | undefined }[] = []) => grants.map((grant) => grant.GrantId);
  const byGrantee = async (GranteePrincipal: string, details = {}) =>
    ids((await world.call('kms', 'ListGrants', { KeyId, GranteePrincipal, ...details })).Grants);
  expect([await byGrantee(arn(now)), await byGrantee(arn(now), { GrantId })]).toEqual([[GrantId], [GrantId]]);
  expect([await byGrantee(arn('/ann')), await byGrantee(arn('/ann'), { GrantId })]).toEqual([[], []]);
  const byRetirer = async (RetiringPrincipal: string) =>
    ids((await world.call('kms', 'ListRetirableGrants', { RetiringPrincipal })).Grants);
  expect([await byRetirer(arn(now)), await byRetirer(arn('/ann'))]).toEqual([[GrantId], []]);
  await world.call(
    'kms',
    'RetireGrant',
    { KeyId: (await world.call('kms', 'DescribeKey', { KeyId })).KeyMetadata?.Arn, GrantId },
    { as },
  );
});

test('a user created under the old name is another one, and a deleted one is shown by its id', async () => {
  const world = newWorld();
  const { KeyId, id } = await withNamedUser(world);
  await world.call('iam', 'UpdateUser', { UserName: 'ann', NewUserName: 'anna' });
  await world.call('iam', 'CreateUser', { UserName: 'ann' });
  expect(await shown(world, KeyId)).toEqual(everywhere(arn('/anna')));
  const as = 'user/ann';
  const refusals = [
    await world.refusal('kms', 'Encrypt', { KeyId, Plaintext }, { as }),
    await world.refusal('kms', 'DescribeKey', { KeyId }, { as }),
    await world.refusal('s3', 'ListObjectsV2', { Bucket: 'letters' }, { as }),
    await world.refusal(
      'sts',
      'AssumeRole',
      { RoleArn: `arn:aws:iam::${ACCOUNT}:role/worker`, RoleSessionName: 'work' },
      { as },
    ),
  ];
  for (const refusal of refusals) expect(refusal).toMatch(/^AccessDenied/);
  await world.call('iam', 'DeleteUser', { UserName: 'anna' });
  expect(await shown(world, KeyId)).toEqual(everywhere(id));
});

test('a policy with a unique id shows whose it is, and one that nothing has changed is shown as it was given', async () => {
  const world = newWorld();
  const { id } = await withNamedUser(world);
  const put = async (Policy: string) => {
    await world.call('s3', 'PutBucketPolicy', { Bucket: 'letters', Policy });
    return (await world.call('s3', 'GetBucketPolicy', { Bucket: 'letters' })).Policy;
  };
  const byId = policy(allow(id, 's3:ListBucket', 'arn:aws:s3:::letters'));
  expect(await put(byId)).toBe(byId.replace(id, arn('/ann')));
  const spaced = JSON.stringify(JSON.parse(byId.replace(id, arn('/ann'))), undefined, 3);
  expect(await put(spaced)).toBe(spaced);
});

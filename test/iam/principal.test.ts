import { describe, expect, test } from 'vitest';
import { ACCOUNT, newWorld, OTHER_ACCOUNT, type World } from '../support/harness.ts';

const trust = JSON.stringify({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Principal: { AWS: ACCOUNT }, Action: 'sts:AssumeRole' }],
});

/** A world with a user and a role, each on a path. */
async function newPeople(): Promise<World> {
  const world = newWorld();
  await world.call('iam', 'CreateUser', { UserName: 'ann', Path: '/team/' });
  await world.call('iam', 'CreateRole', { RoleName: 'Reader', Path: '/app/', AssumeRolePolicyDocument: trust });
  return world;
}

const session = (name: string) => `arn:aws:sts::${ACCOUNT}:assumed-role/Reader/${name}`;

describe('the caller is given', () => {
  test.for([
    ['user/ann', `arn:aws:iam::${ACCOUNT}:user/team/ann`],
    [`${ACCOUNT}:user/ann`, `arn:aws:iam::${ACCOUNT}:user/team/ann`],
    [`arn:aws:iam::${ACCOUNT}:user/team/ann`, `arn:aws:iam::${ACCOUNT}:user/team/ann`],
    ['role/Reader', session('ssebox')],
    ['role/Reader/s1', session('s1')],
    [`${ACCOUNT}:role/Reader/s1`, session('s1')],
    [`arn:aws:iam::${ACCOUNT}:role/app/Reader`, session('ssebox')],
    [session('s1'), session('s1')],
    ['root', `arn:aws:iam::${ACCOUNT}:root`],
    [`${OTHER_ACCOUNT}:root`, `arn:aws:iam::${OTHER_ACCOUNT}:root`],
    [`arn:aws:iam::${OTHER_ACCOUNT}:root`, `arn:aws:iam::${OTHER_ACCOUNT}:root`],
    [`arn:aws:iam::${OTHER_ACCOUNT}:user/admin`, `arn:aws:iam::${OTHER_ACCOUNT}:user/admin`],
  ] as const)('as %s', async ([as, arn]) => {
    const world = await newPeople();
    const identity = await world.call('sts', 'GetCallerIdentity', {}, { as });
    expect(identity).toMatchObject({ Arn: arn, Account: arn.split(':')[4] });
  });

  test('by the ARN of a role, and has the role’s permissions', async () => {
    const world = await newPeople();
    const as = `arn:aws:iam::${ACCOUNT}:role/app/Reader`;
    expect(await world.refusal('kms', 'CreateKey', {}, { as })).toContain(
      `User: ${session('ssebox')} is not authorized to perform: kms:CreateKey`,
    );
    const PolicyDocument = JSON.stringify({
      Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Action: 'kms:CreateKey', Resource: '*' }],
    });
    await world.call('iam', 'PutRolePolicy', { RoleName: 'Reader', PolicyName: 'p', PolicyDocument });
    expect((await world.call('kms', 'CreateKey', {}, { as })).KeyMetadata?.AWSAccountId).toBe(ACCOUNT);
  });
});

describe('a caller is refused', () => {
  test.for([
    '',
    'ann',
    'user',
    'user/',
    'user/team/ann',
    'role/',
    'role/Reader/',
    'role/Reader/s1/more',
    'group/Readers',
    '1111:user/ann',
    `arn:aws:iam::1111:user/ann`,
    `arn:aws:iam::${ACCOUNT}:user`,
    `arn:aws:iam::${ACCOUNT}:user/`,
    `arn:aws:iam::${ACCOUNT}:role`,
    `arn:aws:iam::${ACCOUNT}:role/`,
    `arn:aws:iam::${ACCOUNT}:group/Readers`,
    `arn:aws:sts::${ACCOUNT}:assumed-role/Reader`,
    `arn:aws:sts::${ACCOUNT}:assumed-role//s1`,
    `arn:aws:sts::${ACCOUNT}:assumed-role/Reader/`,
    `arn:aws:sts::${ACCOUNT}:assumed-role/Reader/s1/more`,
    `arn:aws:s3:::${ACCOUNT}:role/Reader`,
  ])('by "%s"', async (as) => {
    const world = await newPeople();
    await expect(world.call('sts', 'GetCallerIdentity', {}, { as })).rejects.toThrow(`"${as}" is not a caller: `);
  });

  test.for([
    ['user/zoe', 'there is no user "zoe" in account 111122223333: choose one of user/admin, user/ann'],
    [
      `arn:aws:iam::${ACCOUNT}:role/Writer`,
      'there is no role "Writer" in account 111122223333: choose one of role/Reader',
    ],
    [`${OTHER_ACCOUNT}:role/Reader`, 'there is no role "Reader" in account 444455556666'],
  ])('by %s, who does not exist', async ([as = '', message]) => {
    const world = await newPeople();
    await expect(world.call('sts', 'GetCallerIdentity', {}, { as })).rejects.toThrow(message);
  });
});

// IAM looks at the permission before it says that an entity does not exist: IAM User Guide, "Troubleshoot access denied
// error messages".

import { describe, expect, test } from 'vitest';
import { operationModel } from '../../src/api/model/loader.ts';
import { iamOperations } from '../../src/iam/operations.ts';
import { ACCOUNT, newWorld } from '../support/harness.ts';

const arn = (resource: string) => `arn:aws:iam::${ACCOUNT}:${resource}`;
const policy = (Statement: object) => JSON.stringify({ Version: '2012-10-17', Statement });

/** What an operation is about, by its member, and how a denial names it. */
const naming = {
  GroupName: ['ghost', 'group ghost'],
  UserName: ['ghost', 'user ghost'],
  RoleName: ['ghost', 'role ghost'],
  PolicyArn: [arn('policy/ghost'), arn('policy/ghost')],
  AccessKeyId: ['AKIAGHOSTGHOSTGHOST7', 'access key AKIAGHOSTGHOSTGHOST7'],
  PolicySourceArn: [arn('user/ghost'), arn('user/ghost')],
} as const;

const others = {
  ActionNames: ['s3:GetObject'],
  PermissionsBoundary: 'arn:aws:iam::aws:policy/ReadOnlyAccess',
  PolicyDocument: policy({ Effect: 'Allow', Action: '*', Resource: '*' }),
  PolicyName: 'p',
  Status: 'Active',
  TagKeys: ['a'],
  Tags: [{ Key: 'a', Value: '' }],
  VersionId: 'v1',
};

const membersOf = (name: string): readonly string[] => {
  const model = operationModel('iam', name);
  const shape = model?.shapes[model.input?.shape ?? ''];
  return shape?.type === 'structure' ? Object.keys(shape.members) : [];
};

const isAbout = (name: string) => (member: string) => membersOf(name).includes(member);
const operations = Object.keys(iamOperations).flatMap((name) => {
  if (/^Create(?:User|Group|Role|Policy)$/.test(name)) return [];
  const [about] = Object.keys(naming).filter(isAbout(name)) as (keyof typeof naming)[];
  return about ? [{ name, about }] : [];
});

test('most operations are about an entity', () => {
  expect(operations.length).toBeGreaterThan(50);
});

describe.each(operations)('$name without the $about', ({ name, about }) => {
  const members = Object.fromEntries(
    [...Object.entries(naming).map(([member, [value]]) => [member, value] as const), ...Object.entries(others)].filter(
      ([member]) => isAbout(name)(member),
    ),
  );

  test('is denied to whoever may not call it, and else says that there is none', async () => {
    const world = newWorld();
    await world.call('iam', 'CreateUser', { UserName: 'ann' });
    const refusal = async (as: string) => world.refusal('iam', name as 'GetUser', members, { as });
    // A managed policy that is attached or detached is looked for after the entity; a key after its user.
    const [, phrase] = naming[about];
    expect(await refusal('user/ann')).toBe(
      `AccessDenied: User: ${arn('user/ann')} is not authorized to perform: iam:${name} on resource: ${phrase} because no identity-based policy allows the iam:${name} action`,
    );
    expect(await refusal('user/admin')).toMatch(/^NoSuchEntity: /);
  });
});

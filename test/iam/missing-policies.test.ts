/** Managed policies that are attached but that the store does not have, as in data from elsewhere. */

import { expect, test } from 'vitest';
import { findGroup, findRole, findUser, putGroup, putRole, putUser } from '../../src/iam/entities.ts';
import { ACCOUNT, newWorld, type World } from '../support/harness.ts';

const MISSING = `arn:aws:iam::${ACCOUNT}:policy/team/Missing`;
const OF_AWS = 'arn:aws:iam::aws:policy/AmazonUnheardOf';
const root = `arn:aws:iam::${ACCOUNT}:root`;
const all = JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }] });
const trust = JSON.stringify({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Principal: { AWS: root }, Action: 'sts:AssumeRole' }],
});

/** A user in a group, and a role, who may do anything. */
async function withEntities(world: World): Promise<void> {
  await world.call('iam', 'CreateUser', { UserName: 'ann' });
  await world.call('iam', 'CreateGroup', { GroupName: 'staff' });
  await world.call('iam', 'AddUserToGroup', { UserName: 'ann', GroupName: 'staff' });
  await world.call('iam', 'PutUserPolicy', { UserName: 'ann', PolicyName: 'all', PolicyDocument: all });
  await world.call('iam', 'CreateRole', { RoleName: 'worker', AssumeRolePolicyDocument: trust });
  await world.call('iam', 'PutRolePolicy', { RoleName: 'worker', PolicyName: 'all', PolicyDocument: all });
}

const who = ['user/ann', 'role/worker/s1'] as const;

test('a boundary that does not exist closes the gate, and is told as that', async () => {
  const world = newWorld();
  await withEntities(world);
  for (const as of who) await world.call('iam', 'ListUsers', {}, { as });
  world.transact((tx) => {
    const user = findUser(tx, ACCOUNT, 'ann');
    const role = findRole(tx, ACCOUNT, 'worker');
    if (!user || !role) return expect.fail('they are there');
    putUser(tx, { ...user, boundary: MISSING });
    putRole(tx, { ...role, boundary: MISSING });
  });
  for (const as of who) {
    expect(await world.refusal('iam', 'ListUsers', {}, { as })).toMatch(
      /^AccessDenied: .* because no permissions boundary allows the iam:ListUsers action$/,
    );
    const { decisions } = await world.explain('iam', 'ListUsers', {}, { as });
    expect(decisions[0]?.because).toBe(
      `the caller's permissions boundary is an unknown policy, ${MISSING}, which allows nothing`,
    );
  }
});

test('an attached policy that does not exist allows nothing, and is shown', async () => {
  const world = newWorld();
  await withEntities(world);
  world.transact((tx) => {
    const user = findUser(tx, ACCOUNT, 'ann');
    const role = findRole(tx, ACCOUNT, 'worker');
    const group = findGroup(tx, ACCOUNT, 'staff');
    if (!user || !role || !group) return expect.fail('they are there');
    putUser(tx, { ...user, attachedPolicies: [MISSING] });
    putGroup(tx, { ...group, attachedPolicies: [OF_AWS] });
    putRole(tx, { ...role, attachedPolicies: [OF_AWS] });
  });
  const unknown = async (as: string) => {
    const { decisions } = await world.explain('iam', 'ListUsers', {}, { as });
    const policies = decisions[0]?.gates.flatMap((gate) => gate.policies) ?? [];
    return policies.filter(({ isUnknown }) => isUnknown).map(({ name, arn }) => [name, arn]);
  };
  expect(await unknown('user/ann')).toEqual([
    ['Missing', MISSING],
    ['AmazonUnheardOf of group staff', OF_AWS],
  ]);
  expect(await unknown('role/worker/s1')).toEqual([['AmazonUnheardOf', OF_AWS]]);
  for (const as of who) await world.call('iam', 'ListUsers', {}, { as });
});

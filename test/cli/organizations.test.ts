/** Organizations by hand: what prompts and completion offer, and what stands below a refusal. */

import { Readable } from 'node:stream';
import { expect, test } from 'vitest';
import { memberChoices } from '../../src/cli/member-choices.ts';
import { newSession, type Session } from '../../src/cli/session.ts';
import { standardInputOf } from '../../src/cli/standard-input.ts';
import { newAccount, newOrganization, newPolicy, newUnit } from '../organizations/tree.ts';
import { type CommandLine, newCommandLine } from '../support/command-line.ts';
import { newWorld, type World } from '../support/harness.ts';

const ACCOUNT = '111122223333';

/** A session of `user/admin`, or of another principal, on a world's store. */
function sessionIn(world: World, as = 'user/admin'): Session {
  return newSession({
    globals: { as },
    environment: world.environment,
    settings: {},
    signal: new AbortController().signal,
    openStore: async () => ({ ...world.place(), close: async () => {} }),
    stdin: standardInputOf({ stdin: Readable.from([]) }),
    tell: () => {},
    confirm: async () => {},
  });
}

test('the parts of the organization are offered by id, each where it fits', async () => {
  const world = newWorld();
  const organization = await newOrganization(world);
  const { root } = organization;
  const unit = await newUnit(organization, root, 'prod');
  const account = await newAccount(organization, 'logs');
  const policy = await newPolicy(organization, 'keep-keys');
  const session = sessionIn(world);
  const offered = async (operation: string, member: string, typed = '') =>
    (await memberChoices('organizations', operation, member)?.(session, { typed, values: { args: {}, options: {} } }))
      ?.map(({ value }) => value)
      .toSorted();
  const sorted = (...ids: string[]) => ids.toSorted();
  expect(await offered('EnablePolicyType', 'RootId')).toEqual([root]);
  expect(await offered('ListChildren', 'ParentId')).toEqual(sorted(root, unit));
  expect(await offered('DeleteOrganizationalUnit', 'OrganizationalUnitId')).toEqual([unit]);
  expect(await offered('CloseAccount', 'AccountId')).toEqual(sorted(ACCOUNT, account));
  expect(await offered('ListParents', 'ChildId')).toEqual(sorted(unit, ACCOUNT, account));
  expect(await offered('AttachPolicy', 'TargetId')).toEqual(sorted(root, unit, ACCOUNT, account));
  expect(await offered('AttachPolicy', 'PolicyId')).toEqual(sorted('p-FullAWSAccess', 'p-RCPFullAWSAccess', policy));
  expect(await offered('AttachPolicy', 'PolicyId', 'keep')).toEqual([policy]);
  expect(await offered('MoveAccount', 'DestinationParentId', 'prod')).toEqual([unit]);
  expect(await offered('TagResource', 'ResourceId')).toHaveLength(7);
  expect(await offered('AttachPolicy', 'Other')).toBeUndefined();
  await session.close();
});

test('outside of an organization nothing is offered', async () => {
  const session = sessionIn(newWorld());
  expect(await memberChoices('organizations', 'AttachPolicy', 'TargetId')?.(session)).toEqual([]);
  await session.close();
});

async function newLine(): Promise<CommandLine> {
  const line = newCommandLine();
  await line.ok(['organizations', 'create-organization']);
  await line.ok(['organizations', 'create-account', '--account-name', 'logs', '--email', 'logs@example.com']);
  return line;
}

const SCP = ['--type', 'SERVICE_CONTROL_POLICY', '--name', 'x', '--description', ''];

test.for<readonly [words: readonly string[], hint: RegExp]>([
  [
    ['describe-policy', '--policy-id', 'p-FullAwsAccess'],
    /^hint: p-FullAwsAccess is not a policy of the organization o-\w+: did you mean p-FullAWSAccess\?$/,
  ],
  [
    ['describe-account', '--account-id', '111122223334'],
    /^hint: the account 111122223334 is not in the organization o-\w+: did you mean 111122223333\? the accounts are \d+, \d+$/,
  ],
  [
    ['list-accounts-for-parent', '--parent-id', 'r-none'],
    /^hint: r-none is neither the root of the organization, r-\w{4}, nor one of its units$/,
  ],
  [['list-accounts-for-parent', '--parent-id', 'root'], /^hint: parentId "root" does not match \^\(r-\S+$/],
  [
    ['describe-effective-policy', '--policy-type', 'SERVICE_CONTROL_POLICY'],
    /^hint: policyType "SERVICE_CONTROL_POLICY" is not one of \w+, /,
  ],
  [['list-accounts', '--page-size', '21'], /^hint: maxResults can be 20 at most$/],
  [
    ['create-policy', ...SCP, '--content', '{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Actions":"*"}]}'],
    /^hint: "Actions" is not an element of a statement \(line 1, column 55\): did you mean "Action"\?$/,
  ],
  [
    ['create-organization', '--as', '444455556666:user/admin', '--feature-set', 'SOME'],
    /^hint: featureSet "SOME" is not one of ALL, CONSOLIDATED_BILLING$/,
  ],
  [
    ['list-roots', '--as', '444455556666:user/admin'],
    /^hint: the account 444455556666 is not in an organization: create one with organizations create-organization$/,
  ],
])('the hint below a refusal of %j', async ([words, hint]) => {
  const line = await newLine();
  const { code, err } = await line.ssebox(['organizations', ...words], { terminal: 400 });
  expect(code).toBe(254);
  expect(err.trimEnd().split('\n')[1]).toMatch(hint);
});

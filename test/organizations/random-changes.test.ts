/** Whatever is done to an organization, in whatever order, its rows agree with one another, and its limits hold. */

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { AwsError } from '../../src/api/errors.ts';
import type { OperationName } from '../../src/api/model/operations.ts';
import { verifyStore } from '../../src/upkeep/verify.ts';
import { ACCOUNT, newWorld } from '../support/harness.ts';
import { newAccount, newOrganization, newPolicy, type Organization, rcp } from './tree.ts';

/** A change, whose parts are picked by number from what there is at its time. */
type Change = readonly [name: OperationName<'organizations'>, one: number, other: number, third: number];

const change: fc.Arbitrary<Change> = fc.tuple(
  fc.constantFrom(
    'AttachPolicy',
    'CreateOrganizationalUnit',
    'DeleteOrganizationalUnit',
    'DeletePolicy',
    'DetachPolicy',
    'DisablePolicyType',
    'EnablePolicyType',
    'MoveAccount',
  ),
  fc.nat(),
  fc.nat(),
  fc.nat(),
);

interface Parts {
  readonly root: string;
  readonly units: readonly string[];
  readonly accounts: readonly string[];
  readonly policies: readonly string[];
}

const partsOf = ({ world, root }: Organization): Parts =>
  world.transact((tx) => ({
    root,
    units: [...tx.organizationUnits.range()].map(({ key }) => key[1]),
    accounts: [...tx.organizationMembers.range()].map(({ key }) => key[0]),
    policies: [
      'p-FullAWSAccess',
      'p-RCPFullAWSAccess',
      ...[...tx.organizationPolicies.range()].map(({ key }) => key[1]),
    ],
  }));

const pick = <T>(from: readonly T[], number: number): T | undefined => from[number % from.length];

function inputOf([name, one, other, third]: Change, { root, units, accounts, policies }: Parts): object {
  const parents = [root, ...units];
  switch (name) {
    case 'AttachPolicy':
    case 'DetachPolicy':
      return { PolicyId: pick(policies, one), TargetId: pick([...parents, ...accounts], other) };
    case 'CreateOrganizationalUnit':
      return { ParentId: pick(parents, one), Name: `unit ${other % 3}` };
    case 'DeleteOrganizationalUnit':
      return { OrganizationalUnitId: pick(units, one) ?? 'ou-none-00000000' };
    case 'DeletePolicy':
      return { PolicyId: pick(policies, one) };
    case 'DisablePolicyType':
    case 'EnablePolicyType':
      return { RootId: root, PolicyType: one % 2 === 0 ? 'SERVICE_CONTROL_POLICY' : 'RESOURCE_CONTROL_POLICY' };
    default:
      return {
        AccountId: pick(accounts, one),
        SourceParentId: pick(parents, other),
        DestinationParentId: pick(parents, third),
      };
  }
}

test('an organization is whole after any changes', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(change, { minLength: 10, maxLength: 60 }), async (changes) => {
      const organization = await newOrganization(newWorld());
      const { world, id } = organization;
      for (const name of ['app', 'logs']) await newAccount(organization, name);
      for (const name of ['one', 'two', 'three', 'four', 'five']) await newPolicy(organization, name);
      await newPolicy(organization, 'six', rcp(), 'RESOURCE_CONTROL_POLICY');
      for (const each of changes) {
        const input = inputOf(each, partsOf(organization));
        await world.call('organizations', each[0] as 'AttachPolicy', input as never).catch((error: unknown) => {
          // Refused by name, and then nothing has changed.
          if (!(error instanceof AwsError)) throw error;
          expect(error.code).not.toBe('NotImplemented');
        });
      }
      const { Damaged } = await verifyStore(world.place(), () => {}, new AbortController().signal);
      expect(Damaged).toEqual([]);
      const counts = world.transact((tx) => {
        const found = new Map<string, number>();
        for (const { key } of tx.organizationAttachments.under([id])) {
          const place = `${key[1]} ${key[2]}`;
          found.set(place, (found.get(place) ?? 0) + 1);
        }
        return [...found.values()];
      });
      expect(Math.max(0, ...counts)).toBeLessThanOrEqual(5);
      const { Accounts } = await world.call('organizations', 'ListAccounts', {});
      expect(Accounts?.map(({ Id }) => Id)).toContain(ACCOUNT);
      // The organization, the root, at most five units, and the account.
      for (const path of Accounts?.flatMap(({ Paths = [] }) => Paths) ?? []) {
        expect(path).toMatch(new RegExp(`^${id}/${organization.root}/(?:ou-[^/]+/){0,5}\\d{12}/$`));
      }
    }),
    { numRuns: 25 },
  );
}, 120_000);

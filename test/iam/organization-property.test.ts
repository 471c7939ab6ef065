/**
 * Random organizations, with units and accounts, policies everywhere and none, and requests from and to every account:
 * what is decided on the store's rows is what the naive evaluator decides on the organization as it is drawn.
 */

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ensureAccount } from '../../src/iam/accounts.ts';
import { decide } from '../../src/iam/authorize.ts';
import { putRole } from '../../src/iam/entities.ts';
import { resolveCaller } from '../../src/iam/principal.ts';
import type { Access } from '../../src/policy/access.ts';
import type { Caller } from '../../src/policy/caller.ts';
import type { Tx } from '../../src/store/tables.ts';
import { decide as decideNaively } from '../policy/naive/evaluator.ts';
import {
  controlPolicies,
  type NodeJson,
  type OrganizationJson,
  organizationKeys,
} from '../policy/naive/organization.ts';
import type { DocumentJson, StatementJson } from '../policy/naive/situation.ts';
import { newWorld, START, type World } from '../support/harness.ts';

const ACCOUNTS = ['111111111111', '222222222222', '333333333333'] as const;
const O = 'o-exampleorg1';
const ROOT = 'r-ab12';
const unitId = (i: number) => `ou-ab12-unit${i}xxxx`;

const ALL = { Effect: 'Allow', Action: '*', Resource: '*' } as const;
const everything = (more: Partial<StatementJson> = {}): DocumentJson => ({
  Version: '2012-10-17',
  Statement: { ...ALL, ...more },
});

const one = fc.constantFrom;

const drawnCondition = one<StatementJson['Condition']>(
  undefined,
  undefined,
  { StringEquals: { 'aws:PrincipalOrgID': O } },
  { StringNotEquals: { 'aws:PrincipalOrgID': O } },
  { StringNotEqualsIfExists: { 'aws:ResourceOrgID': O } },
  { 'ForAnyValue:StringLike': { 'aws:PrincipalOrgPaths': `${O}/${ROOT}/*` } },
  { 'ForAnyValue:StringLike': { 'aws:ResourceOrgPaths': `*/${unitId(0)}/*` } },
  { 'ForAllValues:StringNotLike': { 'aws:PrincipalOrgPaths': `*/${unitId(1)}/*` } },
  { Null: { 'aws:PrincipalOrgID': true } },
);

const drawnStatement = fc
  .record({
    Effect: one('Allow' as const, 'Deny' as const),
    Action: one('*', 's3:*', 's3:GetObject', 'kms:*', 'ec2:*'),
    Resource: one('*', 'arn:aws:s3:::b/*', 'arn:aws:s3:::other/*'),
    Condition: drawnCondition,
  })
  .map(({ Condition, ...statement }): StatementJson => ({ ...statement, ...(Condition && { Condition }) }));

const drawnPolicies = fc.record({
  serviceControl: fc.array(drawnStatement, { maxLength: 2 }),
  hasFullAccess: fc.boolean(),
  resourceControl: fc.array(drawnStatement, { maxLength: 1 }),
});

const drawnOrganization = fc
  .record({
    management: one(...ACCOUNTS),
    /** For each unit, which of those before it is its parent; the root, if there are fewer. */
    units: fc.array(fc.nat(3), { maxLength: 4 }),
    /** For each account, the unit that it is in; the root, if there are fewer; absent: in no organization. */
    places: fc.tuple(...ACCOUNTS.map(() => fc.option(fc.nat(4), { nil: undefined }))),
    policies: fc.array(drawnPolicies, { minLength: 8, maxLength: 8 }),
    enabled: fc.record({ serviceControl: one(true, true, false), resourceControl: one(true, true, false) }),
    isFree: one(true, false, false),
  })
  .map(({ management, units, places, policies, enabled, isFree }): OrganizationJson => {
    const parentOf = (unit: number | undefined, among: number) =>
      unit !== undefined && unit < among ? unitId(unit) : ROOT;
    const parents = [
      { id: ROOT },
      ...units.map((parent, i) => ({ id: unitId(i), parent: parentOf(parent, i) })),
      ...ACCOUNTS.flatMap((id, i) =>
        places[i] === undefined && id !== management ? [] : [{ id, parent: parentOf(places[i], units.length) }],
      ),
    ];
    const nodes = parents.map((node, i): NodeJson => {
      const { serviceControl = [], hasFullAccess, resourceControl = [] } = policies[i] ?? {};
      return {
        ...node,
        serviceControl: [
          ...(hasFullAccess || isFree ? [everything()] : []),
          ...serviceControl.map((Statement) => ({ Version: '2012-10-17', Statement })),
        ],
        resourceControl: [
          everything({ Principal: '*' }),
          ...resourceControl.map((statement) => ({
            Version: '2012-10-17',
            Statement: { ...statement, Effect: 'Deny' as const, Principal: '*' as const },
          })),
        ],
      };
    });
    return { id: O, managementAccount: management, nodes, enabled };
  });

const drawnRequest = fc.record({
  account: one(...ACCOUNTS),
  who: one('user/admin', 'root', 'role/Own/s', 'role/Linked/s', 'anonymous', 'service'),
  owner: one(...ACCOUNTS),
  asked: one('s3:GetObject', 'kms:Decrypt', 'kms:Decrypt of an AWS managed key', 'kms:RetireGrant'),
});

type Asked = typeof drawnRequest extends fc.Arbitrary<infer T> ? T : never;

const resourcePolicy = everything({ Principal: '*' });

const accessOf = ({ asked, owner }: Asked): Access => ({
  action: asked.split(' ')[0] ?? '',
  resource: asked.startsWith('s3:') ? 'arn:aws:s3:::b/k' : `arn:aws:kms:us-east-1:${owner}:key/k`,
  owner,
  isAwsManaged: asked.includes('AWS managed'),
  resourcePolicy: {
    kind: asked.startsWith('s3:') ? 'bucket-policy' : 'key-policy',
    document: JSON.stringify(resourcePolicy),
  },
});

/** A world with the accounts, each with a user and two roles that may do everything. */
function newPlace(): World {
  const world = newWorld();
  const { random } = world.environment;
  world.transact((tx) => {
    for (const account of ACCOUNTS) {
      ensureAccount(account, { tx, now: new Date(START), random });
      for (const [name, path] of [
        ['Own', '/'],
        ['Linked', '/aws-service-role/replication.s3.amazonaws.com/'],
      ] as const) {
        putRole(tx, {
          ...{ v: 1, account, name, path, createdMs: START, attachedPolicies: [], tags: {}, trustPolicy: '{}' },
          id: `AROA${name.toUpperCase()}${account.slice(0, 1)}`.padEnd(21, 'X'),
          inlinePolicies: { all: JSON.stringify(everything()) },
          maxSessionSeconds: 3600,
        });
      }
    }
  });
  return world;
}

function putOrganization(organization: OrganizationJson, tx: Tx): void {
  for (const row of [...tx.organizationAttachments.under([])]) tx.organizationAttachments.remove(row.key);
  for (const row of [...tx.organizationMembers.under([])]) tx.organizationMembers.remove(row.key);
  for (const row of [...tx.organizationUnits.under([])]) tx.organizationUnits.remove(row.key);
  for (const row of [...tx.organizationPolicies.under([])]) tx.organizationPolicies.remove(row.key);
  const { id, managementAccount, nodes, enabled } = organization;
  tx.organizations.put([id], {
    ...{ v: 1, id, managementAccount, root: ROOT, rootTags: {}, featureSet: 'ALL', createdMs: START },
    policyTypes: [
      ...(enabled.serviceControl ? (['SERVICE_CONTROL_POLICY'] as const) : []),
      ...(enabled.resourceControl ? (['RESOURCE_CONTROL_POLICY'] as const) : []),
    ],
  });
  const common = { v: 1, organization: id, tags: {} } as const;
  for (const { id: node, parent = '', serviceControl, resourceControl } of nodes) {
    if (node.startsWith('ou-')) tx.organizationUnits.put([id, node], { ...common, id: node, name: node, parent });
    else if (node !== ROOT) {
      const account = { name: node, email: `${node}@example.com`, joinedMs: START, joinedBy: 'CREATED' } as const;
      tx.organizationMembers.put([node], { ...common, ...account, parent });
    }
    const attached = [
      ...serviceControl.map((document) => ['SERVICE_CONTROL_POLICY', document] as const),
      ...resourceControl.map((document) => ['RESOURCE_CONTROL_POLICY', document] as const),
    ];
    for (const [i, [type, document]] of attached.entries()) {
      const policy = `p-${node.replaceAll('-', '')}${i}`;
      const content = JSON.stringify(document);
      tx.organizationPolicies.put([id, policy], {
        ...common,
        id: policy,
        type,
        name: policy,
        description: '',
        content,
      });
      tx.organizationAttachments.put([id, node, type, policy], true);
    }
  }
}

function callerOf({ who, account }: Asked, tx: Tx, world: World): Caller {
  if (who === 'anonymous') return { kind: 'anonymous' };
  if (who === 'service') return { kind: 'service', name: 's3.amazonaws.com' };
  return resolveCaller(`${account}:${who}`, account, { tx, now: new Date(START), random: world.environment.random });
}

test('whatever the organization: decisions are those of the documentation', () => {
  const world = newPlace();
  const outcomes = new Set<string>();
  fc.assert(
    fc.property(
      drawnOrganization,
      fc.array(drawnRequest, { minLength: 12, maxLength: 12 }),
      (organization, requests) => {
        world.transact((tx) => {
          putOrganization(organization, tx);
          for (const request of requests) {
            const caller = callerOf(request, tx, world);
            const access = accessOf(request);
            const asked = { caller, owner: request.owner, isAwsManagedKey: access.isAwsManaged === true };
            const expected = decideNaively({
              ...{ caller, action: access.action, resource: access.resource, owner: request.owner },
              keys: organizationKeys(organization, asked),
              policies: {
                ...(caller.kind === 'user' || caller.kind === 'role-session' ? { identity: [everything()] } : {}),
                resource: {
                  kind: request.asked.startsWith('s3:') ? 'bucket-policy' : 'key-policy',
                  document: resourcePolicy,
                },
                ...controlPolicies(organization, asked),
              },
            });
            const { allowed, denial, because } = decide(access, {
              caller,
              region: 'us-east-1',
              now: new Date(START),
              tx,
            });
            const answer = allowed ? 'allow' : denial?.explicit ? 'explicit deny' : 'implicit deny';
            expect(answer, because).toBe(expected);
            outcomes.add(`${answer} ${denial?.gate ?? ''}`);
          }
        });
      },
    ),
    { numRuns: 400 },
  );
  expect([...outcomes].sort()).toEqual([
    'allow ',
    'explicit deny resource-control-policy',
    'explicit deny service-control-policy',
    'implicit deny resource-policy',
    'implicit deny service-control-policy',
  ]);
});

/**
 * What an organization has to do with decisions: whom its control policies limit, and what policies can ask about it.
 * AWS Organizations User Guide, "Service control policies (SCPs)" and "Resource control policies (RCPs)".
 */

import { expect, test } from 'vitest';
import { ensureAccount } from '../../src/iam/accounts.ts';
import { decide } from '../../src/iam/authorize.ts';
import { putRole } from '../../src/iam/entities.ts';
import { resolveCaller } from '../../src/iam/principal.ts';
import type { Access } from '../../src/policy/access.ts';
import type { Caller } from '../../src/policy/caller.ts';
import type { ControlPolicyType } from '../../src/store/records/organizations.ts';
import type { Tx } from '../../src/store/tables.ts';
import { ACCOUNT, newWorld, OTHER_ACCOUNT, START, type World } from '../support/harness.ts';

const MANAGEMENT = ACCOUNT;
const MEMBER = OTHER_ACCOUNT;
const OUTSIDER = '777788889999';
const O = 'o-exampleorg1';
const ROOT = 'r-ab12';
const UNIT = 'ou-ab12-payments1';

const SCP = 'SERVICE_CONTROL_POLICY';
const RCP = 'RESOURCE_CONTROL_POLICY';

interface Attached {
  readonly target: string;
  readonly type?: ControlPolicyType;
  readonly statement: Readonly<Record<string, unknown>>;
}

/** An organization of the management account and a member in a unit, with AWS's own policies everywhere. */
function newOrganization(policies: readonly Attached[], options: { readonly without?: readonly string[] } = {}): World {
  const world = newWorld();
  const { random } = world.environment;
  world.transact((tx) => {
    for (const account of [MANAGEMENT, MEMBER, OUTSIDER]) {
      ensureAccount(account, { tx, now: new Date(START), random });
    }
    tx.organizations.put([O], {
      v: 1,
      id: O,
      managementAccount: MANAGEMENT,
      root: ROOT,
      rootTags: {},
      featureSet: 'ALL',
      createdMs: START,
      policyTypes: [SCP, RCP],
    });
    const unit = { v: 1, organization: O, id: UNIT, name: 'Payments', parent: ROOT, tags: {} } as const;
    tx.organizationUnits.put([O, UNIT], unit);
    addMember(tx, MANAGEMENT, ROOT);
    addMember(tx, MEMBER, UNIT);
    for (const target of [ROOT, UNIT, MANAGEMENT, MEMBER]) {
      if (!options.without?.includes(target)) {
        tx.organizationAttachments.put([O, target, SCP, 'p-FullAWSAccess'], true);
      }
      tx.organizationAttachments.put([O, target, RCP, 'p-RCPFullAWSAccess'], true);
    }
    for (const [i, { target, type = SCP, statement }] of policies.entries()) {
      const id = `p-policy${i + 1}`;
      const content = JSON.stringify({ Version: '2012-10-17', Statement: [statement] });
      const name = `Policy${i + 1}`;
      tx.organizationPolicies.put([O, id], {
        v: 1,
        organization: O,
        id,
        type,
        name,
        description: '',
        content,
        tags: {},
      });
      tx.organizationAttachments.put([O, target, type, id], true);
    }
  });
  return world;
}

function addMember(tx: Tx, account: string, parent: string): void {
  tx.organizationMembers.put([account], {
    v: 1,
    organization: O,
    parent,
    name: `account ${account}`,
    email: `${account}@example.com`,
    joinedMs: START,
    joinedBy: 'CREATED',
    tags: {},
  });
}

const onBucket = (owner: string): Access => ({
  action: 's3:GetObject',
  resource: 'arn:aws:s3:::b/k',
  owner,
  resourcePolicy: {
    kind: 'bucket-policy',
    document: JSON.stringify({
      Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Principal: '*', Action: '*', Resource: '*' }],
    }),
  },
});

function decided(world: World, as: string | Caller, access: Access) {
  return world.transact((tx) => {
    const now = new Date(START);
    const { random } = world.environment;
    const caller = typeof as === 'string' ? resolveCaller(as, MANAGEMENT, { tx, now, random }) : as;
    const { denial, allowed, context, because } = decide(access, { caller, region: 'us-east-1', now, tx });
    return { allowed, denial, context, because };
  });
}

const outcomeOf = (world: World, as: string | Caller, access: Access): string => {
  const { allowed, denial } = decided(world, as, access);
  return allowed ? 'allow' : `${denial?.gate} ${denial?.explicit ? 'explicit' : 'implicit'}`;
};

const DENY_S3 = { Effect: 'Deny', Action: 's3:*', Resource: '*' };

test.for<[name: string, as: string, owner: string, outcome: string]>([
  ['a user of the member', `${MEMBER}:user/admin`, MEMBER, 'service-control-policy explicit'],
  ['the root user of the member', `${MEMBER}:root`, MEMBER, 'service-control-policy explicit'],
  ['a user of the management account', 'user/admin', MANAGEMENT, 'allow'],
  ['the root user of the management account', 'root', MANAGEMENT, 'allow'],
  ['a user from outside, at a bucket of the member', `${OUTSIDER}:user/admin`, MEMBER, 'allow'],
  ['a user of the member, at a bucket outside', `${MEMBER}:user/admin`, OUTSIDER, 'service-control-policy explicit'],
])('an SCP on the unit that denies: %s', ([, as, owner, outcome]) => {
  const world = newOrganization([{ target: UNIT, statement: DENY_S3 }]);
  expect(outcomeOf(world, as, onBucket(owner))).toBe(outcome);
});

test('SCPs do not limit services, anonymous callers and service-linked roles', () => {
  const world = newOrganization([{ target: ROOT, statement: DENY_S3 }]);
  const role = (name: string, path: string) => ({
    v: 1 as const,
    account: MEMBER,
    name,
    path,
    id: `AROA${name.toUpperCase().padEnd(17, 'X')}`,
    createdMs: START,
    inlinePolicies: {
      all: JSON.stringify({ Version: '2012-10-17', Statement: { Effect: 'Allow', Action: '*', Resource: '*' } }),
    },
    attachedPolicies: [],
    tags: {},
    trustPolicy: '{}',
    maxSessionSeconds: 3600,
  });
  world.transact((tx) => {
    putRole(tx, role('Linked', '/aws-service-role/replication.s3.amazonaws.com/'));
    putRole(tx, role('Own', '/'));
  });
  expect(outcomeOf(world, `${MEMBER}:role/Linked/s`, onBucket(MEMBER))).toBe('allow');
  expect(outcomeOf(world, `${MEMBER}:role/Own/s`, onBucket(MEMBER))).toBe('service-control-policy explicit');
  expect(outcomeOf(world, { kind: 'anonymous' }, onBucket(MEMBER))).toBe('allow');
  expect(outcomeOf(world, { kind: 'service', name: 'logging.s3.amazonaws.com' }, onBucket(MEMBER))).toBe('allow');
});

test.for([ROOT, UNIT, MEMBER])('a level without an SCP that allows, %s, is named', (target) => {
  const world = newOrganization([], { without: [target] });
  const { denial } = decided(world, `${MEMBER}:user/admin`, onBucket(MEMBER));
  expect(denial?.levels?.map(({ id }) => id)).toEqual([target]);
  expect(denial).toMatchObject({ gate: 'service-control-policy', explicit: false });
});

test('an SCP that denies is named by its ARN, as AWS does', () => {
  const world = newOrganization([{ target: MEMBER, statement: DENY_S3 }]);
  const { denial, because } = decided(world, `${MEMBER}:user/admin`, onBucket(MEMBER));
  expect(denial?.policyArn).toBe(`arn:aws:organizations::${MANAGEMENT}:policy/${O}/service_control_policy/p-policy1`);
  expect(because).toBe(`Policy1 (statement 1) at the account account ${MEMBER} (${MEMBER}) denies s3:GetObject`);
});

const everybody = (Action: string) => ({ Effect: 'Deny', Principal: '*', Action, Resource: '*' });
const key = (owner: string, more: Partial<Access> = {}): Access => ({
  ...onBucket(owner),
  action: 'kms:Decrypt',
  resource: `arn:aws:kms:us-east-1:${owner}:key/k`,
  resourcePolicy: { kind: 'key-policy', document: onBucket(owner).resourcePolicy?.document },
  ...more,
});

test.for<[name: string, as: string | Caller, access: Access, outcome: string]>([
  ['a user of the member', `${MEMBER}:user/admin`, onBucket(MEMBER), 'resource-control-policy explicit'],
  ['the root user of the member', `${MEMBER}:root`, onBucket(MEMBER), 'resource-control-policy explicit'],
  ['a user from outside', `${OUTSIDER}:user/admin`, onBucket(MEMBER), 'resource-control-policy explicit'],
  ['a root user from outside', `${OUTSIDER}:root`, onBucket(MEMBER), 'resource-control-policy explicit'],
  ['a user of the management account', 'user/admin', onBucket(MEMBER), 'resource-control-policy explicit'],
  ['anonymous', { kind: 'anonymous' }, onBucket(MEMBER), 'resource-control-policy explicit'],
  ['a service', { kind: 'service', name: 's3.amazonaws.com' }, onBucket(MEMBER), 'resource-control-policy explicit'],
  ['resources of the management account', 'user/admin', onBucket(MANAGEMENT), 'allow'],
  ['resources outside', `${MEMBER}:user/admin`, onBucket(OUTSIDER), 'allow'],
  ['a key of the member', `${MEMBER}:user/admin`, key(MEMBER), 'resource-control-policy explicit'],
  ['an AWS managed key', `${MEMBER}:user/admin`, key(MEMBER, { isAwsManaged: true }), 'allow'],
  ['kms:RetireGrant', `${MEMBER}:user/admin`, key(MEMBER, { action: 'kms:RetireGrant' }), 'allow'],
])('an RCP on the root that denies: %s', ([, as, access, outcome]) => {
  const statements = [everybody('s3:*'), everybody('kms:*')];
  const world = newOrganization(statements.map((statement) => ({ target: ROOT, type: RCP, statement })));
  expect(outcomeOf(world, as, access)).toBe(outcome);
});

test('the condition keys of organizations', () => {
  const world = newOrganization([]);
  const contextOf = (as: string | Caller, owner: string) => {
    const { context } = decided(world, as, onBucket(owner));
    return Object.fromEntries(Object.entries(context).filter(([name]) => /Org(ID|Paths)$/.test(name)));
  };
  expect(contextOf(`${MEMBER}:user/admin`, MANAGEMENT)).toEqual({
    'aws:PrincipalOrgID': O,
    'aws:PrincipalOrgPaths': [`${O}/${ROOT}/${UNIT}/`],
    'aws:ResourceOrgID': O,
    'aws:ResourceOrgPaths': [`${O}/${ROOT}/`],
  });
  expect(contextOf(`${OUTSIDER}:user/admin`, MEMBER)).toEqual({
    'aws:ResourceOrgID': O,
    'aws:ResourceOrgPaths': [`${O}/${ROOT}/${UNIT}/`],
  });
  const service: Caller = {
    kind: 'service',
    name: 'cloudtrail.amazonaws.com',
    source: { arn: `arn:aws:cloudtrail:us-east-1:${MEMBER}:trail/t`, account: MEMBER },
  };
  expect(contextOf(service, OUTSIDER)).toEqual({
    'aws:SourceOrgID': O,
    'aws:SourceOrgPaths': [`${O}/${ROOT}/${UNIT}/`],
  });
});

test('a type of policies that is not enabled decides nothing', () => {
  const world = newOrganization([{ target: MEMBER, statement: DENY_S3 }]);
  world.transact((tx) => {
    const organization = tx.organizations.get([O]);
    if (organization) tx.organizations.put([O], { ...organization, policyTypes: [RCP] });
  });
  expect(outcomeOf(world, `${MEMBER}:user/admin`, onBucket(MEMBER))).toBe('allow');
});

// Amazon S3 User Guide, "Troubleshoot access denied (403 Forbidden) errors in Amazon S3".
test('S3 gives reasons within one organization, and to nobody else from another account', async () => {
  const world = newOrganization([]);
  await world.call('s3', 'CreateBucket', { Bucket: 'shared' });
  const refusal = (as: string) => world.refusal('s3', 'ListObjectsV2', { Bucket: 'shared' }, { as });
  expect(await refusal(`${MEMBER}:user/admin`)).toBe(
    `AccessDenied: User: arn:aws:iam::${MEMBER}:user/admin is not authorized to perform: s3:ListBucket on resource: "arn:aws:s3:::shared" because no resource-based policy allows the s3:ListBucket action`,
  );
  expect(await refusal(`${OUTSIDER}:user/admin`)).toBe('AccessDenied: Access Denied');
});

// AWS's denials name the policy: IAM User Guide, "Troubleshoot access denied error messages".
test('a member is denied by what the management account attaches, and told by which policy', async () => {
  const world = newWorld();
  await world.call('organizations', 'CreateOrganization', {});
  const { CreateAccountStatus: { AccountId: account = '' } = {} } = await world.call('organizations', 'CreateAccount', {
    AccountName: 'Billing',
    Email: 'billing@example.com',
  });
  const Content = JSON.stringify({
    Version: '2012-10-17',
    Statement: { Effect: 'Deny', Action: 'kms:Create*', Resource: '*' },
  });
  const { Policy: { PolicySummary: { Id = '', Arn = '' } = {} } = {} } = await world.call(
    'organizations',
    'CreatePolicy',
    {
      ...{ Name: 'NoKeys', Description: '', Type: SCP, Content },
    },
  );
  const as = `${account}:user/admin`;
  await world.call('kms', 'CreateKey', {}, { as });
  await world.call('organizations', 'AttachPolicy', { PolicyId: Id, TargetId: account });
  expect(await world.refusal('kms', 'CreateKey', {}, { as })).toBe(
    `AccessDeniedException: User: arn:aws:iam::${account}:user/admin is not authorized to perform: kms:CreateKey on resource: * with an explicit deny in a service control policy: ${Arn}`,
  );
  await world.call('organizations', 'DetachPolicy', { PolicyId: Id, TargetId: account });
  await world.call('kms', 'CreateKey', {}, { as });
});

test('no decision is made past a unit or a policy whose row is missing', () => {
  const world = newOrganization([{ target: UNIT, statement: DENY_S3 }]);
  const ask = () => decided(world, `${MEMBER}:user/admin`, onBucket(MEMBER));
  expect(ask().allowed).toBe(false);
  world.transact((tx) => tx.organizationPolicies.remove([O, 'p-policy1']));
  expect(ask).toThrow(`the policy p-policy1 of the organization ${O} is missing`);
  world.transact((tx) => tx.organizationUnits.remove([O, UNIT]));
  expect(ask).toThrow(`the unit ${UNIT} of the organization ${O} is missing`);
});

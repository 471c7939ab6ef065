/**
 * Calls as callers make them, through the store: what each is answered, and the statement, grant or setting behind it.
 * What the evaluator decides by itself is in the worked cases of policies.
 */

import { describe, expect, test } from 'vitest';
import { callerByAccessKey } from '../../src/iam/credentials.ts';
import { rootKeyOf } from '../../src/store/root-key-file.ts';
import { allow, deny, makeUser } from '../kms/principals.ts';
import {
  ALICE,
  ALLOWED,
  asAlice,
  ask,
  asXena,
  BOB,
  Bucket,
  check,
  denied,
  document,
  keyWith,
  mayRead,
  missing,
  OBJECT,
  Plaintext,
  read,
  root,
  withObject,
  XENA,
} from '../support/decided-calls.ts';
import { ACCOUNT, newWorld, type Options, OTHER_ACCOUNT, type World } from '../support/harness.ts';

// IAM User Guide, "Cross-account policy evaluation logic"; Amazon S3 User Guide, "Troubleshoot access denied errors".
describe('from another account', () => {
  check([
    [
      'the bucket policy is silent',
      async (world) => {
        await withObject(world);
        makeUser(world, 'xena', [allow('s3:GetObject')], OTHER_ACCOUNT);
        const because = 'there is no bucket policy, and callers from another account need one that allows s3:GetObject';
        return { ...ask('s3', 'GetObject', read, asXena), answer: 'AccessDenied: Access Denied', because };
      },
    ],
    [
      'the user’s own policies are',
      async (world) => {
        makeUser(world, 'xena', [], OTHER_ACCOUNT);
        await withObject(world, [mayRead({ AWS: XENA })]);
        const because = 'no identity-based policy of the caller allows s3:GetObject';
        return { ...ask('s3', 'GetObject', read, asXena), answer: 'AccessDenied: Access Denied', because };
      },
    ],
    [
      'a key is deleted by its own account only',
      async (world) => {
        makeUser(world, 'xena', [allow('kms:*')], OTHER_ACCOUNT);
        const KeyId = await keyWith(world, { ...allow('kms:*'), Principal: { AWS: XENA } });
        // No policy decides, and the caller does not learn whether the key exists: AWS KMS Developer Guide, "Allowing users
        // in other accounts to use a KMS key".
        const answer = `AccessDeniedException: User: ${XENA} is not authorized to perform: kms:ScheduleKeyDeletion on this resource because the resource does not exist in this Region, no resource-based policies allow access, or a resource-based policy explicitly denies access`;
        return { ...ask('kms', 'ScheduleKeyDeletion', { KeyId }, asXena), answer };
      },
    ],
    [
      'a public policy that RestrictPublicBuckets restricts, though another statement names the account',
      async (world) => {
        makeUser(world, 'xena', [allow('s3:*')], OTHER_ACCOUNT);
        await withObject(world, [mayRead('*'), mayRead(root(OTHER_ACCOUNT))]);
        const PublicAccessBlockConfiguration = { RestrictPublicBuckets: true };
        await world.call('s3', 'PutPublicAccessBlock', { Bucket, PublicAccessBlockConfiguration });
        const because = 'the RestrictPublicBuckets setting of Block Public Access denies s3:GetObject';
        return { ...ask('s3', 'GetObject', read, asXena), answer: 'AccessDenied: Access Denied', because };
      },
    ],
    [
      'a policy that names the account alone is not public',
      async (world) => {
        makeUser(world, 'xena', [allow('s3:*')], OTHER_ACCOUNT);
        await withObject(world, [mayRead(root(OTHER_ACCOUNT))]);
        const PublicAccessBlockConfiguration = { RestrictPublicBuckets: true };
        await world.call('s3', 'PutPublicAccessBlock', { Bucket, PublicAccessBlockConfiguration });
        const because =
          'the inline policy own (statement 1) allows s3:GetObject, and the bucket policy (statement 1) lets the other account decide';
        return { ...ask('s3', 'GetObject', read, asXena), answer: ALLOWED, because };
      },
    ],
  ]);
});

const noPolicy = {
  ...deny(['s3:GetBucketPolicy', 's3:PutBucketPolicy', 's3:DeleteBucketPolicy'], `arn:aws:s3:::${Bucket}`),
  Principal: '*',
  Sid: 'Shut',
};

// Amazon S3 API Reference, PutBucketPolicy: the root user of the owner can always put one.
describe('to a bucket policy that denies everybody', () => {
  check([
    [
      'the root user',
      async (world) => {
        await withObject(world, [noPolicy]);
        const because = 'the root user may do anything in its account that no policy denies';
        const input = { Bucket, Policy: document(noPolicy) };
        return { ...ask('s3', 'PutBucketPolicy', input, { as: 'root' }), answer: ALLOWED, because };
      },
    ],
    [
      'a user',
      async (world) => {
        makeUser(world, 'alice', [allow('s3:*')]);
        await withObject(world, [noPolicy]);
        const input = { Bucket, Policy: document(noPolicy) };
        const tail = 'with an explicit deny in a resource-based policy';
        const answer = `AccessDenied: ${denied(ALICE, 's3:PutBucketPolicy', `"arn:aws:s3:::${Bucket}"`, tail)}`;
        const because = 'the bucket policy (statement "Shut") denies s3:PutBucketPolicy';
        return { ...ask('s3', 'PutBucketPolicy', input), answer, because };
      },
    ],
  ]);
});

/** A user who is made, and deleted and made again once the bucket policy is there. */
async function madeAgain(world: World, statement: object): Promise<void> {
  await world.call('iam', 'CreateUser', { UserName: 'alice' });
  await withObject(world, [statement]);
  await world.call('iam', 'DeleteUser', { UserName: 'alice' });
  await world.call('iam', 'CreateUser', { UserName: 'alice' });
}

// IAM User Guide, "AWS JSON policy elements: Principal": a policy means the user that there was when it was put.
describe('to a bucket that let in a user of this name', () => {
  check([
    [
      'as a principal',
      async (world) => {
        await madeAgain(world, mayRead({ AWS: ALICE }));
        const answer = `AccessDenied: ${denied(ALICE, 's3:GetObject', `"${OBJECT}"`, missing('identity', 's3:GetObject'))}`;
        const because = 'no identity-based policy of the caller allows s3:GetObject';
        return { ...ask('s3', 'GetObject', read), answer, because };
      },
    ],
    [
      'by a condition',
      async (world) => {
        await madeAgain(world, mayRead('*', { Condition: { ArnEquals: { 'aws:PrincipalArn': ALICE } } }));
        const because = `the bucket policy (statement 1) allows s3:GetObject for ${ALICE}`;
        return { ...ask('s3', 'GetObject', read), answer: ALLOWED, because };
      },
    ],
  ]);
});

/** A role that alice may assume, with a policy for reading, and her session of it. */
async function withSession(world: World): Promise<Options> {
  const UserName = 'alice';
  await world.call('iam', 'CreateUser', { UserName });
  await makeRole(world, ALICE);
  await withObject(world);
  const RoleArn = `arn:aws:iam::${ACCOUNT}:role/Reader`;
  const { Credentials } = await world.call('sts', 'AssumeRole', { RoleArn, RoleSessionName: 's1' }, asAlice);
  const { AccessKeyId = '', SecretAccessKey = '', SessionToken = '' } = Credentials ?? {};
  const rootKey = rootKeyOf(world.folder, world.environment.random, undefined);
  return {
    caller: (tx, now) =>
      callerByAccessKey(AccessKeyId, SecretAccessKey, SessionToken, { tx, now, rootKey, service: 'sts' }) ??
      expect.fail('no such access key'),
  };
}

const trust = (AWS: string) => document({ Effect: 'Allow', Principal: { AWS }, Action: 'sts:AssumeRole' });
const ofRole = { RoleName: 'Reader', PolicyName: 'read' };

async function makeRole(world: World, trusted: string): Promise<void> {
  await world.call('iam', 'CreateRole', { RoleName: 'Reader', AssumeRolePolicyDocument: trust(trusted) });
  await world.call('iam', 'PutRolePolicy', { ...ofRole, PolicyDocument: document(allow('s3:GetObject')) });
}

// IAM User Guide, "Roles terms and concepts" and "IAM identifiers": a trust policy decides when a session begins, and a
// session belongs to the role that it was made from.
describe('with a session', () => {
  test('whose role trusts somebody else by now: it goes on', async () => {
    const world = newWorld();
    const options = await withSession(world);
    makeUser(world, 'bob');
    await world.call('iam', 'UpdateAssumeRolePolicy', { RoleName: 'Reader', PolicyDocument: trust(BOB) });
    await world.call('s3', 'GetObject', read, options);
    const { decisions } = await world.explain('s3', 'GetObject', read, options);
    expect(decisions.at(-1)?.because).toBe('the inline policy read (statement 1) allows s3:GetObject');
    const RoleArn = `arn:aws:iam::${ACCOUNT}:role/Reader`;
    expect(await world.refusal('sts', 'AssumeRole', { RoleArn, RoleSessionName: 's2' }, asAlice)).toBe(
      `AccessDenied: User: ${ALICE} is not authorized to perform: sts:AssumeRole on resource: ${RoleArn}`,
    );
  });

  test('whose role was deleted and made again: it is over', async () => {
    const world = newWorld();
    const options = await withSession(world);
    await world.call('iam', 'DeleteRolePolicy', ofRole);
    await world.call('iam', 'DeleteRole', { RoleName: 'Reader' });
    await makeRole(world, ALICE);
    expect(await world.refusal('sts', 'GetCallerIdentity', {}, options)).toBe(
      'InvalidClientTokenId: The security token included in the request is invalid.',
    );
  });
});

/** An organization of this account, with a member and policies at the root. @returns the member's number. */
async function withMember(world: World, Type: 'SERVICE_CONTROL_POLICY' | 'RESOURCE_CONTROL_POLICY', statement: object) {
  await world.call('organizations', 'CreateOrganization', {});
  const { Roots = [] } = await world.call('organizations', 'ListRoots', {});
  const RootId = Roots[0]?.Id ?? '';
  if (Type !== 'SERVICE_CONTROL_POLICY')
    await world.call('organizations', 'EnablePolicyType', { RootId, PolicyType: Type });
  const account = { AccountName: 'Billing', Email: 'billing@example.com' };
  const { CreateAccountStatus } = await world.call('organizations', 'CreateAccount', account);
  const policy = { Name: 'Limit', Description: '', Type, Content: document(statement) };
  const { Policy } = await world.call('organizations', 'CreatePolicy', policy);
  const PolicyId = Policy?.PolicySummary?.Id ?? '';
  await world.call('organizations', 'AttachPolicy', { PolicyId, TargetId: RootId });
  return { member: CreateAccountStatus?.AccountId ?? '', arn: Policy?.PolicySummary?.Arn ?? '', RootId };
}

const everybody = (Action: string, more: object = {}) => ({ ...deny(Action), Principal: '*', ...more });
const ofMember = (member: string): Options => ({ as: `${member}:user/admin` });
const ADMIN = 'AdministratorAccess (statement 1)';

// AWS Organizations User Guide, "Service control policies (SCPs)" and "Resource control policies (RCPs)".
describe('within an organization', () => {
  check([
    [
      'an SCP and the management account',
      async (world) => {
        await withMember(world, 'SERVICE_CONTROL_POLICY', deny('s3:*'));
        await withObject(world);
        const because = `${ADMIN} allows s3:GetObject`;
        return { ...ask('s3', 'GetObject', read, {}), answer: ALLOWED, because };
      },
    ],
    [
      'an SCP and a member',
      async (world) => {
        const { member, arn, RootId } = await withMember(world, 'SERVICE_CONTROL_POLICY', deny('kms:*'));
        const who = `arn:aws:iam::${member}:user/admin`;
        const tail = `with an explicit deny in a service control policy: ${arn}`;
        const answer = `AccessDeniedException: ${denied(who, 'kms:ListKeys', '*', tail)}`;
        const because = `Limit (statement 1) at the root ${RootId} denies kms:ListKeys`;
        return { ...ask('kms', 'ListKeys', {}, ofMember(member)), answer, because };
      },
    ],
    [
      'the SCP of a bucket’s owner and a caller from outside',
      async (world) => {
        const { member } = await withMember(world, 'SERVICE_CONTROL_POLICY', deny('s3:GetObject'));
        makeUser(world, 'xena', [allow('s3:*')], OTHER_ACCOUNT);
        const owner = ofMember(member);
        await world.call('s3', 'CreateBucket', { Bucket }, owner);
        await world.call('s3', 'PutObject', { ...read, Body: Plaintext }, owner);
        await world.call('s3', 'PutBucketPolicy', { Bucket, Policy: document(mayRead({ AWS: XENA })) }, owner);
        const because =
          'the inline policy own (statement 1) allows s3:GetObject, and the bucket policy (statement 1) lets the other account decide';
        return { ...ask('s3', 'GetObject', read, asXena), answer: ALLOWED, because };
      },
    ],
    [
      'an RCP against who is from outside',
      async (world) => {
        const Condition = { StringNotEqualsIfExists: { 'aws:PrincipalOrgID': 'o-exampleorgid' } };
        const { member, RootId } = await withMember(
          world,
          'RESOURCE_CONTROL_POLICY',
          everybody('s3:GetObject', { Condition }),
        );
        makeUser(world, 'xena', [allow('s3:*')], OTHER_ACCOUNT);
        const owner = ofMember(member);
        await world.call('s3', 'CreateBucket', { Bucket }, owner);
        await world.call('s3', 'PutObject', { ...read, Body: Plaintext }, owner);
        await world.call('s3', 'PutBucketPolicy', { Bucket, Policy: document(mayRead({ AWS: XENA })) }, owner);
        const because = `Limit (statement 1) at the root ${RootId} denies s3:GetObject`;
        return { ...ask('s3', 'GetObject', read, asXena), answer: 'AccessDenied: Access Denied', because };
      },
    ],
    [
      'an RCP and a bucket of the management account',
      async (world) => {
        await withMember(world, 'RESOURCE_CONTROL_POLICY', everybody('s3:*'));
        await withObject(world);
        return { ...ask('s3', 'GetObject', read, {}), answer: ALLOWED, because: `${ADMIN} allows s3:GetObject` };
      },
    ],
    [
      'an RCP against keys, and an object under the AWS managed key',
      async (world) => {
        const { member } = await withMember(world, 'RESOURCE_CONTROL_POLICY', everybody('kms:*'));
        const owner = ofMember(member);
        await world.call('s3', 'CreateBucket', { Bucket }, owner);
        await world.call('s3', 'PutObject', { ...read, Body: Plaintext, ServerSideEncryption: 'aws:kms' }, owner);
        const because = `the key policy (statement "Allow access through S3 for all principals in the account that are authorized to use S3") allows kms:Decrypt for arn:aws:iam::${member}:user/admin`;
        return { ...ask('s3', 'GetObject', read, owner), answer: ALLOWED, because };
      },
    ],
    [
      'the same RCP, and retiring a grant',
      async (world) => {
        const { member } = await withMember(world, 'RESOURCE_CONTROL_POLICY', everybody('kms:RetireGrant'));
        const owner = ofMember(member);
        const { KeyMetadata } = await world.call('kms', 'CreateKey', {}, owner);
        const KeyId = KeyMetadata?.Arn ?? '';
        const who = `arn:aws:iam::${member}:user/admin`;
        const grant = { KeyId, GranteePrincipal: who, RetiringPrincipal: who, Operations: ['Decrypt' as const] };
        const { GrantId } = await world.call('kms', 'CreateGrant', grant, owner);
        const because = `grant ${GrantId} allows kms:RetireGrant for ${who}`;
        return { ...ask('kms', 'RetireGrant', { KeyId, GrantId }, owner), answer: ALLOWED, because };
      },
    ],
  ]);
});

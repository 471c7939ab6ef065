import { describe, expect, test } from 'vitest';
import type { OperationName, ServiceName } from '../../src/api/model/operations.ts';
import { callerNamedByKey } from '../../src/iam/credentials.ts';
import { rootKeyOf } from '../../src/store/root-key-file.ts';
import { ACCOUNT, newWorld, type Options, OTHER_ACCOUNT, type World } from '../support/harness.ts';
import { adminIdentity, eventsOf, expectWhole, type Told } from './whole-event.ts';

type Shown = Omit<Told, 'service' | 'eventName'>;
type Row = readonly [service: ServiceName, eventName: string, run: (world: World) => Promise<Shown>];

const createDate = 'May 4, 2026 9:00:00 AM';
const idOf = (prefix: string) => expect.stringMatching(new RegExp(`^${prefix}[A-Z0-9]{17}$`));
const arn = (resource: string, account = ACCOUNT) => `arn:aws:iam::${account}:${resource}`;
const document = JSON.stringify({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action: 's3:*', Resource: '*' }],
});
const trust = JSON.stringify({
  Version: '2012-10-17',
  Statement: [
    {
      Effect: 'Allow',
      Principal: { AWS: [arn('root'), arn('root', OTHER_ACCOUNT)] },
      Action: ['sts:AssumeRole', 'sts:SetSourceIdentity'],
    },
  ],
});
const Tags = [{ Key: 'team', Value: 'red' }];
const tags = [{ key: 'team', value: 'red' }];

const iam = <N extends OperationName<'iam'>>(name: N, run: (world: World) => Promise<Shown>): Row => ['iam', name, run];

const newRole = (world: World) =>
  world.call('iam', 'CreateRole', { RoleName: 'AppRole', AssumeRolePolicyDocument: trust });

// CloudTrail User Guide, "CloudTrail log file examples"; IAM User Guide, "Logging IAM and AWS STS API calls with AWS
// CloudTrail": a change shows what it answers, without secrets; IAM's events list no resources.
const rows: readonly Row[] = [
  iam('CreateUser', async (world) => {
    await world.call('iam', 'CreateUser', { UserName: 'ana', Tags });
    const user = { path: '/', userName: 'ana', userId: idOf('AIDA'), arn: arn('user/ana'), createDate, tags };
    return { requestParameters: { userName: 'ana', tags }, responseElements: { user }, readOnly: false };
  }),
  iam('CreateRole', async (world) => {
    await newRole(world);
    const role = {
      path: '/',
      roleName: 'AppRole',
      roleId: idOf('AROA'),
      arn: arn('role/AppRole'),
      createDate,
      assumeRolePolicyDocument: encodeURIComponent(trust),
    };
    const requestParameters = { roleName: 'AppRole', assumeRolePolicyDocument: trust };
    return { requestParameters, responseElements: { role }, readOnly: false };
  }),
  iam('CreateGroup', async (world) => {
    await world.call('iam', 'CreateGroup', { GroupName: 'admins' });
    const group = { path: '/', groupName: 'admins', groupId: idOf('AGPA'), arn: arn('group/admins'), createDate };
    return { requestParameters: { groupName: 'admins' }, responseElements: { group }, readOnly: false };
  }),
  iam('CreatePolicy', async (world) => {
    await world.call('iam', 'CreatePolicy', { PolicyName: 'all', PolicyDocument: document });
    const policy = {
      policyName: 'all',
      policyId: idOf('ANPA'),
      arn: arn('policy/all'),
      path: '/',
      defaultVersionId: 'v1',
      attachmentCount: 0,
      permissionsBoundaryUsageCount: 0,
      isAttachable: true,
      createDate,
      updateDate: createDate,
    };
    const requestParameters = { policyName: 'all', policyDocument: document };
    return { requestParameters, responseElements: { policy }, readOnly: false };
  }),
  iam('CreatePolicyVersion', async (world) => {
    await world.call('iam', 'CreatePolicy', { PolicyName: 'all', PolicyDocument: document });
    const PolicyArn = arn('policy/all');
    await world.call('iam', 'CreatePolicyVersion', { PolicyArn, PolicyDocument: document, SetAsDefault: true });
    return {
      requestParameters: { policyArn: PolicyArn, policyDocument: document, setAsDefault: true },
      responseElements: { policyVersion: { versionId: 'v2', isDefaultVersion: true, createDate } },
      readOnly: false,
    };
  }),
  iam('CreateAccessKey', async (world) => {
    await world.call('iam', 'CreateUser', { UserName: 'ana' });
    const { AccessKey } = await world.call('iam', 'CreateAccessKey', { UserName: 'ana' });
    const accessKeyId = AccessKey?.AccessKeyId;
    const accessKey = { userName: 'ana', accessKeyId, status: 'Active', createDate };
    expect(JSON.stringify(eventsOf(world))).not.toContain(AccessKey?.SecretAccessKey ?? expect.fail());
    return { requestParameters: { userName: 'ana' }, responseElements: { accessKey }, readOnly: false };
  }),
  iam('PutRolePolicy', async (world) => {
    await newRole(world);
    await world.call('iam', 'PutRolePolicy', { RoleName: 'AppRole', PolicyName: 's3', PolicyDocument: document });
    const requestParameters = { roleName: 'AppRole', policyName: 's3', policyDocument: document };
    return { requestParameters, readOnly: false };
  }),
  iam('AttachRolePolicy', async (world) => {
    await newRole(world);
    const PolicyArn = 'arn:aws:iam::aws:policy/AdministratorAccess';
    await world.call('iam', 'AttachRolePolicy', { RoleName: 'AppRole', PolicyArn });
    return { requestParameters: { roleName: 'AppRole', policyArn: PolicyArn }, readOnly: false };
  }),
  iam('UpdateRole', async (world) => {
    await newRole(world);
    await world.call('iam', 'UpdateRole', { RoleName: 'AppRole', MaxSessionDuration: 7200 });
    return { requestParameters: { roleName: 'AppRole', maxSessionDuration: 7200 }, readOnly: false };
  }),
  iam('GetRole', async (world) => {
    await newRole(world);
    await world.call('iam', 'GetRole', { RoleName: 'AppRole' });
    return { requestParameters: { roleName: 'AppRole' }, readOnly: true };
  }),
  iam('ListUsers', async (world) => {
    await world.call('iam', 'ListUsers', {});
    return { requestParameters: null, readOnly: true };
  }),
  [
    'sts',
    'AssumeRole',
    async (world) => {
      const { Role } = await newRole(world);
      const session = { RoleArn: Role?.Arn ?? '', RoleSessionName: 'app-7' };
      const { Credentials } = await world.call('sts', 'AssumeRole', session);
      expect(JSON.stringify(eventsOf(world))).not.toContain(Credentials?.SecretAccessKey ?? expect.fail());
      return {
        requestParameters: { roleArn: Role?.Arn, roleSessionName: 'app-7' },
        responseElements: {
          credentials: { accessKeyId: Credentials?.AccessKeyId, expiration: 'May 4, 2026 10:00:00 AM' },
          assumedRoleUser: {
            assumedRoleId: `${Role?.RoleId}:app-7`,
            arn: `arn:aws:sts::${ACCOUNT}:assumed-role/AppRole/app-7`,
          },
        },
        readOnly: true,
        resources: [{ accountId: ACCOUNT, type: 'AWS::IAM::Role', ARN: Role?.Arn }],
      };
    },
  ],
  [
    'sts',
    'GetSessionToken',
    async (world) => {
      const { Credentials } = await world.call('sts', 'GetSessionToken', { DurationSeconds: 900 });
      return {
        requestParameters: { durationSeconds: 900 },
        responseElements: {
          credentials: { accessKeyId: Credentials?.AccessKeyId, expiration: 'May 4, 2026 9:15:00 AM' },
        },
        readOnly: true,
      };
    },
  ],
  [
    'sts',
    'GetCallerIdentity',
    async (world) => {
      await world.call('sts', 'GetCallerIdentity', {});
      return { requestParameters: null, readOnly: true };
    },
  ],
  [
    'cloudtrail',
    'LookupEvents',
    async (world) => {
      const LookupAttributes = [{ AttributeKey: 'EventName' as const, AttributeValue: 'Decrypt' }];
      await world.call('cloudtrail', 'LookupEvents', { LookupAttributes, MaxResults: 5 });
      const lookupAttributes = [{ attributeKey: 'EventName', attributeValue: 'Decrypt' }];
      return { requestParameters: { lookupAttributes, maxResults: 5 }, readOnly: true };
    },
  ],
];

test.for(rows)('the event of %s %s', async ([service, eventName, run]) => {
  const world = newWorld();
  const shown = await run(world);
  const event = eventsOf(world).findLast((each) => each.eventName === eventName);
  expectWhole(event, { service, eventName, ...shown });
});

// IAM User Guide, "Logging IAM and AWS STS API calls with AWS CloudTrail": the role's account sees the id alone.
test('a role that is assumed from another account is an event in both', async () => {
  const world = newWorld();
  const { Role } = await newRole(world);
  const as = `${OTHER_ACCOUNT}:user/admin`;
  const session = { RoleArn: Role?.Arn ?? '', RoleSessionName: 'app-7' };
  await world.call('sts', 'AssumeRole', session, { as });
  const events = eventsOf(world).filter(({ eventName }) => eventName === 'AssumeRole');
  const received = (account: string) => events.find(({ recipientAccountId }) => recipientAccountId === account);
  expect(events).toHaveLength(2);
  expect(received(ACCOUNT)?.userIdentity).toEqual({
    type: 'AWSAccount',
    principalId: adminIdentity.principalId,
    accountId: OTHER_ACCOUNT,
  });
  expect(received(OTHER_ACCOUNT)?.userIdentity).toMatchObject({
    type: 'IAMUser',
    arn: arn('user/admin', OTHER_ACCOUNT),
  });
  expect(received(ACCOUNT)?.sharedEventID).toBe(received(OTHER_ACCOUNT)?.sharedEventID);
  expect(received(ACCOUNT)?.sharedEventID).toBeDefined();
});

// CloudTrail User Guide, "CloudTrail userIdentity element".
describe('the identity of', () => {
  const attributes = { creationDate: '2026-05-04T09:00:00Z', mfaAuthenticated: 'false' };
  const temporaryKey = expect.stringMatching(/^ASIA[A-Z0-9]{16}$/);

  /** The identity in a call's event, a minute after the credentials were issued. */
  async function identityOf(world: World, as: string, accessKeyId?: string): Promise<unknown> {
    world.advance(60_000);
    const rootKey = rootKeyOf(world.folder, world.environment.random, undefined);
    const options: Options =
      accessKeyId === undefined
        ? { as }
        : { caller: (tx, now) => callerNamedByKey(accessKeyId, { tx, now, rootKey, service: 'kms' }) };
    await world.call('kms', 'ListKeys', {}, options);
    return eventsOf(world).find(({ eventName }) => eventName === 'ListKeys')?.userIdentity;
  }

  test('the root user, also with temporary credentials', async () => {
    const root = { type: 'Root', principalId: ACCOUNT, arn: arn('root'), accountId: ACCOUNT };
    expect(await identityOf(newWorld(), 'root')).toEqual(root);
    const world = newWorld();
    const { Credentials } = await world.call('sts', 'GetSessionToken', {}, { as: 'root' });
    const accessKeyId = temporaryKey;
    const temporary = { ...root, accessKeyId, sessionContext: { attributes } };
    expect(await identityOf(world, 'root', Credentials?.AccessKeyId)).toEqual(temporary);
  });

  test('a user with temporary credentials', async () => {
    const world = newWorld();
    const { Credentials } = await world.call('sts', 'GetSessionToken', {});
    expect(await identityOf(world, 'user/admin', Credentials?.AccessKeyId)).toEqual({
      ...adminIdentity,
      accessKeyId: temporaryKey,
      sessionContext: { attributes },
    });
  });

  test('a session of a role that says who assumed it', async () => {
    const world = newWorld();
    const { Role } = await newRole(world);
    const RoleArn = Role?.Arn ?? '';
    const PolicyArn = 'arn:aws:iam::aws:policy/AdministratorAccess';
    await world.call('iam', 'AttachRolePolicy', { RoleName: 'AppRole', PolicyArn });
    const session = { RoleArn, RoleSessionName: 'app-7', SourceIdentity: 'ana' };
    const { Credentials } = await world.call('sts', 'AssumeRole', session);
    expect(await identityOf(world, '', Credentials?.AccessKeyId)).toEqual({
      type: 'AssumedRole',
      principalId: `${Role?.RoleId}:app-7`,
      arn: `arn:aws:sts::${ACCOUNT}:assumed-role/AppRole/app-7`,
      accountId: ACCOUNT,
      accessKeyId: temporaryKey,
      sessionContext: {
        sessionIssuer: {
          type: 'Role',
          principalId: Role?.RoleId,
          arn: RoleArn,
          accountId: ACCOUNT,
          userName: 'AppRole',
        },
        attributes,
        sourceIdentity: 'ana',
      },
    });
  });
});

// IAM API Reference, GenerateCredentialReport, GetCredentialReport, GenerateServiceLastAccessedDetails,
// GetServiceLastAccessedDetails, GetServiceLastAccessedDetailsWithEntities, CreateAccountAlias; IAM User Guide, "Generate
// credential reports for your AWS account" and "Refine permissions in AWS using last accessed information".

import { describe, expect, test } from 'vitest';
import { callerNamedByKey } from '../../src/iam/credentials.ts';
import { allowedServices } from '../../src/policy/allowed-services.ts';
import { rootKeyOf } from '../../src/store/root-key-file.ts';
import { ACCOUNT, DAY, newWorld, type Options, OTHER_ACCOUNT, START, type World } from '../support/harness.ts';

const arn = (resource: string) => `arn:aws:iam::${ACCOUNT}:${resource}`;
const policy = (...Statement: readonly object[]) => JSON.stringify({ Version: '2012-10-17', Statement });
const allow = (Action: string | readonly string[], more = {}) => ({ Effect: 'Allow', Action, Resource: '*', ...more });
const HOUR = DAY / 24;

describe('the credential report', () => {
  const text = async (world: World) => {
    const { Content, ReportFormat, GeneratedTime } = await world.call('iam', 'GetCredentialReport', {});
    expect(ReportFormat).toBe('text/csv');
    return {
      lines: Buffer.from(Content ?? [])
        .toString()
        .split('\n'),
      GeneratedTime,
    };
  };

  test('has a line for the root user and for each user, with what is known of their keys', async () => {
    const world = newWorld();
    await world.call('iam', 'CreateUser', { UserName: 'ann', Path: '/staff/' });
    await world.call('iam', 'CreateUser', { UserName: 'b,c' });
    const { AccessKey } = await world.call('iam', 'CreateAccessKey', { UserName: 'ann' });
    world.advance(HOUR);
    await world.call('iam', 'CreateAccessKey', { UserName: 'ann' });
    const rootKey = rootKeyOf(world.folder, world.environment.random, undefined);
    const { AccessKeyId } = AccessKey;
    const byKey: Options = {
      caller: (tx, now) => callerNamedByKey(AccessKeyId, { tx, now, rootKey, service: 'sts' }),
      region: 'eu-west-1',
    };
    await world.call('sts', 'GetCallerIdentity', {}, byKey);
    await world.call('iam', 'UpdateAccessKey', { UserName: 'ann', AccessKeyId, Status: 'Inactive' });
    expect(await world.call('iam', 'GenerateCredentialReport', {})).toEqual({
      State: 'STARTED',
      Description: 'No report exists. Starting a new report generation task',
    });
    const [header, ...lines] = (await text(world)).lines;
    expect(header).toBe(
      'user,arn,user_creation_time,password_enabled,password_last_used,password_last_changed,password_next_rotation,mfa_active,' +
        'access_key_1_active,access_key_1_last_rotated,access_key_1_last_used_date,access_key_1_last_used_region,access_key_1_last_used_service,' +
        'access_key_2_active,access_key_2_last_rotated,access_key_2_last_used_date,access_key_2_last_used_region,access_key_2_last_used_service,' +
        'cert_1_active,cert_1_last_rotated,cert_2_active,cert_2_last_rotated',
    );
    const at = (hour: number) => `2026-05-04T${String(9 + hour).padStart(2, '0')}:00:00+00:00`;
    const none = 'false,N/A,N/A,N/A,N/A';
    const rest = 'false,N/A,false,N/A';
    expect(lines).toEqual([
      `<root_account>,${arn('root')},${at(0)},not_supported,no_information,not_supported,not_supported,false,${none},${none},${rest}`,
      `admin,${arn('user/admin')},${at(0)},false,N/A,N/A,N/A,false,${none},${none},${rest}`,
      `ann,${arn('user/staff/ann')},${at(0)},false,N/A,N/A,N/A,false,false,${at(0)},${at(1)},eu-west-1,sts,true,${at(1)},N/A,N/A,N/A,${rest}`,
      `"b,c","${arn('user/b,c')}",${at(0)},false,N/A,N/A,N/A,false,${none},${none},${rest}`,
    ]);
  });

  test('is missing until it is made, and stays as it is for four hours', async () => {
    const world = newWorld();
    expect(await world.refusal('iam', 'GetCredentialReport', {})).toBe('ReportNotPresent: No report exists.');
    await world.call('iam', 'GenerateCredentialReport', {});
    await world.call('iam', 'CreateUser', { UserName: 'ann' });
    world.advance(4 * HOUR - 1);
    expect(await world.call('iam', 'GenerateCredentialReport', {})).toEqual({ State: 'COMPLETE' });
    expect(await text(world)).toMatchObject({ lines: { length: 3 }, GeneratedTime: new Date(START) });
    world.advance(1);
    expect(await world.call('iam', 'GenerateCredentialReport', {})).toMatchObject({ State: 'STARTED' });
    expect(await text(world)).toMatchObject({ lines: { length: 4 }, GeneratedTime: new Date(START + 4 * HOUR) });
  });
});

describe('when services were last used', () => {
  /** Users ann and bob in a group that may use S3 and KMS, of whom ann lists buckets, and then both ask for keys. */
  async function used(): Promise<World> {
    const world = newWorld();
    await world.call('iam', 'CreatePolicy', {
      PolicyName: 'Stores',
      PolicyDocument: policy(allow(['s3:*', 'kms:List*'])),
    });
    await world.call('iam', 'CreateGroup', { GroupName: 'team' });
    await world.call('iam', 'AttachGroupPolicy', { GroupName: 'team', PolicyArn: arn('policy/Stores') });
    for (const UserName of ['ann', 'bob', 'cyd']) {
      await world.call('iam', 'CreateUser', { UserName });
      await world.call('iam', 'AddUserToGroup', { GroupName: 'team', UserName });
    }
    await world.call('s3', 'ListBuckets', {}, { as: 'user/ann' });
    world.advance(HOUR);
    await world.call('kms', 'ListKeys', {}, { as: 'user/ann', region: 'eu-west-1' });
    world.advance(HOUR);
    await world.call('kms', 'ListAliases', {}, { as: 'user/bob' });
    // Denied, which counts, too.
    await world.refusal('kms', 'CreateKey', {}, { as: 'user/bob' });
    return world;
  }

  const report = async (world: World, Arn: string, Granularity?: 'ACTION_LEVEL') => {
    const { JobId = '' } = await world.call('iam', 'GenerateServiceLastAccessedDetails', { Arn, Granularity });
    expect(JobId).toHaveLength(36);
    return { JobId, details: await world.call('iam', 'GetServiceLastAccessedDetails', { JobId }) };
  };

  const s3 = { ServiceName: 'Amazon S3', ServiceNamespace: 's3' };
  const kms = { ServiceName: 'AWS Key Management Service', ServiceNamespace: 'kms' };
  const byAnn = {
    LastAuthenticated: new Date(START),
    LastAuthenticatedEntity: arn('user/ann'),
    LastAuthenticatedRegion: 'us-east-1',
  };

  test('is told of a user with what the policies allow', async () => {
    const { details } = await report(await used(), arn('user/ann'));
    expect(details).toEqual({
      JobStatus: 'COMPLETED',
      JobType: 'SERVICE_LEVEL',
      JobCreationDate: new Date(START + 2 * HOUR),
      JobCompletionDate: new Date(START + 2 * HOUR),
      ServicesLastAccessed: [
        {
          ...kms,
          LastAuthenticated: new Date(START + HOUR),
          LastAuthenticatedEntity: arn('user/ann'),
          LastAuthenticatedRegion: 'eu-west-1',
          TotalAuthenticatedEntities: 1,
        },
        { ...s3, ...byAnn, TotalAuthenticatedEntities: 1 },
      ],
      IsTruncated: false,
    });
  });

  test.each(['group/team', 'policy/Stores'])('is told of the members of %s', async (resource) => {
    const { details } = await report(await used(), arn(resource));
    expect(details.ServicesLastAccessed).toEqual([
      {
        ...kms,
        LastAuthenticated: new Date(START + 2 * HOUR),
        LastAuthenticatedEntity: arn('user/bob'),
        LastAuthenticatedRegion: 'us-east-1',
        TotalAuthenticatedEntities: 2,
      },
      { ...s3, ...byAnn, TotalAuthenticatedEntities: 1 },
    ]);
  });

  test('is told of a role by its sessions, and of nobody’s use', async () => {
    const world = await used();
    await world.call('iam', 'CreateRole', {
      RoleName: 'reader',
      AssumeRolePolicyDocument: policy({ Effect: 'Allow', Principal: { AWS: ACCOUNT }, Action: 'sts:AssumeRole' }),
    });
    await world.call('iam', 'AttachRolePolicy', { RoleName: 'reader', PolicyArn: arn('policy/Stores') });
    await world.call('s3', 'ListBuckets', {}, { as: 'role/reader/one' });
    const { details } = await report(world, arn('role/reader'));
    expect(details.ServicesLastAccessed).toEqual([
      { ...kms, TotalAuthenticatedEntities: 0 },
      expect.objectContaining({ ...s3, LastAuthenticatedEntity: arn('role/reader'), TotalAuthenticatedEntities: 1 }),
    ]);
  });

  test('is told by operation, denied ones included', async () => {
    const { details } = await report(await used(), arn('user/bob'), 'ACTION_LEVEL');
    expect(details.JobType).toBe('ACTION_LEVEL');
    const [{ TrackedActionsLastAccessed: tracked = [] } = {}, unused] = details.ServicesLastAccessed;
    expect(tracked.map(({ ActionName }) => ActionName).sort()).toEqual(['CreateKey', 'ListAliases']);
    expect(tracked[0]).toMatchObject({
      LastAccessedEntity: arn('user/bob'),
      LastAccessedTime: new Date(START + 2 * HOUR),
      LastAccessedRegion: 'us-east-1',
    });
    expect(unused?.TrackedActionsLastAccessed).toBeUndefined();
  });

  test('is told by entity, the newest first, in pages', async () => {
    const world = await used();
    const { JobId } = await report(world, arn('group/team'));
    const input = { JobId, ServiceNamespace: 'kms', MaxItems: 2 };
    const first = await world.call('iam', 'GetServiceLastAccessedDetailsWithEntities', input);
    expect(first.EntityDetailsList).toEqual([
      {
        EntityInfo: { Arn: arn('user/bob'), Name: 'bob', Type: 'USER', Id: expect.stringMatching(/^AIDA/), Path: '/' },
        LastAuthenticated: new Date(START + 2 * HOUR),
      },
      expect.objectContaining({ LastAuthenticated: new Date(START + HOUR) }),
    ]);
    const second = await world.call('iam', 'GetServiceLastAccessedDetailsWithEntities', {
      ...input,
      Marker: first.Marker,
    });
    expect(second).toMatchObject({ EntityDetailsList: [{ EntityInfo: { Name: 'cyd' } }], IsTruncated: false });
    expect(second.EntityDetailsList[0]).not.toHaveProperty('LastAuthenticated');
    expect(
      await world.refusal('iam', 'GetServiceLastAccessedDetailsWithEntities', { JobId, ServiceNamespace: 'sqs' }),
    ).toBe('InvalidInput: Service namespace sqs is not part of the report.');
  });

  test('is forgotten after 400 days, as a job’s answer is after one', async () => {
    const world = await used();
    const { JobId } = await report(world, arn('user/bob'));
    world.advance(400 * DAY + HOUR);
    const { details } = await report(world, arn('user/bob'));
    expect(details.ServicesLastAccessed).toEqual([
      { ...kms, TotalAuthenticatedEntities: 0 },
      { ...s3, TotalAuthenticatedEntities: 0 },
    ]);
    const missing = `NoSuchEntity: The job with id ${JobId} cannot be found.`;
    // The sweep looks at old rows in the transactions of calls.
    for (let calls = 0; calls < 50; calls += 1) {
      world.advance(DAY / 10);
      await world.call('iam', 'ListUsers', {});
    }
    expect(await world.refusal('iam', 'GetServiceLastAccessedDetails', { JobId })).toBe(missing);
  });

  test.each([
    [arn('user/ghost'), 'NoSuchEntity: The user with name ghost cannot be found.'],
    [arn('policy/Ghost'), `NoSuchEntity: Policy ${arn('policy/Ghost')} was not found.`],
    [`arn:aws:iam::${OTHER_ACCOUNT}:user/admin`, `InvalidInput: Invalid Arn: arn:aws:iam::${OTHER_ACCOUNT}:user/admin`],
    ['arn:aws:s3:::some-bucket', 'InvalidInput: Invalid Arn: arn:aws:s3:::some-bucket'],
  ])('is not told of %s', async (Arn, refusal) => {
    expect(await newWorld().refusal('iam', 'GenerateServiceLastAccessedDetails', { Arn })).toBe(refusal);
  });

  test('of another account stays unknown', async () => {
    const { JobId } = await report(await used(), arn('user/ann'));
    const other = { as: `${OTHER_ACCOUNT}:user/admin` };
    expect(await newWorld().refusal('iam', 'GetServiceLastAccessedDetails', { JobId }, other)).toMatch(/^NoSuchEntity/);
  });
});

test.each([
  ['everything', [allow('*')], ['kms', 's3']],
  ['one service', [allow('S3:Get*')], ['s3']],
  ['a pattern of services', [allow('k*:Decrypt')], ['kms']],
  ['all but one service', [{ Effect: 'Allow', NotAction: 'kms:*', Resource: '*' }], ['s3']],
  ['all but one action', [{ Effect: 'Allow', NotAction: 'kms:Decrypt', Resource: '*' }], ['kms', 's3']],
  ['a Deny of a whole service', [allow('*'), { Effect: 'Deny', Action: 'kms:*', Resource: '*' }], ['s3']],
  [
    'a Deny under a condition',
    [allow('*'), { Effect: 'Deny', Action: 'kms:*', Resource: '*', Condition: { Null: { 'aws:userid': 'true' } } }],
    ['kms', 's3'],
  ],
  [
    'a Deny of some of it',
    [allow('*'), { Effect: 'Deny', Action: 'kms:*', Resource: 'arn:aws:kms:*:*:key/1' }],
    ['kms', 's3'],
  ],
])('a policy allows services: %s', (_what, statements, services) => {
  expect(allowedServices([policy(...statements)], ['kms', 's3'])).toEqual(services);
});

describe('the alias of an account', () => {
  const aliases = async (world: World) => (await world.call('iam', 'ListAccountAliases', {})).AccountAliases;

  test('is one', async () => {
    const world = newWorld();
    expect(await aliases(world)).toEqual([]);
    await world.call('iam', 'CreateAccountAlias', { AccountAlias: 'acme' });
    await world.call('iam', 'CreateAccountAlias', { AccountAlias: 'acme-storage' });
    expect(await aliases(world)).toEqual(['acme-storage']);
    await world.call('iam', 'DeleteAccountAlias', { AccountAlias: 'acme-storage' });
    expect(await aliases(world)).toEqual([]);
  });

  test.each([
    ['CreateAccountAlias', 'taken', 'EntityAlreadyExists: The account alias taken already exists.'],
    ['CreateAccountAlias', '123456789012', 'InvalidInput: The account alias 123456789012 is not valid.'],
    ['CreateAccountAlias', 'a--b', /^ValidationError: .*regular expression/],
    ['DeleteAccountAlias', 'taken', 'NoSuchEntity: The account alias taken cannot be found.'],
  ] as const)('%s %s', async (name, AccountAlias, refusal) => {
    const world = newWorld();
    await world.call('iam', 'CreateAccountAlias', { AccountAlias: 'taken' }, { as: `${OTHER_ACCOUNT}:user/admin` });
    const refused = await world.refusal('iam', name, { AccountAlias });
    if (typeof refusal === 'string') expect(refused).toBe(refusal);
    else expect(refused).toMatch(refusal);
  });
});

test.each([
  ['CreateAccountAlias', { AccountAlias: 'acme' }],
  ['DeleteAccountAlias', { AccountAlias: 'acme' }],
  ['GenerateCredentialReport', {}],
  ['GetCredentialReport', {}],
  ['GetServiceLastAccessedDetails', { JobId: 'x'.repeat(36) }],
  ['GetServiceLastAccessedDetailsWithEntities', { JobId: 'x'.repeat(36), ServiceNamespace: 's3' }],
  ['ListAccountAliases', {}],
] as const)('%s needs a permission', async (name, input) => {
  const world = newWorld();
  await world.call('iam', 'CreateUser', { UserName: 'ann' });
  expect(await world.refusal('iam', name, input, { as: 'user/ann' })).toBe(
    `AccessDenied: User: ${arn('user/ann')} is not authorized to perform: iam:${name} on resource: * because no identity-based policy allows the iam:${name} action`,
  );
});

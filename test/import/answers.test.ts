/** What is read of answers of the AWS CLI, what is not, and where that is. */

import { describe, expect, test } from 'vitest';
import { readDump } from '../../src/import/read-dump.ts';

const ACCOUNT = '123456789012';
const KEY = '1234abcd-12ab-34cd-56ef-1234567890ab';
const KEY_ARN = `arn:aws:kms:eu-west-1:${ACCOUNT}:key/${KEY}`;

const user = {
  Path: '/',
  UserName: 'ana',
  UserId: 'AIDACKCEVSQ6C2EXAMPLE',
  Arn: `arn:aws:iam::${ACCOUNT}:user/ana`,
  CreateDate: '2024-05-04T09:00:00+00:00',
  GroupList: [] as string[],
  UserPolicyList: [] as object[],
  AttachedManagedPolicies: [] as object[],
  Tags: [{ Key: 'team', Value: 'storage' }],
};
const details = (changes: object = {}) => ({
  UserDetailList: [{ ...user, ...changes }],
  GroupDetailList: [],
  RoleDetailList: [],
  Policies: [],
});
const allow = { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: 's3:*', Resource: '*' }] };
const metadata = {
  AWSAccountId: ACCOUNT,
  KeyId: KEY,
  Arn: KEY_ARN,
  CreationDate: 1715508000.5,
  Enabled: true,
  Description: 'app',
  KeyUsage: 'ENCRYPT_DECRYPT',
  KeyState: 'Enabled',
  Origin: 'AWS_KMS',
  KeyManager: 'CUSTOMER',
  CustomerMasterKeySpec: 'SYMMETRIC_DEFAULT',
  KeySpec: 'SYMMETRIC_DEFAULT',
  MultiRegion: false,
};
const keyPolicy = JSON.stringify({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Principal: { AWS: `arn:aws:iam::${ACCOUNT}:root` }, Action: 'kms:*', Resource: '*' }],
});
const bucketPolicy = JSON.stringify({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Principal: '*', Action: 's3:GetObject', Resource: 'arn:aws:s3:::photos/*' }],
});
const key = [{ KeyMetadata: metadata }, { Policy: keyPolicy, PolicyName: 'default' }];

type Files = Readonly<Record<string, unknown>>;

/** Values become JSON, texts stay as they are. */
function read(files: Files, account: string | undefined = ACCOUNT) {
  const sources = Object.entries(files).map(([name, value]) => ({
    name,
    text: typeof value === 'string' ? value : JSON.stringify(value),
  }));
  const { configuration, findings } = readDump(sources, { account, region: 'us-east-1', uuid: () => KEY });
  return {
    ...configuration,
    findings: findings.list.map(({ place, says }) => `${place}: ${says}`),
    assumptions: [...findings.assumptions.keys()],
  };
}

test('an answer is known by what it holds, alone, in a list, one after the other, or in a record of its call', () => {
  const [described, policy] = key;
  const ways: Files[] = [
    { 'any name': described, other: policy },
    { one: [described, policy] },
    { lines: `${JSON.stringify(described)}\n${JSON.stringify(policy, undefined, 2)}\n` },
    {
      records: `{"Operation":"get-key-policy","Region":"eu-west-1","Input":{"KeyId":"${KEY}"},"Output":${JSON.stringify(policy)}}
        {"Operation":"describe-key","Region":"eu-west-1","Input":{"KeyId":"${KEY}"},"Output":${JSON.stringify(described)}}`,
    },
    { 'dump/one/describe.json': described, 'dump/one/policy.json': JSON.parse(keyPolicy) },
    { 'keys.json': described, [`policies/${KEY}.json`]: policy },
  ];
  for (const files of ways) {
    const { keys, findings } = read(files);
    expect(findings).toEqual([]);
    expect(keys).toMatchObject([{ account: ACCOUNT, region: 'eu-west-1', keyId: KEY, policy: keyPolicy }]);
  }
});

test('identities keep their unique ids, paths, tags, groups, policies and boundaries', () => {
  const boundary = `arn:aws:iam::${ACCOUNT}:policy/limits/Edge`;
  const found = read({
    'iam.json': {
      UserDetailList: [
        {
          ...user,
          GroupList: ['Team'],
          UserPolicyList: [{ PolicyName: 'mine', PolicyDocument: encodeURIComponent(JSON.stringify(allow)) }],
          PermissionsBoundary: { PermissionsBoundaryType: 'Policy', PermissionsBoundaryArn: boundary },
        },
      ],
      GroupDetailList: [
        {
          Path: '/',
          GroupName: 'Team',
          GroupId: 'AGPACKCEVSQ6C2EXAMPLE',
          Arn: `arn:aws:iam::${ACCOUNT}:group/Team`,
          GroupPolicyList: [],
          AttachedManagedPolicies: [{ PolicyName: 'Edge', PolicyArn: boundary }],
        },
      ],
      RoleDetailList: [],
      Policies: [
        {
          PolicyName: 'Edge',
          PolicyId: 'ANPACKCEVSQ6C2EXAMPLE',
          Arn: boundary,
          Path: '/limits/',
          DefaultVersionId: 'v3',
          PolicyVersionList: [
            { VersionId: 'v3', Document: allow, IsDefaultVersion: true },
            { VersionId: 'v1', Document: allow, IsDefaultVersion: false },
          ],
        },
      ],
    },
  });
  expect(found.findings).toEqual([]);
  expect(found.users).toEqual([
    {
      account: ACCOUNT,
      name: 'ana',
      path: '/',
      id: 'AIDACKCEVSQ6C2EXAMPLE',
      createdMs: Date.parse('2024-05-04T09:00:00Z'),
      inlinePolicies: { mine: JSON.stringify(allow) },
      attachedPolicies: [],
      groups: ['Team'],
      tags: { team: 'storage' },
      boundary,
    },
  ]);
  expect(found.groups).toMatchObject([{ id: 'AGPACKCEVSQ6C2EXAMPLE', attachedPolicies: [boundary] }]);
  expect(found.policies).toMatchObject([{ path: '/limits/', defaultVersion: 'v3', lastVersion: 3 }]);
});

describe('tags of policies', () => {
  const arn = `arn:aws:iam::${ACCOUNT}:policy/Edge`;
  const details = {
    Policies: [
      {
        ...{ PolicyName: 'Edge', PolicyId: 'ANPACKCEVSQ6C2EXAMPLE', Arn: arn, Path: '/', DefaultVersionId: 'v1' },
        PolicyVersionList: [{ VersionId: 'v1', Document: allow, IsDefaultVersion: true }],
      },
    ],
  };
  const Tags = [
    { Key: 'team', Value: 'storage' },
    { Key: 'Stage', Value: '' },
  ];
  const record = (Input: object, Output: object) => ({ Operation: 'list-policy-tags', Input, Output });

  test('they come from list-policy-tags, and without it there are none', () => {
    const { policies, findings } = read({ a: details, b: record({ PolicyArn: arn }, { Tags }) });
    expect(findings).toEqual([]);
    expect(policies).toMatchObject([{ arn, tags: { team: 'storage', Stage: '' } }]);
    expect(read({ a: details }).policies).toMatchObject([{ arn, tags: {} }]);
  });

  test.for<[answer: object, said: string]>([
    [record({}, { Tags }), 'the record does not say which policy has these tags'],
    [record({ PolicyArn: `${arn}s` }, { Tags }), `no answer has the policy with these tags, "${arn}s"`],
    [record({ PolicyArn: arn }, { Tags: [{ Value: 'a' }] }), 'Key is missing'],
    [
      record({ PolicyArn: arn }, { Tags: [{ Key: '__proto__', Value: 'a' }] }),
      'a tag cannot be named __proto__ in ssebox',
    ],
    [record({ PolicyArn: arn }, { Tags, IsTruncated: true, Marker: 'm' }), 'only the beginning of a list'],
    [{ Tags }, 'an object with Tags is not an answer that is read'],
  ])('%j is a finding', ([answer, said]) => {
    const { findings } = read({ a: details, b: answer });
    expect(findings).toEqual([expect.stringContaining(said)]);
  });
});

test.for<[state: object, expected: object]>([
  [{}, { lifecycle: { state: 'Enabled' }, createdMs: 1715508000500 }],
  [{ KeyState: 'Disabled', Enabled: false }, { lifecycle: { state: 'Disabled' } }],
  [
    { KeyState: 'PendingDeletion', DeletionDate: 1800000000 },
    { lifecycle: { state: 'PendingDeletion', deletionMs: 1.8e12 } },
  ],
  [
    { KeyState: 'PendingImport', Origin: 'EXTERNAL' },
    { lifecycle: { state: 'PendingImport' }, origin: 'EXTERNAL' },
  ],
  [
    { Origin: 'EXTERNAL', ExpirationModel: 'KEY_MATERIAL_EXPIRES', ValidTo: '2030-01-01T00:00:00Z' },
    { expiration: { model: 'KEY_MATERIAL_EXPIRES', validToMs: Date.parse('2030-01-01T00:00:00Z') } },
  ],
  [{ KeyManager: 'AWS' }, { manager: 'AWS' }],
  [
    { KeySpec: 'RSA_2048', KeyUsage: 'SIGN_VERIFY' },
    { spec: 'RSA_2048', usage: 'SIGN_VERIFY' },
  ],
  [
    {
      MultiRegion: true,
      MultiRegionConfiguration: {
        MultiRegionKeyType: 'REPLICA',
        PrimaryKey: { Arn: `arn:aws:kms:us-east-1:${ACCOUNT}:key/${KEY}`, Region: 'us-east-1' },
        ReplicaKeys: [{ Arn: KEY_ARN, Region: 'eu-west-1' }],
      },
    },
    { multiRegion: true, related: { primary: 'us-east-1', replicas: ['eu-west-1'] } },
  ],
])('a key that is %j', ([state, expected]) => {
  const { keys, findings } = read({ a: { KeyMetadata: { ...metadata, ...state } }, b: key[1] });
  expect(findings).toEqual([]);
  expect(keys).toMatchObject([expected]);
});

test('grants keep their ids, names and constraints, and name deleted users by their ids', () => {
  const grant = {
    KeyId: KEY_ARN,
    GrantId: 'abc',
    Name: 'nightly',
    CreationDate: '2024-05-04T09:00:00Z',
    GranteePrincipal: 'AIDAEXAMPLEDELETEDUSER',
    RetiringPrincipal: 'dynamodb.eu-west-1.amazonaws.com',
    IssuingAccount: `arn:aws:iam::${ACCOUNT}:root`,
    Operations: ['Decrypt', 'RetireGrant'],
    Constraints: { EncryptionContextSubset: { dept: 'it' } },
  };
  const { grants, findings } = read({ key, grants: { Grants: [grant] } });
  expect(findings).toEqual([]);
  expect(grants).toMatchObject([
    {
      grantId: 'abc',
      name: 'nightly',
      keyId: KEY,
      grantee: 'AIDAEXAMPLEDELETEDUSER',
      retiring: 'dynamodb.eu-west-1.amazonaws.com',
      operations: ['Decrypt', 'RetireGrant'],
      constraints: { subset: { dept: 'it' } },
    },
  ]);
});

test('a bucket is told by its policy, by the record of its call, or by the folder of its name', () => {
  const rule = {
    ApplyServerSideEncryptionByDefault: { SSEAlgorithm: 'aws:kms', KMSMasterKeyID: KEY_ARN },
    BucketKeyEnabled: true,
  };
  const encryption = { ServerSideEncryptionConfiguration: { Rules: [rule] } };
  const record = (Operation: string, Output: unknown) => ({ Operation, Input: { Bucket: 'photos' }, Output });
  const ways: Files[] = [
    {
      'photos/policy': { Policy: bucketPolicy },
      'photos/encryption': encryption,
      'photos/versions': { Status: 'Enabled' },
      'photos/place': { LocationConstraint: 'EU' },
    },
    {
      s3: [
        record('get-bucket-policy', { Policy: bucketPolicy }),
        record('get-bucket-encryption', encryption),
        record('get-bucket-versioning', { Status: 'Enabled' }),
        record('get-bucket-location', { LocationConstraint: 'EU' }),
      ],
    },
    {
      list: { Buckets: [{ Name: 'photos' }], Owner: { ID: 'a'.repeat(64) } },
      'a/photos/1': { Policy: bucketPolicy },
      'b/photos.json': encryption,
      'c/photos/2': { Status: 'Enabled' },
      'd/photos.json': { LocationConstraint: 'EU' },
    },
  ];
  for (const files of ways) {
    const { buckets, findings } = read(files);
    expect(findings).toEqual([]);
    expect(buckets).toMatchObject([
      {
        name: 'photos',
        owner: ACCOUNT,
        region: 'eu-west-1',
        location: 'EU',
        versioning: 'Enabled',
        policy: bucketPolicy,
        encryption: { kind: 'SSE-KMS', keyId: KEY_ARN, bucketKey: true },
      },
    ]);
  }
});

test('what AWS refused because there is nothing is nothing, and what it refused otherwise was not read', () => {
  const refused = (Operation: string, code: string) => ({
    Operation,
    Input: { Bucket: 'photos' },
    Error: `An error occurred (${code}) when calling the X operation: no`,
  });
  const { buckets, findings } = read({
    s3: [refused('get-bucket-policy', 'NoSuchBucketPolicy'), refused('get-public-access-block', 'AccessDenied')],
  });
  expect(buckets).toMatchObject([{ name: 'photos', policy: undefined }]);
  expect(findings).toEqual([
    expect.stringMatching(
      /^s3, line 1, column \d+ \(\[1\]\.Error\): AWS did not answer get-public-access-block of photos: .*AccessDenied/,
    ),
  ]);
});

const inline = (document: unknown) => details({ UserPolicyList: [{ PolicyName: 'mine', PolicyDocument: document }] });
const policyPlace = '(UserDetailList[0].UserPolicyList[0].PolicyDocument)';

test.for<[what: string, files: Files, finding: string | RegExp]>([
  [
    'a cut file',
    { 'a.json': '{"UserDetailList": [{"Path": "/"' },
    'a.json: line 1, column 33: this is not JSON: expected "," or "}" before the end of the text: the file was cut off',
  ],
  [
    'what follows a whole document',
    { 'a.json': `${JSON.stringify(details())}\n{"Use` },
    /^a\.json: line 2, column \d+: this is not JSON: the closing quote/,
  ],
  ['an empty file', { 'a.json': ' \n' }, 'a.json: the file is empty'],
  ['a page of text', { 'a.json': 'Unable to locate credentials' }, /^a\.json: line 1, column 1: this is not JSON/],
  [
    'deep nesting',
    { a: `${'['.repeat(5000)}${']'.repeat(5000)}` },
    'a: line 1, column 1: JSON is nested more than 1000 levels deep',
  ],
  [
    'another answer',
    { a: { FunctionName: 'f' } },
    'a, line 1, column 1: an object with FunctionName is not an answer that is read: ssebox import --help lists them',
  ],
  [
    'another operation',
    { a: { Operation: 'list-functions', Output: {} } },
    /"list-functions" is not an operation whose answer is read/,
  ],
  ['a number', { a: '12' }, 'a, line 1, column 1: this is 12, not an answer of the AWS CLI'],
  [
    'a page of a list',
    { a: { ...details(), NextToken: 'x' } },
    /the answer is only the beginning of a list, since it has a NextToken/,
  ],
  [
    'a user without an ARN',
    { a: details({ Arn: undefined }) },
    'a, line 1, column 20 (UserDetailList[0]): Arn is missing',
  ],
  ['another kind of value', { a: details({ UserName: 7 }) }, /UserName must be a text, not 7$/],
  [
    'an ARN that does not fit',
    { a: details({ Path: '/x/' }) },
    /the ARN does not belong to the user "ana" with the path \/x\//,
  ],
  [
    'another partition',
    { a: details({ Arn: `arn:aws-cn:iam::${ACCOUNT}:user/ana` }) },
    /is in the partition aws-cn, and ssebox has only aws/,
  ],
  ['a wrong unique id', { a: details({ UserId: 'AROA1234567890123456' }) }, /the unique id of a user begins with AIDA/],
  ['a time that is none', { a: details({ CreateDate: 'yesterday' }) }, /CreateDate must be a time, not "yesterday"/],
  ['a policy that is not JSON', { a: inline('{"Version"') }, /the policy cannot be read: .*line 1, column 11/],
  [
    'a policy with an unknown element',
    { a: inline({ ...allow, Statement: [{ Effect: 'Allow', Actoin: 's3:*', Resource: '*' }] }) },
    /"Actoin" is not an element of a statement \(line 1, column \d+\): did you mean "Action"/,
  ],
  [
    'a policy of 1 MiB',
    { a: inline({ ...allow, Id: 'x'.repeat(1024 * 1024) }) },
    /an inline policy has at most 10240 characters, and this one 1048/,
  ],
  [
    'a policy of 10,000 statements',
    { a: inline({ ...allow, Statement: Array.from({ length: 10_000 }, () => allow.Statement[0]) }) },
    /an inline policy has at most 10240 characters/,
  ],
  [
    'a policy that is nested deep',
    { a: inline(`{"Version":"2012-10-17","Statement":${'['.repeat(2000)}${']'.repeat(2000)}}`) },
    /the policy is nested more than 1000 levels deep/,
  ],
  [
    'a group that is not there',
    { a: details({ GroupList: ['Team'] }) },
    `the user "ana" of account ${ACCOUNT}: it is in the group "Team", which is not there`,
  ],
  [
    'a policy that is not there',
    { a: details({ AttachedManagedPolicies: [{ PolicyArn: `arn:aws:iam::${ACCOUNT}:policy/P` }] }) },
    /it has the policy .*policy\/P, which is not there, so it is left out/,
  ],
  [
    "a policy of AWS's that nobody has",
    { a: details({ AttachedManagedPolicies: [{ PolicyArn: 'arn:aws:iam::aws:policy/Nowhere' }] }) },
    /whose document is not there: decisions are as if it allowed nothing and denied nothing/,
  ],
  [
    'two that differ',
    { a: details(), b: details({ Tags: [] }) },
    `the user ${ACCOUNT}/ana: it is there twice, with different contents`,
  ],
  [
    'a key without its policy',
    { a: key[0] },
    new RegExp(`the key policy of ${KEY_ARN} is missing, so the key is left out`),
  ],
  [
    'a key that is only listed',
    { a: { Keys: [{ KeyId: KEY, KeyArn: KEY_ARN }] } },
    /the answer of describe-key for .* is missing, so the key is left out/,
  ],
  [
    'a key in another region',
    { a: [{ KeyMetadata: { ...metadata, Arn: KEY_ARN.replace('eu-west-1', 'mars-1') } }, key[1]] },
    /ssebox does not have the region mars-1/,
  ],
  [
    'a key in a custom key store',
    { a: { KeyMetadata: { ...metadata, Origin: 'AWS_CLOUDHSM' } }, b: key[1] },
    /is in a custom key store, which ssebox does not have/,
  ],
  [
    'a key policy of no key',
    { a: key[1] },
    /the answer of get-key-policy does not say which key it is about: use the script of ssebox import --print-script/,
  ],
  [
    'an alias of a key that is not there',
    {
      a: {
        Aliases: [{ AliasName: 'alias/a', AliasArn: `arn:aws:kms:eu-west-1:${ACCOUNT}:alias/a`, TargetKeyId: KEY }],
      },
    },
    /alias\/a in eu-west-1 points to the key .*, which is not imported, so the alias is left out/,
  ],
  [
    'a bucket setting of no bucket',
    { a: { Status: 'Enabled' } },
    /the answer of get-bucket-versioning does not say which bucket it is about/,
  ],
  [
    'a bucket in another region',
    { a: { Operation: 'get-bucket-location', Input: { Bucket: 'photos' }, Output: { LocationConstraint: 'mars-1' } } },
    /ssebox does not have the region "mars-1", so the bucket is left out/,
  ],
  [
    'a directory bucket',
    { a: { Buckets: [{ Name: 'logs--usw2-az1--x-s3' }] } },
    /is not the name of a general purpose bucket/,
  ],
])('%s is found, with its place', ([, files, finding]) => {
  const { findings } = read(files);
  if (typeof finding === 'string') expect(findings).toContain(finding);
  else expect(findings.join('\n')).toMatch(finding);
});

test('a place is the line of the file, also for a document that is not the first', () => {
  const text = `${JSON.stringify(key[0])}\n\n${JSON.stringify(inline('{'), undefined, 2)}`;
  const [finding = ''] = read({ 'dump.json': text, policy: key[1] }).findings;
  const line = text.split('\n').findIndex((each) => each.includes('"PolicyDocument"')) + 1;
  expect(finding).toContain(`dump.json, line ${line}, column `);
  expect(finding).toContain(policyPlace);
});

test('what nothing says is assumed, and said', () => {
  expect(read({ a: { Policy: bucketPolicy } }).assumptions).toEqual([
    'without an answer of get-bucket-encryption, a bucket encrypts with SSE-S3',
    'without an answer of get-bucket-location, a bucket is in us-east-1',
    'without an answer of get-bucket-versioning, a bucket has no versions',
    'without an answer of get-public-access-block, a bucket does not block public access',
    'without an answer of get-bucket-ownership-controls, the owner of a bucket owns its objects',
  ]);
});

test('the account of a bucket is that of what is beside it, or the one that is named', () => {
  const bucket = { Policy: bucketPolicy };
  const identity = (account: string) => ({ UserId: 'A', Account: account, Arn: `arn:aws:iam::${account}:user/a` });
  const owners = (files: Files, account?: string) => {
    const sources = Object.entries(files).map(([name, value]) => ({ name, text: JSON.stringify(value) }));
    const { configuration, findings } = readDump(sources, { account, region: 'us-east-1', uuid: () => KEY });
    return [...configuration.buckets.map(({ owner }) => owner), ...findings.list.map(({ says }) => says)];
  };
  const [one, two] = ['111111111111', '222222222222'];
  expect(owners({ 'dump/who.json': identity(one), 'dump/s3/b.json': bucket })).toEqual([one]);
  expect(owners({ 'dump/iam/who.json': identity(one), 'dump/s3/b.json': bucket })).toEqual([one]);
  expect(owners({ 'one/who.json': identity(one), 'two/who.json': identity(two), 'two/b.json': bucket })).toEqual([two]);
  expect(owners({ 'one/who.json': identity(one), 'two/who.json': identity(two), 'b.json': bucket }, two)).toEqual([
    two,
  ]);
  expect(owners({ 'one/who.json': identity(one), 'two/who.json': identity(two), 'b.json': bucket })).toEqual([
    'nothing says which account this belongs to: name it with --account',
  ]);
});

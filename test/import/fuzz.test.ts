/** Whatever a file holds, reading it ends, and what is wrong is a finding and never an exception. */

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readDump } from '../../src/import/read-dump.ts';
import { storeConfiguration } from '../../src/import/store-configuration.ts';
import { newWorld } from '../support/harness.ts';

const ACCOUNT = '123456789012';
const read = (text: string) =>
  readDump([{ name: 'dump/a.json', text }], { account: ACCOUNT, region: 'us-east-1', uuid: () => 'id' });

const key = `arn:aws:kms:us-east-1:${ACCOUNT}:key/1234`;
const policy = JSON.stringify({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Principal: '*', Action: 'kms:*', Resource: '*' }],
});
const record = (Operation: string, Input: object, Output: unknown) => ({
  Operation,
  Region: 'us-east-1',
  Input,
  Output,
});

/** Answers and plans that are read without a finding. */
const documents: readonly object[] = [
  {
    UserDetailList: [
      {
        Path: '/',
        UserName: 'ana',
        UserId: 'AIDAEXAMPLEEXAMPLE12',
        Arn: `arn:aws:iam::${ACCOUNT}:user/ana`,
        CreateDate: '2024-01-01T00:00:00Z',
        UserPolicyList: [
          {
            PolicyName: 'p',
            PolicyDocument: { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: 's3:*', Resource: '*' }] },
          },
        ],
        GroupList: [],
        AttachedManagedPolicies: [
          { PolicyName: 'AdministratorAccess', PolicyArn: 'arn:aws:iam::aws:policy/AdministratorAccess' },
        ],
        Tags: [{ Key: 'a', Value: 'b' }],
      },
    ],
    GroupDetailList: [],
    RoleDetailList: [],
    Policies: [
      {
        PolicyName: 'read',
        PolicyId: 'ANPAEXAMPLEEXAMPLE12',
        Arn: `arn:aws:iam::${ACCOUNT}:policy/read`,
        Path: '/',
        DefaultVersionId: 'v1',
        PolicyVersionList: [
          {
            VersionId: 'v1',
            Document: { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: 's3:*', Resource: '*' }] },
          },
        ],
      },
    ],
  },
  record(
    'describe-key',
    { KeyId: '1234' },
    {
      KeyMetadata: {
        Arn: key,
        KeyId: '1234',
        KeyManager: 'CUSTOMER',
        Origin: 'AWS_KMS',
        KeySpec: 'SYMMETRIC_DEFAULT',
        KeyUsage: 'ENCRYPT_DECRYPT',
        KeyState: 'Enabled',
        MultiRegion: false,
      },
    },
  ),
  record('get-key-policy', { KeyId: '1234' }, { Policy: policy, PolicyName: 'default' }),
  record(
    'list-grants',
    { KeyId: '1234' },
    {
      Grants: [
        {
          KeyId: key,
          GrantId: 'g',
          GranteePrincipal: `arn:aws:iam::${ACCOUNT}:user/ana`,
          Operations: ['Decrypt'],
          Constraints: { EncryptionContextEquals: { a: 'b' } },
        },
      ],
    },
  ),
  record(
    'list-aliases',
    {},
    { Aliases: [{ AliasName: 'alias/a', AliasArn: `arn:aws:kms:us-east-1:${ACCOUNT}:alias/a`, TargetKeyId: '1234' }] },
  ),
  record(
    'list-policy-tags',
    { PolicyArn: `arn:aws:iam::${ACCOUNT}:policy/read` },
    { Tags: [{ Key: 'a', Value: 'b' }] },
  ),
  record('list-resource-tags', { KeyId: '1234' }, { Tags: [{ TagKey: 'a', TagValue: 'b' }] }),
  record(
    'get-key-rotation-status',
    { KeyId: '1234' },
    { KeyRotationEnabled: true, KeyId: '1234', RotationPeriodInDays: 90 },
  ),
  record(
    'get-bucket-policy',
    { Bucket: 'photos' },
    { Policy: policy.replace('"Resource":"*"', '"Resource":"arn:aws:s3:::photos/*"') },
  ),
  record(
    'get-bucket-encryption',
    { Bucket: 'photos' },
    {
      ServerSideEncryptionConfiguration: {
        Rules: [
          {
            ApplyServerSideEncryptionByDefault: { SSEAlgorithm: 'aws:kms', KMSMasterKeyID: key },
            BucketKeyEnabled: true,
          },
        ],
      },
    },
  ),
  record(
    'get-bucket-replication',
    { Bucket: 'photos' },
    {
      ReplicationConfiguration: {
        Role: 'r',
        Rules: [{ Status: 'Enabled', Destination: { Bucket: 'arn:aws:s3:::other' } }],
      },
    },
  ),
  record(
    'get-public-access-block',
    { Bucket: 'photos' },
    { PublicAccessBlockConfiguration: { BlockPublicAcls: true } },
  ),
  record(
    'get-bucket-ownership-controls',
    { Bucket: 'photos' },
    { OwnershipControls: { Rules: [{ ObjectOwnership: 'ObjectWriter' }] } },
  ),
  record('get-bucket-tagging', { Bucket: 'photos' }, { TagSet: [{ Key: 'a', Value: 'b' }] }),
  record(
    'describe-organization',
    {},
    {
      Organization: {
        Id: 'o-exampleorgid',
        Arn: `arn:aws:organizations::${ACCOUNT}:organization/o-exampleorgid`,
        FeatureSet: 'ALL',
        MasterAccountId: ACCOUNT,
      },
    },
  ),
  record(
    'list-roots',
    {},
    {
      Roots: [
        {
          Id: 'r-ab12',
          Arn: `arn:aws:organizations::${ACCOUNT}:root/o-exampleorgid/r-ab12`,
          PolicyTypes: [{ Type: 'SERVICE_CONTROL_POLICY', Status: 'ENABLED' }],
        },
      ],
    },
  ),
  record(
    'list-targets-for-policy',
    { PolicyId: 'p-FullAWSAccess' },
    {
      Targets: ['r-ab12', ACCOUNT].map((TargetId) => ({
        TargetId,
        Arn: `arn:aws:organizations::${ACCOUNT}:x/o-exampleorgid/${TargetId}`,
      })),
    },
  ),
  {
    format_version: '1.2',
    planned_values: {
      root_module: {
        resources: [
          {
            address: 'aws_s3_bucket.b',
            mode: 'managed',
            type: 'aws_s3_bucket',
            name: 'b',
            values: { bucket: 'planned', tags: { a: 'b' } },
          },
          {
            address: 'aws_kms_key.k',
            mode: 'managed',
            type: 'aws_kms_key',
            name: 'k',
            values: { policy, is_enabled: true },
          },
          {
            address: 'aws_kms_grant.g',
            mode: 'managed',
            type: 'aws_kms_grant',
            name: 'g',
            values: {
              operations: ['Decrypt'],
              grantee_principal: `arn:aws:iam::${ACCOUNT}:root`,
              constraints: [{ encryption_context_equals: { a: 'b' } }],
            },
          },
          {
            address: 'aws_iam_role.r',
            mode: 'managed',
            type: 'aws_iam_role',
            name: 'r',
            values: {
              name: 'r',
              assume_role_policy: policy.replace('kms:*', 'sts:AssumeRole').replace(',"Resource":"*"', ''),
              inline_policy: [],
              tags_all: { a: 'b' },
            },
          },
        ],
      },
    },
    resource_changes: [{ address: 'aws_kms_grant.g', change: { after_unknown: { key_id: true } } }],
    configuration: {
      provider_config: { aws: { expressions: { region: { constant_value: 'us-east-1' } } } },
      root_module: {
        resources: [
          {
            address: 'aws_kms_grant.g',
            type: 'aws_kms_grant',
            name: 'g',
            provider_config_key: 'aws',
            expressions: { key_id: { references: ['aws_kms_key.k.arn', 'aws_kms_key.k'] } },
          },
        ],
      },
    },
  },
];

const all = documents.map((document) => JSON.stringify(document)).join('\n');

test('the documents that are changed below are read without a finding', () => {
  const { configuration, findings } = read(all);
  expect(findings.list).toEqual([]);
  expect(configuration).toMatchObject({
    users: [{ name: 'ana' }],
    keys: [{ keyId: '1234' }, { keyId: 'id' }],
    grants: [{ grantId: 'g' }, { keyId: 'id' }],
    buckets: [{ name: 'photos' }, { name: 'planned' }],
    organizations: [{ id: 'o-exampleorgid' }],
  });
});

test('a cut dump is one that was not read, wherever it was cut', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: all.length - 1 }), (at) => {
      const { findings } = read(all.slice(0, at));
      const isWhole = all[at] === '\n' || all[at - 1] === '\n';
      // Between two documents nothing of either is missing, though what is in the later ones is.
      if (!isWhole) expect(findings.list.map(({ says }) => says).join()).toMatch(/this is not JSON/);
    }),
    { numRuns: 300 },
  );
});

test('other values in any place are findings or change what is read, and nothing else', () => {
  const anything = fc.oneof(
    fc.constantFrom<unknown>(
      null,
      true,
      0,
      -1,
      1e308,
      '',
      'x',
      '__proto__',
      [],
      {},
      [[]],
      [null],
      { Id: 1 },
      'arn:aws:kms:::',
      '*',
    ),
    fc.jsonValue({ maxDepth: 2 }),
  );
  fc.assert(
    fc.property(fc.nat(documents.length - 1), fc.nat(), anything, (which, place, value) => {
      const changed = documents.map((document, index) =>
        index === which ? replaced(document, place, value) : document,
      );
      const { findings, configuration } = read(changed.map((document) => JSON.stringify(document)).join('\n'));
      for (const { place: at, says } of findings.list) expect(`${at}${says}`).not.toMatch(/undefined|\[object/);
      expect(JSON.stringify(configuration)).not.toBe('');
    }),
    { numRuns: 1500 },
  );
});

test('whatever was read can be stored, all of it or nothing', () => {
  const world = newWorld();
  const { store, rootKey, environment } = world.place();
  const anything = fc.oneof(
    fc.constantFrom<unknown>('x', '', '*', 'x'.repeat(3000), '\u0000', {}, []),
    fc.jsonValue({ maxDepth: 1 }),
  );
  fc.assert(
    fc.property(fc.nat(documents.length - 1), fc.nat(), anything, (which, place, value) => {
      const changed = documents.map((document, index) =>
        index === which ? replaced(document, place, value) : document,
      );
      const { configuration } = read(changed.map((document) => JSON.stringify(document)).join('\n'));
      const { random, uuid, now } = environment;
      store.rehearse<void>((tx) =>
        storeConfiguration(configuration, { tx, now: new Date(now()), machineMs: now(), random, uuid, rootKey }),
      );
    }),
    { numRuns: 400 },
  );
});

test('text that is anything is read to its end', () => {
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string(),
        fc.json(),
        fc.string().map((text) => `{"Operation":${JSON.stringify(text)},"Output":{}}`),
      ),
      (text) => {
        const { configuration } = read(text);
        expect(configuration.accounts.size).toBe(0);
      },
    ),
    { numRuns: 500 },
  );
});

/** The document with another value in one of its places, counted in their order. */
function replaced(document: unknown, place: number, value: unknown): unknown {
  let left = place % countOf(document);
  const walk = (node: unknown): unknown => {
    if (left-- === 0) return value;
    if (Array.isArray(node)) return node.map(walk);
    if (typeof node !== 'object' || node === null) return node;
    return Object.fromEntries(Object.entries(node).map(([name, inner]) => [name, walk(inner)]));
  };
  return walk(document);
}

const countOf = (node: unknown): number =>
  typeof node === 'object' && node !== null
    ? Object.values(node).reduce((sum: number, inner) => sum + countOf(inner), 1)
    : 1;

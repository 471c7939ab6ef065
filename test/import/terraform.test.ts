/** What is read of plans and states of Terraform, and what of a plan stays open. */

import { expect, test } from 'vitest';
import { readDump } from '../../src/import/read-dump.ts';

const ACCOUNT = '123456789012';
const KEY = '1234abcd-12ab-34cd-56ef-1234567890ab';
const NEW = '00000000-0000-4000-a000-000000000000';

const document = (...Statement: readonly object[]) => JSON.stringify({ Version: '2012-10-17', Statement });
const allow = document({ Effect: 'Allow', Action: 's3:*', Resource: '*' });
const trust = document({ Effect: 'Allow', Principal: { Service: 's3.amazonaws.com' }, Action: 'sts:AssumeRole' });
const keyPolicy = document({
  Effect: 'Allow',
  Principal: { AWS: `arn:aws:iam::${ACCOUNT}:root` },
  Action: 'kms:*',
  Resource: '*',
});
const bucketPolicy = document({ Effect: 'Deny', Principal: '*', Action: 's3:*', Resource: 'arn:aws:s3:::photos/*' });

interface Planned {
  readonly values: Readonly<Record<string, unknown>>;
  /** Attributes that are known only after the plan is applied. */
  readonly unknown?: Readonly<Record<string, unknown>>;
  /** What attributes refer to. */
  readonly refers?: Readonly<Record<string, readonly string[]>>;
  readonly index?: string | number;
}

type Resources = Readonly<Record<string, Planned | readonly Planned[]>>;

const listOf = (one: Planned | readonly Planned[]): readonly Planned[] => ('length' in one ? one : [one]);

/** By `TYPE.NAME`. */
function plan(resources: Resources, changes: object = {}): string {
  const all = Object.entries(resources).flatMap(([at, one]) =>
    listOf(one).map((planned) => {
      const [type = '', name = ''] = at.split('.');
      const index = planned.index === undefined ? '' : `[${JSON.stringify(planned.index)}]`;
      return { ...planned, type, name, address: `${at}${index}` };
    }),
  );
  return JSON.stringify({
    format_version: '1.2',
    terraform_version: '1.9.0',
    variables: { region: { value: 'eu-west-1' } },
    planned_values: {
      root_module: {
        resources: all.map(({ address, type, name, values, index }) => ({
          address,
          mode: 'managed',
          type,
          name,
          ...(index !== undefined && { index }),
          provider_name: 'registry.terraform.io/hashicorp/aws',
          values,
        })),
      },
    },
    resource_changes: all.map(({ address, unknown = {} }) => ({
      address,
      change: { actions: ['create'], after_unknown: unknown },
    })),
    configuration: {
      provider_config: { aws: { name: 'aws', expressions: { region: { references: ['var.region'] } } } },
      root_module: {
        resources: Object.entries(resources).map(([at, one]) => {
          const [type = '', name = ''] = at.split('.');
          const [first] = listOf(one);
          const refers = Object.entries(first?.refers ?? {}).map(([attribute, references]) => [
            attribute,
            { references },
          ]);
          return {
            address: at,
            mode: 'managed',
            type,
            name,
            provider_config_key: 'aws',
            expressions: Object.fromEntries(refers),
          };
        }),
      },
    },
    ...changes,
  });
}

const state = (resources: Readonly<Record<string, object>>): string =>
  JSON.stringify({
    format_version: '1.0',
    values: {
      root_module: {
        resources: Object.entries(resources).map(([address, values]) => {
          const [type, name] = address.split('.');
          return { address, mode: 'managed', type, name, values };
        }),
      },
    },
  });

function read(text: string, account: string | undefined = ACCOUNT) {
  const options = { account, region: 'us-east-1', uuid: () => NEW } as const;
  const { configuration, findings } = readDump([{ name: 'plan.json', text }], options);
  return {
    ...configuration,
    findings: findings.list.map(({ kind, says }) => `${kind}: ${says}`),
    assumptions: Object.fromEntries(findings.assumptions),
  };
}

test('a state says everything: ids, accounts and regions are those in its ARNs', () => {
  const arn = `arn:aws:kms:eu-west-1:${ACCOUNT}:key/${KEY}`;
  const found = read(
    state({
      'aws_iam_role.app': {
        name: 'app',
        path: '/',
        arn: `arn:aws:iam::${ACCOUNT}:role/app`,
        unique_id: 'AROAEXAMPLEEXAMPLE123',
        assume_role_policy: trust,
        max_session_duration: 7200,
        inline_policy: [{ name: 'old', policy: allow }],
        managed_policy_arns: ['arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess'],
        tags_all: { team: 'storage' },
      },
      'aws_iam_role_policy.mine': { role: 'app', name: 'mine', policy: allow },
      'aws_iam_user.ana': {
        name: 'ana',
        path: '/',
        arn: `arn:aws:iam::${ACCOUNT}:user/ana`,
        unique_id: 'AIDAEXAMPLEEXAMPLE123',
      },
      'aws_iam_group.team': { name: 'Team', path: '/', unique_id: 'AGPAEXAMPLEEXAMPLE123' },
      'aws_iam_user_group_membership.ana': { user: 'ana', groups: ['Team'] },
      'aws_kms_key.app': {
        arn,
        key_id: KEY,
        policy: keyPolicy,
        is_enabled: false,
        customer_master_key_spec: 'SYMMETRIC_DEFAULT',
        key_usage: 'ENCRYPT_DECRYPT',
        enable_key_rotation: true,
        rotation_period_in_days: 180,
        multi_region: false,
      },
      'aws_kms_alias.app': { name: 'alias/app', target_key_id: KEY },
      'aws_kms_grant.app': {
        key_id: KEY,
        name: 'nightly',
        grant_id: 'abc',
        grantee_principal: `arn:aws:iam::${ACCOUNT}:role/app`,
        operations: ['Decrypt'],
        constraints: [{ encryption_context_equals: { dept: 'it' }, encryption_context_subset: null }],
      },
      'aws_s3_bucket.photos': { bucket: 'photos', region: 'eu-west-1', tags: { team: 'storage' } },
      'aws_s3_bucket_policy.photos': { bucket: 'photos', policy: bucketPolicy },
      'aws_s3_bucket_versioning.photos': { bucket: 'photos', versioning_configuration: [{ status: 'Enabled' }] },
      'aws_s3_bucket_server_side_encryption_configuration.photos': {
        bucket: 'photos',
        rule: [
          {
            bucket_key_enabled: true,
            apply_server_side_encryption_by_default: [{ sse_algorithm: 'aws:kms', kms_master_key_id: arn }],
          },
        ],
      },
      'aws_s3_bucket_public_access_block.photos': {
        bucket: 'photos',
        block_public_acls: true,
        restrict_public_buckets: false,
      },
      'aws_s3_bucket_ownership_controls.photos': { bucket: 'photos', rule: [{ object_ownership: 'ObjectWriter' }] },
      'aws_s3_bucket_lifecycle_configuration.photos': { bucket: 'photos' },
    }),
    undefined,
  );
  expect(found.findings).toEqual([]);
  expect(found.roles).toMatchObject([
    {
      account: ACCOUNT,
      id: 'AROAEXAMPLEEXAMPLE123',
      inlinePolicies: { mine: allow, old: allow },
      attachedPolicies: ['arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess'],
      maxSessionSeconds: 7200,
      tags: { team: 'storage' },
    },
  ]);
  expect(found.users).toMatchObject([{ id: 'AIDAEXAMPLEEXAMPLE123', groups: ['Team'] }]);
  expect(found.keys).toMatchObject([
    {
      keyId: KEY,
      region: 'eu-west-1',
      lifecycle: { state: 'Disabled' },
      policy: keyPolicy,
      rotation: { periodDays: 180 },
    },
  ]);
  expect(found.aliases).toMatchObject([{ name: 'alias/app', keyId: KEY }]);
  expect(found.grants).toMatchObject([{ grantId: 'abc', constraints: { equals: { dept: 'it' } } }]);
  expect(found.buckets).toMatchObject([
    {
      owner: ACCOUNT,
      region: 'eu-west-1',
      policy: bucketPolicy,
      versioning: 'Enabled',
      encryption: { kind: 'SSE-KMS', keyId: arn, bucketKey: true },
      publicAccessBlock: { BlockPublicAcls: true, BlockPublicPolicy: false },
      ownership: 'ObjectWriter',
    },
  ]);
  expect(found.assumptions).toEqual({
    'on these no decision depends, so they are not imported': ['aws_s3_bucket_lifecycle_configuration.photos'],
  });
});

test('in a plan, what refers to a resource that is not there yet finds it', () => {
  const found = read(
    plan({
      'aws_iam_policy.read': { values: { name: 'read', path: '/', policy: allow }, unknown: { arn: true } },
      'aws_iam_role.app': {
        values: { name: 'app', path: '/', assume_role_policy: trust },
        unknown: { arn: true, unique_id: true },
      },
      'aws_iam_role_policy_attachment.read': {
        values: { role: 'app' },
        unknown: { policy_arn: true },
        refers: { policy_arn: ['aws_iam_policy.read.arn', 'aws_iam_policy.read'] },
      },
      'aws_kms_key.app': { values: { policy: keyPolicy, is_enabled: true }, unknown: { arn: true, key_id: true } },
      'aws_kms_alias.app': {
        values: { name: 'alias/app' },
        unknown: { target_key_id: true },
        refers: { target_key_id: ['aws_kms_key.app.key_id', 'aws_kms_key.app'] },
      },
      'aws_kms_grant.app': {
        values: { operations: ['Decrypt'], constraints: [] },
        unknown: { key_id: true, grantee_principal: true },
        refers: { key_id: ['aws_kms_key.app.id'], grantee_principal: ['aws_iam_role.app.arn'] },
      },
      'aws_s3_bucket.logs': [
        { values: { bucket: 'logs-one' }, unknown: { id: true }, index: 'one' },
        { values: { bucket: 'logs-two' }, unknown: { id: true }, index: 'two' },
      ],
      'aws_s3_bucket_policy.logs': [
        {
          values: {
            policy: document({ Effect: 'Deny', Principal: '*', Action: 's3:*', Resource: 'arn:aws:s3:::logs-two/*' }),
          },
          unknown: { bucket: true },
          refers: { bucket: ['aws_s3_bucket.logs', 'each.key'] },
          index: 'two',
        },
      ],
      'aws_s3_bucket_server_side_encryption_configuration.logs': {
        values: {
          bucket: 'logs-one',
          rule: [{ apply_server_side_encryption_by_default: [{ sse_algorithm: 'aws:kms' }] }],
        },
        unknown: { rule: [{ apply_server_side_encryption_by_default: [{ kms_master_key_id: true }] }] },
        refers: { rule: ['aws_kms_key.app.arn', 'aws_kms_key.app'] },
      },
    }),
  );
  expect(found.findings).toEqual([]);
  const [logs] = found.buckets;
  expect(logs?.encryption).toEqual({
    kind: 'SSE-KMS',
    keyId: `arn:aws:kms:eu-west-1:${ACCOUNT}:key/${NEW}`,
    bucketKey: false,
  });
  expect(found.roles).toMatchObject([{ name: 'app', attachedPolicies: [`arn:aws:iam::${ACCOUNT}:policy/read`] }]);
  expect(found.keys).toMatchObject([{ keyId: NEW, region: 'eu-west-1' }]);
  expect(found.aliases).toMatchObject([{ name: 'alias/app', keyId: NEW }]);
  expect(found.grants).toMatchObject([{ grantee: `arn:aws:iam::${ACCOUNT}:role/app`, keyId: NEW }]);
  expect(found.buckets.map(({ name, policy }) => [name, policy !== undefined])).toEqual([
    ['logs-one', false],
    ['logs-two', true],
  ]);
});

test.for<[what: string, resources: Resources, says: string | RegExp]>([
  [
    'a key policy',
    {
      'aws_kms_key.app': {
        values: {},
        unknown: { policy: true, arn: true },
        refers: { policy: ['data.aws_iam_policy_document.key.json'] },
      },
    },
    'open: policy of aws_kms_key.app is known only after the plan is applied, so nothing can be decided about the key, which is left out',
  ],
  [
    'a bucket policy',
    {
      'aws_s3_bucket.photos': { values: { bucket: 'photos' } },
      'aws_s3_bucket_policy.photos': { values: { bucket: 'photos' }, unknown: { policy: true } },
    },
    'open: policy of aws_s3_bucket_policy.photos is known only after the plan is applied, so decisions about the bucket "photos" are as if it had no policy, which may allow or deny more',
  ],
  [
    'an inline policy',
    {
      'aws_iam_role.app': { values: { name: 'app', assume_role_policy: trust } },
      'aws_iam_role_policy.mine': { values: { name: 'mine', role: 'app' }, unknown: { policy: true } },
    },
    'open: policy of aws_iam_role_policy.mine is known only after the plan is applied, so decisions about the role "app" are as if it did not have this policy',
  ],
  [
    'a trust policy',
    { 'aws_iam_role.app': { values: { name: 'app' }, unknown: { assume_role_policy: true } } },
    'open: assume_role_policy of aws_iam_role.app is known only after the plan is applied, so nobody can assume the role, except with --as',
  ],
  [
    'a managed policy',
    { 'aws_iam_policy.read': { values: { name: 'read' }, unknown: { policy: true } } },
    'open: policy of aws_iam_policy.read is known only after the plan is applied, so decisions about those it is attached to are as if they did not have it',
  ],
  [
    'a name',
    { 'aws_s3_bucket.b': { values: {}, unknown: { bucket: true } } },
    /^open: bucket of aws_s3_bucket\.b .*, so the bucket is left out$/,
  ],
  [
    'a boundary',
    { 'aws_iam_user.ana': { values: { name: 'ana' }, unknown: { permissions_boundary: true } } },
    /^open: permissions_boundary .* left out: without its boundary it may do too much$/,
  ],
  [
    'what an attachment is of',
    { 'aws_iam_user_policy_attachment.a': { values: { user: 'ana' }, unknown: { policy_arn: true } } },
    /^open: policy_arn .*, so the attachment is left out$/,
  ],
])('%s that is not known yet is open, not empty', ([, resources, says]) => {
  const { findings } = read(plan(resources));
  if (typeof says === 'string') expect(findings).toContain(says);
  else expect(findings.join('\n')).toMatch(says);
});

test('a key that sets no policy has the default one, and one that does has what is set', () => {
  const { keys, findings } = read(plan({ 'aws_kms_key.app': { values: {}, unknown: { policy: true, arn: true } } }));
  expect(findings).toEqual([]);
  expect(keys).toMatchObject([{ policy: expect.stringContaining(`arn:aws:iam::${ACCOUNT}:root`) }]);
});

test.for<[what: string, text: string, says: RegExp]>([
  [
    'a format that is not known',
    plan({}, { format_version: '2.0' }),
    /^unread: the format "2\.0" of Terraform is not known: ssebox reads 0\.x and 1\.x$/,
  ],
  [
    "Terraform's own file",
    JSON.stringify({ version: 4, terraform_version: '1.9.0', lineage: 'x', resources: [] }),
    /^unread: this is Terraform's own file of a state/,
  ],
  ['an empty state', JSON.stringify({ format_version: '1.0' }), /^unread: there is neither a plan nor a state in it/],
  ['a plan that failed', plan({}, { errored: true }), /^unread: the plan ended with an error/],
  [
    'another resource',
    plan({ 'aws_s3_bucket_object_lock_configuration.x': { values: { bucket: 'photos' } } }),
    /^unread: resources of the type aws_s3_bucket_object_lock_configuration are not read/,
  ],
  [
    'a list that lets others in',
    plan({
      'aws_s3_bucket.p': { values: { bucket: 'photos' } },
      'aws_s3_bucket_acl.p': { values: { bucket: 'photos', acl: 'public-read' } },
    }),
    /^unread: the access control list public-read is left out/,
  ],
  [
    'a setting of another bucket',
    plan({
      'aws_s3_bucket_versioning.p': { values: { bucket: 'photos', versioning_configuration: [{ status: 'Enabled' }] } },
    }),
    /^unread: the bucket "photos" is not in it/,
  ],
  ['a cut plan', plan({}).slice(0, 200), /^unread: line 1, column \d+: this is not JSON: .*: the file was cut off$/],
])('%s is found', ([, text, says]) => {
  expect(read(text).findings.join('\n')).toMatch(says);
});

test('the account is the one that is named, or that the provider or anything else in the plan says', () => {
  const bucket = { 'aws_s3_bucket.b': { values: { bucket: 'photos' } } };
  const ownersOf = (text: string, account?: string) => {
    const { configuration, findings } = readDump([{ name: 'plan.json', text }], {
      account,
      region: 'us-east-1',
      uuid: () => NEW,
    });
    return [...configuration.buckets.map(({ owner }) => owner), ...findings.list.map(({ says }) => says)];
  };
  expect(ownersOf(plan(bucket), ACCOUNT)).toEqual([ACCOUNT]);
  expect(ownersOf(plan(bucket))).toEqual(['nothing says which account aws_s3_bucket.b is in: name it with --account']);
  const identity = { address: 'data.aws_caller_identity.me', mode: 'data', type: 'aws_caller_identity', name: 'me' };
  const values = { root_module: { resources: [{ ...identity, values: { account_id: ACCOUNT } }] } };
  expect(ownersOf(plan(bucket, { prior_state: { values } }))).toEqual([ACCOUNT]);
  const aws = { expressions: { allowed_account_ids: { constant_value: [ACCOUNT] } } };
  const resources = [{ address: 'aws_s3_bucket.b', type: 'aws_s3_bucket', name: 'b', provider_config_key: 'aws' }];
  expect(ownersOf(plan(bucket, { configuration: { provider_config: { aws }, root_module: { resources } } }))).toEqual([
    ACCOUNT,
  ]);
});

test('a module hands its bucket on, and a variable leads to it', () => {
  const text = JSON.stringify({
    format_version: '1.2',
    planned_values: {
      root_module: {
        child_modules: [
          {
            address: 'module.store["eu"]',
            resources: [
              {
                address: 'module.store["eu"].aws_s3_bucket.b',
                type: 'aws_s3_bucket',
                name: 'b',
                mode: 'managed',
                values: { bucket: 'photos' },
              },
            ],
          },
          {
            address: 'module.guard',
            resources: [
              {
                address: 'module.guard.aws_s3_bucket_policy.p',
                type: 'aws_s3_bucket_policy',
                name: 'p',
                mode: 'managed',
                values: { policy: bucketPolicy },
              },
            ],
          },
        ],
      },
    },
    resource_changes: [{ address: 'module.guard.aws_s3_bucket_policy.p', change: { after_unknown: { bucket: true } } }],
    configuration: {
      root_module: {
        module_calls: {
          store: {
            module: {
              outputs: { id: { expression: { references: ['aws_s3_bucket.b.id', 'aws_s3_bucket.b'] } } },
              resources: [{ address: 'aws_s3_bucket.b', type: 'aws_s3_bucket', name: 'b', expressions: {} }],
            },
          },
          guard: {
            expressions: { bucket: { references: ['module.store["eu"].id', 'module.store["eu"]', 'module.store'] } },
            module: {
              resources: [
                {
                  address: 'aws_s3_bucket_policy.p',
                  type: 'aws_s3_bucket_policy',
                  name: 'p',
                  expressions: { bucket: { references: ['var.bucket'] } },
                },
              ],
            },
          },
        },
      },
    },
  });
  const { buckets, findings } = read(text);
  expect(findings).toEqual([]);
  expect(buckets).toMatchObject([{ name: 'photos', policy: bucketPolicy }]);
});

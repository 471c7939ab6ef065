/** Random policies and settings of the store in `stage.ts`, as the operations that set them. */

import fc from 'fast-check';
import { variable } from '../../policy/naive/drawn-conditions.ts';
import { buckets, type Change, policy, undelegated } from './stage.ts';

const one = fc.constantFrom;
const often = <T>(weight: number, usual: fc.Arbitrary<T>, seldom: fc.Arbitrary<T>): fc.Arbitrary<T> =>
  fc.oneof({ weight, arbitrary: usual }, { weight: 1, arbitrary: seldom });

const actions = one(
  ...['*', 's3:*', 'kms:*', 'iam:*', 'sts:*', 's3:Get*', 's3:Put*', 's3:List*', 's3:*Object', 's3:*Tagging'],
  ...['s3:GetObject', 's3:PutObject', 's3:DeleteObject', 's3:ListBucket', 's3:GetObjectTagging', 's3:PutObjectTagging'],
  ...['s3:GetObjectVersion', 's3:DeleteObjectVersion', 's3:AbortMultipartUpload', 's3:ListBucketVersions'],
  ...[
    's3:ListAllMyBuckets',
    's3:CreateBucket',
    's3:GetBucketLocation',
    's3:PutBucketPolicy',
    's3:GetEncryptionConfiguration',
  ],
  ...[
    'kms:Decrypt',
    'kms:GenerateDataKey*',
    'kms:GenerateDataKey',
    'kms:Encrypt',
    'kms:ReEncrypt*',
    'kms:ReEncryptFrom',
  ],
  ...[
    'kms:DescribeKey',
    'kms:CreateGrant',
    'kms:List*',
    'kms:Create*',
    'iam:Get*',
    'iam:PassRole',
    'sts:AssumeRole',
    'sts:TagSession',
  ],
);

const s3Resources = one(
  ...['*', ...buckets.flatMap((bucket) => [`arn:aws:s3:::${bucket}`, `arn:aws:s3:::${bucket}/*`])],
  ...['arn:aws:s3:::*/small', 'arn:aws:s3:::*/folder/*', 'arn:aws:s3:::sealed/large', 'arn:aws:s3:::plain/new'],
);
const resources = often(
  3,
  one('*'),
  fc.oneof(
    s3Resources,
    one(
      '{app}',
      '{held}',
      '{theirs}',
      'arn:aws:kms:*:{account}:key/*',
      'arn:aws:kms:*:*:alias/*',
      'arn:aws:iam::{account}:role/worker',
      `arn:aws:iam::{account}:user/${variable('aws:username')}`,
    ),
  ),
);

type Condition = Readonly<Record<string, Readonly<Record<string, string | readonly string[]>>>>;

const SSE = 's3:x-amz-server-side-encryption';
const KEY_ID = `${SSE}-aws-kms-key-id`;
const conditions: fc.Arbitrary<Condition> = one<Condition>(
  { StringEquals: { [SSE]: 'aws:kms' } },
  { StringNotEquals: { [SSE]: 'aws:kms' } },
  { StringNotEquals: { [SSE]: 'AES256' } },
  { StringNotEqualsIfExists: { [SSE]: ['aws:kms', 'AES256'] } },
  { Null: { [SSE]: 'true' } },
  { Null: { [SSE]: 'false' } },
  { StringNotEquals: { [KEY_ID]: '{app}' } },
  { StringNotEqualsIfExists: { [KEY_ID]: '{app}' } },
  { ArnNotEqualsIfExists: { [KEY_ID]: '{app}' } },
  { StringLike: { [KEY_ID]: 'arn:aws:kms:*' } },
  { Null: { [KEY_ID]: 'true' } },
  { Null: { 's3:x-amz-server-side-encryption-customer-algorithm': 'false' } },
  { StringEquals: { 's3:prefix': ['', 'folder/'] } },
  { StringLike: { 's3:prefix': 'f*' } },
  { StringEquals: { 's3:delimiter': '/' } },
  { NumericLessThanEquals: { 's3:max-keys': '10' } },
  { StringEquals: { 's3:ExistingObjectTag/team': 'a' } },
  { StringNotEquals: { 's3:ExistingObjectTag/team': 'a' } },
  { StringEquals: { 's3:RequestObjectTag/team': 'a' } },
  { Null: { 's3:RequestObjectTag/team': 'true' } },
  { 'ForAllValues:StringEquals': { 's3:RequestObjectTagKeys': ['team'] } },
  { StringLike: { 's3:x-amz-copy-source': 'sealed/*' } },
  { Null: { 's3:x-amz-copy-source': 'false' } },
  { StringEquals: { 's3:x-amz-metadata-directive': 'REPLACE' } },
  { Null: { 's3:x-amz-acl': 'false' } },
  { Null: { 's3:if-none-match': 'true' } },
  { Bool: { 's3:ObjectCreationOperation': 'true' } },
  { Bool: { 's3:ObjectCreationOperation': 'false' } },
  { Null: { 's3:VersionId': 'false' } },
  { StringEquals: { 's3:ResourceAccount': '{account}' } },
  { StringEquals: { 'kms:ViaService': 's3.us-east-1.amazonaws.com' } },
  { Null: { 'kms:ViaService': 'true' } },
  { StringEquals: { 'kms:CallerAccount': '{account}' } },
  { StringLike: { 'kms:EncryptionContext:aws:s3:arn': 'arn:aws:s3:::sealed/*' } },
  { StringLike: { 'kms:EncryptionContext:aws:s3:arn': 'arn:aws:s3:::*' } },
  { 'ForAllValues:StringEquals': { 'kms:EncryptionContextKeys': ['aws:s3:arn'] } },
  { Null: { 'kms:EncryptionContextKeys': 'true' } },
  { StringEquals: { 'kms:RequestAlias': 'alias/app' } },
  { 'ForAnyValue:StringLike': { 'kms:ResourceAliases': 'alias/a*' } },
  { StringEquals: { 'kms:EncryptionAlgorithm': 'SYMMETRIC_DEFAULT' } },
  { Bool: { 'kms:GrantIsForAWSResource': 'true' } },
  { StringEquals: { 'kms:KeySpec': 'SYMMETRIC_DEFAULT' } },
  { StringEquals: { 'aws:PrincipalTag/team': 'a' } },
  { StringEquals: { 'aws:PrincipalAccount': '{account}' } },
  { StringNotEquals: { 'aws:ResourceAccount': '{account}' } },
  { ArnLike: { 'aws:PrincipalArn': 'arn:aws:iam::*:user/*' } },
  { ArnNotLike: { 'aws:PrincipalArn': 'arn:aws:iam::*:role/worker' } },
  { Bool: { 'aws:SecureTransport': 'true' } },
  { Bool: { 'aws:SecureTransport': 'false' } },
  { Bool: { 'aws:ViaAWSService': 'true' } },
  { 'ForAnyValue:StringEquals': { 'aws:CalledVia': 's3.amazonaws.com' } },
  { BoolIfExists: { 'aws:MultiFactorAuthPresent': 'false' } },
  { Bool: { 'aws:MultiFactorAuthPresent': 'true' } },
  { IpAddress: { 'aws:SourceIp': '127.0.0.0/8' } },
  { StringLike: { 'aws:userid': '*:limited' } },
  { StringEquals: { 'aws:ResourceTag/team': 'a' } },
  { 'ForAnyValue:StringEquals': { 'aws:TagKeys': 'team' } },
  { StringEquals: { 'aws:RequestedRegion': 'us-east-1' } },
  { DateLessThan: { 'aws:CurrentTime': '2026-06-01T00:00:00Z' } },
  { StringLike: { 'sts:RoleSessionName': 'n*' } },
  { StringLike: { 'iam:PassedToService': '*' } },
);

const effects = often(2, one('Allow'), one('Deny'));

const statement = fc
  .record({
    Effect: effects,
    actions: fc.array(actions, { minLength: 1, maxLength: 3 }),
    isNotAction: often(9, one(false), one(true)),
    resources: fc.array(resources, { minLength: 1, maxLength: 2 }),
    isNotResource: often(9, one(false), one(true)),
    condition: often(1, fc.constant(undefined), conditions),
  })
  .map(({ Effect, actions, isNotAction, resources, isNotResource, condition }) => ({
    Effect,
    [isNotAction ? 'NotAction' : 'Action']: actions,
    [isNotResource ? 'NotResource' : 'Resource']: resources,
    ...(condition && { Condition: condition }),
  }));

const wide = one(
  { Effect: 'Allow', Action: '*', Resource: '*' },
  { Effect: 'Allow', Action: ['s3:*', 'kms:*'], Resource: '*' },
  { Effect: 'Allow', Action: 's3:*', Resource: '*' },
  { Effect: 'Allow', Action: ['s3:*', 'kms:GenerateDataKey'], Resource: '*' },
  { Effect: 'Allow', Action: ['s3:*Object', 's3:ListBucket', 'kms:Decrypt'], Resource: '*' },
);

const document = fc
  .tuple(fc.option(wide, { nil: undefined }), fc.array(statement, { maxLength: 2 }))
  .filter(([first, others]) => first !== undefined || others.length > 0)
  .map(([first, others]) => policy(...(first ? [first] : []), ...others));

const principals = one<unknown>(
  '*',
  { AWS: 'arn:aws:iam::{account}:user/ann' },
  { AWS: ['arn:aws:iam::{account}:user/bob', 'arn:aws:iam::{account}:role/worker'] },
  { AWS: 'arn:aws:iam::{account}:root' },
  { AWS: 'arn:aws:iam::{other}:root' },
  { AWS: 'arn:aws:iam::{other}:user/eve' },
  { AWS: 'arn:aws:sts::{account}:assumed-role/worker/limited' },
);

const inBucket = (bucket: string, isWide: boolean) =>
  fc
    .record({
      Effect: effects,
      Principal: principals,
      Action: isWide
        ? one<string | string[]>('s3:*', ['s3:PutObject'], ['s3:GetObject', 's3:PutObject'], 's3:Delete*', 's3:List*')
        : fc.array(actions, { minLength: 1, maxLength: 2 }).map((list) => {
            const own = list.filter((action) => action.startsWith('s3:'));
            return own.length > 0 ? own : ['s3:PutObject'];
          }),
      condition: often(1, fc.constant(undefined), conditions),
    })
    .map(({ condition, ...rest }) => ({
      ...rest,
      Resource: [`arn:aws:s3:::${bucket}`, `arn:aws:s3:::${bucket}/*`],
      ...(condition && { Condition: condition }),
    }));

const toOwner = (as: string) => (as === 'foreign' ? { as: '{other}:user/admin' } : {});

const bucket = one(...buckets);

const bucketPolicy = fc.tuple(bucket, fc.boolean()).chain(([Bucket, isWide]) =>
  fc.array(inBucket(Bucket, isWide), { minLength: 1, maxLength: 3 }).map(
    (statements): Change => ({
      service: 's3',
      name: 'PutBucketPolicy',
      input: { Bucket, Policy: policy(...statements) },
      ...toOwner(Bucket),
    }),
  ),
);

const delegating = {
  Effect: 'Allow',
  Principal: { AWS: 'arn:aws:iam::{account}:root' },
  Action: 'kms:*',
  Resource: '*',
};

const keyPolicy = fc
  .record({
    key: one('app', 'held', 'theirs'),
    first: fc.option(one(delegating), { nil: undefined }),
    others: fc.array(
      fc
        .record({
          Effect: effects,
          Principal: principals,
          Action: one<string | string[]>(
            'kms:*',
            'kms:Decrypt',
            ['kms:GenerateDataKey*', 'kms:Encrypt'],
            ['kms:CreateGrant', 'kms:DescribeKey'],
          ),
          condition: often(1, fc.constant(undefined), conditions),
        })
        .map(({ condition, ...rest }) => ({ ...rest, Resource: '*', ...(condition && { Condition: condition }) })),
      { maxLength: 2 },
    ),
  })
  .map(
    ({ key, first, others }): Change => ({
      service: 'kms',
      name: 'PutKeyPolicy',
      input: {
        KeyId: `{${key}}`,
        Policy: policy(
          ...(key === 'theirs' ? theirOwn : (JSON.parse(undelegated) as Document).Statement),
          ...(first ? [first] : []),
          ...others,
        ),
        BypassPolicyLockoutSafetyCheck: true,
      },
      ...(key === 'theirs' && { as: '{other}:user/admin' }),
    }),
  );

interface Document {
  readonly Statement: readonly object[];
}
const theirOwn = [{ Effect: 'Allow', Principal: { AWS: 'arn:aws:iam::{other}:root' }, Action: 'kms:*', Resource: '*' }];

const grant = fc
  .record({
    key: one('app', 'held', 'theirs'),
    GranteePrincipal: one(
      'arn:aws:iam::{account}:user/ann',
      'arn:aws:iam::{account}:role/worker',
      'arn:aws:iam::{other}:user/eve',
      'arn:aws:sts::{account}:assumed-role/worker/limited',
    ),
    Operations: fc.uniqueArray(
      one('Decrypt', 'GenerateDataKey', 'Encrypt', 'DescribeKey', 'CreateGrant', 'RetireGrant'),
      { minLength: 1, maxLength: 3 },
    ),
    Constraints: one(
      undefined,
      undefined,
      { EncryptionContextSubset: { 'aws:s3:arn': 'arn:aws:s3:::sealed/large' } },
      { EncryptionContextSubset: { a: 'b' } },
    ),
  })
  .map(
    ({ key, ...rest }): Change => ({
      service: 'kms',
      name: 'CreateGrant',
      input: { KeyId: `{${key}}`, ...rest },
      ...(key === 'theirs' && { as: '{other}:user/admin' }),
    }),
  );

const encryption = fc
  .record({
    Bucket: bucket,
    rule: one(
      { ApplyServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' } },
      { ApplyServerSideEncryptionByDefault: { SSEAlgorithm: 'aws:kms' } },
      { ApplyServerSideEncryptionByDefault: { SSEAlgorithm: 'aws:kms', KMSMasterKeyID: '{app}' } },
      { ApplyServerSideEncryptionByDefault: { SSEAlgorithm: 'aws:kms', KMSMasterKeyID: 'alias/held' } },
      { ApplyServerSideEncryptionByDefault: { SSEAlgorithm: 'aws:kms', KMSMasterKeyID: '{theirs}' } },
      { ApplyServerSideEncryptionByDefault: { SSEAlgorithm: 'aws:kms:dsse', KMSMasterKeyID: '{app}' } },
    ),
    BucketKeyEnabled: fc.boolean(),
    blocked: one(undefined, undefined, ['SSE-C'], ['NONE']),
  })
  .map(
    ({ Bucket, rule, BucketKeyEnabled, blocked }): Change => ({
      service: 's3',
      name: 'PutBucketEncryption',
      input: {
        Bucket,
        ServerSideEncryptionConfiguration: {
          Rules: [
            { ...rule, BucketKeyEnabled, ...(blocked && { BlockedEncryptionTypes: { EncryptionType: blocked } }) },
          ],
        },
      },
      ...toOwner(Bucket),
    }),
  );

const change = (service: Change['service'], name: string, input: fc.Arbitrary<object>): fc.Arbitrary<Change> =>
  input.map((given) => ({ service, name, input: given }));

const users = one('ann', 'bob');
const tags = one([], [{ Key: 'team', Value: 'a' }], [{ Key: 'team', Value: 'b' }]);

const settings = fc.oneof(
  encryption,
  change(
    's3',
    'PutBucketVersioning',
    fc.record({ Bucket: bucket, VersioningConfiguration: one({ Status: 'Enabled' }, { Status: 'Suspended' }) }),
  ),
  change('s3', 'DeletePublicAccessBlock', fc.record({ Bucket: bucket })),
  change(
    's3',
    'PutPublicAccessBlock',
    fc.record({
      Bucket: bucket,
      PublicAccessBlockConfiguration: fc.record({
        BlockPublicPolicy: fc.boolean(),
        RestrictPublicBuckets: fc.boolean(),
      }),
    }),
  ),
  change(
    's3',
    'PutObjectTagging',
    fc.record({ Bucket: bucket, Key: one('small', 'large'), Tagging: fc.record({ TagSet: tags }) }),
  ),
  change('s3', 'PutBucketTagging', fc.record({ Bucket: bucket, Tagging: fc.record({ TagSet: tags }) })),
  change('iam', 'TagUser', fc.record({ UserName: users, Tags: tags })),
  change('iam', 'TagRole', fc.record({ RoleName: one('worker'), Tags: tags })),
  change(
    'kms',
    'TagResource',
    fc.record({ KeyId: one('{app}', '{held}'), Tags: one([{ TagKey: 'team', TagValue: 'a' }]) }),
  ),
  change('kms', 'DisableKey', fc.record({ KeyId: one('{app}', '{held}') })),
  change('kms', 'ScheduleKeyDeletion', fc.record({ KeyId: one('{held}', '{signing}') })),
  change(
    'kms',
    'UpdateAlias',
    fc.record({ AliasName: one('alias/app', 'alias/held'), TargetKeyId: one('{app}', '{held}') }),
  ),
  change(
    'iam',
    'UpdateAssumeRolePolicy',
    fc.record({
      RoleName: one('worker'),
      PolicyDocument: fc
        .record({
          Effect: effects,
          Principal: principals,
          Action: one('sts:AssumeRole', 'sts:*'),
          condition: often(2, fc.constant(undefined), conditions),
        })
        .map(({ condition, ...rest }) => policy({ ...rest, ...(condition && { Condition: condition }) })),
    }),
  ),
);

/** What an identity may do. */
export const ownPolicy: fc.Arbitrary<Change> = fc.oneof(
  {
    weight: 4,
    arbitrary: change(
      'iam',
      'PutUserPolicy',
      fc.record({ UserName: users, PolicyName: one('p', 'q'), PolicyDocument: document }),
    ),
  },
  {
    weight: 2,
    arbitrary: change(
      'iam',
      'PutRolePolicy',
      fc.record({ RoleName: one('worker'), PolicyName: one('p'), PolicyDocument: document }),
    ),
  },
  {
    weight: 1,
    arbitrary: fc
      .record({ UserName: one('eve'), PolicyName: one('p'), PolicyDocument: document })
      .map((input): Change => ({ service: 'iam', name: 'PutUserPolicy', input, as: '{other}:user/admin' })),
  },
  {
    weight: 1,
    arbitrary: change(
      'iam',
      'CreatePolicyVersion',
      fc.record({ PolicyArn: one('{limit}'), PolicyDocument: document, SetAsDefault: one(true) }),
    ),
  },
  {
    weight: 1,
    arbitrary: change(
      'iam',
      'PutUserPermissionsBoundary',
      fc.record({
        UserName: users,
        PermissionsBoundary: one('{limit}', 'arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess'),
      }),
    ),
  },
  {
    weight: 1,
    arbitrary: change(
      'iam',
      'PutRolePermissionsBoundary',
      fc.record({ RoleName: one('worker'), PermissionsBoundary: one('{limit}') }),
    ),
  },
);

/** Any change to who may do what, or to what a store is set to. */
export const drawnChange: fc.Arbitrary<Change> = fc.oneof(
  { weight: 4, arbitrary: ownPolicy },
  { weight: 3, arbitrary: bucketPolicy },
  { weight: 2, arbitrary: keyPolicy },
  { weight: 1, arbitrary: grant },
  { weight: 4, arbitrary: settings },
);

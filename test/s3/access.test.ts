import { describe, expect, test } from 'vitest';
import { remediesFor } from '../../src/policy/remedy.ts';
import { decisionOf } from '../../src/store/records/refusal.ts';
import { ACCOUNT, newWorld, OTHER_ACCOUNT, type World } from '../support/harness.ts';
import { bytesOf } from './modes.ts';

const Bucket = 'photos';
const OBJECT = 'arn:aws:s3:::photos/k';

const policy = (...Statement: object[]) => JSON.stringify({ Version: '2012-10-17', Statement });

/** A user with these actions on everything. */
async function newUser(world: World, UserName: string, ...Action: string[]): Promise<{ as: string }> {
  await world.call('iam', 'CreateUser', { UserName });
  if (Action.length > 0) {
    const PolicyDocument = policy({ Effect: 'Allow', Action, Resource: '*' });
    await world.call('iam', 'PutUserPolicy', { UserName, PolicyName: 'p', PolicyDocument });
  }
  return { as: `user/${UserName}` };
}

async function newBucket(world: World): Promise<void> {
  await world.call('s3', 'CreateBucket', { Bucket });
  await world.call('s3', 'PutObject', { Bucket, Key: 'k', Body: Buffer.from('hello') });
}

const putPolicy = (world: World, ...statements: object[]) =>
  world.call('s3', 'PutBucketPolicy', { Bucket, Policy: policy(...statements) });

const denied = (who: string, action: string, resource: string, tail: string) =>
  `AccessDenied: User: arn:aws:iam::${ACCOUNT}:user/${who} is not authorized to perform: ${action} on resource: "${resource}" ${tail}`;
const missing = (action: string) => `because no identity-based policy allows the ${action} action`;

// S3 API Reference, GetObject, Permissions: without s3:ListBucket there is no telling a missing key from a forbidden one.
test('a missing key is 404 for a caller who may list, and 403 for others', async () => {
  const world = newWorld();
  await newBucket(world);
  const reader = await newUser(world, 'reader', 's3:GetObject');
  const lister = await newUser(world, 'lister', 's3:GetObject', 's3:ListBucket');
  for (const operation of ['GetObject', 'HeadObject'] as const) {
    expect(await world.refusal('s3', operation, { Bucket, Key: 'nope' }, reader)).toBe(
      denied('reader', 's3:ListBucket', 'arn:aws:s3:::photos', missing('s3:ListBucket')),
    );
    expect(await world.refusal('s3', operation, { Bucket, Key: 'nope' }, lister)).toBe(
      'NoSuchKey: The specified key does not exist.',
    );
  }
});

test('decidesOnly is stored under the name of format 1, and read back', async () => {
  const world = newWorld();
  await newBucket(world);
  await world.refusal('s3', 'GetObject', { Bucket, Key: 'nope' }, await newUser(world, 'reader', 's3:GetObject'));
  const rows = world.transact((tx) => Array.from(tx.refusals.range(), ({ value }) => value.decisions));
  const about = 'whether the caller learns that there is no such object (404) or not (403)';
  expect(rows.flat().map(({ action, only }) => [action, only])).toEqual([
    ['s3:GetObject', undefined],
    ['s3:ListBucket', about],
  ]);
  expect(rows.flat().map((row) => decisionOf(row).decidesOnly)).toEqual([undefined, about]);
});

// S3 API Reference, the operations' pages, Permissions.
test.for([
  ['GetObject', { VersionId: 'null' }, ['s3:GetObject'], 's3:GetObjectVersion'],
  ['DeleteObject', { VersionId: 'null' }, ['s3:DeleteObject'], 's3:DeleteObjectVersion'],
  ['PutObject', { Tagging: 'a=b' }, ['s3:PutObject'], 's3:PutObjectTagging'],
  ['PutObject', { IfMatch: '"x"' }, ['s3:PutObject'], 's3:GetObject'],
  ['GetObjectTagging', {}, ['s3:GetObject'], 's3:GetObjectTagging'],
  ['GetObjectAttributes', { ObjectAttributes: ['ETag'] }, ['s3:GetObject'], 's3:GetObjectAttributes'],
  ['CopyObject', { CopySource: 'photos/k', MetadataDirective: 'REPLACE' }, ['s3:PutObject'], 's3:GetObject'],
  ['UploadPart', { UploadId: 'x', PartNumber: 1 }, [], 's3:PutObject'],
  [
    'UpdateObjectEncryption',
    { ObjectEncryption: { SSEKMS: { KMSKeyArn: 'x' } } },
    ['s3:PutObject'],
    's3:UpdateObjectEncryption',
  ],
] as const)('%s with %j needs more than %j: %s', async ([operation, input, granted, needed]) => {
  const world = newWorld();
  await newBucket(world);
  const user = await newUser(world, 'u', ...granted);
  expect(await world.refusal('s3', operation, { Bucket, Key: 'k', ...input }, user)).toBe(
    denied('u', needed, OBJECT, missing(needed)),
  );
});

// Amazon S3 User Guide, "Enforcing encryption": the policy sees the request's headers, not the bucket's default.
describe('policies about encryption, over a default of SSE-KMS', () => {
  const deny = (Condition: object) => ({
    Effect: 'Deny',
    Principal: '*',
    Action: 's3:PutObject',
    Resource: `${OBJECT.slice(0, -1)}*`,
    Condition,
  });
  const key = 's3:x-amz-server-side-encryption';
  const refused = denied('admin', 's3:PutObject', OBJECT, 'with an explicit deny in a resource-based policy');
  const rows = [
    ['Null', { Null: { [key]: 'true' } }, {}, refused],
    ['StringNotEquals', { StringNotEquals: { [key]: 'aws:kms' } }, {}, refused],
    ['StringNotEqualsIfExists', { StringNotEqualsIfExists: { [key]: 'aws:kms' } }, {}, refused],
    ['StringNotEquals and Null false', { StringNotEquals: { [key]: 'aws:kms' }, Null: { [key]: 'false' } }, {}, 'ok'],
    [
      'StringNotEquals and Null false',
      { StringNotEquals: { [key]: 'aws:kms' }, Null: { [key]: 'false' } },
      { ServerSideEncryption: 'AES256' },
      refused,
    ],
    ['StringNotEquals', { StringNotEquals: { [key]: 'aws:kms' } }, { ServerSideEncryption: 'aws:kms' }, 'ok'],
    ['StringNotEquals', { StringNotEquals: { [key]: 'aws:kms' } }, { ServerSideEncryption: 'aws:kms:dsse' }, refused],
  ] as const;
  test.for(rows)('Deny %s %j, put with %j', async ([, condition, headers, expected]) => {
    const world = newWorld();
    await newBucket(world);
    await world.call('s3', 'PutBucketEncryption', {
      Bucket,
      ServerSideEncryptionConfiguration: {
        Rules: [{ ApplyServerSideEncryptionByDefault: { SSEAlgorithm: 'aws:kms' } }],
      },
    });
    await putPolicy(world, deny(condition));
    const input = { Bucket, Key: 'k', Body: Buffer.from('x'), ...headers };
    if (expected === 'ok') await world.call('s3', 'PutObject', input);
    else expect(await world.refusal('s3', 'PutObject', input)).toBe(expected);
  });

  test('"require this key" compares the ARN, whether the header has an id, an alias or the ARN', async () => {
    const world = newWorld();
    await newBucket(world);
    const { KeyMetadata } = await world.call('kms', 'CreateKey', {});
    const arn = KeyMetadata?.Arn ?? '';
    await world.call('kms', 'CreateAlias', { AliasName: 'alias/app', TargetKeyId: arn });
    await putPolicy(world, deny({ StringNotEquals: { 's3:x-amz-server-side-encryption-aws-kms-key-id': arn } }));
    const input = { Bucket, Key: 'k', Body: Buffer.from('x'), ServerSideEncryption: 'aws:kms' } as const;
    for (const SSEKMSKeyId of [arn, KeyMetadata?.KeyId, 'alias/app'])
      await world.call('s3', 'PutObject', { ...input, SSEKMSKeyId });
    expect(await world.refusal('s3', 'PutObject', input)).toBe(refused);
    expect(await world.refusal('s3', 'PutObject', { ...input, SSEKMSKeyId: 'alias/aws/s3' })).toBe(refused);
  });
});

describe('conditions', () => {
  test("an object's tag decides who may read it", async () => {
    const world = newWorld();
    await newBucket(world);
    await world.call('s3', 'PutObject', { Bucket, Key: 'k', Body: Buffer.from('x'), Tagging: 'team=red' });
    const user = await newUser(world, 'u');
    const allow = (team: string) => ({
      Effect: 'Allow',
      Principal: { AWS: `arn:aws:iam::${ACCOUNT}:user/u` },
      Action: 's3:GetObject',
      Resource: OBJECT,
      Condition: { StringEquals: { 's3:ExistingObjectTag/team': team } },
    });
    await putPolicy(world, allow('blue'));
    expect(await world.refusal('s3', 'GetObject', { Bucket, Key: 'k' }, user)).toMatch(/^AccessDenied/);
    await putPolicy(world, allow('red'));
    expect((await bytesOf((await world.call('s3', 'GetObject', { Bucket, Key: 'k' }, user)).Body)).toString()).toBe(
      'x',
    );
  });

  // Amazon S3 User Guide, "Bucket policy examples using condition keys".
  test.for([
    [{ Prefix: 'home/' }, true],
    [{ Prefix: '' }, false],
    [{}, false],
  ] as const)('a list with %j under a rule on s3:prefix is allowed: %s', async ([input, isAllowed]) => {
    const world = newWorld();
    await newBucket(world);
    const user = await newUser(world, 'u');
    await putPolicy(world, {
      Effect: 'Allow',
      Principal: { AWS: `arn:aws:iam::${ACCOUNT}:user/u` },
      Action: 's3:ListBucket',
      Resource: 'arn:aws:s3:::photos',
      Condition: { StringLike: { 's3:prefix': 'home/*' } },
    });
    if (isAllowed) await world.call('s3', 'ListObjectsV2', { Bucket, ...input }, user);
    else expect(await world.refusal('s3', 'ListObjectsV2', { Bucket, ...input }, user)).toMatch(/^AccessDenied/);
  });
});

describe('another account', () => {
  const other = { as: `${OTHER_ACCOUNT}:user/admin` };
  const allowOther = {
    Effect: 'Allow',
    Principal: { AWS: `arn:aws:iam::${OTHER_ACCOUNT}:root` },
    Action: 's3:*',
    Resource: ['arn:aws:s3:::photos', 'arn:aws:s3:::photos/*'],
  };

  test('gets in by the bucket policy, and learns nothing else', async () => {
    const world = newWorld();
    await newBucket(world);
    expect(await world.refusal('s3', 'GetObject', { Bucket, Key: 'k' }, other)).toBe('AccessDenied: Access Denied');
    await putPolicy(world, allowOther);
    expect((await bytesOf((await world.call('s3', 'GetObject', { Bucket, Key: 'k' }, other)).Body)).toString()).toBe(
      'hello',
    );
  });

  // IAM User Guide, "AWS JSON policy elements: Principal", AWS account principals: only S3 knows the canonical user id.
  test('is also named by its canonical user id', async () => {
    const world = newWorld();
    await newBucket(world);
    const ID = (await world.call('s3', 'ListBuckets', {}, other)).Owner?.ID ?? '';
    const named = { ...allowOther, Principal: { CanonicalUser: ID } };
    await putPolicy(world, named);
    await world.call('s3', 'GetObject', { Bucket, Key: 'k' }, other);
    expect(await world.refusal('s3', 'GetObject', { Bucket, Key: 'k' }, { as: '777788889999:user/admin' })).toBe(
      'AccessDenied: Access Denied',
    );
    expect((await world.call('s3', 'GetBucketPolicy', { Bucket })).Policy).toBe(policy(named));
    await putPolicy(world, named, { ...named, Effect: 'Deny' });
    expect(await world.refusal('s3', 'GetObject', { Bucket, Key: 'k' }, other)).toBe('AccessDenied: Access Denied');
    for (const id of ['*', ID.slice(1), ID.toUpperCase()]) {
      const malformed = policy({ ...named, Principal: { CanonicalUser: id } });
      expect(await world.refusal('s3', 'PutBucketPolicy', { Bucket, Policy: malformed })).toBe(
        'MalformedPolicy: Invalid principal in policy',
      );
    }
    const Policy = policy({ Effect: 'Allow', Principal: { CanonicalUser: ID }, Action: 'kms:*', Resource: '*' });
    expect(await world.refusal('kms', 'CreateKey', { Policy, BypassPolicyLockoutSafetyCheck: true })).toMatch(
      /^MalformedPolicyDocumentException: .* invalid principals/,
    );
  });

  // Amazon CloudFront Developer Guide, "Use an origin access identity": it has an ARN and a canonical user id.
  test.for([
    { AWS: 'arn:aws:iam::cloudfront:user/CloudFront Origin Access Identity E2EXAMPLE1OAI' },
    { AWS: 'arn:aws:iam::cloudfront:user/CloudFront_Origin_Access_Identity_E2EXAMPLE1OAI' },
    { CanonicalUser: 'f'.repeat(64) },
  ])('may be let in beside %j, which is nobody here', async (Principal) => {
    const world = newWorld();
    await newBucket(world);
    const read = { Bucket, Key: 'k' };
    await putPolicy(world, { ...allowOther, Principal });
    for (const as of [other, { caller: () => ({ kind: 'anonymous' }) as const }]) {
      expect(await world.refusal('s3', 'GetObject', read, as)).toBe('AccessDenied: Access Denied');
    }
    await putPolicy(world, allowOther, { ...allowOther, Effect: 'Deny', Principal });
    await world.call('s3', 'GetObject', read, other);
    const { Policy } = await world.call('s3', 'GetBucketPolicy', { Bucket });
    expect(Policy).toBe(policy(allowOther, { ...allowOther, Effect: 'Deny', Principal }));
  });

  // Amazon S3 User Guide, "Using server-side encryption with AWS KMS keys": the requester's managed key.
  test("writes under its own account's managed key, which the bucket's owner cannot use", async () => {
    const world = newWorld();
    await newBucket(world);
    await putPolicy(world, allowOther);
    const put = await world.call(
      's3',
      'PutObject',
      { Bucket, Key: 'theirs', Body: Buffer.from('x'), ServerSideEncryption: 'aws:kms' },
      other,
    );
    expect(put.SSEKMSKeyId).toContain(OTHER_ACCOUNT);
    expect(await world.refusal('s3', 'GetObject', { Bucket, Key: 'theirs' })).toMatch(/^AccessDenied: .*kms:Decrypt/);
    expect(
      (await bytesOf((await world.call('s3', 'GetObject', { Bucket, Key: 'theirs' }, other)).Body)).toString(),
    ).toBe('x');
  });

  test('cannot manage the bucket policy, whatever the policy allows', async () => {
    const world = newWorld();
    await newBucket(world);
    await putPolicy(world, allowOther);
    for (const operation of ['GetBucketPolicy', 'DeleteBucketPolicy'] as const) {
      expect(await world.refusal('s3', operation, { Bucket }, other)).toBe(
        'MethodNotAllowed: The specified method is not allowed against this resource.',
      );
    }
  });

  test('is kept out of a bucket with a public policy that Block Public Access restricts', async () => {
    const world = newWorld();
    await newBucket(world);
    const everybody = { Effect: 'Allow', Principal: '*', Action: 's3:GetObject', Resource: `${OBJECT.slice(0, -1)}*` };
    expect(await world.refusal('s3', 'PutBucketPolicy', { Bucket, Policy: policy(everybody) })).toBe(
      denied(
        'admin',
        's3:PutBucketPolicy',
        'arn:aws:s3:::photos',
        'because public policies are prevented by the BlockPublicPolicy setting in S3 Block Public Access.',
      ),
    );
    await world.call('s3', 'PutPublicAccessBlock', {
      Bucket,
      PublicAccessBlockConfiguration: { RestrictPublicBuckets: true },
    });
    await putPolicy(world, everybody);
    expect((await world.call('s3', 'GetBucketPolicyStatus', { Bucket })).PolicyStatus).toEqual({ IsPublic: true });
    expect(await world.refusal('s3', 'GetObject', { Bucket, Key: 'k' }, other)).toMatch(/^AccessDenied/);
    const [decision] = (await world.explain('s3', 'GetObject', { Bucket, Key: 'k' }, other)).decisions;
    expect(decision?.because).toBe('the RestrictPublicBuckets setting of Block Public Access denies s3:GetObject');
    // It is the setting that has to go, and nothing of the policy.
    expect(decision && remediesFor(decision).changes.map(({ remedy }) => remedy)).toMatchObject([
      { kind: 'lift-deny', lift: expect.stringMatching(/^turn off RestrictPublicBuckets/) },
    ]);
    await world.call('s3', 'DeletePublicAccessBlock', { Bucket });
    expect((await bytesOf((await world.call('s3', 'GetObject', { Bucket, Key: 'k' }, other)).Body)).toString()).toBe(
      'hello',
    );
  });
});

// S3 API Reference, CopyObject; Amazon S3 User Guide, "Uploading and copying objects using multipart upload".
test('anonymous callers read and write what is public, but cannot copy or upload in parts', async () => {
  const world = newWorld();
  await newBucket(world);
  await world.call('s3', 'DeletePublicAccessBlock', { Bucket });
  await putPolicy(world, {
    Effect: 'Allow',
    Principal: '*',
    Action: 's3:*',
    Resource: ['arn:aws:s3:::photos', 'arn:aws:s3:::photos/*'],
  });
  const nobody = { caller: () => ({ kind: 'anonymous' }) as const };
  await world.call('s3', 'PutObject', { Bucket, Key: 'new', Body: Buffer.from('x') }, nobody);
  const { Body } = await world.call('s3', 'GetObject', { Bucket, Key: 'new' }, nobody);
  expect((await bytesOf(Body)).toString()).toBe('x');
  const copy = { Bucket, Key: 'copy', CopySource: 'photos/k' };
  expect(await world.refusal('s3', 'CopyObject', copy, nobody)).toBe(
    'AccessDenied: Anonymous users cannot copy objects.  Please authenticate.',
  );
  expect(await world.refusal('s3', 'CreateMultipartUpload', { Bucket, Key: 'parts' }, nobody)).toBe(
    'AccessDenied: Anonymous users cannot initiate multipart uploads.  Please authenticate.',
  );
});

// Amazon S3 User Guide, "Using server-side encryption with AWS KMS keys": such requests are signed.
test.for<[string, object, object]>([
  ['asks for it', { ServerSideEncryption: 'aws:kms' }, {}],
  ['asks for two layers', { ServerSideEncryption: 'aws:kms:dsse' }, {}],
  ['goes into a bucket with it', {}, { SSEAlgorithm: 'aws:kms' }],
  ['goes into a bucket with two layers', {}, { SSEAlgorithm: 'aws:kms:dsse' }],
])('nobody in particular writes under a KMS key: a put that %s is refused', async ([, input, byDefault]) => {
  const world = newWorld();
  await newBucket(world);
  const ApplyServerSideEncryptionByDefault = { SSEAlgorithm: 'AES256', ...byDefault } as const;
  const ServerSideEncryptionConfiguration = { Rules: [{ ApplyServerSideEncryptionByDefault }] };
  await world.call('s3', 'PutBucketEncryption', { Bucket, ServerSideEncryptionConfiguration });
  await world.call('s3', 'DeletePublicAccessBlock', { Bucket });
  await putPolicy(world, { Effect: 'Allow', Principal: '*', Action: 's3:*', Resource: 'arn:aws:s3:::photos/*' });
  const nobody = { caller: () => ({ kind: 'anonymous' }) as const };
  const put = { Bucket, Key: 'new', Body: Buffer.from('x') };
  expect(await world.refusal('s3', 'PutObject', { ...put, ...input }, nobody)).toBe(
    'InvalidArgument: Requests specifying Server Side Encryption with AWS KMS managed keys require AWS Signature Version 4.',
  );
});

test("the owner's root user can repair a policy that denies everyone", async () => {
  const world = newWorld();
  await newBucket(world);
  await putPolicy(world, { Effect: 'Deny', Principal: '*', Action: 's3:*', Resource: 'arn:aws:s3:::photos' });
  expect(await world.refusal('s3', 'DeleteBucketPolicy', { Bucket })).toMatch(
    /^AccessDenied: .* explicit deny in a resource-based policy$/,
  );
  await world.call('s3', 'DeleteBucketPolicy', { Bucket }, { as: 'root' });
});

test("the S3 permission comes first: a caller without it never reaches KMS, and the key's denial comes second", async () => {
  const world = newWorld();
  await newBucket(world);
  const { KeyMetadata } = await world.call('kms', 'CreateKey', {});
  const input = {
    Bucket,
    Key: 'k',
    Body: Buffer.from('x'),
    ServerSideEncryption: 'aws:kms',
    SSEKMSKeyId: KeyMetadata?.Arn,
  } as const;
  const nobody = await newUser(world, 'nobody');
  const writer = await newUser(world, 'writer', 's3:PutObject');
  expect(await world.refusal('s3', 'PutObject', input, nobody)).toContain('s3:PutObject');
  expect(await world.refusal('s3', 'PutObject', input, writer)).toContain('kms:GenerateDataKey');
  const { decisions } = await world.explain('s3', 'PutObject', input, nobody);
  expect(decisions.map(({ action, allowed }) => [action, allowed])).toEqual([
    ['s3:PutObject', false],
    ['kms:GenerateDataKey', false],
  ]);
  // A user without any kms permission uses the managed key through S3.
  await world.call('s3', 'PutObject', { ...input, SSEKMSKeyId: undefined }, writer);
});

test('deleting many keys decides each one separately', async () => {
  const world = newWorld();
  await newBucket(world);
  await putPolicy(world, { Effect: 'Deny', Principal: '*', Action: 's3:DeleteObject', Resource: OBJECT });
  const answer = await world.call('s3', 'DeleteObjects', {
    Bucket,
    Delete: { Objects: [{ Key: 'k' }, { Key: 'other' }] },
  });
  expect(answer.Deleted).toEqual([{ Key: 'other' }]);
  expect(answer.Errors).toMatchObject([{ Key: 'k', Code: 'AccessDenied' }]);
});

test('an expected owner who is not the owner is refused', async () => {
  const world = newWorld();
  await newBucket(world);
  expect(await world.refusal('s3', 'HeadBucket', { Bucket, ExpectedBucketOwner: OTHER_ACCOUNT })).toBe(
    'AccessDenied: Access Denied',
  );
  expect(await world.refusal('s3', 'HeadBucket', { Bucket, ExpectedBucketOwner: 'me' })).toBe(
    'InvalidBucketOwnerAWSAccountID: The value of the expected bucket owner parameter must be an AWS Account ID... [me]',
  );
});

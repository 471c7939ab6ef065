import { writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { newCommandLine, newSample } from '../support/command-line.ts';

test('a bucket is created in the given region, listed with it, and deleted', async () => {
  const line = newCommandLine();
  await line.ok(['bucket', 'create', 'here']);
  await line.ok(['bucket', 'create', 'there', '--region', 'eu-west-1']);
  const { json } = await line.ok(['bucket', 'list']);
  expect(json).toMatchObject({
    Buckets: [
      { Name: 'here', Region: 'us-east-1' },
      { Name: 'there', Region: 'eu-west-1' },
    ],
  });
  await line.ok(['bucket', 'delete', 'there']);
  expect((await line.ok(['bucket', 'list'], { terminal: 80 })).out).not.toContain('there');
});

test('everything about a bucket is shown at once', async () => {
  const line = await newSample();
  const { json } = await line.ok(['bucket', 'show', 'reports']);
  expect(json).toMatchObject({
    Name: 'reports',
    Region: 'us-east-1',
    Encryption: { SSEAlgorithm: 'aws:kms', KMSMasterKeyID: 'alias/app' },
    Versioning: 'Enabled',
    PublicAccessBlock: { BlockPublicPolicy: true },
    Tags: [{ Key: 'team', Value: 'finance' }],
    Policy: { Statement: [{ Sid: 'OnlyOverTls' }] },
  });
});

test('on a terminal a bucket is a card of one line a setting', async () => {
  const line = await newSample();
  const { out } = await line.ok(['bucket', 'show', 'reports'], { terminal: 80 });
  expect(out).toBe(
    `reports
ARN            arn:aws:s3:::reports
region         us-east-1
encryption     SSE-KMS (aws:kms) with alias/app, bucket key off
SSE-C          blocked
versioning     Enabled
public access  blocked
policy         OnlyOverTls (Deny)
replication    none
tags           team=finance
`,
  );
});

test('the card of a bucket wraps a long setting between words, beside its name', async () => {
  const line = await newSample();
  const tags = Array.from({ length: 12 }, (_, i) => `{Key=department-${i},Value=letters}`).join(',');
  await line.ok(['s3api', 'put-bucket-tagging', '--bucket', 'photos', '--tagging', `TagSet=[${tags}]`]);
  await line.ok(['s3api', 'delete-public-access-block', '--bucket', 'photos']);
  const { out } = await line.ok(['bucket', 'show', 'photos'], { terminal: 60 });
  expect(Math.max(...out.split('\n').map((each) => each.length))).toBeLessThanOrEqual(60);
  expect(out).toContain('public access  not blocked\n');
  expect(out).toMatch(/^tags {11}department-0=letters, .*\n {15}department-2=letters, /m);
});

test('the default encryption is what the next object gets', async () => {
  const line = await newSample();
  const file = line.path('a.txt');
  writeFileSync(file, 'a');
  const head = async () => (await line.ok(['s3api', 'head-object', '--bucket', 'photos', '--key', 'a.txt'])).json;
  const key = ['--sse', 'aws:kms', '--sse-kms-key-id', 'alias/app'];
  await line.ok(['bucket', 'default-encryption', 'set', 'photos', ...key, '--bucket-key-enabled']);
  await line.ok(['s3', 'put', file, 's3://photos/']);
  expect(await head()).toMatchObject({ ServerSideEncryption: 'aws:kms', BucketKeyEnabled: true });
  await line.ok(['bucket', 'bucket-key', 'disable', 'photos']);
  await line.ok(['s3', 'put', file, 's3://photos/']);
  expect(await head()).not.toHaveProperty('BucketKeyEnabled');
  await line.ok(['bucket', 'default-encryption', 'delete', 'photos']);
  await line.ok(['s3', 'put', file, 's3://photos/']);
  expect(await head()).toMatchObject({ ServerSideEncryption: 'AES256' });
  expect((await line.ok(['bucket', 'default-encryption', 'get', 'photos'])).json).toMatchObject({
    ServerSideEncryptionConfiguration: { Rules: [{ ApplyServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' } }] },
  });
});

test('an invalid default changes nothing', async () => {
  const line = await newSample();
  const { code, err } = await line.ssebox(['bucket', 'default-encryption', 'set', 'reports', '--sse', 'rot13']);
  expect(code).toBe(252);
  expect(err).toContain('rot13');
  const missing = await line.ssebox(['bucket', 'default-encryption', 'set', 'reports']);
  expect([missing.code, missing.err]).toEqual([252, 'the following arguments are required: --sse\n']);
  expect((await line.ok(['bucket', 'show', 'reports'])).json).toMatchObject({
    Encryption: { SSEAlgorithm: 'aws:kms' },
  });
});

// Amazon S3 User Guide, "Blocking or unblocking SSE-C for a general purpose bucket": the default itself stays.
test("customers' keys are allowed and blocked, with a new default or without one", async () => {
  const line = await newSample();
  const set = ['bucket', 'default-encryption', 'set', 'reports'];
  const rule = async () => {
    const { json } = await line.ok(['s3api', 'get-bucket-encryption', '--bucket', 'reports', ...first]);
    return json as { ApplyServerSideEncryptionByDefault: object };
  };
  const first = ['--query', 'ServerSideEncryptionConfiguration.Rules[0]'];
  const blocked = (type: string) => ({ BlockedEncryptionTypes: { EncryptionType: [type] } });
  const before = await rule();
  expect(before).toMatchObject(blocked('SSE-C'));
  await line.ok([...set, '--allow-sse-c']);
  expect(await rule()).toEqual({ ...before, ...blocked('NONE') });
  await line.ok([...set, '--sse', 'AES256']);
  expect(await rule()).toMatchObject(blocked('NONE'));
  await line.ok([...set, '--sse', 'aws:kms', '--block-sse-c', '--bucket-key-enabled']);
  expect(await rule()).toEqual({
    ApplyServerSideEncryptionByDefault: { SSEAlgorithm: 'aws:kms' },
    BucketKeyEnabled: true,
    ...blocked('SSE-C'),
  });
  const both = await line.ssebox([...set, '--allow-sse-c', '--block-sse-c']);
  expect([both.code, both.err]).toEqual([252, expect.stringContaining('use one of them')]);
  const keyAlone = await line.ssebox([...set, '--allow-sse-c', '--sse-kms-key-id', 'alias/app']);
  expect([keyAlone.code, keyAlone.err]).toEqual([252, 'the following arguments are required: --sse\n']);
});

test('a policy goes from a file into the bucket and stops even the administrator', async () => {
  const line = await newSample();
  const document = {
    Version: '2012-10-17',
    Statement: [{ Effect: 'Deny', Principal: '*', Action: 's3:GetObject', Resource: 'arn:aws:s3:::photos/*' }],
  };
  const file = line.path('policy.json');
  writeFileSync(file, JSON.stringify(document));
  await line.ok(['bucket', 'policy', 'put', 'photos', file]);
  expect((await line.ok(['bucket', 'policy', 'get', 'photos'])).json).toEqual(document);
  const { code, err } = await line.ssebox(['s3', 'get', 's3://photos/harbour.txt', line.path('h')]);
  expect(code).toBe(254);
  expect(err).toContain('with an explicit deny in a resource-based policy');
  await line.ok(['bucket', 'policy', 'delete', 'photos']);
  await line.ok(['s3', 'get', 's3://photos/harbour.txt', line.path('h')]);
  const none = await line.ssebox(['bucket', 'policy', 'put', 'photos', line.path('none.json')]);
  expect([none.code, none.err]).toEqual([252, expect.stringContaining(line.path('none.json'))]);
});

test('versioning, public access and tags are set and read back', async () => {
  const line = await newSample();
  await line.ok(['bucket', 'versioning', 'enable', 'photos']);
  expect((await line.ok(['bucket', 'versioning', 'get', 'photos'])).json).toMatchObject({ Status: 'Enabled' });
  await line.ok(['bucket', 'versioning', 'suspend', 'photos']);
  expect((await line.ok(['bucket', 'versioning', 'get', 'photos'])).json).toMatchObject({ Status: 'Suspended' });
  await line.ok(['bucket', 'public-access-block', 'set', 'photos', '--no-block-public-policy']);
  expect((await line.ok(['bucket', 'public-access-block', 'get', 'photos'])).json).toEqual({
    PublicAccessBlockConfiguration: {
      BlockPublicAcls: true,
      IgnorePublicAcls: true,
      BlockPublicPolicy: false,
      RestrictPublicBuckets: true,
    },
  });
  await line.ok(['bucket', 'public-access-block', 'delete', 'photos']);
  expect((await line.ssebox(['bucket', 'public-access-block', 'get', 'photos'])).code).toBe(254);
  await line.ok(['bucket', 'tags', 'set', 'photos', 'team=web', 'stage=']);
  expect((await line.ok(['bucket', 'tags', 'get', 'photos'])).json).toEqual({
    TagSet: expect.arrayContaining([
      { Key: 'team', Value: 'web' },
      { Key: 'stage', Value: '' },
    ]),
  });
  await line.ok(['bucket', 'tags', 'delete', 'photos']);
  expect((await line.ssebox(['bucket', 'tags', 'get', 'photos'])).err).toContain('(NoSuchTagSet)');
  expect((await line.ssebox(['bucket', 'tags', 'set', 'photos', 'team'])).err).toContain(
    '"team" is not a tag: write KEY=VALUE',
  );
});

test('a bucket that is not empty is deleted only with its objects, and only on request', async () => {
  const line = await newSample();
  expect((await line.ssebox(['bucket', 'delete', 'photos'])).err).toContain('(BucketNotEmpty)');
  const unsaid = await line.ssebox(['bucket', 'delete', 'photos', '--force']);
  expect([unsaid.code, unsaid.err]).toEqual([252, expect.stringContaining('--yes')]);
  await line.ok(['bucket', 'delete', 'photos', '--force', '--yes']);
  expect((await line.ssebox(['bucket', 'show', 'photos'])).err).toContain('(NoSuchBucket)');
});

test('keys are listed with their aliases and states', async () => {
  const line = await newSample();
  const { json } = await line.ok(['kms', 'ls']);
  expect(json).toMatchObject({
    Keys: [
      { Aliases: ['alias/app'], KeyState: 'Enabled', KeySpec: 'SYMMETRIC_DEFAULT', Description: 'Application data' },
    ],
  });
  const empty = await line.ok(['kms', 'ls', '--region', 'ap-southeast-2'], { terminal: 100 });
  expect(empty.out).toBe('there are no keys in ap-southeast-2: create one with ssebox kms create-key\n');
});

/** The AWS SDK for JavaScript against an endpoint: what an application sees. */

import { createHash, randomBytes } from 'node:crypto';
import { Readable } from 'node:stream';
import { crc32 } from 'node:zlib';
import {
  AttachRolePolicyCommand,
  CreateAccessKeyCommand,
  CreateRoleCommand,
  CreateUserCommand,
  EntityAlreadyExistsException,
  GetAccessKeyLastUsedCommand,
  GetRoleCommand,
  GetUserCommand,
  IAMClient,
  ListUsersCommand,
  NoSuchEntityException,
  PutUserPolicyCommand,
} from '@aws-sdk/client-iam';
import {
  CreateKeyCommand,
  DecryptCommand,
  EncryptCommand,
  GenerateDataKeyCommand,
  KMSClient,
  ListKeysCommand,
  NotFoundException,
} from '@aws-sdk/client-kms';
import {
  CompleteMultipartUploadCommand,
  CopyObjectCommand,
  CreateBucketCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  DeleteObjectsCommand,
  GetBucketEncryptionCommand,
  GetBucketLocationCommand,
  GetObjectAttributesCommand,
  GetObjectCommand,
  GetObjectTaggingCommand,
  HeadBucketCommand,
  HeadObjectCommand,
  ListBucketsCommand,
  ListObjectsV2Command,
  ListObjectVersionsCommand,
  NoSuchKey,
  NotFound,
  PutBucketEncryptionCommand,
  PutBucketPolicyCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
  type PutObjectCommandInput,
  PutObjectTaggingCommand,
  S3Client,
  type S3ClientConfig,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import { AssumeRoleCommand, GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type Endpoint, newCredentials, startEndpoint } from '../support/endpoint.ts';
import { newWorld, type World } from '../support/harness.ts';
import type { SigningCredentials } from '../support/signed-request.ts';

let world: World;
let endpoint: Endpoint;
let credentials: Pick<SigningCredentials, 'accessKeyId' | 'secretAccessKey'>;

beforeEach(async () => {
  // The SDK signs by the machine's clock, and so does the endpoint.
  world = newWorld({}, { now: Date.now });
  credentials = await newCredentials(world);
  endpoint = await startEndpoint(world);
});
afterEach(() => endpoint.server.close(0));

const config = () => ({ region: 'us-east-1', endpoint: endpoint.server.url, credentials, maxAttempts: 1 });
const newS3 = (more: S3ClientConfig = {}): S3Client => new S3Client({ ...config(), ...more });
const Bucket = 'a-bucket';

async function withBucket(more: S3ClientConfig = {}): Promise<S3Client> {
  const s3 = newS3(more);
  await s3.send(new CreateBucketCommand({ Bucket }));
  return s3;
}

const bytesOf = async (body: { transformToByteArray(): Promise<Uint8Array> } | undefined): Promise<Buffer> =>
  Buffer.from((await body?.transformToByteArray()) ?? []);

describe('KMS', () => {
  test('encrypts and decrypts, with a context', async () => {
    const kms = new KMSClient(config());
    const { KeyMetadata } = await kms.send(new CreateKeyCommand({ Description: 'für alle' }));
    expect(KeyMetadata).toMatchObject({ Description: 'für alle', KeyState: 'Enabled' });
    expect(KeyMetadata?.CreationDate).toBeInstanceOf(Date);
    const KeyId = KeyMetadata?.KeyId;
    const EncryptionContext = { purpose: 'test' };
    const { CiphertextBlob } = await kms.send(
      new EncryptCommand({ KeyId, Plaintext: Buffer.from('secret'), EncryptionContext }),
    );
    const { Plaintext } = await kms.send(new DecryptCommand({ CiphertextBlob, EncryptionContext }));
    expect(Buffer.from(Plaintext ?? []).toString()).toBe('secret');
    const wrong = kms.send(new DecryptCommand({ CiphertextBlob }));
    await expect(wrong).rejects.toMatchObject({
      name: 'InvalidCiphertextException',
      $metadata: { httpStatusCode: 400 },
    });
    const dataKey = await kms.send(new GenerateDataKeyCommand({ KeyId, KeySpec: 'AES_256' }));
    expect(dataKey.Plaintext).toHaveLength(32);
    expect((await kms.send(new ListKeysCommand({}))).Keys).toHaveLength(1);
  });

  test('refuses with the SDK’s own exceptions', async () => {
    const kms = new KMSClient(config());
    const refused = kms.send(new EncryptCommand({ KeyId: 'alias/nothing', Plaintext: Buffer.from('x') }));
    await expect(refused).rejects.toBeInstanceOf(NotFoundException);
  });
});

describe.each<[string, S3ClientConfig]>([
  ['bucket in the path', { forcePathStyle: true }],
  ['checksums only where they are required', { requestChecksumCalculation: 'WHEN_REQUIRED' }],
])('S3, %s', (_, more) => {
  test('buckets', async () => {
    const s3 = await withBucket(more);
    expect((await s3.send(new ListBucketsCommand({}))).Buckets).toMatchObject([{ Name: Bucket }]);
    expect(await s3.send(new HeadBucketCommand({ Bucket }))).toMatchObject({ BucketRegion: 'us-east-1' });
    await expect(s3.send(new HeadBucketCommand({ Bucket: 'another-bucket' }))).rejects.toBeInstanceOf(NotFound);
    expect((await s3.send(new GetBucketLocationCommand({ Bucket }))).LocationConstraint).toBeUndefined();
    const europe = newS3({ ...more, region: 'eu-west-1' });
    await europe.send(
      new CreateBucketCommand({ Bucket: 'bucket-eu', CreateBucketConfiguration: { LocationConstraint: 'eu-west-1' } }),
    );
    const location = await europe.send(new GetBucketLocationCommand({ Bucket: 'bucket-eu' }));
    expect(location.LocationConstraint).toBe('eu-west-1');
    await expect(s3.send(new ListObjectsV2Command({ Bucket: 'bucket-eu' }))).rejects.toMatchObject({
      name: 'AuthorizationHeaderMalformed',
      Region: 'eu-west-1',
    });
    const following = newS3({ ...more, followRegionRedirects: true });
    // The SDK follows a redirection, and HeadBucket is redirected.
    expect(await following.send(new HeadBucketCommand({ Bucket: 'bucket-eu' }))).toMatchObject({
      BucketRegion: 'eu-west-1',
    });
  });

  test.each<[string, () => Partial<PutObjectCommandInput>]>([
    ['a text', () => ({ Body: 'hello' })],
    ['nothing', () => ({ Body: '' })],
    ['bytes of 1 MiB', () => ({ Body: randomBytes(1 << 20) })],
    ['a checksum of SHA-256', () => ({ Body: 'hello', ChecksumAlgorithm: 'SHA256' })],
    ['a checksum of CRC32C', () => ({ Body: randomBytes(100_000), ChecksumAlgorithm: 'CRC32C' })],
    ['SSE-KMS', () => ({ Body: 'hello', ServerSideEncryption: 'aws:kms', BucketKeyEnabled: true })],
    ['a stream', () => ({ Body: Readable.from([randomBytes(70_000), randomBytes(130_000)]), ContentLength: 200_000 })],
    ['a short stream', () => ({ Body: Readable.from([Buffer.from('hello')]), ContentLength: 5 })],
  ])('puts and gets %s', async (_name, input) => {
    const s3 = await withBucket(more);
    const wanted = input();
    const put = await s3.send(new PutObjectCommand({ Bucket, Key: 'a key/ü', Body: '', ...wanted }));
    expect(put.ETag).toMatch(/^"[0-9a-f]{32}"$/);
    const got = await s3.send(new GetObjectCommand({ Bucket, Key: 'a key/ü', ChecksumMode: 'ENABLED' }));
    const bytes = await bytesOf(got.Body);
    expect(got.ContentLength).toBe(bytes.length);
    if (!(wanted.Body instanceof Readable)) expect(bytes.equals(Buffer.from(wanted.Body as string))).toBe(true);
    else expect(bytes).toHaveLength(wanted.ContentLength ?? 0);
    expect(got.ContentEncoding).toBeUndefined();
  });

  test('headers, metadata and ranges', async () => {
    const s3 = await withBucket(more);
    const Body = randomBytes(300_000);
    const Metadata = { author: 'Joe', 'b-c': ' x ' };
    const Expires = new Date('2030-01-01T00:00:00Z');
    await s3.send(
      new PutObjectCommand({
        Bucket,
        Key: 'k',
        Body,
        Metadata,
        ContentEncoding: 'gzip',
        CacheControl: 'no-store',
        Expires,
        ContentType: 'text/plain; charset=utf-8',
        Tagging: 'a=b&c=d%20e',
      }),
    );
    const head = await s3.send(new HeadObjectCommand({ Bucket, Key: 'k' }));
    expect(head).toMatchObject({
      ContentLength: 300_000,
      ContentEncoding: 'gzip',
      CacheControl: 'no-store',
      ContentType: 'text/plain; charset=utf-8',
      AcceptRanges: 'bytes',
      ServerSideEncryption: 'AES256',
    });
    expect(head.LastModified).toBeInstanceOf(Date);
    expect(head.Metadata?.['b-c']).toBe('x');
    expect((await s3.send(new GetObjectTaggingCommand({ Bucket, Key: 'k' }))).TagSet).toEqual([
      { Key: 'a', Value: 'b' },
      { Key: 'c', Value: 'd e' },
    ]);
    const part = await s3.send(new GetObjectCommand({ Bucket, Key: 'k', Range: 'bytes=100-199' }));
    expect(part).toMatchObject({
      ContentRange: 'bytes 100-199/300000',
      ContentLength: 100,
      $metadata: { httpStatusCode: 206 },
    });
    expect((await bytesOf(part.Body)).equals(Body.subarray(100, 200))).toBe(true);
    const beyond = s3.send(new GetObjectCommand({ Bucket, Key: 'k', Range: 'bytes=400000-' }));
    await expect(beyond).rejects.toMatchObject({ name: 'InvalidRange', ActualObjectSize: '300000' });
    const same = s3.send(new GetObjectCommand({ Bucket, Key: 'k', IfNoneMatch: head.ETag }));
    await expect(same).rejects.toMatchObject({ $metadata: { httpStatusCode: 304 } });
    const attributes = await s3.send(
      new GetObjectAttributesCommand({ Bucket, Key: 'k', ObjectAttributes: ['ETag', 'ObjectSize', 'Checksum'] }),
    );
    expect(attributes).toMatchObject({ ObjectSize: 300_000, ETag: head.ETag?.replaceAll('"', '') });
  });

  test('what is not there', async () => {
    const s3 = await withBucket(more);
    await expect(s3.send(new GetObjectCommand({ Bucket, Key: 'nothing' }))).rejects.toBeInstanceOf(NoSuchKey);
    await expect(s3.send(new HeadObjectCommand({ Bucket, Key: 'nothing' }))).rejects.toBeInstanceOf(NotFound);
  });

  test('keys of every kind are listed as they were put', async () => {
    const s3 = await withBucket(more);
    const keys = [
      'a//b',
      'a/../b',
      'a/./b',
      '.',
      '..',
      'a b',
      'a+b',
      'a%2Fb',
      'a&b=c?d#e',
      'ä/😀',
      "it's (ok)!*",
      '/',
      '//',
      'x/',
    ].sort();
    for (const Key of keys) await s3.send(new PutObjectCommand({ Bucket, Key, Body: Key }));
    for (const Key of keys) {
      const got = await s3.send(new GetObjectCommand({ Bucket, Key }));
      expect((await bytesOf(got.Body)).toString()).toBe(Key);
    }
    for (const EncodingType of [undefined, 'url'] as const) {
      const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket, EncodingType }));
      const listed = Contents.map(({ Key = '' }) =>
        EncodingType ? decodeURIComponent(Key.replaceAll('+', ' ')) : Key,
      );
      expect(listed.sort()).toEqual(keys);
    }
    const deleted = await s3.send(
      new DeleteObjectsCommand({ Bucket, Delete: { Objects: keys.map((Key) => ({ Key })) } }),
    );
    expect(deleted.Deleted?.map(({ Key }) => Key).sort()).toEqual(keys);
  });

  test('an upload in parts', async () => {
    const s3 = await withBucket(more);
    const parts = [randomBytes(5 << 20), randomBytes(1000)];
    const { UploadId } = await s3.send(
      new CreateMultipartUploadCommand({ Bucket, Key: 'big', ServerSideEncryption: 'aws:kms' }),
    );
    const Parts: { ETag: string | undefined; PartNumber: number }[] = [];
    for (const [index, Body] of parts.entries()) {
      const PartNumber = index + 1;
      const { ETag } = await s3.send(new UploadPartCommand({ Bucket, Key: 'big', UploadId, PartNumber, Body }));
      Parts.push({ ETag, PartNumber });
    }
    const done = await s3.send(
      new CompleteMultipartUploadCommand({ Bucket, Key: 'big', UploadId, MultipartUpload: { Parts } }),
    );
    expect(done).toMatchObject({ Bucket, Key: 'big', ServerSideEncryption: 'aws:kms' });
    const got = await bytesOf((await s3.send(new GetObjectCommand({ Bucket, Key: 'big' }))).Body);
    expect(createHash('md5').update(got).digest('hex')).toBe(
      createHash('md5').update(Buffer.concat(parts)).digest('hex'),
    );
    await s3.send(new CopyObjectCommand({ Bucket, Key: 'copy', CopySource: `${Bucket}/big` }));
    expect((await s3.send(new HeadObjectCommand({ Bucket, Key: 'copy' }))).ContentLength).toBe(got.length);
  });

  test('an upload in parts with the checksum of the whole object', async () => {
    const s3 = await withBucket(more);
    const Key = 'summed';
    const Body = randomBytes(1000);
    const whole = Buffer.alloc(4);
    whole.writeUInt32BE(crc32(Body));
    const sum = { ChecksumCRC32: whole.toString('base64') };
    const kind = { ChecksumType: 'FULL_OBJECT' } as const;
    const { UploadId } = await s3.send(
      new CreateMultipartUploadCommand({ Bucket, Key, ChecksumAlgorithm: 'CRC32', ...kind }),
    );
    const { ETag } = await s3.send(new UploadPartCommand({ Bucket, Key, UploadId, PartNumber: 1, Body, ...sum }));
    const completed = (checksum: string) =>
      s3.send(
        new CompleteMultipartUploadCommand({
          ...{ Bucket, Key, UploadId, MpuObjectSize: Body.length, ...kind, ChecksumCRC32: checksum },
          MultipartUpload: { Parts: [{ ETag, PartNumber: 1, ...sum }] },
        }),
      );
    await expect(completed('AAAAAA==')).rejects.toMatchObject({ name: 'BadDigest' });
    expect(await completed(sum.ChecksumCRC32)).toMatchObject({ ...sum, ...kind });
  });

  test('versions and delete markers', async () => {
    const s3 = await withBucket(more);
    await s3.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status: 'Enabled' } }));
    const { VersionId } = await s3.send(new PutObjectCommand({ Bucket, Key: 'k', Body: '1' }));
    const marker = await s3.send(new DeleteObjectCommand({ Bucket, Key: 'k' }));
    expect(marker).toMatchObject({ DeleteMarker: true });
    await expect(s3.send(new GetObjectCommand({ Bucket, Key: 'k' }))).rejects.toMatchObject({ name: 'NoSuchKey' });
    const hidden = s3.send(new GetObjectCommand({ Bucket, Key: 'k', VersionId: marker.VersionId }));
    await expect(hidden).rejects.toMatchObject({ name: 'MethodNotAllowed', $metadata: { httpStatusCode: 405 } });
    const first = await s3.send(new GetObjectCommand({ Bucket, Key: 'k', VersionId }));
    expect((await bytesOf(first.Body)).toString()).toBe('1');
    const listed = await s3.send(new ListObjectVersionsCommand({ Bucket }));
    expect(listed).toMatchObject({ Versions: [{ VersionId }], DeleteMarkers: [{ IsLatest: true }] });
  });

  test('policies decide, and a configuration comes back as it was put', async () => {
    const s3 = await withBucket(more);
    const rule = { ApplyServerSideEncryptionByDefault: { SSEAlgorithm: 'aws:kms' as const }, BucketKeyEnabled: true };
    await s3.send(new PutBucketEncryptionCommand({ Bucket, ServerSideEncryptionConfiguration: { Rules: [rule] } }));
    const got = await s3.send(new GetBucketEncryptionCommand({ Bucket }));
    expect(got.ServerSideEncryptionConfiguration?.Rules?.[0]).toMatchObject(rule);
    const Policy = JSON.stringify({
      Version: '2012-10-17',
      Statement: [{ Effect: 'Deny', Principal: '*', Action: 's3:PutObject', Resource: `arn:aws:s3:::${Bucket}/no/*` }],
    });
    await s3.send(new PutBucketPolicyCommand({ Bucket, Policy }));
    await expect(s3.send(new PutObjectCommand({ Bucket, Key: 'no/k', Body: 'x' }))).rejects.toMatchObject({
      name: 'AccessDenied',
      message: expect.stringContaining('with an explicit deny in a resource-based policy'),
    });
    await s3.send(new PutObjectCommand({ Bucket, Key: 'yes', Body: 'x' }));
    const tags = [{ Key: 'k&<>"', Value: 'v' }];
    const invalid = s3.send(new PutObjectTaggingCommand({ Bucket, Key: 'yes', Tagging: { TagSet: tags } }));
    await expect(invalid).rejects.toMatchObject({ name: 'InvalidTag' });
  });
});

const allow = (Action: string) =>
  JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action, Resource: '*' }] });

describe('IAM and STS', () => {
  test('users, their policies and their keys', async () => {
    const iam = new IAMClient(config());
    const { User } = await iam.send(
      new CreateUserCommand({ UserName: 'bob', Path: '/a/', Tags: [{ Key: 'team', Value: 'ä / b:c' }] }),
    );
    expect(User).toMatchObject({ Arn: 'arn:aws:iam::111122223333:user/a/bob', CreateDate: expect.any(Date) });
    expect((await iam.send(new GetUserCommand({ UserName: 'bob' }))).User?.Tags).toEqual([
      { Key: 'team', Value: 'ä / b:c' },
    ]);
    await iam.send(
      new PutUserPolicyCommand({ UserName: 'bob', PolicyName: 'p', PolicyDocument: allow('kms:ListKeys') }),
    );
    const { AccessKey } = await iam.send(new CreateAccessKeyCommand({ UserName: 'bob' }));
    const own = { accessKeyId: AccessKey?.AccessKeyId ?? '', secretAccessKey: AccessKey?.SecretAccessKey ?? '' };
    const bob = new KMSClient({ ...config(), credentials: own });
    await bob.send(new ListKeysCommand({}));
    await expect(bob.send(new CreateKeyCommand({}))).rejects.toMatchObject({
      name: 'AccessDeniedException',
      message: expect.stringContaining('User: arn:aws:iam::111122223333:user/a/bob is not authorized to perform'),
    });
    const used = await iam.send(new GetAccessKeyLastUsedCommand({ AccessKeyId: own.accessKeyId }));
    expect(used).toMatchObject({ UserName: 'bob', AccessKeyLastUsed: { ServiceName: 'kms', Region: 'us-east-1' } });
    await expect(iam.send(new CreateUserCommand({ UserName: 'bob' }))).rejects.toBeInstanceOf(
      EntityAlreadyExistsException,
    );
    await expect(iam.send(new GetUserCommand({ UserName: 'eve' }))).rejects.toBeInstanceOf(NoSuchEntityException);
  });

  test('lists are paged', async () => {
    const iam = new IAMClient(config());
    for (const UserName of ['u1', 'u2', 'u3']) await iam.send(new CreateUserCommand({ UserName }));
    const first = await iam.send(new ListUsersCommand({ MaxItems: 2 }));
    expect(first).toMatchObject({ IsTruncated: true });
    const rest = await iam.send(new ListUsersCommand({ Marker: first.Marker }));
    expect([...(first.Users ?? []), ...(rest.Users ?? [])].map(({ UserName }) => UserName)).toEqual(
      expect.arrayContaining(['admin', 'sam', 'u1', 'u2', 'u3']),
    );
  });

  test('a role is assumed, and its credentials sign', async () => {
    const iam = new IAMClient(config());
    const AssumeRolePolicyDocument = JSON.stringify({
      Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Principal: { AWS: '111122223333' }, Action: 'sts:AssumeRole' }],
    });
    await iam.send(new CreateRoleCommand({ RoleName: 'app', AssumeRolePolicyDocument }));
    // IAM's answers have policies percent-encoded, which is for the application to undo.
    const { Role } = await iam.send(new GetRoleCommand({ RoleName: 'app' }));
    expect(decodeURIComponent(Role?.AssumeRolePolicyDocument ?? '')).toBe(AssumeRolePolicyDocument);
    const PolicyArn = 'arn:aws:iam::aws:policy/AdministratorAccess';
    await iam.send(new AttachRolePolicyCommand({ RoleName: 'app', PolicyArn }));
    const sts = new STSClient(config());
    const { Credentials } = await sts.send(
      new AssumeRoleCommand({ RoleArn: Role?.Arn, RoleSessionName: 'test', Policy: allow('s3:*') }),
    );
    const session = {
      accessKeyId: Credentials?.AccessKeyId ?? '',
      secretAccessKey: Credentials?.SecretAccessKey ?? '',
      sessionToken: Credentials?.SessionToken ?? '',
    };
    const asRole = { ...config(), credentials: session };
    expect(await new STSClient(asRole).send(new GetCallerIdentityCommand({}))).toMatchObject({
      Arn: 'arn:aws:sts::111122223333:assumed-role/app/test',
    });
    await new S3Client({ ...asRole, forcePathStyle: true }).send(new ListBucketsCommand({}));
    await expect(new KMSClient(asRole).send(new ListKeysCommand({}))).rejects.toMatchObject({
      name: 'AccessDeniedException',
      message: expect.stringContaining('because no session policy allows the kms:ListKeys action'),
    });
    const stolen = { ...session, sessionToken: 'x' };
    await expect(
      new KMSClient({ ...config(), credentials: stolen }).send(new ListKeysCommand({})),
    ).rejects.toMatchObject({ name: 'UnrecognizedClientException' });
  });
});

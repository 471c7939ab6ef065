/** Calls that came over HTTP: what conditions decide by, and what the audit log shows. */

import { describe, expect, test } from 'vitest';
import type { HttpOrigin } from '../../src/api/origin.ts';
import { allCalls } from '../../src/call/call-log.ts';
import { cloudTrailEvent } from '../../src/cloudtrail/event.ts';
import { newWorld, type World } from '../support/harness.ts';

const Bucket = 'photos';

const office: HttpOrigin = {
  kind: 'http',
  sourceIp: '203.0.113.9',
  userAgent: 'aws-cli/2.31.0',
  isTls: true,
  tlsVersion: 'TLSv1.2',
  cipher: 'TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256',
  host: 'photos.s3.localhost:8443',
  auth: 'header',
  referer: 'https://www.example.com/',
};
const plain: HttpOrigin = {
  kind: 'http',
  sourceIp: '198.51.100.7',
  isTls: false,
  host: '127.0.0.1:8080',
  auth: 'query',
};

/** A URL of version 4 and one of version 2, a form, and what is signed over a connection that stands for one with TLS. */
const url: HttpOrigin = { ...plain, signatureVersion: 4, signatureAgeMs: 600_000, contentSha256: 'UNSIGNED-PAYLOAD' };
const old: HttpOrigin = { ...plain, signatureVersion: 2 };
const form: HttpOrigin = { ...plain, auth: 'form', signatureVersion: 4 };
const local: HttpOrigin = { ...plain, isTls: true, isTlsAssumed: true, auth: 'header', signatureVersion: 4 };

async function newPhotos(world: World): Promise<void> {
  await world.call('s3', 'CreateBucket', { Bucket });
  await world.call('s3', 'PutObject', { Bucket, Key: 'k', Body: Buffer.from('hello') });
}

async function newUser(world: World, UserName: string, Condition: object): Promise<string> {
  await world.call('iam', 'CreateUser', { UserName });
  const Statement = { Effect: 'Allow', Action: 's3:GetObject', Resource: '*', Condition };
  const PolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement });
  await world.call('iam', 'PutUserPolicy', { UserName, PolicyName: 'p', PolicyDocument });
  return `user/${UserName}`;
}

const mayRead = async (world: World, as: string, origin?: HttpOrigin): Promise<boolean> => {
  const { refusal } = await world.explain('s3', 'GetObject', { Bucket, Key: 'k' }, { as, ...(origin && { origin }) });
  return refusal === undefined;
};

// IAM User Guide, "AWS global condition context keys"; Service Authorization Reference, Amazon S3, condition keys.
test.for([
  [{ IpAddress: { 'aws:SourceIp': '203.0.113.0/24' } }, ['office']],
  [{ IpAddress: { 'aws:SourceIp': '127.0.0.1' } }, ['process']],
  [{ Bool: { 'aws:SecureTransport': 'true' } }, ['process', 'office']],
  [{ Bool: { 'aws:SecureTransport': 'false' } }, ['plain']],
  [{ StringLike: { 'aws:UserAgent': 'aws-cli/*' } }, ['office']],
  [{ StringEquals: { 'aws:UserAgent': 'ssebox' } }, ['process']],
  [{ Null: { 'aws:UserAgent': 'true' } }, ['plain']],
  [{ StringLike: { 'aws:Referer': 'https://www.example.com/*' } }, ['office']],
  [{ NumericLessThan: { 's3:TlsVersion': '1.3' } }, ['office']],
  [{ NumericEquals: { 's3:TlsVersion': '1.3' } }, ['process']],
  [{ Null: { 's3:TlsVersion': 'true' } }, ['plain']],
  [{ StringEquals: { 's3:authType': 'REST-QUERY-STRING' } }, ['plain']],
  [{ StringEquals: { 's3:authType': 'REST-HEADER' } }, ['process', 'office']],
  [{ StringEquals: { 's3:signatureversion': 'AWS4-HMAC-SHA256' } }, ['process', 'office', 'plain']],
] as const)('%j allows calls only from %j', async ([condition, allowed]) => {
  const world = newWorld();
  await newPhotos(world);
  const as = await newUser(world, 'bob', condition);
  const origins = { process: undefined, office, plain } as const;
  for (const name of ['process', 'office', 'plain'] as const) {
    expect([name, await mayRead(world, as, origins[name])]).toEqual([name, allowed.some((one) => one === name)]);
  }
});

// Amazon S3 API Reference, "Amazon S3 Signature Version 4 Authentication Specific Policy Keys".
test.for([
  [{ Bool: { 'aws:SecureTransport': 'true' } }, ['local']],
  [{ NumericEquals: { 's3:TlsVersion': '1.3' } }, ['local']],
  [{ StringEquals: { 's3:authType': 'REST-QUERY-STRING' } }, ['url', 'old']],
  [{ StringEquals: { 's3:authType': 'POST' } }, ['form']],
  [{ StringEquals: { 's3:signatureversion': 'AWS' } }, ['old']],
  [{ StringEquals: { 's3:signatureversion': 'AWS4-HMAC-SHA256' } }, ['url', 'form', 'local']],
  [{ NumericGreaterThan: { 's3:signatureAge': '599999' } }, ['url']],
  [{ NumericGreaterThan: { 's3:signatureAge': '600000' } }, []],
  [{ Null: { 's3:signatureAge': 'true' } }, ['old', 'form', 'local']],
  [{ StringEquals: { 's3:x-amz-content-sha256': 'UNSIGNED-PAYLOAD' } }, ['url']],
] as const)('%j allows only what was signed as %j', async ([condition, allowed]) => {
  const world = newWorld();
  await newPhotos(world);
  const as = await newUser(world, 'bob', condition);
  const origins = { url, old, form, local } as const;
  for (const name of ['url', 'old', 'form', 'local'] as const) {
    expect([name, await mayRead(world, as, origins[name])]).toEqual([name, allowed.some((one) => one === name)]);
  }
});

test('an anonymous request has neither a kind of authentication nor a version of the signature', async () => {
  const world = newWorld();
  await newPhotos(world);
  const anonymous = { ...office, auth: 'none' } as const;
  const found = await world.explain(
    's3',
    'GetObject',
    { Bucket, Key: 'k' },
    { caller: () => ({ kind: 'anonymous' }), origin: anonymous },
  );
  const context = found.decisions[0]?.context;
  expect(context).toMatchObject({ 'aws:SourceIp': '203.0.113.9', 's3:TlsVersion': '1.2' });
  expect(context).not.toHaveProperty('s3:authType');
  expect(context).not.toHaveProperty('s3:signatureversion');
});

// A forward access session comes from the service, not from the caller's address.
test("S3's call to KMS shows nothing about the caller's connection", async () => {
  const world = newWorld();
  await world.call('s3', 'CreateBucket', { Bucket });
  const put = { Bucket, Key: 'k', Body: new Uint8Array(), ServerSideEncryption: 'aws:kms' } as const;
  const { decisions } = await world.explain('s3', 'PutObject', put, { origin: plain });
  const [s3, kms] = [decisions[0], decisions.at(-1)];
  expect(s3?.context).toMatchObject({ 'aws:SourceIp': '198.51.100.7', 'aws:SecureTransport': 'false' });
  expect(kms?.action).toBe('kms:GenerateDataKey');
  expect(kms?.context).toMatchObject({
    'aws:SecureTransport': 'true',
    'aws:UserAgent': 's3.us-east-1.amazonaws.com',
  });
  expect(kms?.context).not.toHaveProperty('aws:SourceIp');
});

describe('the audit log', () => {
  const eventOf = (world: World, service: string, operation: string) => {
    const records = world.transact((tx) => allCalls(tx));
    const record = records.findLast((each) => each.service === service && each.operation === operation);
    return record ? cloudTrailEvent(record) : expect.fail(`${operation} was not recorded`);
  };

  test('has the address, the agent and the connection of a call over HTTP', async () => {
    const world = newWorld();
    await world.call('kms', 'ListKeys', {}, { origin: { ...office, host: 'kms.localhost:8443' } });
    expect(eventOf(world, 'kms', 'ListKeys')).toMatchObject({
      sourceIPAddress: '203.0.113.9',
      userAgent: 'aws-cli/2.31.0',
      tlsDetails: {
        tlsVersion: 'TLSv1.2',
        cipherSuite: 'TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256',
        clientProvidedHostHeader: 'kms.localhost:8443',
      },
    });
    expect(eventOf(world, 'kms', 'ListKeys').tlsDetails).not.toHaveProperty('keyExchange');
  });

  test('shows in a data event how the request was signed', async () => {
    const world = newWorld();
    await newPhotos(world);
    await world.call('s3', 'PutObject', { Bucket, Key: 'k', Body: Buffer.from('hello') }, { origin: office });
    const put = eventOf(world, 's3', 'PutObject');
    expect(put).toMatchObject({
      userAgent: '[aws-cli/2.31.0]',
      requestParameters: { bucketName: Bucket, Host: 'photos.s3.localhost:8443', key: 'k' },
      additionalEventData: {
        SignatureVersion: 'SigV4',
        CipherSuite: 'TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256',
        AuthenticationMethod: 'AuthHeader',
        bytesTransferredIn: 5,
      },
    });
    await world.call('s3', 'DeleteObject', { Bucket, Key: 'k' }, { origin: plain });
    const deleted = eventOf(world, 's3', 'DeleteObject');
    expect(deleted.additionalEventData).toMatchObject({ AuthenticationMethod: 'QueryString' });
    expect(deleted.additionalEventData).not.toHaveProperty('CipherSuite');
    expect(deleted).not.toHaveProperty('tlsDetails');
    expect(deleted).not.toHaveProperty('userAgent');
  });

  test('has the connection of a call that moves its bytes between two transactions, and of a refused one', async () => {
    const world = newWorld();
    await newPhotos(world);
    async function* pieces() {
      for (let i = 0; i < 3; i++) yield Buffer.alloc(100_000, i);
    }
    await world.call(
      's3',
      'PutObject',
      { Bucket, Key: 'long', Body: pieces(), ContentLength: 300_000 },
      { origin: office },
    );
    expect(eventOf(world, 's3', 'PutObject')).toMatchObject({
      sourceIPAddress: '203.0.113.9',
      additionalEventData: { bytesTransferredIn: 300_000 },
    });
    await world.refusal('s3', 'GetObject', { Bucket, Key: 'none' }, { origin: office });
    expect(eventOf(world, 's3', 'GetObject')).toMatchObject({ sourceIPAddress: '203.0.113.9', errorCode: 'NoSuchKey' });
  });

  test('has the equivalent connection of a call in this process', async () => {
    const world = newWorld();
    await newPhotos(world);
    expect(eventOf(world, 's3', 'PutObject')).toMatchObject({
      sourceIPAddress: '127.0.0.1',
      userAgent: '[ssebox]',
      requestParameters: { bucketName: Bucket, Host: 'photos.s3.us-east-1.amazonaws.com', key: 'k' },
      additionalEventData: {
        SignatureVersion: 'SigV4',
        CipherSuite: 'TLS_AES_128_GCM_SHA256',
        AuthenticationMethod: 'AuthHeader',
      },
      tlsDetails: {
        tlsVersion: 'TLSv1.3',
        cipherSuite: 'TLS_AES_128_GCM_SHA256',
        clientProvidedHostHeader: 'photos.s3.us-east-1.amazonaws.com',
      },
    });
    await world.call('kms', 'ListKeys', {});
    expect(eventOf(world, 'kms', 'ListKeys').tlsDetails).toEqual({
      tlsVersion: 'TLSv1.3',
      cipherSuite: 'TLS_AES_256_GCM_SHA384',
      clientProvidedHostHeader: 'kms.us-east-1.amazonaws.com',
      keyExchange: 'X25519MLKEM768',
    });
  });

  test("has the service's name for its call on the caller's behalf, and nothing about the connection", async () => {
    const world = newWorld();
    await world.call('s3', 'CreateBucket', { Bucket });
    const put = { Bucket, Key: 'k', Body: Buffer.from('hello'), ServerSideEncryption: 'aws:kms' } as const;
    await world.call('s3', 'PutObject', put, { origin: office });
    const event = eventOf(world, 'kms', 'GenerateDataKey');
    expect(event).toMatchObject({ sourceIPAddress: 'fas.s3.amazonaws.com', userAgent: 'fas.s3.amazonaws.com' });
    expect(event).not.toHaveProperty('tlsDetails');
  });
});

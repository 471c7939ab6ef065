/** What an endpoint says to those whom it refuses, and what it writes down: nothing of it is a secret of the run. */

import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { requestLog } from '../../src/wire/request-log.ts';
import { signatureTime, signingKey } from '../../src/wire/signature/v4.ts';
import { standsIn } from '../support/at-rest.ts';
import { newCredentials, startEndpoint } from '../support/endpoint.ts';
import { ACCOUNT, newWorld, START } from '../support/harness.ts';
import { requestBytes, sendBytes, statusesIn } from '../support/raw-http.ts';
import {
  headerSigned,
  presigned,
  type RawRequest,
  type SigningCredentials,
  withHeaders,
} from '../support/signed-request.ts';
import { headerSignedV2, presignedV2 } from '../support/signed-v2.ts';
import { bodyOf, payloadForms, signedUpload } from '../support/uploads.ts';

const at = START;

/** Text that no other text has eight bytes of. */
const PLAINTEXT = 'Qv7#dK2!xW9@pL4$zR6%';
const PASSPHRASE = 'Jy3=hB8;mT5,wN1?';
const customerKey = createHash('sha256').update('a key of a customer').digest();
const customer = (prefix: string): Readonly<Record<string, string>> => ({
  [`${prefix}server-side-encryption-customer-algorithm`]: 'AES256',
  [`${prefix}server-side-encryption-customer-key`]: customerKey.toString('base64'),
  [`${prefix}server-side-encryption-customer-key-md5`]: createHash('md5').update(customerKey).digest('base64'),
});

test('no refusal and no line of a log has a secret in it', async () => {
  const world = newWorld();
  const credentials = await newCredentials(world);
  const trust = {
    Version: '2012-10-17',
    Statement: { Effect: 'Allow', Principal: { AWS: ACCOUNT }, Action: 'sts:AssumeRole' },
  };
  await world.call('iam', 'CreateRole', { RoleName: 'r', AssumeRolePolicyDocument: JSON.stringify(trust) });
  const { Credentials } = await world.call('sts', 'AssumeRole', {
    RoleArn: `arn:aws:iam::${ACCOUNT}:role/r`,
    RoleSessionName: 'session',
  });
  const session: SigningCredentials = {
    accessKeyId: Credentials?.AccessKeyId ?? '',
    secretAccessKey: Credentials?.SecretAccessKey ?? '',
    sessionToken: Credentials?.SessionToken ?? '',
  };
  world.place().sealRootKey(PASSPHRASE);
  await world.call('s3', 'CreateBucket', { Bucket: 'letters' });
  const encrypted = {
    Rules: [
      {
        ApplyServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' as const },
        BlockedEncryptionTypes: { EncryptionType: ['NONE' as const] },
      },
    ],
  };
  await world.call('s3', 'PutBucketEncryption', { Bucket: 'letters', ServerSideEncryptionConfiguration: encrypted });
  const { KeyMetadata } = await world.call('kms', 'CreateKey', {});
  const KeyId = KeyMetadata?.KeyId ?? '';

  const lines: string[] = [];
  const logs = (['text', 'json'] as const).flatMap((form) =>
    [true, false].map((namesKeys) =>
      requestLog({
        form,
        namesKeys,
        random: world.environment.random,
        now: world.environment.now,
        write: (line) => void lines.push(line),
      }),
    ),
  );
  const { server, failures } = await startEndpoint(world, {
    observe: (exchange, noted) => {
      for (const log of logs) log(exchange, noted);
    },
  });
  const refusals: string[] = [];
  let successes = 0;
  const send = async (raw: RawRequest, body: Uint8Array | string = ''): Promise<void> => {
    const answer = await sendBytes(server.port, requestBytes(raw, body));
    const [status = 400] = statusesIn(answer);
    if (status >= 400) refusals.push(answer);
    else successes += 1;
  };

  // Right, then wrong in one thing after the other.
  const sse = customer('x-amz-');
  const put = { method: 'PUT', target: '/letters/k', body: PLAINTEXT, headers: sse };
  const copied = { ...sse, ...customer('x-amz-copy-source-'), 'x-amz-copy-source': '/letters/k' };
  for (const owner of [
    credentials,
    session,
    { ...credentials, secretAccessKey: 'x' },
    { ...session, sessionToken: 'x' },
  ]) {
    await send(headerSigned({ at, credentials: owner, ...put }), PLAINTEXT);
    await send(presigned({ at, credentials: owner, ...put, payload: 'UNSIGNED-PAYLOAD' }), PLAINTEXT);
    await send(headerSigned({ at, credentials: owner, target: '/letters/k', headers: sse }));
    await send(headerSigned({ at, credentials: owner, method: 'PUT', target: '/letters/copy', headers: copied }));
    await send(headerSigned({ at, credentials: owner, target: '/letters/missing?versionId=x' }));
    await send(headerSigned({ at: at - 3_600_000, credentials: owner, ...put }), PLAINTEXT);
    await send(presigned({ at: at - 3_600_000, credentials: owner, target: '/letters/k' }));
    await send(presigned({ at, credentials: owner, target: '/letters/%ff' }));
    await send(withHeaders(headerSigned({ at, credentials: owner, ...put }), { 'x-amz-acl': 'private' }), PLAINTEXT);
    await send(headerSigned({ at, credentials: owner, ...put }), `${PLAINTEXT}.`);
    for (const broken of [
      { 'x-amz-server-side-encryption-customer-key-md5': 'x' },
      { 'x-amz-server-side-encryption-customer-algorithm': 'DES' },
      { 'x-amz-server-side-encryption-customer-key': customerKey.toString('base64').slice(4) },
    ]) {
      await send(headerSigned({ at, credentials: owner, ...put, headers: { ...sse, ...broken } }), PLAINTEXT);
      await send(headerSigned({ at, credentials: owner, target: '/letters/k', headers: { ...sse, ...broken } }));
    }
    const hoisted = Object.entries(sse)
      .map(([name, value]) => `${name}=${encodeURIComponent(value)}`)
      .join('&');
    await send(presigned({ at, credentials: owner, target: `/letters/k?${hoisted}`, method: 'PUT' }), PLAINTEXT);
    await send(presigned({ at, credentials: owner, target: `/letters/k?${hoisted}` }));
    for (const form of payloadForms) {
      const upload = signedUpload({ form, bytes: Buffer.from(PLAINTEXT), credentials: owner, at });
      await send(upload.raw, bodyOf(upload));
      await send(upload.raw, Buffer.concat([bodyOf(upload).subarray(0, -4), Buffer.from('....')]));
    }
    for (const sign of [headerSignedV2, presignedV2]) {
      await send(sign({ credentials: owner, method: 'PUT', target: '/letters/k?x=1', headers: sse }), PLAINTEXT);
      await send(sign({ credentials: { ...owner, secretAccessKey: 'x' }, method: 'GET', target: '/letters/k?x=1' }));
    }
    for (const [operation, input] of [
      ['Encrypt', { KeyId, Plaintext: Buffer.from(PLAINTEXT).toString('base64') }],
      ['Encrypt', { KeyId: 'missing', Plaintext: Buffer.from(PLAINTEXT).toString('base64') }],
      ['Encrypt', { KeyId, Plaintext: PLAINTEXT }],
      ['Encrypt', { KeyId, Plaintext: Buffer.from(PLAINTEXT.repeat(400)).toString('base64') }],
      ['Decrypt', { KeyId, CiphertextBlob: Buffer.from(PLAINTEXT).toString('base64') }],
      ['GenerateMac', { KeyId, MacAlgorithm: 'HMAC_SHA_256', Message: Buffer.from(PLAINTEXT).toString('base64') }],
      ['Sign', { KeyId, SigningAlgorithm: PLAINTEXT, Message: 'eA==' }],
    ] as const) {
      const headers = { 'x-amz-target': `TrentService.${operation}`, 'content-type': 'application/x-amz-json-1.1' };
      for (const body of [JSON.stringify(input), JSON.stringify(input).slice(0, -1)]) {
        await send(headerSigned({ at, credentials: owner, service: 'kms', method: 'POST', headers, body }), body);
      }
    }
  }
  // What somebody has put in the wrong place.
  const lost = credentials.secretAccessKey;
  for (const authorization of [`Basic ${lost}`, `Bearer ${lost}`, lost, `AWS ${credentials.accessKeyId}:${lost}`]) {
    await send({
      method: 'GET',
      target: '/letters/k',
      headers: [
        ['host', '127.0.0.1'],
        ['authorization', authorization],
      ],
    });
  }
  await server.close(0);
  expect(failures).toEqual([]);
  expect([successes, refusals.length, lines.length].every((count) => count > 10)).toBe(true);

  const date = signatureTime(new Date(at)).slice(0, 8);
  const secrets: readonly (readonly [string, Uint8Array])[] = [
    ['secret access key', Buffer.from(credentials.secretAccessKey)],
    ['secret of a session', Buffer.from(session.secretAccessKey)],
    ['token', Buffer.from(session.sessionToken ?? '')],
    ['key of a customer', customerKey],
    ['key of a customer in base64', Buffer.from(customerKey.toString('base64'))],
    ['passphrase', Buffer.from(PASSPHRASE)],
    ...[credentials, session].flatMap(({ secretAccessKey }) =>
      ['s3', 'kms'].map(
        (service) => ['signing key', signingKey(secretAccessKey, { date, region: 'us-east-1', service })] as const,
      ),
    ),
  ];
  const said = [...refusals, ...lines].map((text) => Buffer.from(text, 'latin1'));
  for (const [what, secret] of secrets) expect([what, standsIn(said, secret)]).toEqual([what, false]);
  // The one refusal that repeats what is not of the enumeration it should be: what the client calls an algorithm.
  const ofPlaintext = said.filter((text) => !text.includes('signingAlgorithm'));
  expect(standsIn(ofPlaintext, Buffer.from(PLAINTEXT))).toBe(false);
});

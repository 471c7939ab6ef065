/**
 * Calls for keys and objects under keys as callers make them, through the store: what each is answered, and the statement, grant or setting behind it.
 * What the evaluator decides by itself is in the worked cases of policies.
 */

import { describe } from 'vitest';
import type { Input } from '../../src/api/model/operations.ts';
import {
  ALICE,
  ALLOWED,
  asAlice,
  ask,
  BOB,
  check,
  delegates,
  denied,
  document,
  keyWith,
  missing,
  Plaintext,
  read,
  withObject,
} from '../support/decided-calls.ts';
import { ACCOUNT, type Options, type World } from '../support/harness.ts';
import { allow, deny, makeUser } from './principals.ts';

/** Alice without policies, and a key that names bob, with a grant to alice. */
async function withGrant(world: World, details: Omit<Input<'kms', 'CreateGrant'>, 'KeyId' | 'GranteePrincipal'>) {
  makeUser(world, 'alice');
  makeUser(world, 'bob');
  const KeyId = await keyWith(world, { ...allow('kms:*'), Principal: { AWS: BOB } });
  const { GrantId } = await world.call('kms', 'CreateGrant', { KeyId, GranteePrincipal: ALICE, ...details });
  return { KeyId, because: (action: string) => `grant ${GrantId} allows ${action} for ${ALICE}` };
}

const silentKey = (action: string) =>
  `the key policy neither allows ${action} for the caller nor lets the account's identity-based policies do so`;

// AWS KMS Developer Guide, "Grants in AWS KMS".
describe('by a grant', () => {
  check([
    [
      'an operation that it lists',
      async (world) => {
        const { KeyId, because } = await withGrant(world, { Operations: ['Decrypt'] });
        const { CiphertextBlob } = await world.call('kms', 'Encrypt', { KeyId, Plaintext });
        return { ...ask('kms', 'Decrypt', { CiphertextBlob }), answer: ALLOWED, because: because('kms:Decrypt') };
      },
    ],
    [
      'and one that it does not',
      async (world) => {
        const { KeyId } = await withGrant(world, { Operations: ['Decrypt'] });
        const answer = `AccessDeniedException: ${denied(ALICE, 'kms:Encrypt', KeyId, missing('resource', 'kms:Encrypt'))}`;
        return { ...ask('kms', 'Encrypt', { KeyId, Plaintext }), answer, because: silentKey('kms:Encrypt') };
      },
    ],
    [
      'a part of the encryption context, whose name compares without case',
      async (world) => {
        const Constraints = { EncryptionContextSubset: { dept: 'IT' } };
        const { KeyId, because } = await withGrant(world, { Operations: ['Encrypt'], Constraints });
        const input = { KeyId, Plaintext, EncryptionContext: { Dept: 'IT', x: '1' } };
        return { ...ask('kms', 'Encrypt', input), answer: ALLOWED, because: because('kms:Encrypt') };
      },
    ],
    [
      'the whole encryption context, which one more pair is not',
      async (world) => {
        const Constraints = { EncryptionContextEquals: { dept: 'IT' } };
        const { KeyId } = await withGrant(world, { Operations: ['Encrypt'], Constraints });
        const input = { KeyId, Plaintext, EncryptionContext: { dept: 'IT', x: '1' } };
        const answer = `AccessDeniedException: ${denied(ALICE, 'kms:Encrypt', KeyId, missing('resource', 'kms:Encrypt'))}`;
        return { ...ask('kms', 'Encrypt', input), answer, because: silentKey('kms:Encrypt') };
      },
    ],
    [
      'DescribeKey, which has no encryption context to constrain',
      async (world) => {
        const Constraints = { EncryptionContextSubset: { dept: 'IT' } };
        const Operations = ['Encrypt', 'DescribeKey'] as const;
        const { KeyId, because } = await withGrant(world, { Operations: [...Operations], Constraints });
        return { ...ask('kms', 'DescribeKey', { KeyId }), answer: ALLOWED, because: because('kms:DescribeKey') };
      },
    ],
    [
      'a grant with more operations than its parent',
      async (world) => {
        const { KeyId } = await withGrant(world, { Operations: ['CreateGrant', 'Decrypt'] });
        const input = { KeyId, GranteePrincipal: BOB, Operations: ['Decrypt' as const, 'Encrypt' as const] };
        const answer = `AccessDeniedException: ${denied(ALICE, 'kms:CreateGrant', KeyId, missing('resource', 'kms:CreateGrant'))}`;
        return { ...ask('kms', 'CreateGrant', input), answer, because: silentKey('kms:CreateGrant') };
      },
    ],
  ]);
});

const alias = `arn:aws:kms:us-east-1:${ACCOUNT}:alias/app`;

// AWS KMS Developer Guide, "Controlling access to aliases", "Key policies in AWS KMS"; KMS API Reference, PutKeyPolicy.
describe('to a key and its aliases', () => {
  check([
    [
      'an alias without permission on its key',
      async (world) => {
        makeUser(world, 'alice', [allow('kms:CreateAlias', alias)]);
        const TargetKeyId = await keyWith(world, delegates);
        const answer = `AccessDeniedException: ${denied(ALICE, 'kms:CreateAlias', TargetKeyId, missing('identity', 'kms:CreateAlias'))}`;
        const because = 'no identity-based policy of the caller allows kms:CreateAlias';
        return { ...ask('kms', 'CreateAlias', { AliasName: 'alias/app', TargetKeyId }), answer, because };
      },
    ],
    [
      'an alias with both',
      async (world) => {
        const TargetKeyId = await keyWith(world, delegates);
        makeUser(world, 'alice', [allow('kms:CreateAlias', alias), allow('kms:CreateAlias', TargetKeyId)]);
        const because =
          'the inline policy own (statement 2) allows kms:CreateAlias, and the key policy (statement "Delegates") lets the account\'s policies decide';
        return { ...ask('kms', 'CreateAlias', { AliasName: 'alias/app', TargetKeyId }), answer: ALLOWED, because };
      },
    ],
    [
      'an alias of AWS',
      async (world) => {
        makeUser(world, 'alice', [allow('kms:*'), allow('s3:*')]);
        await withObject(world);
        await world.call('s3', 'PutObject', { ...read, ServerSideEncryption: 'aws:kms' });
        return { ...ask('kms', 'DeleteAlias', { AliasName: 'alias/aws/s3' }), answer: 'NotAuthorizedException: ' };
      },
    ],
    [
      'a key policy that shuts out who puts it',
      async (world) => {
        makeUser(world, 'alice', [allow('kms:*')]);
        makeUser(world, 'bob');
        const KeyId = await keyWith(world, delegates);
        const Policy = document({ ...allow('kms:*'), Principal: { AWS: BOB } });
        const answer =
          'MalformedPolicyDocumentException: The new key policy will not allow you to update the key policy in the future.';
        return { ...ask('kms', 'PutKeyPolicy', { KeyId, Policy }), answer };
      },
    ],
    [
      'a key policy that allows RetireGrant has no effect',
      async (world) => {
        makeUser(world, 'alice');
        makeUser(world, 'bob');
        const KeyId = await keyWith(world, { ...allow('kms:RetireGrant'), Principal: { AWS: ALICE } });
        const { GrantId } = await world.call('kms', 'CreateGrant', {
          ...{ KeyId, GranteePrincipal: BOB, Operations: ['Decrypt'] },
        });
        const answer = `AccessDeniedException: ${denied(ALICE, 'kms:RetireGrant', KeyId, missing('identity', 'kms:RetireGrant'))}`;
        const because = 'no identity-based policy of the caller allows kms:RetireGrant';
        return { ...ask('kms', 'RetireGrant', { KeyId, GrantId }), answer, because };
      },
    ],
  ]);
});

const throughS3 = {
  ...allow(['kms:Decrypt', 'kms:GenerateDataKey']),
  Principal: { AWS: '*' },
  Condition: { StringEquals: { 'kms:CallerAccount': ACCOUNT, 'kms:ViaService': 's3.us-east-1.amazonaws.com' } },
};

const fromOffice = {
  kind: 'http',
  sourceIp: '203.0.113.9',
  isTls: true,
  host: 'localhost',
  auth: 'header',
} as const satisfies Options['origin'];
const notFromOffice = (Action: string) => ({
  ...deny(Action),
  Condition: { NotIpAddress: { 'aws:SourceIp': '203.0.113.0/24' } },
});

// Amazon S3 User Guide, "Using server-side encryption with AWS KMS keys (SSE-KMS)"; AWS KMS Developer Guide,
// "kms:ViaService"; IAM User Guide, "aws:SourceIp", which is absent where a service calls for the caller.
describe('to an object under a key', () => {
  check([
    [
      'a key that lets in the account through S3',
      async (world) => {
        makeUser(world, 'alice', [allow('s3:GetObject')]);
        await withObject(world, [], await keyWith(world, throughS3));
        const because = `the key policy (statement 2) allows kms:Decrypt for ${ALICE}`;
        return { ...ask('s3', 'GetObject', read), answer: ALLOWED, because };
      },
    ],
    [
      'the same key, asked directly',
      async (world) => {
        makeUser(world, 'alice', [allow('s3:GetObject')]);
        const KeyId = await keyWith(world, throughS3);
        const answer = `AccessDeniedException: ${denied(ALICE, 'kms:GenerateDataKey', KeyId, missing('resource', 'kms:GenerateDataKey'))}`;
        const input = { KeyId, KeySpec: 'AES_256' as const };
        return { ...ask('kms', 'GenerateDataKey', input), answer, because: silentKey('kms:GenerateDataKey') };
      },
    ],
    [
      'a put without permission on the key',
      async (world) => {
        makeUser(world, 'alice', [allow('s3:PutObject')]);
        const SSEKMSKeyId = await keyWith(world, delegates);
        await withObject(world);
        const input = { ...read, Body: Plaintext, ServerSideEncryption: 'aws:kms' as const, SSEKMSKeyId };
        const answer = `AccessDenied: ${denied(ALICE, 'kms:GenerateDataKey', SSEKMSKeyId, missing('identity', 'kms:GenerateDataKey'))}`;
        const because = 'no identity-based policy of the caller allows kms:GenerateDataKey';
        return { ...ask('s3', 'PutObject', input), answer, because };
      },
    ],
    [
      'an upload in parts, whose parts need kms:Decrypt',
      async (world) => {
        makeUser(world, 'alice', [allow(['s3:PutObject', 'kms:GenerateDataKey'])]);
        const SSEKMSKeyId = await keyWith(world, delegates);
        await withObject(world);
        const create = { ...read, ServerSideEncryption: 'aws:kms' as const, SSEKMSKeyId };
        const { UploadId = '' } = await world.call('s3', 'CreateMultipartUpload', create, asAlice);
        const part = { ...read, UploadId, PartNumber: 1, Body: Plaintext };
        const answer = `AccessDenied: ${denied(ALICE, 'kms:Decrypt', SSEKMSKeyId, missing('identity', 'kms:Decrypt'))}`;
        const because = 'no identity-based policy of the caller allows kms:Decrypt';
        return { ...ask('s3', 'UploadPart', part), answer, because };
      },
    ],
    [
      'a Deny of keys outside the office, for who is in it and asks directly',
      async (world) => {
        makeUser(world, 'alice', [allow(['s3:GetObject', 'kms:*']), notFromOffice('kms:*')]);
        const KeyId = await keyWith(world, delegates);
        const because =
          'the inline policy own (statement 1) allows kms:DescribeKey, and the key policy (statement "Delegates") lets the account\'s policies decide';
        const options = { ...asAlice, origin: fromOffice };
        return { ...ask('kms', 'DescribeKey', { KeyId }, options), answer: ALLOWED, because };
      },
    ],
    [
      'a Deny of keys outside the office, and reads through S3: S3 calls KMS from elsewhere',
      async (world) => {
        makeUser(world, 'alice', [allow(['s3:GetObject', 'kms:*']), notFromOffice('kms:*')]);
        const SSEKMSKeyId = await keyWith(world, delegates);
        await withObject(world, [], SSEKMSKeyId);
        const options = { ...asAlice, origin: fromOffice };
        const answer = `AccessDenied: ${denied(ALICE, 'kms:Decrypt', SSEKMSKeyId, 'with an explicit deny in an identity-based policy')}`;
        const because = 'the inline policy own (statement 2) denies kms:Decrypt';
        return { ...ask('s3', 'GetObject', read, options), answer, because };
      },
    ],
  ]);
});

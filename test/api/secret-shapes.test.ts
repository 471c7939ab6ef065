/** What of an input is secret: what the models mark, except what AWS itself shows and records. */

import { expect, test } from 'vitest';
import { operationModel } from '../../src/api/model/loader.ts';
import type { ServiceName } from '../../src/api/model/operations.ts';
import { secretIn } from '../../src/api/secret-shapes.ts';

test.for<[ServiceName, string, string, ReturnType<typeof secretIn>]>([
  ['kms', 'Encrypt', 'Plaintext', 'bytes'],
  ['kms', 'Sign', 'Message', 'bytes'],
  ['kms', 'Decrypt', 'CiphertextBlob', undefined],
  ['kms', 'Encrypt', 'KeyId', undefined],
  ['kms', 'CreateCustomKeyStore', 'KeyStorePassword', 'text'],
  ['kms', 'CreateCustomKeyStore', 'XksProxyAuthenticationCredential', 'text'],
  ['s3', 'PutObject', 'SSECustomerKey', 'text'],
  ['s3', 'UploadPartCopy', 'CopySourceSSECustomerKey', 'text'],
  ['s3', 'PutObject', 'SSECustomerKeyMD5', undefined],
  ['s3', 'PutObject', 'SSEKMSKeyId', undefined],
  ['s3', 'PutObject', 'SSEKMSEncryptionContext', undefined],
  ['s3', 'PutBucketEncryption', 'ServerSideEncryptionConfiguration', undefined],
  ['s3', 'PutBucketInventoryConfiguration', 'InventoryConfiguration', undefined],
  ['s3', 'UpdateObjectEncryption', 'ObjectEncryption', undefined],
])('%s %s %s is secret: %s', ([service, operation, member, secret]) => {
  const model = operationModel(service, operation);
  const input = model?.input && model.shapes[model.input.shape];
  if (input?.type !== 'structure') return expect.fail('no input');
  const ref = input.members[member] ?? expect.fail('no such member');
  expect(secretIn(ref.shape, model?.shapes ?? {})).toBe(secret);
});

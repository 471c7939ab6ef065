import { expect, test } from 'vitest';
import {
  CUSTOMER_KEY_LABEL,
  dataKeyLabels,
  format1RowKinds,
  format1RowLabel,
  hashLabels,
  ROOT_KEY_FILE_LABEL,
  wrapLabels,
} from '../../src/crypto/labels.ts';
import { makeRootKey } from '../../src/crypto/root-key.ts';

const ofRootKey = [
  ...Object.values(wrapLabels).map((label) => `wrap ${label}`),
  ...[...Object.values(hashLabels), ...format1RowKinds.map(format1RowLabel)].map((label) => `derive ${label}`),
  ROOT_KEY_FILE_LABEL,
];
const ofDataKeys = [...Object.values(dataKeyLabels), CUSTOMER_KEY_LABEL];

test('labels are those that stores were written with: they can be added but not changed', () => {
  expect([...ofRootKey].sort()).toEqual([
    'derive ssebox kms grant token',
    'derive ssebox kms key material id',
    'derive ssebox root key check',
    'derive ssebox row',
    'derive ssebox sts access key id',
    'derive ssebox/s3/part',
    'derive ssebox/s3/upload',
    'derive ssebox/s3/uploaded-part',
    'derive ssebox/s3/version',
    'derive ssebox/s3/version-id',
    'derive ssebox/s3/version-place',
    'ssebox root key file',
    'wrap ssebox cloudtrail signing key',
    'wrap ssebox iam secret access key',
    'wrap ssebox identifier key',
    'wrap ssebox kms backing key',
    'wrap ssebox kms import token',
    'wrap ssebox/s3/bucket',
    'wrap ssebox/s3/bucket-level-key',
    'wrap ssebox/s3/upload-metadata-key',
  ]);
  expect([...ofDataKeys].sort()).toEqual([
    'ssebox/s3/customer-key-verifier',
    'ssebox/s3/metadata',
    'ssebox/s3/segments',
  ]);
});

test('no two uses of a key share a label', () => {
  expect(new Set(ofRootKey).size).toBe(ofRootKey.length);
  expect(new Set(ofDataKeys).size).toBe(ofDataKeys.length);
});

/** Bytes that were made before labels had a file of their own. */
test('wrapping and derivation give the same as in earlier versions', () => {
  const rootKey = makeRootKey(new Uint8Array(32).fill(7), (size) => new Uint8Array(size).fill(1));
  const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex');
  expect(hex(rootKey.derive(format1RowLabel('version')))).toBe(
    '3395bc3ac76908932de9a0445924e07c96ae8fc8f0918597104129f871abc63d',
  );
  expect(hex(rootKey.derive(hashLabels.grantToken))).toBe(
    '6973d2f022593b8ec5624f24bc9d6b0e3dcf5721f2053f294ad69b9beb73e50b',
  );
  const wrapped = Buffer.from('0101010101010101010101018c9f8bbf6ce0e90dbf474eed3dd4dcb3cbfb71cf3092', 'hex');
  expect(rootKey.unwrap(wrapLabels.s3Key, wrapped, Buffer.from('data'))).toEqual(Buffer.from('secret'));
});

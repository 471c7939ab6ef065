/** What the options of Amazon S3 that are about encryption and checksums mean. S3 API Reference, by operation. */

import type { MeaningsOf, MemberMeanings } from './meaning.ts';

const checksum = (name: string) => `the base64 ${name} of the bytes, which S3 compares with what it received`;
const ofCopy = {
  SSECustomerAlgorithm: 'the cipher of the key that you provide for the copy: AES256; needs --sse-customer-key',
  SSECustomerKey: 'your own 256-bit key for the copy, raw and from a file (fileb://new.key); S3 does not keep it',
};
const asSent = {
  SSECustomerKey: 'your own key that the data is encrypted with, in base64, since this command sends it as it is',
  SSECustomerKeyMD5: 'the base64 MD5 of the key, which this command does not compute for you',
};

export const encryptionOptions = {
  BucketKeyEnabled: 'let S3 use a bucket key, which needs fewer KMS calls (default: as the bucket says)',
  ChecksumAlgorithm: 'the checksum of the body to compute and send along (default CRC64NVME)',
  ChecksumCRC32: checksum('CRC-32'),
  ChecksumCRC32C: checksum('CRC-32C'),
  ChecksumCRC64NVME: checksum('CRC-64/NVME'),
  ChecksumMD5: checksum('MD5'),
  ChecksumMode: 'return the checksum that is stored with the object, and check what was downloaded with it',
  ChecksumSHA1: checksum('SHA-1'),
  ChecksumSHA256: checksum('SHA-256'),
  ChecksumSHA512: checksum('SHA-512'),
  ChecksumType: 'whether the checksum is of the whole object or made of the checksums of its parts',
  ChecksumXXHASH128: checksum('XXH128'),
  ChecksumXXHASH3: checksum('XXH3'),
  ChecksumXXHASH64: checksum('XXH64'),
  ContentMD5: 'the base64 MD5 of the body, which S3 compares with what it received',
  CopySourceSSECustomerAlgorithm: 'the cipher of the key that you provided for the source: AES256',
  CopySourceSSECustomerKey: 'your own key that the source is encrypted with, raw and from a file (fileb://old.key)',
  CopySourceSSECustomerKeyMD5:
    'the base64 MD5 of the source key (default: computed); given with it, the key is base64 too',
  ObjectEncryption: 'the KMS key to protect the object with from now on, by its ARN, and whether by a bucket key',
  SSECustomerAlgorithm: 'the cipher of the key that you provide (SSE-C): AES256; needs --sse-customer-key',
  SSECustomerKey: 'your own 256-bit key, raw and from a file (fileb://my.key); S3 does not keep it',
  SSECustomerKeyMD5: 'the base64 MD5 of your key (default: computed); given with it, the key is base64 too',
  SSEKMSEncryptionContext: 'a JSON object of names and values for the KMS calls, in base64; S3 adds the ARN to it',
  SSEKMSKeyId: 'the KMS key, by key id, key ARN or alias; needs aws:kms or aws:kms:dsse (default: the AWS managed key)',
  ServerSideEncryption:
    'how the object is encrypted: AES256 with keys of S3, aws:kms once and aws:kms:dsse twice (default: the bucket’s)',
  ServerSideEncryptionConfiguration:
    'how objects are encrypted when the upload does not say; KMSMasterKeyID is only for KMS, and SSE-C can be blocked',
} as const satisfies MemberMeanings<'s3'>;

export const encryptionWithin = {
  CompleteMultipartUpload: {
    ChecksumType: 'the type of checksum that the upload was created with, to check it once more',
    SSECustomerKey: 'your own key that the parts were encrypted with, raw and from a file (fileb://my.key)',
  },
  CopyObject: {
    ChecksumAlgorithm: 'the checksum to store with the copy (default: the one of the source)',
    ...ofCopy,
  },
  CreateMultipartUpload: {
    ChecksumAlgorithm: 'the checksum that each part will have, and the object in the end',
    SSECustomerKey: 'your own 256-bit key, raw and from a file (fileb://my.key); each part has to bring it again',
  },
  GetObject: {
    SSECustomerKey: 'your own key that the object was encrypted with, raw and from a file (fileb://my.key)',
  },
  GetObjectAttributes: asSent,
  HeadObject: {
    ChecksumMode: 'return the checksum that is stored with the object, which otherwise stays out of the response',
    SSECustomerKey: 'your own key that the object was encrypted with, raw and from a file (fileb://my.key)',
  },
  ListParts: asSent,
  UploadPart: { SSECustomerKey: 'the same key as in create-multipart-upload, raw and from a file (fileb://my.key)' },
  UploadPartCopy: {
    SSECustomerKey: 'the same key as in create-multipart-upload, raw and from a file (fileb://my.key)',
  },
} as const satisfies MeaningsOf<'s3'>['within'];

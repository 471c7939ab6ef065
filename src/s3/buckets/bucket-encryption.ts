/** A bucket's default encryption: Amazon S3 User Guide, "Setting default server-side encryption behavior for Amazon S3 buckets". */

import type { ServerSideEncryptionRule } from '../../api/model/s3.types.ts';
import { operation } from '../../call/operation.ts';
import type { BucketDefault, BucketRecord } from '../../store/records/s3.ts';
import { findBucket, putBucket } from '../request/bucket.ts';
import { requestParameters } from '../request/event-fields.ts';
import { invalidArgument } from '../request/invalid-argument.ts';
import { notCounted, notInList } from '../request/malformed-xml.ts';
import { bucketAccess } from '../request/permissions.ts';
import { requestDocument } from '../request/request-document.ts';

/**
 * Replaces the default. The key is stored as given, without a check unless it is empty: a wrong one shows at the first
 * write. A block of SSE-C stays unless the rule changes it. S3 API Reference, PutBucketEncryption.
 */
export const PutBucketEncryption = operation('s3', 'PutBucketEncryption', {
  resolve: (input, call) => findBucket(input, call),
  authorize: (bucket, _input, call) => [bucketAccess('s3:PutEncryptionConfiguration', bucket, call)],
  run(bucket, { ServerSideEncryptionConfiguration: { Rules } }, { tx }) {
    const [rule, ...more] = Rules;
    if (!rule || more.length > 0) throw notCounted('Rules', 1, 1, Rules.length);
    putBucket(
      {
        ...bucket,
        encryption: parseDefault(rule, bucket),
        encryptionIsExplicit: bucket.encryptionIsExplicit || rule.ApplyServerSideEncryptionByDefault !== undefined,
        blocksCustomerKeys: parseBlock(rule, bucket),
      },
      tx,
    );
  },
  parameters: (input) => requestParameters(input, { encryption: '', ...requestDocument('PutBucketEncryption', input) }),
});

function parseDefault(rule: ServerSideEncryptionRule, bucket: BucketRecord): BucketDefault {
  const { ApplyServerSideEncryptionByDefault: apply } = rule;
  const bucketKey = rule.BucketKeyEnabled ?? false;
  if (!apply) return { ...bucket.encryption, bucketKey: rule.BucketKeyEnabled ?? bucket.encryption.bucketKey };
  const { SSEAlgorithm, KMSMasterKeyID: keyId } = apply;
  const refused = (message: string) => invalidArgument(message, 'ApplyServerSideEncryptionByDefault');
  switch (SSEAlgorithm) {
    case 'AES256':
      if (keyId === undefined) return { kind: 'SSE-S3', bucketKey };
      throw refused('a KMSMasterKeyID is not applicable if the default sse algorithm is not aws:kms or aws:kms:dsse');
    case 'aws:kms':
    case 'aws:kms:dsse':
      if (keyId !== '') return { kind: SSEAlgorithm === 'aws:kms' ? 'SSE-KMS' : 'DSSE-KMS', keyId, bucketKey };
      throw refused('if the default sse algorithm is aws:kms and a KMSMasterKeyID is specified, it must be non-empty');
    default:
      throw notInList('SSEAlgorithm', SSEAlgorithm, ['AES256', 'aws:kms', 'aws:kms:dsse']);
  }
}

function parseBlock({ BlockedEncryptionTypes }: ServerSideEncryptionRule, bucket: BucketRecord): boolean {
  const types = BlockedEncryptionTypes?.EncryptionType;
  if (!types) return bucket.blocksCustomerKeys;
  const [type, ...more] = types;
  if (type === undefined || more.length > 0) throw notCounted('EncryptionType', 1, 1, types.length);
  if (type !== 'SSE-C' && type !== 'NONE') throw notInList('EncryptionType', type, ['NONE', 'SSE-C']);
  return type === 'SSE-C';
}

/** S3 API Reference, GetBucketEncryption. */
export const GetBucketEncryption = operation('s3', 'GetBucketEncryption', {
  resolve: (input, call) => findBucket(input, call),
  authorize: (bucket, _input, call) => [bucketAccess('s3:GetEncryptionConfiguration', bucket, call)],
  run({ encryption, blocksCustomerKeys }) {
    const rule: ServerSideEncryptionRule = {
      ApplyServerSideEncryptionByDefault: {
        SSEAlgorithm: algorithmNames[encryption.kind],
        ...(encryption.kind !== 'SSE-S3' && encryption.keyId !== undefined && { KMSMasterKeyID: encryption.keyId }),
      },
      BucketKeyEnabled: encryption.bucketKey,
      BlockedEncryptionTypes: { EncryptionType: [blocksCustomerKeys ? 'SSE-C' : 'NONE'] },
    };
    return { ServerSideEncryptionConfiguration: { Rules: [rule] } };
  },
  parameters: (input) => requestParameters(input, { encryption: '' }),
});

const algorithmNames = { 'SSE-S3': 'AES256', 'SSE-KMS': 'aws:kms', 'DSSE-KMS': 'aws:kms:dsse' } as const;

/** Restores SSE-S3 without a bucket key. S3 API Reference, DeleteBucketEncryption. */
export const DeleteBucketEncryption = operation('s3', 'DeleteBucketEncryption', {
  resolve: (input, call) => findBucket(input, call),
  authorize: (bucket, _input, call) => [bucketAccess('s3:PutEncryptionConfiguration', bucket, call)],
  run(bucket, _input, { tx }) {
    putBucket({ ...bucket, encryption: { kind: 'SSE-S3', bucketKey: false }, encryptionIsExplicit: false }, tx);
  },
  parameters: (input) => requestParameters(input, { encryption: '' }),
});

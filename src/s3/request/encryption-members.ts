/** An object's encryption in responses: S3 API Reference, PutObject and GetObject, response elements. */

import type { ServerSideEncryption } from '../../api/model/s3.types.ts';
import type { StoredEncryption } from '../../store/records/s3.ts';
import type { CustomerKeyHeaders } from './customer-key.ts';

export interface EncryptionMembers {
  readonly ServerSideEncryption?: ServerSideEncryption;
  readonly SSEKMSKeyId?: string;
  readonly BucketKeyEnabled?: boolean;
  readonly SSECustomerAlgorithm?: string;
  readonly SSECustomerKeyMD5?: string;
}

/**
 * The mode, and for a KMS key always its ARN. A bucket key is shown only if enabled. A customer's key is shown by its
 * MD5, taken from the request: S3 does not store it.
 */
export function encryptionMembers(stored: StoredEncryption, request: CustomerKeyHeaders): EncryptionMembers {
  switch (stored.kind) {
    case 'SSE-S3':
      return { ServerSideEncryption: 'AES256' };
    case 'SSE-KMS':
      return { ServerSideEncryption: 'aws:kms', SSEKMSKeyId: stored.keyArn };
    case 'SSE-KMS-bucket-key':
      return { ServerSideEncryption: 'aws:kms', SSEKMSKeyId: stored.keyArn, BucketKeyEnabled: true };
    case 'DSSE-KMS':
      return { ServerSideEncryption: 'aws:kms:dsse', SSEKMSKeyId: stored.keyArn };
    case 'SSE-C':
      return {
        SSECustomerAlgorithm: 'AES256',
        ...(request.SSECustomerKeyMD5 !== undefined && { SSECustomerKeyMD5: request.SSECustomerKeyMD5 }),
      };
  }
}

/** The encryption context as writes return it: base64 of the JSON of all its pairs. */
export function contextMember(
  stored: StoredEncryption,
  asked: string | undefined,
): { SSEKMSEncryptionContext?: string } {
  if (asked === undefined || !('context' in stored)) return {};
  return { SSEKMSEncryptionContext: Buffer.from(JSON.stringify(stored.context)).toString('base64') };
}

/** The mode as users know it: a bucket key is not a separate mode. */
export const modeOf = ({ kind }: StoredEncryption): 'SSE-S3' | 'SSE-KMS' | 'DSSE-KMS' | 'SSE-C' =>
  kind === 'SSE-KMS-bucket-key' ? 'SSE-KMS' : kind;

/** What answers say of an object's encryption: S3 API Reference, PutObject and GetObject, response elements. */

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
 * The mode, and of a KMS key always its ARN. A bucket key shows only where it is on. A customer's key shows by its
 * MD5, which is the request's own: S3 does not keep it.
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

/** The encryption context as writes give it back: base64 of the JSON of all its pairs. */
export function contextMember(
  stored: StoredEncryption,
  asked: string | undefined,
): { SSEKMSEncryptionContext?: string } {
  if (asked === undefined || !('context' in stored)) return {};
  return { SSEKMSEncryptionContext: Buffer.from(JSON.stringify(stored.context)).toString('base64') };
}

/** The mode as users know it: a bucket key makes no mode of its own. */
export const modeOf = ({ kind }: StoredEncryption): 'SSE-S3' | 'SSE-KMS' | 'DSSE-KMS' | 'SSE-C' =>
  kind === 'SSE-KMS-bucket-key' ? 'SSE-KMS' : kind;

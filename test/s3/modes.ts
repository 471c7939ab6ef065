/** The ways of encrypting an object, as tests ask for them. */

import { customerKeyHeaders } from '../../src/s3/request/customer-key.ts';
import type { World } from '../support/harness.ts';

export const customerKey = customerKeyHeaders(new Uint8Array(32).fill(0x5e));

export interface Mode {
  readonly name: string;
  /** Headers of a write. */
  readonly write: {
    readonly ServerSideEncryption?: 'AES256' | 'aws:kms' | 'aws:kms:dsse';
    readonly BucketKeyEnabled?: boolean;
    readonly SSECustomerAlgorithm?: string;
    readonly SSECustomerKey?: string;
    readonly SSECustomerKeyMD5?: string;
  };
  /** Headers of a read. */
  readonly read: Pick<Mode['write'], 'SSECustomerAlgorithm' | 'SSECustomerKey' | 'SSECustomerKeyMD5'>;
}

export const modes: readonly Mode[] = [
  { name: 'SSE-S3', write: { ServerSideEncryption: 'AES256' }, read: {} },
  { name: 'SSE-KMS', write: { ServerSideEncryption: 'aws:kms' }, read: {} },
  { name: 'SSE-KMS with a bucket key', write: { ServerSideEncryption: 'aws:kms', BucketKeyEnabled: true }, read: {} },
  { name: 'DSSE-KMS', write: { ServerSideEncryption: 'aws:kms:dsse' }, read: {} },
  { name: 'SSE-C', write: customerKey, read: customerKey },
];

/** Makes a bucket that takes every mode. */
export async function newBucket(world: World, Bucket = 'photos'): Promise<string> {
  await world.call('s3', 'CreateBucket', { Bucket });
  await world.call('s3', 'PutBucketEncryption', {
    Bucket,
    ServerSideEncryptionConfiguration: { Rules: [{ BlockedEncryptionTypes: { EncryptionType: ['NONE'] } }] },
  });
  return Bucket;
}

export async function bytesOf(body: AsyncIterable<Uint8Array> | undefined): Promise<Buffer> {
  const pieces: Uint8Array[] = [];
  for await (const piece of body ?? []) pieces.push(Uint8Array.from(piece));
  return Buffer.concat(pieces);
}

export async function* inPieces(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

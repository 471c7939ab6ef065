/** Server-side encryption: Amazon S3 User Guide, "Protecting data with server-side encryption". */

import { createHash } from 'node:crypto';
import { ReceivedRefusal } from '../../../api/errors.ts';
import { requireRefusal, requireSame, Wrong } from './outcome.ts';
import type { Peer } from './peer.ts';
import type { Row } from './row.ts';

const TEXT = Buffer.from('what is encrypted\n');

/** The mode that an answer and a later look at the object report. */
async function probeMode(
  peer: Peer,
  Key: string,
  mode: 'AES256' | 'aws:kms' | 'aws:kms:dsse',
  more: { readonly BucketKeyEnabled?: boolean; readonly SSEKMSEncryptionContext?: string } = {},
): Promise<string | undefined> {
  const own = mode === 'AES256' ? undefined : peer.sseKmsKey;
  const asked = { ServerSideEncryption: mode, SSEKMSKeyId: own, ...more };
  const { ServerSideEncryption: answered } = await peer.put(Key, TEXT, asked);
  requireSame('the encryption that PutObject reports', answered, mode);
  const found = await peer.call('s3', 'HeadObject', { Bucket: peer.bucket, Key });
  requireSame('the encryption that HeadObject reports', found.ServerSideEncryption, mode);
  if (own !== undefined) requireSame('the KMS key', found.SSEKMSKeyId, own);
  if (more.BucketKeyEnabled) requireSame('BucketKeyEnabled', found.BucketKeyEnabled, true);
  requireSame('the object', await peer.read(Key), TEXT.toString());
  return mode === 'AES256' ? undefined : `with ${found.SSEKMSKeyId ?? 'a key that is not reported'}`;
}

const base64 = (text: string): string => Buffer.from(text).toString('base64');

export const encryptionRows: readonly Row[] = [
  {
    name: 'default encryption of a bucket',
    async probe({ call, put, bucket: Bucket }) {
      const configured = (SSEAlgorithm: 'AES256') =>
        call('s3', 'PutBucketEncryption', {
          Bucket,
          ServerSideEncryptionConfiguration: { Rules: [{ ApplyServerSideEncryptionByDefault: { SSEAlgorithm } }] },
        });
      await configured('AES256');
      const { ServerSideEncryptionConfiguration: found } = await call('s3', 'GetBucketEncryption', { Bucket });
      const [rule] = found?.Rules ?? [];
      requireSame('the algorithm', rule?.ApplyServerSideEncryptionByDefault?.SSEAlgorithm, 'AES256');
      const { ServerSideEncryption } = await put('encrypted/default', TEXT);
      requireSame('the encryption that PutObject reports', ServerSideEncryption, 'AES256');
      const odd = () => configured('AES512' as never);
      await requireRefusal('an algorithm that there is not', odd, 'MalformedXML', 'InvalidArgument');
    },
  },
  {
    name: 'SSE-S3',
    async probe(peer) {
      await probeMode(peer, 'encrypted/sse-s3', 'AES256');
      const odd = () => peer.put('encrypted/odd', TEXT, { ServerSideEncryption: 'AES512' as never });
      await requireRefusal(
        'an encryption that there is not',
        odd,
        'InvalidArgument',
        'InvalidEncryptionAlgorithmError',
      );
    },
  },
  {
    name: 'SSE-KMS',
    probe: (peer) => probeMode(peer, 'encrypted/sse-kms', 'aws:kms'),
  },
  {
    name: 'SSE-KMS under a key that does not exist is refused',
    async probe({ put }) {
      const SSEKMSKeyId = '00000000-0000-4000-8000-000000000000';
      const made = () => put('encrypted/no-key', TEXT, { ServerSideEncryption: 'aws:kms', SSEKMSKeyId });
      await requireRefusal('a key that does not exist', made, 'KMS.NotFoundException');
    },
  },
  {
    name: 'SSE-KMS with an encryption context',
    async probe(peer) {
      const context = base64('{"purpose":"check"}');
      const detail = await probeMode(peer, 'encrypted/context', 'aws:kms', { SSEKMSEncryptionContext: context });
      const odd = { ServerSideEncryption: 'aws:kms', SSEKMSEncryptionContext: base64('no JSON') } as const;
      await requireRefusal('a context that is not JSON', () => peer.put('encrypted/odd', TEXT, odd), 'InvalidArgument');
      return detail;
    },
  },
  {
    name: 'SSE-KMS with a bucket key',
    probe: (peer) => probeMode(peer, 'encrypted/bucket-key', 'aws:kms', { BucketKeyEnabled: true }),
  },
  {
    name: 'DSSE-KMS',
    probe: (peer) => probeMode(peer, 'encrypted/dsse', 'aws:kms:dsse'),
  },
  {
    name: 'SSE-C',
    async probe(peer) {
      const Key = 'encrypted/sse-c';
      await putUnderOwnKey(peer, Key);
      requireSame('the object', await peer.read(Key, customerKey('k')), TEXT.toString());
      await requireRefusal('reading without the key', () => peer.read(Key), 'InvalidRequest', 'InvalidArgument');
      await requireRefusal('reading with another key', () => peer.read(Key, customerKey('o')), 'AccessDenied');
    },
  },
  {
    name: 'copy into another encryption',
    async probe(peer) {
      const { put, read, call, bucket: Bucket } = peer;
      await put('encrypted/from', TEXT, { ServerSideEncryption: 'AES256' });
      const own = peer.sseKmsKey;
      const input = { Bucket, Key: 'encrypted/to', CopySource: `${Bucket}/encrypted/from`, SSEKMSKeyId: own };
      const { ServerSideEncryption } = await call('s3', 'CopyObject', { ...input, ServerSideEncryption: 'aws:kms' });
      requireSame('the encryption that CopyObject reports', ServerSideEncryption, 'aws:kms');
      requireSame('the object', await read('encrypted/to'), TEXT.toString());
    },
  },
];

/** A key of 32 equal letters, as the three members of an input. */
function customerKey(letter: string) {
  const key = Buffer.alloc(32, letter);
  return {
    SSECustomerAlgorithm: 'AES256',
    SSECustomerKey: key.toString('base64'),
    SSECustomerKeyMD5: createHash('md5').update(key).digest('base64'),
  };
}

/** New buckets of AWS block SSE-C: Amazon S3 User Guide, "Blocking or unblocking SSE-C". */
async function putUnderOwnKey({ call, put, bucket: Bucket }: Peer, Key: string): Promise<void> {
  const made = async () => {
    const { SSECustomerAlgorithm } = await put(Key, TEXT, customerKey('k'));
    if (SSECustomerAlgorithm === undefined) throw new Wrong('the answer does not say that it is encrypted', 'it does');
  };
  try {
    await made();
  } catch (error) {
    if (!(error instanceof ReceivedRefusal) || error.code !== 'AccessDenied') throw error;
    const rule = {
      ApplyServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' },
      BlockedEncryptionTypes: { EncryptionType: ['NONE'] },
    } as const;
    await call('s3', 'PutBucketEncryption', { Bucket, ServerSideEncryptionConfiguration: { Rules: [rule] } });
    await made();
  }
}

/**
 * How requests are signed, addressed and sent: Amazon S3 API Reference, "Authenticating Requests (AWS Signature Version
 * 4)"; Amazon S3 User Guide, "Virtual hosting of general purpose buckets".
 */

import { digestOf } from '../../../crypto/checksums.ts';
import { requireRefusal, requireSame } from './outcome.ts';
import type { Peer } from './peer.ts';
import type { Row } from './row.ts';

const TEXT = Buffer.from('how requests are sent\n');

/** An object for requests that read it. */
const withObject = async ({ put }: Peer): Promise<string> => {
  await put('requests', TEXT);
  return 'requests';
};

const requireText = ({ bytes }: { readonly bytes: Uint8Array }): void =>
  requireSame('the object that is read', Buffer.from(bytes).toString(), TEXT.toString());

export const requestRows: readonly Row[] = [
  {
    name: 'Signature Version 4',
    async probe(peer) {
      const key = await withObject(peer);
      requireText(await peer.send({ method: 'GET', key }));
      const forged = () => peer.send({ method: 'GET', key, signature: 'of another secret' });
      await requireRefusal('a wrong signature', forged, 'SignatureDoesNotMatch', 'AccessDenied');
    },
  },
  {
    name: 'requests without a signature are refused',
    async probe(peer) {
      const key = await withObject(peer);
      await requireRefusal(
        'a request without a signature',
        () => peer.send({ method: 'GET', key, signature: 'none' }),
        'AccessDenied',
      );
    },
  },
  {
    name: 'old requests are refused',
    async probe(peer) {
      const key = await withObject(peer);
      const old = () => peer.send({ method: 'GET', key, skewMs: -60 * 60 * 1000 });
      await requireRefusal('a request signed an hour ago', old, 'RequestTimeTooSkewed');
    },
  },
  {
    name: 'the hash of a body is verified',
    async probe(peer) {
      const key = await withObject(peer);
      const other = '0'.repeat(64);
      const changed = () => peer.send({ method: 'PUT', key, body: TEXT, payloadHash: other });
      await requireRefusal('a body with another hash', changed, 'XAmzContentSHA256Mismatch');
    },
  },
  {
    name: 'presigned URL',
    async probe(peer) {
      const key = await withObject(peer);
      requireText(await peer.getPresigned({ key }));
      const forged = () => peer.getPresigned({ key, isSpoiled: true });
      await requireRefusal('a URL with a wrong signature', forged, 'SignatureDoesNotMatch', 'AccessDenied');
    },
  },
  {
    name: 'presigned URLs expire',
    async probe(peer) {
      const key = await withObject(peer);
      const late = () => peer.getPresigned({ key, ageMs: 5 * 60 * 1000 });
      await requireRefusal('an expired URL', late, 'AccessDenied');
    },
  },
  {
    name: 'bucket in the path',
    async probe(peer) {
      requireText(await peer.send({ method: 'GET', key: await withObject(peer) }));
    },
  },
  {
    name: 'bucket before the host name',
    async probe(peer) {
      const key = await withObject(peer);
      requireText(await peer.send({ method: 'GET', key, style: 'virtual' }));
    },
  },
  {
    name: 'signed chunks',
    probe: (peer) => probeChunks(peer, { signed: true, hasTrailer: false }),
  },
  {
    name: 'signed chunks with a trailing checksum',
    probe: (peer) => probeChunks(peer, { signed: true, hasTrailer: true }),
  },
  {
    name: 'unsigned chunks with a trailing checksum',
    probe: (peer) => probeChunks(peer, { signed: false, hasTrailer: true }),
  },
];

/** @param form of the body, as `x-amz-content-sha256` names it */
async function probeChunks(
  peer: Peer,
  { signed, hasTrailer }: { readonly signed: boolean; readonly hasTrailer: boolean },
): Promise<void> {
  const key = `chunks-${signed ? 'signed' : 'unsigned'}${hasTrailer ? '-trailer' : ''}`;
  const sum = (bytes: Uint8Array) => Buffer.from(digestOf('CRC32', bytes)).toString('base64');
  const trailer = (bytes: Uint8Array) => hasTrailer && { trailer: { name: 'x-amz-checksum-crc32', value: sum(bytes) } };
  await peer.putChunks({ key, body: TEXT, signed, ...trailer(TEXT) });
  requireSame('the object', await peer.read(key), TEXT.toString());
  if (hasTrailer) {
    const { ChecksumCRC32 } = await peer.call('s3', 'HeadObject', {
      Bucket: peer.bucket,
      Key: key,
      ChecksumMode: 'ENABLED',
    });
    requireSame('the checksum', ChecksumCRC32, sum(TEXT));
    const other = trailer(Buffer.from('other bytes'));
    await requireRefusal(
      'a wrong trailing checksum',
      () => peer.putChunks({ key, body: TEXT, signed, ...other }),
      'BadDigest',
    );
  }
  if (signed) {
    const spoiled = () => peer.putChunks({ key, body: TEXT, signed, isSpoiled: true, ...trailer(TEXT) });
    await requireRefusal(
      'a chunk with a wrong signature',
      spoiled,
      'SignatureDoesNotMatch',
      'AccessDenied',
      'XAmzContentSHA256Mismatch',
    );
  }
}

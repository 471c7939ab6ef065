/** Checksums and uploads in parts: Amazon S3 User Guide, "Checking object integrity in Amazon S3". */

import { type DigestName, digestOf, type PlainDigestName } from '../../../crypto/checksums.ts';
import { requireRefusal, requireSame } from './outcome.ts';
import type { Peer } from './peer.ts';
import type { Row } from './row.ts';

const TEXT = Buffer.from('bytes with a checksum\n');
const OTHER = Buffer.from('other bytes\n');

const base64 = (name: PlainDigestName, bytes: Uint8Array): string =>
  Buffer.from(digestOf(name, bytes)).toString('base64');

type Algorithm = Extract<PlainDigestName, 'CRC32' | 'CRC32C' | 'CRC64NVME' | 'SHA1' | 'SHA256'>;

const algorithms: readonly Algorithm[] = ['CRC32', 'CRC32C', 'CRC64NVME', 'SHA1', 'SHA256'] satisfies DigestName[];

/** The checksum that a request claims. */
const claimed = (name: Algorithm, bytes: Uint8Array) => ({
  ChecksumAlgorithm: name,
  [`Checksum${name}`]: base64(name, bytes),
});

const kept = async ({ call, bucket: Bucket }: Peer, Key: string) =>
  call('s3', 'HeadObject', { Bucket, Key, ChecksumMode: 'ENABLED' });

const checksumRow = (name: Algorithm): Row => ({
  name: `checksum ${name}`,
  async probe(peer) {
    const Key = `checksums/${name}`;
    await peer.put(Key, TEXT, claimed(name, TEXT));
    const found = await kept(peer, Key);
    requireSame('the checksum that is kept', found[`Checksum${name}`], base64(name, TEXT));
    await requireRefusal('a wrong checksum', () => peer.put(Key, TEXT, claimed(name, OTHER)), 'BadDigest');
    requireSame('the object', await peer.read(Key), TEXT.toString());
  },
});

export const checksumRows: readonly Row[] = [
  ...algorithms.map(checksumRow),
  {
    name: 'Content-MD5',
    async probe({ put }) {
      await put('checksums/md5', TEXT, { ContentMD5: base64('MD5', TEXT) });
      const wrong = () => put('checksums/md5', TEXT, { ContentMD5: base64('MD5', OTHER) });
      await requireRefusal('a wrong Content-MD5', wrong, 'BadDigest');
    },
  },
  {
    name: 'upload in parts',
    async probe(peer) {
      const { call, bucket: Bucket, read } = peer;
      const Key = 'parts/two';
      const { UploadId } = await call('s3', 'CreateMultipartUpload', { Bucket, Key });
      const upload = { Bucket, Key, UploadId: UploadId ?? '' };
      const parts = [];
      for (const [i, Body] of [Buffer.alloc(PART_BYTES, 'a'), TEXT].entries()) {
        const PartNumber = i + 1;
        const { ETag } = await call('s3', 'UploadPart', { ...upload, PartNumber, Body });
        parts.push({ PartNumber, ETag });
      }
      const { Parts = [] } = await call('s3', 'ListParts', upload);
      requireSame('the number of parts in a list', Parts.length, 2);
      await call('s3', 'CompleteMultipartUpload', { ...upload, MultipartUpload: { Parts: parts } });
      const { ContentLength, ETag } = await call('s3', 'HeadObject', { Bucket, Key });
      requireSame('the size', ContentLength, PART_BYTES + TEXT.length);
      requireSame('the end of the ETag', ETag?.slice(-3), '-2"');
      requireSame('the second part', await read(Key, { Range: `bytes=${PART_BYTES}-` }), TEXT.toString());
    },
  },
  {
    name: 'abort an upload in parts',
    async probe({ call, bucket: Bucket }) {
      const Key = 'parts/aborted';
      const { UploadId = '' } = await call('s3', 'CreateMultipartUpload', { Bucket, Key });
      const listed = async () => {
        const { Uploads = [] } = await call('s3', 'ListMultipartUploads', { Bucket, Prefix: Key });
        return Uploads.some((each) => each.UploadId === UploadId);
      };
      requireSame('in the list of uploads', await listed(), true);
      await call('s3', 'AbortMultipartUpload', { Bucket, Key, UploadId });
      requireSame('in the list of uploads', await listed(), false);
      const late = () => call('s3', 'UploadPart', { Bucket, Key, UploadId, PartNumber: 1, Body: TEXT });
      await requireRefusal('a part of an aborted upload', late, 'NoSuchUpload');
    },
  },
  {
    name: 'copy into a part',
    async probe({ call, put, read, bucket: Bucket }) {
      await put('parts/source', TEXT);
      const Key = 'parts/copied';
      const { UploadId = '' } = await call('s3', 'CreateMultipartUpload', { Bucket, Key });
      const { CopyPartResult } = await call('s3', 'UploadPartCopy', {
        ...{ Bucket, Key, UploadId, PartNumber: 1 },
        CopySource: `${Bucket}/parts/source`,
        CopySourceRange: 'bytes=0-4',
      });
      const MultipartUpload = { Parts: [{ PartNumber: 1, ETag: CopyPartResult?.ETag }] };
      await call('s3', 'CompleteMultipartUpload', { Bucket, Key, UploadId, MultipartUpload });
      requireSame('the object', await read(Key), TEXT.subarray(0, 5).toString());
    },
  },
  {
    name: 'checksum of an object in parts',
    async probe(peer) {
      const { call, bucket: Bucket } = peer;
      const Key = 'parts/full-object';
      const type = { ChecksumAlgorithm: 'CRC64NVME', ChecksumType: 'FULL_OBJECT' } as const;
      const { UploadId = '' } = await call('s3', 'CreateMultipartUpload', { Bucket, Key, ...type });
      const upload = { Bucket, Key, UploadId };
      const { ETag } = await call('s3', 'UploadPart', {
        ...upload,
        PartNumber: 1,
        Body: TEXT,
        ...claimed('CRC64NVME', TEXT),
      });
      const complete = (bytes: Uint8Array) =>
        call('s3', 'CompleteMultipartUpload', {
          ...upload,
          ChecksumCRC64NVME: base64('CRC64NVME', bytes),
          ChecksumType: 'FULL_OBJECT',
          MultipartUpload: { Parts: [{ PartNumber: 1, ETag }] },
        });
      await requireRefusal('a wrong checksum of the whole', () => complete(OTHER), 'BadDigest');
      await complete(TEXT);
      const { ChecksumCRC64NVME, ChecksumType } = await kept(peer, Key);
      requireSame('the checksum that is kept', ChecksumCRC64NVME, base64('CRC64NVME', TEXT));
      requireSame('its type', ChecksumType, 'FULL_OBJECT');
    },
  },
  {
    name: 'checksum of checksums of parts',
    async probe(peer) {
      const { call, bucket: Bucket } = peer;
      const Key = 'parts/composite';
      const { UploadId = '' } = await call('s3', 'CreateMultipartUpload', { Bucket, Key, ChecksumAlgorithm: 'SHA256' });
      const upload = { Bucket, Key, UploadId };
      const sum = claimed('SHA256', TEXT);
      const { ETag } = await call('s3', 'UploadPart', { ...upload, PartNumber: 1, Body: TEXT, ...sum });
      const Parts = [{ PartNumber: 1, ETag, ChecksumSHA256: sum.ChecksumSHA256 }];
      await call('s3', 'CompleteMultipartUpload', { ...upload, MultipartUpload: { Parts } });
      const { ChecksumSHA256 } = await kept(peer, Key);
      requireSame('the checksum that is kept', ChecksumSHA256, `${base64('SHA256', digestOf('SHA256', TEXT))}-1`);
    },
  },
];

/** The least size of a part but the last one. */
const PART_BYTES = 5 * 1024 * 1024;

/**
 * A copy of what is too large for CopyObject, as a multipart upload that takes its parts from the source: Amazon S3 User
 * Guide, "Copying an object using multipart upload". What CopyObject carries over by itself is read and given anew.
 */

import type { CompletedPart } from '../../../api/model/s3.types.ts';
import type { Session } from '../../session.ts';
import { atOnce, type Slots } from './at-once.ts';
import type { OnBytes } from './file-body.ts';
import { customerKeyIn, type ObjectInput } from './object-options.ts';
import { checksumsIn, partSize } from './upload.ts';
import type { S3Uri } from './uri.ts';

/** What is larger is refused by CopyObject. */
export const MOST_COPIED_BYTES = 5 * 1024 ** 3;

/** What the typed options come to. */
export interface CopyInputs {
  readonly create: ObjectInput;
  readonly part: ObjectInput;
  /** `REPLACE`: the metadata are those of the options; else the source's. */
  readonly metadataDirective: unknown;
}

export interface Copies {
  readonly inputs: CopyInputs;
  readonly session: Session;
  /** The parts under way, of all transfers. */
  readonly slots: Slots;
}

/**
 * Copies an object in parts.
 * @param partBytes for tests, which have no objects of 5 GiB.
 * @throws AwsError; a copy that fails is given up, and leaves nothing. PreconditionFailed when the source was replaced.
 */
export async function copyInParts(
  source: S3Uri,
  target: S3Uri,
  { inputs, session, slots }: Copies,
  onBytes: OnBytes,
  partBytes?: number,
): Promise<void> {
  const place = { Bucket: target.bucket, Key: target.key };
  const from = { Bucket: source.bucket, Key: source.key };
  const head = await session.call('s3', 'HeadObject', { ...from, ...sourceKeyIn(inputs.part) });
  const size = head.ContentLength ?? 0;
  const kept = inputs.metadataDirective === 'REPLACE' ? {} : headersOf(head);
  const Tagging = head.TagCount ? await tagsOf(from, session) : undefined;
  const { UploadId = '' } = await session.call('s3', 'CreateMultipartUpload', {
    ...inputs.create,
    ...kept,
    ...(Tagging !== undefined && { Tagging }),
    ...place,
  });
  const upload = { ...place, UploadId };
  const CopySource = copySourceOf(source, head.VersionId);
  try {
    const Parts: CompletedPart[] = [];
    await atOnce(rangesOf(size, partBytes ?? partSize(size)), session.signal, async ({ PartNumber, start, end }) => {
      const free = await slots.take();
      try {
        const { CopyPartResult = {} } = await session.call('s3', 'UploadPartCopy', {
          ...inputs.part,
          ...upload,
          PartNumber,
          CopySource,
          CopySourceIfMatch: head.ETag,
          CopySourceRange: `bytes=${start}-${end - 1}`,
        });
        Parts[PartNumber - 1] = { PartNumber, ETag: CopyPartResult.ETag, ...checksumsIn(CopyPartResult) };
        onBytes(end - start);
      } finally {
        free();
      }
    });
    const MultipartUpload = { Parts };
    await session.call('s3', 'CompleteMultipartUpload', { ...customerKeyIn(inputs.part), ...upload, MultipartUpload });
  } catch (error) {
    await session.call('s3', 'AbortMultipartUpload', upload).catch(() => undefined);
    throw error;
  }
}

/** The source of a copy as S3 takes it. */
export function copySourceOf({ bucket, key }: S3Uri, versionId?: string): string {
  const path = `${bucket}/${encodeURIComponent(key).replaceAll('%2F', '/')}`;
  return versionId === undefined || versionId === 'null' ? path : `${path}?versionId=${versionId}`;
}

function* rangesOf(size: number, partBytes: number): Generator<{ PartNumber: number; start: number; end: number }> {
  for (let start = 0, PartNumber = 1; start < size; start += partBytes, PartNumber++) {
    yield { PartNumber, start, end: Math.min(size, start + partBytes) };
  }
}

const kept = [
  'CacheControl',
  'ContentDisposition',
  'ContentEncoding',
  'ContentLanguage',
  'ContentType',
  'Expires',
  'Metadata',
] as const;

const headersOf = (head: { readonly [Name in (typeof kept)[number]]?: unknown }): ObjectInput =>
  Object.fromEntries(kept.map((name) => [name, head[name]]));

async function tagsOf(from: { Bucket: string; Key: string }, session: Session): Promise<string> {
  const { TagSet = [] } = await session.call('s3', 'GetObjectTagging', from);
  return new URLSearchParams(TagSet.map(({ Key = '', Value = '' }): [string, string] => [Key, Value])).toString();
}

/** The key of the source, where it is under one that the caller keeps, as HeadObject takes it. */
export function sourceKeyIn(input: ObjectInput): ObjectInput {
  const entries = Object.entries(input).filter(([member]) => member.startsWith('CopySourceSSECustomer'));
  return Object.fromEntries(entries.map(([member, value]) => [member.replace(/^CopySource/, ''), value]));
}

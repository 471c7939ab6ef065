/**
 * A copy from bucket to bucket as the AWS CLI does it: one CopyObject below the threshold, otherwise a multipart upload
 * with parts copied from the source. What CopyObject would carry over is then read from the source and set explicitly:
 * Amazon S3 User Guide, "Copying an object using multipart upload".
 */

import type { CompletedPart, HeadObjectOutput } from '../../../api/model/s3.types.ts';
import type { CallOptions } from '../../aws.ts';
import { cleanUp } from '../../overlooked.ts';
import type { Session } from '../../session.ts';
import { atOnce, type Slots } from './at-once.ts';
import { completeUpload } from './complete-upload.ts';
import { type CopyProps, givesProps, MOST_TAGGING_BYTES, propsIn, sourceKeyIn, tagsOf } from './copy-props.ts';
import type { OnBytes } from './file-body.ts';
import { type MultipartSettings, partSize, rangesOf } from './multipart-settings.ts';
import { customerKeyIn, type ObjectInput } from './object-options.ts';
import { taggingOf } from './tag-options.ts';
import { checksumsIn, uploadIdIn } from './upload.ts';
import type { S3Uri } from './uri.ts';

/** The inputs from the typed options, by operation. */
export interface CopyInputs {
  readonly copy: ObjectInput;
  readonly create: ObjectInput;
  readonly part: ObjectInput;
  /** The conditions of the write, for CompleteMultipartUpload. */
  readonly complete: ObjectInput;
}

/** State shared by all copies of a command. */
export interface Copies {
  readonly inputs: CopyInputs;
  readonly props: CopyProps;
  readonly session: Session;
  /** Whether small objects share their commits. */
  readonly grouped: boolean;
  readonly settings: MultipartSettings;
  /** The parts in progress, across all transfers. */
  readonly slots: Slots;
  /** Which refusals of the write are not failures. */
  readonly overlooks: CallOptions['overlooks'];
}

export interface CopySource {
  readonly uri: S3Uri;
  readonly size: number;
  readonly etag: string | undefined;
  /** The answer of HeadObject, if it was called. */
  readonly head?: HeadObjectOutput | undefined;
}

/** @throws AwsError; a failed copy leaves nothing behind. */
export async function copy(source: CopySource, target: S3Uri, copies: Copies, onBytes: OnBytes): Promise<void> {
  if (source.size >= copies.settings.thresholdBytes) return copyInParts(source, target, copies, onBytes);
  const { inputs, session, grouped, overlooks } = copies;
  const input = {
    ...(await keptProps(source, copies)),
    ...inputs.copy,
    ...(replacesProps(copies) && { MetadataDirective: 'REPLACE' }),
    ...(replacesTags(copies) && { TaggingDirective: 'REPLACE' }),
    Bucket: target.bucket,
    Key: target.key,
    CopySource: copySourceOf(source.uri),
  };
  await session.aws.callByName('s3', 'CopyObject', input, { grouped, overlooks });
  onBytes(source.size);
}

/** If one property is given, S3 does not carry over any of the others. */
const replacesProps = ({ props, inputs }: Copies): boolean =>
  props === 'none' || (props !== undefined && givesProps(inputs.copy));

const replacesTags = ({ props, inputs }: Copies): boolean =>
  props === 'none' || props === 'metadata-directive' || inputs.copy.Tagging !== undefined;

/** The properties that must be given because S3 does not carry them over. */
async function keptProps({ uri, size, head }: CopySource, copies: Copies): Promise<ObjectInput> {
  const { inputs, props, session, settings } = copies;
  if (props === undefined || props === 'none') return {};
  if (size < settings.thresholdBytes && !replacesProps(copies)) return {};
  const at = { Bucket: uri.bucket, Key: uri.key };
  return propsIn(head ?? (await session.aws.call('s3', 'HeadObject', { ...sourceKeyIn(inputs.copy), ...at })));
}

async function copyInParts(source: CopySource, target: S3Uri, copies: Copies, onBytes: OnBytes): Promise<void> {
  const { inputs, props, session, overlooks } = copies;
  const place = { Bucket: target.bucket, Key: target.key };
  const kept = await keptProps(source, copies);
  const tags = props === 'default' && inputs.create.Tagging === undefined ? await tagsOf(source.uri, session) : [];
  const tagging = taggingOf(tags);
  const isLong = tagging.length > MOST_TAGGING_BYTES;
  const begun = await session.aws.call('s3', 'CreateMultipartUpload', {
    ...kept,
    ...(tags.length > 0 && !isLong && { Tagging: tagging }),
    ...inputs.create,
    ...place,
  });
  const upload = { ...place, UploadId: uploadIdIn(begun) };
  try {
    const MultipartUpload = { Parts: await copiedParts(source, upload, copies, onBytes) };
    const complete = { ...customerKeyIn(inputs.part), ...inputs.complete, ...upload, MultipartUpload };
    await completeUpload(complete, session.aws, overlooks);
  } catch (error) {
    await cleanUp(session.aws, 's3', 'AbortMultipartUpload', upload);
    throw error;
  }
  if (!isLong) return;
  try {
    await session.aws.call('s3', 'PutObjectTagging', { ...place, Tagging: { TagSet: tags } });
  } catch (error) {
    await cleanUp(session.aws, 's3', 'DeleteObject', place);
    throw error;
  }
}

async function copiedParts(
  { uri, size, etag }: CopySource,
  upload: { readonly Bucket: string; readonly Key: string; readonly UploadId: string },
  { inputs, session, settings, slots }: Copies,
  onBytes: OnBytes,
): Promise<CompletedPart[]> {
  const Parts: CompletedPart[] = [];
  const ranges = rangesOf(size, partSize(size, settings.chunkBytes));
  await atOnce(ranges, { slots, signal: session.signal }, async ({ PartNumber, start, end }, overlooks) => {
    const input = {
      ...inputs.part,
      ...upload,
      PartNumber,
      CopySource: copySourceOf(uri),
      // If the source is replaced during the copy, parts of both are never mixed.
      ...(etag !== undefined && { CopySourceIfMatch: etag }),
      CopySourceRange: `bytes=${start}-${end - 1}`,
    };
    const { CopyPartResult = {} } = await session.aws.call('s3', 'UploadPartCopy', input, { overlooks });
    Parts[PartNumber - 1] = { PartNumber, ETag: CopyPartResult.ETag, ...checksumsIn(CopyPartResult) };
    onBytes(end - start);
  });
  return Parts;
}

const copySourceOf = ({ bucket, key }: S3Uri): string => `${bucket}/${encodeURIComponent(key).replaceAll('%2F', '/')}`;

/**
 * The completion of an upload in parts. If its answer is lost on the way from an endpoint, the call is made again and
 * finds no upload any more: whether the object is there is then seen by its ETag, which S3 makes of those of the parts.
 * Amazon S3 User Guide, "Checking object integrity in Amazon S3".
 */

import { createHash } from 'node:crypto';
import { ReceivedRefusal } from '../../../api/errors.ts';
import type { Input } from '../../../api/model/operations.ts';
import type { CompletedPart, CompleteMultipartUploadOutput } from '../../../api/model/s3.types.ts';
import type { Aws, CallOptions } from '../../aws.ts';
import { unlessRefused } from '../../overlooked.ts';
import { customerKeyIn } from './object-options.ts';

type Completion = Input<'s3', 'CompleteMultipartUpload'>;

/** @returns the answer; empty if it was lost @throws AwsError, EndpointError unless the object is known to be complete */
export async function completeUpload(
  input: Completion,
  aws: Aws,
  overlooks?: CallOptions['overlooks'],
): Promise<CompleteMultipartUploadOutput> {
  try {
    return await aws.call('s3', 'CompleteMultipartUpload', input, { overlooks });
  } catch (error) {
    const isGone = error instanceof ReceivedRefusal && error.code === 'NoSuchUpload';
    if (!isGone || !(await isComplete(input, aws))) throw error;
    return {};
  }
}

async function isComplete(input: Completion, aws: Aws): Promise<boolean> {
  const expected = etagOf(input.MultipartUpload?.Parts ?? []);
  if (expected === undefined) return false;
  const at = { Bucket: input.Bucket, Key: input.Key, ...customerKeyIn({ ...input }) };
  const found = await unlessRefused(() => true, aws, 's3', 'HeadObject', at);
  return found?.ETag === expected;
}

/** Undefined if the ETags of the parts are not MD5s. */
function etagOf(parts: readonly CompletedPart[]): string | undefined {
  const digest = createHash('md5');
  for (const { ETag } of parts) {
    const [, hex] = /^"?([0-9a-f]{32})"?$/.exec(ETag ?? '') ?? [];
    if (hex === undefined) return undefined;
    digest.update(Buffer.from(hex, 'hex'));
  }
  return `"${digest.digest('hex')}-${parts.length}"`;
}

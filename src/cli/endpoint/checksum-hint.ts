/** What there is to say where a server refuses the checksum that an upload carries: many are older than it is. */

import { ReceivedRefusal } from '../../api/errors.ts';
import { isRecord } from '../../api/message.ts';
import type { AwsSources } from '../aws.ts';

/** The error, with a hint if an upload is refused for its checksum or its chunks; any other error unchanged. */
export function withChecksumHint(error: unknown, { settings }: Pick<AwsSources, 'settings'>): unknown {
  if (!(error instanceof ReceivedRefusal) || error.hint !== undefined) return error;
  if (settings.request_checksum_calculation === 'when_required' || !isAboutChecksum(error)) return error;
  return error.withHint(
    'if the server does not know the checksums of uploads, set AWS_REQUEST_CHECKSUM_CALCULATION=when_required',
  );
}

/** The operations whose checksum is not required. */
const UPLOADS: ReadonlySet<string> = new Set(['PutObject', 'UploadPart', 'CreateMultipartUpload']);

/** Ceph hashes the frame of chunks that it does not know; others miss the length of what has one only decoded. */
const OF_CHUNKS: ReadonlySet<string> = new Set(['XAmzContentSHA256Mismatch', 'MissingContentLength', '411']);

/** The words of what uploads carry: R2 and B2 name the field, others speak of "a header", as S3 does. */
const CARRIED = /checksum|trailer|STREAMING-|aws-chunked|x-amz-(content-sha256|decoded-content-length)/i;

function isAboutChecksum({ code, message, call: { service, operation, input } }: ReceivedRefusal): boolean {
  if (service !== 's3' || !UPLOADS.has(operation) || isAsked(input)) return false;
  if (OF_CHUNKS.has(code)) return true;
  if (code === 'NotImplemented') return CARRIED.test(message) || /\bheader/i.test(message);
  return (code === 'InvalidRequest' || code === 'InvalidArgument') && CARRIED.test(message);
}

/** Whether somebody wants a checksum that is not the usual one: no setting takes it away. */
const isAsked = (input: unknown): boolean =>
  isRecord(input) && input.ChecksumAlgorithm !== undefined && input.ChecksumAlgorithm !== 'CRC32';

/** That what was read is what the source has, and what was written is what was read. */

import { type AwsError, CallRefused } from '../../../api/errors.ts';
import type { HeadObjectOutput } from '../../../api/model/s3.types.ts';
import { unlessRefused } from '../../overlooked.ts';
import { customerKeyIn } from './object-options.ts';
import { changed, headOf } from './relay-source.ts';
import type { Relay, Written } from './relays.ts';
import { TransferError } from './transfer.ts';
import { printS3Uri, type S3Uri } from './uri.ts';
import { type Checksum, checksumIn } from './whole-checksum.ts';

/** @throws TransferError if the bytes are not those that the source has the checksum of */
export function requireRead({ algorithm, value }: Checksum, read: string | undefined, uri: S3Uri): void {
  if (read === value) return;
  throw new TransferError(
    `${printS3Uri(uri)} has the ${algorithm} checksum ${value}, but its bytes have ${read}: nothing was written`,
  );
}

/**
 * Has the target confirm what it was sent: by the checksum in its answer, otherwise by what it says of the object, if
 * the caller may ask.
 * @throws TransferError if it stored something else, or nothing
 */
export async function confirm(answer: object, written: Written, one: Relay): Promise<void> {
  if (confirms(answer, written, one)) return;
  const head = await headAtTarget(one, isForbidden);
  if (head) requireSame(head, written, one);
}

/** @returns whether there is a checksum to compare */
function confirms(answer: object, { checksum }: Written, { target }: Relay): boolean {
  const stored = checksumIn(answer);
  if (stored?.algorithm !== checksum.algorithm || stored.isOfWhole !== checksum.isOfWhole) return false;
  if (stored.value === checksum.value) return true;
  throw new TransferError(
    `${printS3Uri(target)} was stored with the ${checksum.algorithm} checksum ${stored.value}, and ${checksum.value} was sent: it is damaged, copy it again`,
  );
}

/** @returns whether there is a checksum to compare */
function requireSame(head: HeadObjectOutput, written: Written, one: Relay): boolean {
  if (head.ContentLength === written.size) return confirms(head, written, one);
  throw new TransferError(
    `${printS3Uri(one.target)} was stored with ${head.ContentLength} bytes, and ${written.size} were sent: copy it again`,
  );
}

/**
 * Before the source of a move is deleted: the target has confirmed size and checksum, the source is still what was read,
 * and both are not one and the same object under two names.
 * @throws TransferError
 */
export async function requireMoved(read: HeadObjectOutput, written: Written, one: Relay): Promise<void> {
  const { reading, target } = one;
  const from = printS3Uri(reading.uri);
  const there = await headAtTarget(one, () => false);
  if (!there || !requireSame(there, written, one)) {
    throw new TransferError(
      `${printS3Uri(target)} is there, but the target confirms no checksum of it: ${from} was kept; to delete it, use s3 rm`,
    );
  }
  const now = await headOf(reading);
  if (!isSame(now, read)) throw changed(reading.uri);
  if (from === printS3Uri(target) && isSame(now, there)) {
    throw new TransferError(`${from} may be one and the same object on both sides: it was kept`);
  }
}

const isSame = (one: HeadObjectOutput, other: HeadObjectOutput): boolean =>
  one.ETag === other.ETag &&
  one.VersionId === other.VersionId &&
  one.LastModified?.getTime() === other.LastModified?.getTime();

function headAtTarget(
  { relays: { sides, inputs }, target }: Relay,
  overlooks: (refusal: AwsError) => boolean,
): Promise<HeadObjectOutput | undefined> {
  const place = { Bucket: target.bucket, Key: target.key, ChecksumMode: 'ENABLED' as const };
  return unlessRefused(overlooks, sides.target, 's3', 'HeadObject', { ...customerKeyIn(inputs.part), ...place });
}

/** Whoever may write does not have to be allowed to read. */
const isForbidden = (refusal: AwsError): boolean => refusal instanceof CallRefused && refusal.httpStatus === 403;

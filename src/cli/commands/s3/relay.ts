/**
 * An object on its way from one side to the other: read into memory, whole or in parts, and written from there. What was
 * read is compared with the checksum of the source, and what was written with that of what was read; nothing of it
 * touches a disk in between.
 */

import type { CompletedPart, GetObjectOutput, HeadObjectOutput } from '../../../api/model/s3.types.ts';
import type { DigestName } from '../../../crypto/checksums.ts';
import { cleanUp } from '../../overlooked.ts';
import { atOnce } from './at-once.ts';
import { completeUpload } from './complete-upload.ts';
import type { CopySource } from './copy.ts';
import { partSize, rangesOf } from './multipart-settings.ts';
import { customerKeyIn } from './object-options.ts';
import { confirm, requireMoved, requireRead } from './relay-confirm.ts';
import { givenAndKept, withTags } from './relay-props.ts';
import { headOf, readRange, readWhole } from './relay-source.ts';
import type { Relay, Relays, Written } from './relays.ts';
import { uploadIdIn } from './upload.ts';
import type { S3Uri } from './uri.ts';
import {
  type Checksum,
  checksumIn,
  checksumOf,
  isCrc,
  type PartSums,
  targetAlgorithm,
  uploadSums,
  wholeSums,
} from './whole-checksum.ts';

/**
 * Copies an object to the other side.
 * @throws AwsError, EndpointError, TransferError; a failed upload in parts is aborted and leaves nothing behind
 */
export async function relay(
  source: CopySource,
  target: S3Uri,
  relays: Relays,
  { onBytes, notice }: Pick<Relay, 'onBytes' | 'notice'>,
): Promise<void> {
  const { sides, inputs, settings, grouped } = relays;
  const reading = { aws: sides.source, uri: source.uri, key: inputs.sourceKey };
  const one = { reading, target, relays, onBytes, notice };
  // It is held in memory, like a part.
  const longest = Math.min(settings.thresholdBytes - 1, settings.chunkBytes);
  const whole = source.size <= longest ? await readWhole(reading, longest, { grouped }) : undefined;
  if (whole) {
    const written = await relayWhole(whole.facts, whole.bytes, one);
    if (relays.isMove) await requireMoved(whole.facts, written, one);
    return;
  }
  const head = source.head ?? (await headOf(reading));
  const written = await relayInParts(head, one);
  if (relays.isMove) await requireMoved(head, written, one);
}

async function relayWhole(facts: GetObjectOutput, bytes: Uint8Array, one: Relay): Promise<Written> {
  const { reading, target, relays, onBytes } = one;
  const { inputs, sides, grouped, overlooks } = relays;
  const expected = wholeIn(facts);
  const algorithm = targetAlgorithm(relays.algorithm, expected, { inParts: false });
  const value = await checksumOf(algorithm, bytes);
  if (expected) {
    const own = expected.algorithm === algorithm ? value : await checksumOf(expected.algorithm, bytes);
    requireRead(expected, own, reading.uri);
  }
  const input = {
    ...givenAndKept(inputs.put, facts, relays),
    ...inputs.condition,
    ...{ Bucket: target.bucket, Key: target.key, Body: bytes, ContentLength: bytes.length },
    ...{ ChecksumAlgorithm: algorithm, [`Checksum${algorithm}`]: value },
  };
  const answer = await withTags(one, (tagging) =>
    sides.target.callByName('s3', 'PutObject', { ...input, ...tagging }, { grouped, overlooks }),
  );
  onBytes(bytes.length);
  const written = { size: bytes.length, checksum: { algorithm, value, isOfWhole: true } };
  await confirm(answer instanceof Object ? answer : {}, written, one);
  return written;
}

async function relayInParts(head: HeadObjectOutput, one: Relay): Promise<Written> {
  const { target, relays } = one;
  const { inputs, sides, overlooks } = relays;
  const place = { Bucket: target.bucket, Key: target.key };
  const expected = wholeIn(head);
  const algorithm = targetAlgorithm(relays.algorithm, expected, { inParts: true });
  const create = {
    ...givenAndKept(inputs.create, head, relays),
    ...{ ...place, ChecksumAlgorithm: algorithm },
    ...(isCrc(algorithm) && { ChecksumType: 'FULL_OBJECT' as const }),
  };
  return withTags(one, async (tagging) => {
    const begun = await sides.target.call('s3', 'CreateMultipartUpload', { ...create, ...tagging });
    const upload = { ...place, UploadId: uploadIdIn(begun) };
    let answer: object;
    let written: Written;
    try {
      const { Parts, checksum } = await relayParts(head, { algorithm, expected }, upload, one);
      written = { size: head.ContentLength ?? 0, checksum };
      const complete = {
        ...customerKeyIn(inputs.part),
        ...inputs.condition,
        ...{ ...upload, MultipartUpload: { Parts }, MpuObjectSize: written.size },
        // The target compares it with what it has, and refuses the whole if they differ.
        ...(checksum.isOfWhole && { ChecksumType: 'FULL_OBJECT' as const, [`Checksum${algorithm}`]: checksum.value }),
      };
      answer = await completeUpload(complete, sides.target, overlooks);
    } catch (error) {
      await cleanUp(sides.target, 's3', 'AbortMultipartUpload', upload);
      throw error;
    }
    await confirm(answer, written, one);
    return written;
  });
}

/** Which checksums an upload in parts has, and its source. */
interface Sums {
  readonly algorithm: DigestName;
  readonly expected: Checksum | undefined;
}

/** @throws TransferError if what was read is not what the source has */
async function relayParts(
  head: HeadObjectOutput,
  { algorithm, expected }: Sums,
  upload: { readonly Bucket: string; readonly Key: string; readonly UploadId: string },
  { reading, relays, onBytes }: Relay,
): Promise<{ readonly Parts: CompletedPart[]; readonly checksum: Checksum }> {
  const { inputs, sides, session, settings, slots, memory } = relays;
  const ours = uploadSums(algorithm);
  const theirs = expected && (await sumsOfSource(expected, algorithm, ours));
  const Parts: CompletedPart[] = [];
  const size = head.ContentLength ?? 0;
  const partBytes = partSize(size, settings.chunkBytes);
  await atOnce(
    rangesOf(size, partBytes),
    { slots, signal: session.signal },
    async ({ PartNumber, ...range }, overlooks) => {
      try {
        await memory.hold(range.end - range.start, async (Body) => {
          await readRange(reading, head, range, Body, { overlooks });
          const value = await ours.add(PartNumber, Body);
          if (theirs !== ours) await theirs?.add(PartNumber, Body);
          const sum = { [`Checksum${algorithm}`]: value };
          const body = { Body, ContentLength: Body.length, ChecksumAlgorithm: algorithm, ...sum };
          const input = { ...inputs.part, ...upload, PartNumber, ...body };
          const { ETag } = await sides.target.call('s3', 'UploadPart', input, { overlooks });
          Parts[PartNumber - 1] = { PartNumber, ETag, ...sum };
          onBytes(Body.length);
        });
      } catch (error) {
        theirs?.giveUp();
        throw error;
      }
    },
  );
  const checksum = await ours.end();
  if (expected) requireRead(expected, (theirs === ours ? checksum : await theirs?.end())?.value, reading.uri);
  return { Parts, checksum };
}

/** Takes the bytes for the checksum of the source: the sums of the upload, if these give the same. */
async function sumsOfSource(expected: Checksum, algorithm: DigestName, ours: PartSums): Promise<PartSums> {
  return expected.algorithm === algorithm && isCrc(algorithm) ? ours : wholeSums(expected.algorithm);
}

/** The checksum of an object's bytes, if it has one. */
function wholeIn(facts: HeadObjectOutput): Checksum | undefined {
  const checksum = checksumIn(facts);
  return checksum?.isOfWhole ? checksum : undefined;
}

/** `ssebox s3 mb` and `ssebox s3 rb`: AWS CLI Command Reference, s3 mb and s3 rb. */

import { StoreError, UsageError } from '../../../api/errors.ts';
import { bucketUriChoices, oneOf } from '../../choices.ts';
import { type Check, command, type Result } from '../../command.ts';
import type { Session } from '../../session.ts';
import { newBucket } from '../bucket/bucket-argument.ts';
import { placeOf } from '../bucket/place.ts';
import { deletionsUnder } from './rm.ts';
import { runTransfers } from './run-transfers.ts';
import { tagOptions, tagPairs } from './tag-options.ts';
import { DAMAGED, errorText, isOfOneTransfer, tellHint } from './transfer.ts';
import { untilDone } from './until-done.ts';
import { s3Uri } from './uri.ts';

const newUri: Check = (answer) => newBucket(s3Uri(answer).bucket);

export const mb = command({
  name: 'mb',
  callsEndpoint: true,
  summary: 'Make a bucket',
  args: { bucket: { about: 's3://BUCKET', check: newUri } },
  options: tagOptions,
  examples: ['ssebox s3 mb s3://letters', 'ssebox s3 mb s3://letters-frankfurt --region eu-central-1'],
  async run(values, session) {
    const place = values.args.bucket;
    const { bucket } = s3Uri(place);
    const tags = tagPairs(values.options.tags ?? []);
    const configuration = {
      ...placeOf(session.signingRegion).CreateBucketConfiguration,
      ...(tags.length > 0 && { Tags: tags }),
    };
    const isConfigured = Object.keys(configuration).length > 0;
    return reported('make_bucket', bucket, place, session, async () => {
      await session.aws.call('s3', 'CreateBucket', {
        Bucket: bucket,
        ...(isConfigured && { CreateBucketConfiguration: configuration }),
      });
    });
  },
});

export const rb = command({
  name: 'rb',
  callsEndpoint: true,
  summary: 'Delete an empty bucket',
  args: { bucket: { about: 's3://BUCKET', choices: bucketUriChoices, check: oneOf('a bucket', bucketUriChoices) } },
  options: {
    force: { about: 'delete its objects first; if older versions remain, so does the bucket', type: 'boolean' },
  },
  examples: ['ssebox s3 rb s3://drafts', 'ssebox s3 rb s3://photos --force --as user/admin'],
  async run(values, session) {
    const place = values.args.bucket;
    const { bucket, key } = s3Uri(place);
    if (key !== '') throw new UsageError(`Please specify a valid bucket name only. E.g. s3://${bucket}`);
    const remove = () =>
      reported('remove_bucket', bucket, place, session, async () => {
        await session.aws.call('s3', 'DeleteBucket', { Bucket: bucket });
      });
    return values.options.force ? emptied(bucket, remove, session) : remove();
  },
});

type Lines = Extract<Result, { kind: 'lines' }>;

/** The AWS CLI's exit code when it cannot complete the command. */
const NOT_EMPTIED = 255;

/** Deletes the objects, and if none is left runs the next step. */
function emptied(bucket: string, remove: () => Promise<Lines>, session: Session): Lines {
  const everything = deletionsUnder({ bucket, key: '' }, () => true, session);
  const deletions = runTransfers(everything, { options: {} }, session);
  let exitCode = 0;
  async function* lines(): AsyncGenerator<string> {
    yield* deletions.lines;
    const deleted = deletions.exitCode?.();
    if (deleted !== 0) {
      exitCode = deleted === DAMAGED ? DAMAGED : NOT_EMPTIED;
      session.tell('remove_bucket failed: Unable to delete all objects in the bucket, bucket will not be deleted.');
      return;
    }
    const removal = await remove();
    yield* removal.lines;
    exitCode = removal.exitCode?.() ?? 0;
  }
  return { kind: 'lines', lines: untilDone(lines()), exitCode: () => exitCode };
}

/** The AWS CLI reports a refusal in a line of its own, and exits with 1. */
async function reported(
  what: string,
  bucket: string,
  place: string,
  session: Session,
  work: () => Promise<void>,
): Promise<Lines> {
  try {
    await work();
    return { kind: 'lines', lines: [`${what}: ${bucket}`] };
  } catch (error) {
    if (!isOfOneTransfer(error) || error instanceof UsageError || error instanceof StoreError) throw error;
    session.tell(`${what} failed: ${place} ${errorText(error)}`);
    await tellHint(error, session);
    return { kind: 'lines', lines: [], exitCode: () => 1 };
  }
}

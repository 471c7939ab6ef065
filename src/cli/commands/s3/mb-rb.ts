/** `ssebox s3 mb` and `ssebox s3 rb`: AWS CLI Command Reference, s3 mb and s3 rb. */

import { UsageError } from '../../../api/errors.ts';
import { bucketChoices } from '../../choices.ts';
import { command, type Result } from '../../command.ts';
import type { Session } from '../../session.ts';
import { argument, isSet } from '../given.ts';
import { deletionsUnder } from './rm.ts';
import { errorText, isOfOneTransfer, transferLine } from './transfer.ts';
import { s3Uri } from './uri.ts';

export const mb = command({
  name: 'mb',
  summary: 'Make a bucket',
  args: { bucket: { about: 's3://BUCKET' } },
  examples: ['ssebox s3 mb s3://letters', 'ssebox s3 mb s3://letters-frankfurt --region eu-central-1'],
  async run(values, session) {
    const Bucket = bucketOf(argument(values, 'bucket'));
    const { region } = session;
    return told('make_bucket', Bucket, session, async () => {
      // us-east-1 must not be named: S3 API Reference, CreateBucket, LocationConstraint.
      await session.call('s3', 'CreateBucket', {
        Bucket,
        ...(region !== 'us-east-1' && { CreateBucketConfiguration: { LocationConstraint: region } }),
      });
    });
  },
});

export const rb = command({
  name: 'rb',
  summary: 'Delete an empty bucket',
  args: {
    bucket: {
      about: 's3://BUCKET',
      choices: async (session) => (await bucketChoices(session)).map(({ value }) => ({ value: `s3://${value}` })),
    },
  },
  options: {
    force: { about: 'delete its objects first; older versions stay, and so does the bucket', type: 'boolean' },
  },
  examples: ['ssebox s3 rb s3://drafts', 'ssebox s3 rb s3://photos --force --as user/admin'],
  async run(values, session) {
    const Bucket = bucketOf(argument(values, 'bucket'));
    const lines: string[] = [];
    if (isSet(values, 'force')) {
      for await (const each of deletionsUnder({ bucket: Bucket, key: '' }, () => true, session)) {
        await each.run(() => {});
        lines.push(transferLine(each));
      }
    }
    const result = await told('remove_bucket', Bucket, session, async () => {
      await session.call('s3', 'DeleteBucket', { Bucket });
    });
    return result.kind === 'lines' ? { ...result, lines: [...lines, ...result.lines] } : result;
  },
});

function bucketOf(text: string): string {
  const { bucket, key } = s3Uri(text);
  if (key === '') return bucket;
  throw new UsageError(`"${text}" is more than a bucket: write s3://${bucket}`);
}

/** The AWS CLI tells of a refusal in a line of its own, and ends with 1. */
async function told(
  what: string,
  bucket: string,
  session: Session,
  work: () => Promise<void>,
): Promise<Extract<Result, { kind: 'lines' }> & { readonly lines: readonly string[] }> {
  try {
    await work();
    return { kind: 'lines', lines: [`${what}: ${bucket}`] };
  } catch (error) {
    if (!isOfOneTransfer(error) || error instanceof UsageError) throw error;
    session.tell(`${what} failed: s3://${bucket} ${errorText(error)}`);
    return { kind: 'lines', lines: [], exitCode: () => 1 };
  }
}

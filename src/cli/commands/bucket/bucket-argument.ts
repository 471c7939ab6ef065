/** The bucket that a command is about. */

import { UsageError } from '../../../api/errors.ts';
import { bucketChoices, oneOf } from '../../choices.ts';
import type { Check } from '../../command.ts';

const known: Check = (answer, session, values) =>
  oneOf('a bucket', bucketChoices)(bucketName({ args: { bucket: answer } }), session, values);

export const bucket = { about: 'the name of the bucket', choices: bucketChoices, check: known };

/** The name, with or without `s3://`. */
export const bucketName = ({ args }: { readonly args: { readonly bucket: string } }): string =>
  args.bucket.replace(/^s3:\/\/([^/]+)\/?$/, '$1');

/** @throws UsageError for a name that no bucket may have. */
export async function newBucket(name: string): Promise<void> {
  const { isBucketName } = await import('../../../s3/request/bucket-name.ts');
  if (!isBucketName(name)) {
    throw new UsageError(
      `"${name}" cannot be the name of a bucket: it takes 3 to 63 lowercase letters, digits, hyphens`,
    );
  }
}

/** The bucket that a command is about. */

import { UsageError } from '../../../api/errors.ts';
import { bucketChoices, oneOf } from '../../choices.ts';
import type { Check } from '../../command.ts';

const known: Check = (answer, session, values) => oneOf('a bucket', bucketChoices)(nameIn(answer), session, values);

export const bucket = { about: 'the name of the bucket', choices: bucketChoices, check: known };

/** The name of the bucket that a command is about. */
export const bucketName = ({ args }: { readonly args: { readonly bucket: string } }): string => nameIn(args.bucket);

/** The name in a text that may have `s3://` before it. */
export const nameIn = (text: string): string => text.replace(/^s3:\/\/([^/]+)\/?$/, '$1');

/** @throws UsageError for a name that no bucket may have. */
export async function newBucket(name: string): Promise<void> {
  const { isBucketName } = await import('../../../s3/request/bucket-name.ts');
  if (!isBucketName(name)) {
    throw new UsageError(
      `"${name}" cannot be the name of a bucket: it takes 3 to 63 lowercase letters, digits, hyphens`,
    );
  }
}

/** The bucket that a command is about. */

import { bucketChoices } from '../../choices.ts';

export const bucket = { about: 'the name of the bucket', choices: bucketChoices };

/** The name, with or without `s3://`. */
export const bucketName = ({ args }: { readonly args: { readonly bucket: string } }): string =>
  args.bucket.replace(/^s3:\/\/([^/]+)\/?$/, '$1');

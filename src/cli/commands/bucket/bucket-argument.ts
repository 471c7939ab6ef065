/** The bucket that a command is about. */

import { bucketChoices } from '../../choices.ts';
import type { CommandValues } from '../../command.ts';
import { argument } from '../given.ts';

export const bucket = { about: 'the name of the bucket', choices: bucketChoices };

/** The name, with or without `s3://`. */
export const bucketName = (values: CommandValues): string =>
  argument(values, 'bucket').replace(/^s3:\/\/([^/]+)\/?$/, '$1');

/** A check of an answer that names a file. */

import { UsageError } from '../api/errors.ts';
import type { Check } from './command.ts';

/** A file or folder that is there, or `-`. */
export const knownFile: Check = async (answer) => {
  const { stat } = await import('node:fs/promises');
  if (answer !== '-' && !(await stat(answer).catch(() => undefined))) {
    throw new UsageError(`there is no file "${answer}"`);
  }
};

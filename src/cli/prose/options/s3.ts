/** What the options of Amazon S3 mean, put together from its three subjects. */

import type { Meaning, Meanings } from './meaning.ts';
import { bucketOptions, bucketsWithin } from './s3-buckets.ts';
import { encryptionOptions, encryptionWithin } from './s3-encryption.ts';
import { objectOptions, objectsWithin } from './s3-objects.ts';

export const s3Options: Meanings = {
  everywhere: { ...bucketOptions, ...encryptionOptions, ...objectOptions },
  within: merged([bucketsWithin, encryptionWithin, objectsWithin]),
};

/** What several subjects say of the same operation. */
function merged(parts: readonly Meanings['within'][]): Meanings['within'] {
  const all: Record<string, Record<string, Meaning>> = {};
  for (const part of parts) {
    for (const [operation, members] of Object.entries(part)) all[operation] = { ...all[operation], ...members };
  }
  return all;
}

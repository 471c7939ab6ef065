/**
 * Bucket-level keys whose lifetime is over. A requester's own are removed where it gets another one; those of a session
 * that never calls again are not. They go by the store's clock alone: S3 asks KMS for another one.
 */

import { everyRow } from '../../call/sweep.ts';

export const expiredLevelKeys = everyRow(
  'bucketLevelKeys',
  (after, tx) => tx.bucketLevelKeys.range({ start: after, after: after !== undefined }),
  ({ expiresMs }, { storeMs }) => expiresMs <= storeMs,
  (key, _kept, tx) => tx.bucketLevelKeys.remove([...key]),
);

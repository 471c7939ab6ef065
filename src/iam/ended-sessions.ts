/**
 * Sessions whose credentials expired some time ago. Their ids stay those of expired credentials, which a request is
 * refused for.
 */

import { DAY_MS } from '../api/duration.ts';
import { type AgingRows, everyRow } from '../call/sweep.ts';
import type { RootKey } from '../crypto/root-key.ts';
import { isSessionKeyId } from './session-key-id.ts';

/** How long after their end, by both clocks: what is left serves to refuse a wrong secret or token in AWS's order. */
const KEPT_MS = DAY_MS;

export const endedSessions = (rootKey: RootKey): AgingRows =>
  everyRow(
    'sessions',
    (after, tx) => tx.accessKeys.range({ start: after ?? ['ASIA'], after: after !== undefined, end: ['ASIB'] }),
    (record, { storeMs, machineMs }) => {
      if (record.kind !== 'session') return false;
      const { issuedMs, expiresMs } = record;
      const endMs = (record.machineMs ?? issuedMs) + expiresMs - issuedMs;
      return expiresMs + KEPT_MS <= storeMs && endMs + KEPT_MS <= machineMs;
    },
    ([id], { account }, tx) => {
      // Only its row shows that the id of an older session is this store's.
      if (isSessionKeyId(id, rootKey)) tx.accessKeys.remove([id]);
      else tx.accessKeys.put([id], { v: 1, kind: 'deleted', accessKeyId: id, account });
    },
  );

/**
 * The door to lmdb. As CommonJS it loads in half the time of its ES module, and only when a store is opened.
 */

import { createRequire } from 'node:module';
import type { open as Open } from 'lmdb';

/** lmdb's own `open`, loaded at the first call. */
export const openLmdb: typeof Open = (...args: Parameters<typeof Open>) => {
  const { open }: { open: typeof Open } = createRequire(import.meta.url)('lmdb');
  return open(...args);
};

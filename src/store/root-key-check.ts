/**
 * Whether a root key is the one of a store. A lost file would otherwise be made anew, and every object would look
 * damaged.
 */

import { timingSafeEqual } from 'node:crypto';
import { join } from 'node:path';
import { StoreError } from '../api/errors.ts';
import type { RootKey } from '../crypto/root-key.ts';
import { getMeta, putMeta } from './meta.ts';
import type { Store } from './store.ts';

/** The first root key that comes to a store is its own from then on. @throws StoreError for another one. */
export function requireOwnRootKey(store: Store, rootKey: RootKey): void {
  const check = rootKey.derive('ssebox root key check');
  store.transact<void>((tx) => {
    const own = getMeta(tx, 'rootKey')?.check;
    if (!own) putMeta(tx, 'rootKey', { check });
    else if (own.length !== check.length || !timingSafeEqual(own, check)) throw foreignRootKey(store.folder);
  });
}

const foreignRootKey = (folder: string) =>
  new StoreError(`the root key "${join(folder, 'root.key')}" is not the one that this store was written with`, {
    hint: 'restore it from a backup of the store: without it nothing of the store can be read',
  });

/** Binds a store to its first root key. A lost file would otherwise be recreated, and every object look damaged. */

import { timingSafeEqual } from 'node:crypto';
import { StoreError } from '../api/errors.ts';
import { hashLabels } from '../crypto/labels.ts';
import type { RootKey } from '../crypto/root-key.ts';
import { getMeta, putMeta } from './meta.ts';
import { hasRootKey, rootKeyFile, rootKeyOf } from './root-key-file.ts';
import type { Store } from './store.ts';

/**
 * The root key of a store, created with the store and never later.
 * @throws StoreError if it is lost or belongs to another store, and like `rootKeyOf`.
 */
export function ownRootKey(store: Store, random: (size: number) => Uint8Array, passphrase?: string): RootKey {
  return store.transact<RootKey>((tx) => {
    const own = getMeta(tx, 'rootKey')?.check;
    if (own && !hasRootKey(store.folder)) throw lostRootKey(store.folder);
    const rootKey = rootKeyOf(store.folder, random, passphrase);
    const check = rootKey.derive(hashLabels.rootKeyCheck);
    if (!own) putMeta(tx, 'rootKey', { check });
    else if (own.length !== check.length || !timingSafeEqual(own, check)) throw foreignRootKey(store.folder);
    return rootKey;
  });
}

const lostRootKey = (folder: string) =>
  new StoreError(`the root key "${rootKeyFile(folder)}" is missing`, { hint: RESTORE });

const foreignRootKey = (folder: string) =>
  new StoreError(`the root key "${rootKeyFile(folder)}" is not the one that this store was written with`, {
    hint: RESTORE,
  });

const RESTORE = 'restore it from a backup of the store: without it nothing in the store can be read';

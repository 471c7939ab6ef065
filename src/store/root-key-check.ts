/** Binds a store to its first root key. A lost file would otherwise be recreated, and every object look damaged. */

import type { RootKey } from '../crypto/root-key.ts';
import { getMeta, putMeta } from './meta.ts';
import { settleRootKey } from './root-key-change.ts';
import { hasRootKeyLeftover, openRootKey, rootKeyCheck, rootKeyOf } from './root-key-file.ts';
import type { Store } from './store.ts';

/**
 * The root key of a store, created with the store and never later.
 * @throws StoreError if it is lost or belongs to another store, and like `openRootKey`.
 */
export function ownRootKey(store: Store, random: (size: number) => Uint8Array, passphrase?: string): RootKey {
  return store.transact<RootKey>((tx) => {
    const check = getMeta(tx, 'rootKey')?.check;
    if (!check) {
      const rootKey = rootKeyOf(store.folder, random, passphrase);
      putMeta(tx, 'rootKey', { check: rootKeyCheck(rootKey) });
      return rootKey;
    }
    const access = { check, random, passphrase };
    const { rootKey, isSettled } = openRootKey(store.folder, access);
    if (!isSettled || hasRootKeyLeftover(store.folder)) settleRootKey(store.folder, access);
    return rootKey;
  });
}

import { copyFileSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { ownRootKey } from '../../src/store/root-key-check.ts';
import { openStore, type Store } from '../../src/store/store.ts';
import { seededRandom } from '../support/seeded-random.ts';

const random = seededRandom();

function newStore(): Store {
  const store = openStore(mkdtempSync(join(tmpdir(), 'ssebox-root-key-')));
  onTestFinished(async () => {
    await store.close();
    rmSync(store.folder, { recursive: true, force: true });
  });
  return store;
}

test('a lost root key is not replaced by another', () => {
  const store = newStore();
  ownRootKey(store, random);
  ownRootKey(store, random);
  const path = join(store.folder, 'root.key');
  rmSync(path);
  expect(() => ownRootKey(store, random)).toThrow(`the root key "${path}" is missing`);
  expect(existsSync(path)).toBe(false);
});

test('the root key of another store is refused', () => {
  const [store, other] = [newStore(), newStore()];
  ownRootKey(store, random);
  ownRootKey(other, random);
  const path = join(store.folder, 'root.key');
  copyFileSync(join(other.folder, 'root.key'), path);
  expect(() => ownRootKey(store, random)).toThrow(
    `the root key "${path}" is not the one that this store was written with`,
  );
});

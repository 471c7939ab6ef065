import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { requireOwnRootKey } from '../../src/store/root-key-check.ts';
import { rootKeyOf } from '../../src/store/root-key-file.ts';
import { openStore } from '../../src/store/store.ts';
import { seededRandom } from '../crypto/seeded-random.ts';

test('a root key that was lost is not quietly replaced by another', () => {
  const folder = mkdtempSync(join(tmpdir(), 'ssebox-root-key-'));
  const store = openStore(folder);
  onTestFinished(async () => {
    await store.close();
    rmSync(folder, { recursive: true, force: true });
  });
  const random = seededRandom();
  requireOwnRootKey(store, rootKeyOf(folder, random));
  requireOwnRootKey(store, rootKeyOf(folder, random));
  rmSync(join(folder, 'root.key'));
  const other = rootKeyOf(folder, random);
  expect(() => requireOwnRootKey(store, other)).toThrow(
    `the root key "${join(folder, 'root.key')}" is not the one that this store was written with`,
  );
});

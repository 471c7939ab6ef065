import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import { expect, test, vi } from 'vitest';
import loadLmdbNative from '../../src/store/lmdb-native.ts';

test("the library that is loaded directly is the one that lmdb's search finds", () => {
  const loaded = vi.spyOn(process, 'dlopen');
  const filesOf = (work: () => unknown): unknown[] => {
    loaded.mockClear();
    work();
    return loaded.mock.calls.map(([, file]) => file);
  };
  const entry = createRequire(import.meta.url).resolve('lmdb');
  const require = createRequire(entry);
  const search: (folder: string) => unknown = require('node-gyp-build-optional-packages');
  const found = filesOf(() => search(dirname(dirname(entry))));
  expect(found).toEqual([expect.stringMatching(/\.node$/)]);
  expect(filesOf(loadLmdbNative)).toEqual(found);
  loaded.mockRestore();
});

import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import { expect, test } from 'vitest';
import loadLmdbNative from '../../src/store/lmdb-native.ts';

test("the library that is loaded directly is the one that lmdb's search finds", () => {
  const entry = createRequire(import.meta.url).resolve('lmdb');
  const require = createRequire(entry);
  const search: (folder: string) => unknown = require('node-gyp-build-optional-packages');
  expect(loadLmdbNative()).toBe(search(dirname(dirname(entry))));
});

/** A store that this process may not read or write: the message, and that nothing is done. */

import { mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { execaSync } from 'execa';
import { describe, expect, test } from 'vitest';
import { newPlace, type Place, samplePlace } from '../support/place.ts';

const isRoot = process.getuid?.() === 0;
const succeeds = (file: string, args: readonly string[]) =>
  execaSync(file, [...args], { reject: false }).exitCode === 0;

const told = (store: string, reason: string) => ({
  code: 253,
  out: '',
  err: `cannot use the store "${store}": ${reason}\n`,
});

/** Root without the power to pass over permissions; anybody else has none. */
const bound = isRoot ? ['setpriv', '--bounding-set', '-dac_override,-dac_read_search'] : [];

describe.skipIf(isRoot && !succeeds('setpriv', [...bound.slice(1), 'true']))('permissions', () => {
  /** Runs the program under the permissions that a line of the shell sets; they are undone for who cleans up. */
  const listKeys = ({ shell }: Place, permissions: string) =>
    shell(
      `export -f ssebox; ${permissions}; ${bound.join(' ')} bash -c 'ssebox kms list-keys'; code=$?
       chmod -R u+rwX .; exit $code`,
    );

  test.for<[string, string]>([
    ['a store that may not be entered', 'chmod 000 store'],
    ['a folder above it that may not be entered', 'chmod 000 .'],
    ['a database that may not be read', 'chmod 000 store/store.mdb'],
    ['a database that may not be written', 'chmod 444 store/store.mdb'],
    ['a lock file that may not be written', 'chmod 444 store/store.mdb-lock'],
    ['a folder in which no lock file can be made', 'rm store/store.mdb-lock; chmod 500 store'],
  ])('%s: permission denied', async ([, permissions]) => {
    const place = await samplePlace();
    expect(await listKeys(place, permissions)).toEqual(told(place.store, 'permission denied'));
  });

  test.for<[string, string]>([
    ['an empty folder', 'mkdir store; chmod 500 store'],
    ['a folder that may not be listed', 'mkdir store; chmod 300 store'],
    ['a folder to be made', 'chmod 500 .'],
  ])('%s: permission denied', async ([, permissions]) => {
    const place = newPlace();
    expect(await listKeys(place, permissions)).toEqual(told(place.store, 'permission denied'));
  });
});

describe.skipIf(!isRoot || !succeeds('unshare', ['-m', 'true']))('a file system that is read-only', () => {
  const listKeys = ({ shell }: Place, folder: string, store: string) =>
    shell(
      `export -f ssebox; unshare -m bash -c 'mount --bind ${folder} ${folder} &&
       mount -o remount,bind,ro ${folder} && ssebox kms list-keys --store ${store}'`,
    );

  test.for<[string, string]>([
    ['the folder is there', 'disk'],
    ['the folder is to be made', 'disk/store'],
    ['the folders above it are to be made, too', 'disk/deep/store'],
  ])('%s', async ([, store]) => {
    const place = newPlace();
    mkdirSync(place.path('disk'));
    expect(await listKeys(place, 'disk', store)).toEqual(told(place.path(store), 'the file system is read-only'));
    expect(readdirSync(place.path('disk'))).toEqual([]);
  });

  test.for(['store.mdb-lock', 'root.key', 'nothing'])('a store in which %s is missing', async (name) => {
    const place = await samplePlace();
    rmSync(join(place.store, name), { force: true });
    expect(await listKeys(place, 'store', 'store')).toEqual(told(place.store, 'the file system is read-only'));
  });
});

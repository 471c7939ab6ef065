import { execFileSync } from 'node:child_process';
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, onTestFinished, test } from 'vitest';
import { StoreError } from '../../src/api/errors.ts';
import { openLmdb } from '../../src/store/lmdb.ts';
import { lastState } from '../../src/store/lmdb-header.ts';
import type { Store } from '../../src/store/store.ts';
import type { Tx } from '../../src/store/tables.ts';
import { editStore } from '../support/edit-store.ts';
import { openStore } from '../support/open-store.ts';

function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'ssebox-store-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

function newStore(folder = newFolder()): Store {
  const store = openStore(folder);
  onTestFinished(() => store.close());
  return store;
}

const put = (tx: Tx, name: string, value = name) => tx.objectData.put(['b', name, ''], Buffer.from(value));
const names = (tx: Tx) => Array.from(tx.objectData.range(), ({ key }) => key[1]);
const namesIn = (store: Store) => store.transact((tx) => names(tx));

describe('a transaction', () => {
  test('sees what it wrote, and others see it afterwards', () => {
    const store = newStore();
    store.transact<void>((tx) => {
      put(tx, 'a');
      expect(names(tx)).toEqual(['a']);
      tx.objectData.remove(['b', 'a', '']);
      put(tx, 'z');
      expect(names(tx)).toEqual(['z']);
    });
    expect(namesIn(store)).toEqual(['z']);
  });

  test('that throws leaves nothing, and the error is the one thrown', () => {
    const store = newStore();
    const error = new Error('no');
    const failing = () =>
      store.transact<void>((tx) => {
        put(tx, 'a');
        throw error;
      });
    expect(failing).toThrow(error);
    expect(namesIn(store)).toEqual([]);
    store.transact<void>((tx) => put(tx, 'b'));
    expect(namesIn(store)).toEqual(['b']);
  });

  test('that returns a promise is refused and leaves nothing', async () => {
    const store = newStore();
    let later: Promise<void> | undefined;
    const work = (tx: Tx) => {
      put(tx, 'a');
      later = Promise.resolve();
      return later as unknown as undefined;
    };
    expect(() => store.transact(work)).toThrow('must not be asynchronous');
    await expect(store.transactGrouped(work)).rejects.toThrow('must not be asynchronous');
    expect(() => store.transact(() => store.nested(() => Promise.resolve() as unknown as undefined))).toThrow(
      'must not be asynchronous',
    );
    await later;
    expect(namesIn(store)).toEqual([]);
  });

  test('sees another process’s changes, too', () => {
    const folder = newFolder();
    const [one, other] = [newStore(folder), newStore(folder)];
    one.transact<void>((tx) => put(tx, 'a'));
    expect(namesIn(other)).toEqual(['a']);
    other.transact<void>((tx) => put(tx, 'b'));
    expect(namesIn(one)).toEqual(['a', 'b']);
  });
});

describe('a rehearsal', () => {
  test('returns what it read, including its own changes, and leaves nothing', () => {
    const store = newStore();
    store.transact<void>((tx) => put(tx, 'before'));
    const found = store.rehearse<string[]>((tx) => {
      put(tx, 'a');
      tx.objectData.remove(['b', 'before', '']);
      return names(tx);
    });
    expect(found).toEqual(['a']);
    expect(namesIn(store)).toEqual(['before']);
  });

  test('that throws ends with that error', () => {
    const store = newStore();
    const error = new Error('no');
    const failing = () =>
      store.rehearse<void>((tx) => {
        put(tx, 'a');
        throw error;
      });
    expect(failing).toThrow(error);
    expect(() => store.rehearse(() => Promise.resolve() as unknown as undefined)).toThrow('must not be asynchronous');
    expect(namesIn(store)).toEqual([]);
  });
});

describe('a nested transaction', () => {
  test('that throws is undone alone', () => {
    const store = newStore();
    store.transact<void>((tx) => {
      put(tx, 'before');
      expect(() =>
        store.nested<void>(() => {
          put(tx, 'inside');
          tx.objectData.remove(['b', 'before', '']);
          throw new Error('inner');
        }),
      ).toThrow('inner');
      expect(names(tx)).toEqual(['before']);
      store.nested<void>(() => put(tx, 'kept'));
      put(tx, 'later');
    });
    expect(namesIn(store)).toEqual(['before', 'kept', 'later']);
  });

  test('is undone with the outer one', () => {
    const store = newStore();
    const failing = () =>
      store.transact<void>((tx) => {
        store.nested<void>(() => put(tx, 'inside'));
        throw new Error('outer');
      });
    expect(failing).toThrow('outer');
    expect(namesIn(store)).toEqual([]);
  });

  test('can contain others, each of which is undone alone', () => {
    // Each letter opens a level, writes its name, and fails when it is a capital one.
    const level = (tx: Tx, store: Store, path: readonly string[], at = 0): void => {
      const name = path[at];
      if (name === undefined) return;
      try {
        store.nested<void>(() => {
          put(tx, `${at}${name}`);
          level(tx, store, path, at + 1);
          if (name === 'X') throw new Error('undo');
        });
      } catch {
        // The outer levels go on.
      }
    };
    const store = newStore();
    fc.assert(
      fc.property(fc.array(fc.constantFrom('x', 'X'), { maxLength: 6 }), (path) => {
        const kept = path
          .slice(0, path.includes('X') ? path.indexOf('X') : path.length)
          .map((name, at) => `${at}${name}`);
        const undo = new Error('undo');
        let seen: string[] = [];
        const run = () =>
          store.transact<void>((tx) => {
            level(tx, store, path);
            seen = names(tx);
            throw undo;
          });
        expect(run).toThrow(undo);
        expect(seen).toEqual(kept);
      }),
      { numRuns: 60 },
    );
  });
});

describe('transactions together', () => {
  const write = async (store: Store, ...words: readonly string[]) => {
    for (const word of words) {
      await new Promise((resolve) => setImmediate(resolve));
      if (word === 'grouped') await store.transactGrouped<void>((tx) => put(tx, word));
      else store.transact<void>((tx) => put(tx, word));
    }
  };

  test('see what came before them, and all stay', async () => {
    const store = newStore();
    const seen = await store.together(async () => {
      await write(store, 'a', 'grouped', 'b');
      return namesIn(store);
    });
    expect(seen).toEqual(['a', 'b', 'grouped']);
    expect(namesIn(store)).toEqual(seen);
  });

  test('are one transaction of the database', async () => {
    const folder = newFolder();
    const store = newStore(folder);
    const last = () => lastState(join(folder, 'store.mdb'))?.transaction ?? 0;
    const before = last();
    await store.together(() => write(store, 'a', 'b', 'c'));
    expect(last()).toBe(before + 1);
  });

  test('leave nothing when the last of them fails', async () => {
    const store = newStore();
    await write(store, 'before');
    const failing = store.together(async () => {
      await write(store, 'a', 'grouped');
      store.transact<void>((tx) => tx.objectData.remove(['b', 'before', '']));
      throw new Error('no');
    });
    await expect(failing).rejects.toThrow('no');
    expect(namesIn(store)).toEqual(['before']);
    await write(store, 'later');
    expect(namesIn(store)).toEqual(['before', 'later']);
  });

  test('include one that fails alone, if the work goes on', async () => {
    const store = newStore();
    await store.together(async () => {
      await write(store, 'a');
      expect(() =>
        store.transact<void>((tx) => {
          put(tx, 'b');
          throw new Error('no');
        }),
      ).toThrow('no');
      await write(store, 'c');
    });
    expect(namesIn(store)).toEqual(['a', 'c']);
  });

  test('begin from the last commit, even when an opening process resets it', async () => {
    const folder = newFolder();
    const store = newStore(folder);
    await write(store, 'a', 'b');
    setLastTransactionBack(folder);
    await store.together(() => write(store, 'c'));
    expect(namesIn(store)).toEqual(['a', 'b', 'c']);
  });
});

describe('grouped transactions', () => {
  test('succeed or fail individually', async () => {
    const store = newStore();
    const outcomes = await Promise.allSettled(
      ['a', 'B', 'c', 'D', 'e'].map((name) =>
        store.transactGrouped<string>((tx) => {
          put(tx, name);
          if (name === name.toUpperCase()) throw new Error(`no ${name}`);
          return `${name}!`;
        }),
      ),
    );
    expect(
      outcomes.map((outcome) => (outcome.status === 'fulfilled' ? outcome.value : outcome.reason.message)),
    ).toEqual(['a!', 'no B', 'c!', 'no D', 'e!']);
    expect(namesIn(store)).toEqual(['a', 'c', 'e']);
  });

  test('see each other’s work in the order of the calls', async () => {
    const store = newStore();
    const count = (tx: Tx) => {
      const counted = names(tx).length;
      put(tx, String(counted).padStart(5, '0'));
      return counted;
    };
    const answers = await Promise.all(Array.from({ length: 1500 }, () => store.transactGrouped<number>(count)));
    expect(answers).toEqual(Array.from({ length: 1500 }, (_, i) => i));
    expect(namesIn(store).length).toBe(1500);
  });

  test('mix with others', async () => {
    const store = newStore();
    const grouped = store.transactGrouped<void>((tx) => put(tx, 'grouped'));
    store.transact<void>((tx) => put(tx, 'alone'));
    await grouped;
    expect(namesIn(store)).toEqual(['alone', 'grouped']);
  });
});

describe('a table', () => {
  const rows = ['a', 'a/b', 'a/c', 'b', 'é', '\uffff', '\u{10000}'];

  function filled(): Store {
    const store = newStore();
    store.transact<void>((tx) => {
      for (const name of [...rows].reverse()) put(tx, name);
      tx.objectData.put(['a', 'other', ''], Buffer.from('x'));
      tx.objectData.put(['c', 'other', ''], Buffer.from('x'));
    });
    return store;
  }

  test('keeps rows in the order of their UTF-8 bytes', () => {
    expect(namesIn(filled())).toEqual(['other', ...rows, 'other']);
  });

  // Range in → names out.
  const b = (name: string) => ['b', name, ''] as const;
  test.for([
    [{ start: b('a/b'), end: b('b') }, ['a/b', 'a/c']],
    [{ start: b('a/b'), after: true, limit: 2 }, ['a/c', 'b']],
    [{ start: b('a/b'), end: b('b'), reverse: true }, ['a/c', 'a/b']],
    [{ start: ['b'], end: ['c'], reverse: true, limit: 2 }, ['\u{10000}', '\uffff']],
    [{ start: ['c'] }, ['other']],
    [{ start: ['d'] }, []],
  ] as const)('returns the range %o', ([range, expected]) => {
    const store = filled();
    expect(store.transact((tx) => Array.from(tx.objectData.range(range), ({ key }) => key[1]))).toEqual(expected);
  });

  test('returns the rows under a prefix, in either direction', () => {
    const store = filled();
    const under = (range?: object) =>
      store.transact((tx) => Array.from(tx.objectData.under(['b'], range), ({ key }) => key[1]));
    expect(under()).toEqual(rows);
    expect(under({ reverse: true })).toEqual([...rows].reverse());
    expect(under({ limit: 1 })).toEqual(['a']);
    expect(under({ start: b('b'), after: true })).toEqual(['é', '\uffff', '\u{10000}']);
  });

  test('reports whether there was a row to remove', () => {
    const store = filled();
    store.transact<void>((tx) => {
      expect(tx.objectData.remove(b('a') as never)).toBe(true);
      expect(tx.objectData.remove(b('a') as never)).toBe(false);
      expect(tx.objectData.get(b('a') as never)).toBeUndefined();
    });
  });
});

describe('opening a store', () => {
  /** What a folder that is no fit store says. */
  function refusal(folder: string): string {
    try {
      void openStore(folder).close();
    } catch (error) {
      expect(error).toBeInstanceOf(StoreError);
      return error instanceof Error ? error.message : '';
    }
    return expect.fail('the store was opened');
  }

  test('creates one that only its owner may enter', () => {
    const folder = join(newFolder(), 'deep', 'er');
    newStore(folder);
    expect(statSync(folder).mode & 0o777).toBe(0o700);
    const there = newFolder();
    rmSync(there, { recursive: true });
    mkdirSync(there, { mode: 0o755 });
    newStore(there);
    expect(statSync(there).mode & 0o777).toBe(0o700);
  });

  test('refuses a newer format, and changes nothing', async () => {
    const folder = newFolder();
    await openStore(folder).close();
    await editStore(folder, ({ header }) => header.put('format', { version: 1000 }));
    const before = readFileSync(join(folder, 'store.mdb'));
    expect(refusal(folder)).toMatch(/has format 1000, newer than the \d+ that this version of ssebox reads/);
    expect(readFileSync(join(folder, 'store.mdb')).equals(before)).toBe(true);
  });

  test('refuses a folder with other contents, and leaves it alone', () => {
    const folder = newFolder();
    writeFileSync(join(folder, 'thesis.tex'), 'mine');
    expect(refusal(folder)).toBe(`the folder "${folder}" is not an ssebox store and is not empty`);
    expect(statSync(folder).size).toBeGreaterThan(0);
    expect(() => statSync(join(folder, 'store.mdb'))).toThrow('ENOENT');
  });

  test('refuses a file in place of the folder', () => {
    const path = join(newFolder(), 'file');
    writeFileSync(path, 'mine');
    expect(refusal(path)).toContain(`cannot use the store "${path}"`);
    expect(readFileSync(path, 'utf8')).toBe('mine');
  });

  test.for([
    ['text', Buffer.from('this is no database, although it has its name'.repeat(500))],
    ['zeros', Buffer.alloc(65_536)],
  ] as const)('refuses a database that is %s', ([, content]) => {
    const folder = newFolder();
    writeFileSync(join(folder, 'store.mdb'), content);
    expect(refusal(folder)).toBe(`cannot use the store "${folder}": "store.mdb" is not an ssebox store, or is damaged`);
    expect(readFileSync(join(folder, 'store.mdb')).equals(content)).toBe(true);
  });

  test.for([
    ['store.mdb', '"store.mdb" is not an ssebox store, or is damaged'],
    ['store.mdb-lock', '"store.mdb-lock" is not a file'],
  ] as const)('refuses a folder in place of %s', ([name, reason]) => {
    const folder = newFolder();
    mkdirSync(join(folder, name));
    expect(refusal(folder)).toBe(`cannot use the store "${folder}": ${reason}`);
  });

  test('refuses a truncated database', async () => {
    const folder = newFolder();
    const path = join(folder, 'store.mdb');
    const store = openStore(folder);
    for (let i = 0; i < 20; i++) store.transact<void>((tx) => put(tx, `${i}`, 'x'.repeat(10_000)));
    await store.close();
    truncateSync(path, 9000);
    expect(refusal(folder)).toBe(`cannot use the store "${folder}": "store.mdb" is not an ssebox store, or is damaged`);
  });

  test.for([
    ['missing', 'root.key', (file: string) => rmSync(file)],
    ['empty', 'root.key', (file: string) => truncateSync(file)],
    ['missing', 'blobs', (file: string) => rmSync(file)],
    ['empty', 'blobs', (file: string) => truncateSync(file)],
  ] as const)('takes no data file that is %s beside %s for a new store', async ([how, remains, lose]) => {
    const folder = newFolder();
    await openStore(folder).close();
    if (remains === 'blobs') {
      rmSync(join(folder, 'root.key'));
      mkdirSync(join(folder, 'blobs', 'ab'), { recursive: true });
      writeFileSync(join(folder, 'blobs', 'ab', 'abcdef'), 'ciphertext');
    }
    lose(join(folder, 'store.mdb'));
    const before = readdirSync(folder);
    expect(refusal(folder)).toBe(
      `cannot use the store "${folder}": "store.mdb" is ${how}, though "${remains}" is there`,
    );
    expect(readdirSync(folder)).toEqual(before);
  });

  test('takes what a killed creation has left for a new store', () => {
    const folder = newFolder();
    writeFileSync(join(folder, 'store.mdb'), '');
    writeFileSync(join(folder, 'root.key.0123456789abcdef'), Buffer.alloc(32));
    mkdirSync(join(folder, 'blobs'));
    const store = newStore(folder);
    store.transact<void>((tx) => put(tx, 'a'));
    expect(namesIn(store)).toEqual(['a']);
    expect(readdirSync(folder)).not.toContain('root.key.0123456789abcdef');
  });

  test('accepts an empty database, which another process is just creating', () => {
    const folder = newFolder();
    writeFileSync(join(folder, 'store.mdb'), '');
    const store = newStore(folder);
    store.transact<void>((tx) => put(tx, 'a'));
    expect(namesIn(store)).toEqual(['a']);
  });
});

describe('readers', () => {
  test('may be many: 200 states are read at the same time, while others write', () => {
    const store = newStore();
    const snapshots = Array.from({ length: 200 }, (_, i) => {
      store.transact<void>((tx) => put(tx, String(i).padStart(3, '0')));
      return store.snapshot();
    });
    const counts = snapshots.map((snapshot) => [...snapshot.tx.objectData.range()].length);
    expect(counts).toEqual(Array.from({ length: 200 }, (_, i) => i + 1));
    for (const snapshot of snapshots) snapshot.close();
  });

  test('beyond the places of the lock file are refused, and accepted again when one is free', () => {
    const folder = newFolder();
    // Whoever opens the lock file first decides how many places it has.
    const root = openLmdb({ path: join(folder, 'store.mdb'), noSubdir: true, maxDbs: 128, maxReaders: 2 });
    onTestFinished(() => root.close());
    const rows = root.openDB('rows', { encoding: 'binary' });
    const readers = Array.from({ length: 2 }, (_, i) => {
      root.transactionSync(() => rows.putSync(['a'], Buffer.of(i)));
      root.resetReadTxn();
      return root.useReadTransaction();
    });
    root.resetReadTxn();
    expect(() => openStore(folder)).toThrow(
      new StoreError(
        `cannot use the store "${folder}": as many processes are using it as "store.mdb-lock" has places for; ` +
          'try again once some have ended',
      ),
    );
    readers[0]?.done();
    const store = newStore(folder);
    store.transact<void>((tx) => put(tx, 'a'));
    expect(namesIn(store)).toEqual(['a']);
  });
});

/**
 * What a process does that opens an environment while another one commits (OpenLDAP ITS#9496): the number of the last
 * transaction, in the file of the locks, becomes the one before. It is done by a process of its own, since closing the
 * file here would give up this process's locks.
 */
function setLastTransactionBack(folder: string): void {
  const program = `
    const { openSync, readSync, writeSync } = require('node:fs');
    const file = openSync(process.argv[1], 'r+');
    const number = Buffer.alloc(8);
    readSync(file, number, 0, 8, 8);
    number.writeBigUInt64LE(number.readBigUInt64LE() - 1n);
    writeSync(file, number, 0, 8, 8);`;
  execFileSync(process.execPath, ['-e', program, join(folder, 'store.mdb-lock')]);
}

test('a commit is not lost when an opening process resets the last transaction', async () => {
  const folder = newFolder();
  const store = openStore(folder);
  for (const name of ['a', 'b']) store.transact<void>((tx) => put(tx, name));
  setLastTransactionBack(folder);
  store.transact<void>((tx) => put(tx, 'c'));
  expect(namesIn(store)).toEqual(['a', 'b', 'c']);
  setLastTransactionBack(folder);
  await Promise.all(['d', 'e'].map((name) => store.transactGrouped<void>((tx) => put(tx, name))));
  setLastTransactionBack(folder);
  expect(namesIn(store)).toEqual(['a', 'b', 'c', 'd', 'e']);
  await store.close();
  expect(namesIn(newStore(folder))).toEqual(['a', 'b', 'c', 'd', 'e']);
});

test('a snapshot has the last commit, even when an opening process resets the last transaction', () => {
  const folder = newFolder();
  const store = newStore(folder);
  for (const name of ['a', 'b', 'c']) {
    store.transact<void>((tx) => put(tx, name));
    setLastTransactionBack(folder);
    const snapshot = store.snapshot();
    expect(names(snapshot.tx)).toContain(name);
    snapshot.close();
  }
});

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { scanKeys } from '../../src/s3/objects/key-scan.ts';
import { afterPrefix, compareKeys } from '../../src/s3/request/object-key.ts';

const key = fc.string({
  unit: fc.constantFrom('a', 'b', '/', 'é', '\u{ffff}', '\u{10000}', '\u{d7ff}'),
  minLength: 1,
  maxLength: 6,
});
const keys = fc.uniqueArray(key, { maxLength: 40 });

/** S3's listing, in the plainest way: every key is looked at. */
function listPlainly(all: readonly string[], prefix: string, delimiter: string | undefined): string[] {
  const entries = new Set<string>();
  for (const name of [...all].sort(compareKeys)) {
    if (!name.startsWith(prefix)) continue;
    const at = delimiter === undefined ? -1 : name.indexOf(delimiter, prefix.length);
    entries.add(at < 0 ? `key ${name}` : `prefix ${name.slice(0, at + (delimiter?.length ?? 0))}`);
  }
  return [...entries];
}

function scan(all: readonly string[], prefix: string, delimiter: string | undefined, after?: string) {
  const sorted = [...all].sort(compareKeys);
  const rowsFrom = (start: string, isAfter: boolean) =>
    sorted.filter((name) => compareKeys(name, start) >= (isAfter ? 1 : 0)).map((name) => ({ key: name, row: name }));
  return [...scanKeys(rowsFrom, () => true, { prefix, delimiter, after })];
}

const shown = (entries: ReturnType<typeof scan>) =>
  entries.map(({ kind, key: name }) => `${kind === 'row' ? 'key' : 'prefix'} ${name}`);

test('jumping over common prefixes lists the same as looking at every key', () =>
  fc.assert(
    fc.property(
      keys,
      fc.constantFrom('', 'a', 'a/', '\u{ffff}'),
      fc.constantFrom(undefined, '/', 'b/'),
      (all, prefix, delimiter) => {
        expect(shown(scan(all, prefix, delimiter))).toEqual(listPlainly(all, prefix, delimiter));
      },
    ),
  ));

test('pages of one entry, each after the last one, give the whole listing', () =>
  fc.assert(
    fc.property(keys, fc.constantFrom('', 'a'), fc.constantFrom(undefined, '/'), (all, prefix, delimiter) => {
      const paged: string[] = [];
      let after: string | undefined;
      for (;;) {
        const [first] = scan(all, prefix, delimiter, after);
        if (!first) break;
        paged.push(...shown([first]));
        after = first.key;
      }
      expect(paged).toEqual(listPlainly(all, prefix, delimiter));
    }),
  ));

test('the text after a prefix sorts after every key with that prefix, and before every greater one', () =>
  fc.assert(
    fc.property(key, key, fc.string(), (prefix, other, rest) => {
      const next = afterPrefix(prefix);
      if (next === undefined) return;
      expect(compareKeys(next, prefix + rest)).toBeGreaterThan(0);
      if (compareKeys(other, prefix) > 0 && !other.startsWith(prefix))
        expect(compareKeys(other, next)).toBeGreaterThanOrEqual(0);
    }),
  ));

test('a scan with a delimiter looks at one row of each common prefix', () => {
  const all = ['a', 'b', 'c']
    .flatMap((name) => Array.from({ length: 1000 }, (_, i) => `${name}/${i}`))
    .sort(compareKeys);
  let looked = 0;
  function* rowsFrom(start: string) {
    for (const name of all) {
      if (compareKeys(name, start) < 0) continue;
      looked += 1;
      yield { key: name, row: name };
    }
  }
  const entries = [...scanKeys(rowsFrom, () => true, { prefix: '', delimiter: '/', after: undefined })];
  expect(shown(entries)).toEqual(['prefix a/', 'prefix b/', 'prefix c/']);
  expect(looked).toBe(3);
});

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, onTestFinished, test } from 'vitest';
import { overlayOn } from '../../src/store/overlay.ts';
import type { KeyRange } from '../../src/store/table.ts';
import type { Tx } from '../../src/store/tables.ts';
import { openStore } from '../support/open-store.ts';

function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'ssebox-overlay-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return join(folder, 'store');
}

/** Few keys, so that they meet; some are the beginning of others, and some differ in their bytes and UTF-16 units. */
const parts = fc.constantFrom('', 'a', 'a/b', 'b', 'é', '\uffee', '\u{1f600}');
const numbers = fc.integer({ min: 0, max: 3 });

type Key = [string, string, number];
const key: fc.Arbitrary<Key> = fc.tuple(parts, parts, numbers);

type Step =
  | { readonly kind: 'put'; readonly key: Key; readonly value: number }
  | { readonly kind: 'remove'; readonly key: Key }
  /** Steps that are done, and undone where they fail. */
  | { readonly kind: 'part'; readonly steps: readonly Step[]; readonly fails: boolean };

const { step } = fc.letrec<{ step: Step }>((tie) => ({
  step: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.record({ kind: fc.constant('put' as const), key, value: fc.nat(9) }),
    fc.record({ kind: fc.constant('remove' as const), key }),
    fc.record({
      kind: fc.constant('part' as const),
      steps: fc.array(tie('step'), { maxLength: 4 }),
      fails: fc.boolean(),
    }),
  ),
}));

const range: fc.Arbitrary<KeyRange> = fc.record(
  {
    start: fc.oneof(fc.tuple(parts), fc.tuple(parts, parts), key),
    end: fc.oneof(fc.tuple(parts), fc.tuple(parts, parts), key),
    after: fc.boolean(),
    reverse: fc.boolean(),
    limit: fc.integer({ min: 1, max: 5 }),
  },
  { requiredKeys: [] },
);

const prefix = fc.oneof(fc.constant([]), fc.tuple(parts), fc.tuple(parts, parts));

interface Parts {
  nested(work: () => void): void;
}

class Undone extends Error {}

function take(steps: readonly Step[], tx: Tx, parts: Parts): void {
  for (const step of steps) {
    if (step.kind === 'put') tx.olderVersions.put(step.key, { v: 1, value: step.value, absent: undefined } as never);
    else if (step.kind === 'remove') tx.olderVersions.remove(step.key);
    else {
      try {
        parts.nested(() => {
          take(step.steps, tx, parts);
          if (step.fails) throw new Undone();
        });
      } catch (error) {
        if (!(error instanceof Undone)) throw error;
      }
    }
  }
}

test('an overlay reads as the store would after the same changes, and as before once it forgets them', () => {
  const below = openStore(newFolder());
  const beside = openStore(newFolder());
  onTestFinished(async () => {
    await below.close();
    await beside.close();
  });
  const steps = fc.array(step, { maxLength: 12 });
  const ranges = fc.array(range, { minLength: 1, maxLength: 6 });
  const prefixes = fc.array(fc.tuple(prefix, range), { minLength: 1, maxLength: 6 });
  fc.assert(
    fc.property(steps, steps, steps, ranges, prefixes, (stored, first, second, ranges, prefixes) => {
      for (const store of [below, beside]) {
        store.transact<void>((tx) => {
          for (const { key } of [...tx.olderVersions.range()]) tx.olderVersions.remove(key);
          take(stored, tx, store);
        });
      }
      const overlay = overlayOn(below);
      try {
        for (const store of [overlay, beside]) {
          store.transact<void>((tx) => take(first, tx, store));
          try {
            store.transact<void>((tx) => {
              take(second, tx, store);
              throw new Undone();
            });
          } catch (error) {
            if (!(error instanceof Undone)) throw error;
          }
        }
        const seen = (store: Pick<typeof overlay, 'transact'>) =>
          store.transact<unknown>((tx) => ({
            rows: [...tx.olderVersions.range()],
            each: [...tx.olderVersions.range()].map(({ key }) => tx.olderVersions.get(key)),
            ranges: ranges.map((wanted) => [...tx.olderVersions.range(wanted)]),
            under: prefixes.map(([prefix, { end: _, ...wanted }]) => [
              ...tx.olderVersions.under(prefix, { ...wanted, start: wanted.start && [...prefix, ...wanted.start] }),
            ]),
          }));
        expect(seen(overlay)).toEqual(seen(beside));
        overlay.forget();
        expect(seen(overlay)).toEqual(seen(below));
      } finally {
        overlay.close();
      }
    }),
    { numRuns: 300 },
  );
});

test('an overlay leaves the store as it is, and a rehearsal the overlay', () => {
  const store = openStore(newFolder());
  onTestFinished(() => store.close());
  const before = store.counts();
  const overlay = overlayOn(store);
  const count = (tx: Tx) => [...tx.ownEvents.range()].length;
  overlay.transact<void>((tx) => tx.ownEvents.put([1], {} as never));
  overlay.rehearse<void>((tx) => tx.ownEvents.put([2], {} as never));
  expect(overlay.transact<number>(count)).toBe(1);
  overlay.close();
  expect(store.counts()).toEqual(before);
});

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { newKeyCover } from '../../src/store/key-cover.ts';
import type { Bounds } from '../../src/store/lmdb-page.ts';

const MOST = 30;
const key = fc.integer({ min: 0, max: MOST });

test('a cover has the keys of the ranges that were added, and says how far they reach', () => {
  const range = fc.record({
    from: fc.option(key, { nil: undefined }),
    length: fc.option(fc.integer({ min: 1, max: 8 })),
  });
  fc.assert(
    fc.property(fc.array(range, { maxLength: 12 }), (ranges) => {
      const cover = newKeyCover();
      const has = new Array<boolean>(MOST + 20).fill(false);
      let isEndless = false;
      let isBeginningless = false;
      for (const { from, length } of ranges) {
        const bounds: Bounds = { from, before: length === null ? undefined : (from ?? 0) + length };
        cover.add(bounds);
        isBeginningless ||= from === undefined;
        isEndless ||= length === null;
        for (let i = from ?? 0; i < (length === null ? has.length : (from ?? 0) + length); i++) has[i] = true;
      }
      for (let i = 0; i <= MOST; i++) {
        expect(cover.at(i) !== undefined, `at ${i}`).toBe(has[i]);
        if (i > 0) expect(cover.below(i) !== undefined, `below ${i}`).toBe(has[i - 1]);
        const found = cover.at(i);
        const end = has.findIndex((isIn, at) => at > i && !isIn);
        if (found) expect(found.before).toBe(end < 0 ? undefined : end);
      }
      expect(cover.isAll()).toBe(isEndless && isBeginningless && has.every((isIn) => isIn));
    }),
  );
});

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { counted, hasRoom, inLastMinute, rateText, windowAt } from '../../src/quotas/windows.ts';
import type { QuotaUse } from '../../src/store/records/quota.ts';

// AWS KMS Developer Guide, "Request quotas": a fraction is one request in so many seconds.
test.for([
  [5, { startMs: 12_000, lengthMs: 1000, limit: 5 }, '5 a second'],
  [1, { startMs: 12_000, lengthMs: 1000, limit: 1 }, '1 a second'],
  [2.5, { startMs: 12_000, lengthMs: 1000, limit: 2 }, '2.5 a second'],
  [0.5, { startMs: 12_000, lengthMs: 2000, limit: 1 }, '1 in 2 seconds'],
  [0.25, { startMs: 12_000, lengthMs: 4000, limit: 1 }, '1 in 4 seconds'],
  [0.1, { startMs: 10_000, lengthMs: 10_000, limit: 1 }, '1 in 10 seconds'],
  [0.3, { startMs: 10_002, lengthMs: 3334, limit: 1 }, '1 in 3.333 seconds'],
  [0, { startMs: 12_000, lengthMs: 1000, limit: 0 }, '0 a second'],
] as const)('a rate of %d', ([rate, window, text]) => {
  expect(windowAt(12_999, rate)).toEqual(window);
  expect(rateText(rate)).toBe(text);
});

/** Makes requests at these times, in this order. @returns how many were granted in each window, and made in it. */
function granted(times: readonly number[], rate: number): Map<number, [granted: number, made: number]> {
  let use: QuotaUse | undefined;
  const found = new Map<number, [number, number]>();
  for (const atMs of times) {
    const window = windowAt(atMs, rate);
    const isGranted = hasRoom(use, 1, window);
    use = counted(use, 1, !isGranted, window);
    const [before, made] = found.get(window.startMs) ?? [0, 0];
    found.set(window.startMs, [before + (isGranted ? 1 : 0), made + 1]);
  }
  return found;
}

test('a window has as many requests as the rate allows, in whichever order processes read the clock', () => {
  const rates = fc.constantFrom(0, 0.1, 0.3, 0.5, 1, 2, 5);
  const times = fc.array(fc.integer({ min: 1_000_000, max: 1_050_000 }), { maxLength: 300 });
  fc.assert(
    fc.property(rates, times, (rate, times) => {
      for (const [startMs, [is, made]] of granted(times, rate)) {
        expect([startMs, is]).toEqual([startMs, Math.min(made, windowAt(startMs, rate).limit)]);
      }
    }),
  );
});

test('the last minute is known, and no more than that is kept', () => {
  let use: QuotaUse | undefined;
  for (let second = 0; second < 1000; second += 1) {
    for (let i = 0; i < 3; i += 1) {
      const window = windowAt(second * 1000, 2);
      use = counted(use, 1, !hasRoom(use, 1, window), window);
    }
  }
  expect(use?.earlier.length).toBe(59);
  expect(use?.overEver).toBe(1000);
  expect(use?.lastOverMs).toBe(999_000);
  expect(inLastMinute(use, 999_999)).toEqual({ granted: 120, over: 60, peak: 3 });
  expect(inLastMinute(use, 1_040_000)).toEqual({ granted: 38, over: 19, peak: 3 });
  expect(inLastMinute(use, 2_000_000)).toEqual({ granted: 0, over: 0, peak: 0 });
  expect(inLastMinute(undefined, 0)).toEqual({ granted: 0, over: 0, peak: 0 });
});

test('a clock that is set back by more than a minute begins anew', () => {
  const late = windowAt(1_000_000, 1);
  const use = counted(undefined, 1, false, late);
  const early = windowAt(900_000, 1);
  const again = counted(use, 1, false, early);
  expect(again).toMatchObject({ newest: [900_000, 1, 0], earlier: [] });
  expect([hasRoom(again, 1, early), hasRoom(again, 1, late)]).toEqual([false, true]);
});

test('a rate that becomes another one counts what was made in the time of its window', () => {
  const use = counted(undefined, 3, false, windowAt(11_000, 5));
  expect(hasRoom(use, 1, windowAt(19_000, 0.1))).toBe(false);
  expect(hasRoom(use, 1, windowAt(20_000, 0.1))).toBe(true);
});

import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Region } from '../../src/api/regions.ts';
import { type BillLine, billOf, totalOf } from '../../src/cost/bill.ts';
import { exact, sum, toNumber, usdOf } from '../../src/cost/exact.ts';
import { groupings } from '../../src/cost/groupings.ts';
import { rowsOf } from '../../src/cost/report.ts';
import type { Used } from '../../src/cost/usage.ts';
import { type BilledUsage, billedUsages } from '../../src/cost/usage-types.ts';

type Item = readonly [BilledUsage, quantity: number, region?: Region, more?: Partial<Used>];

const used = (items: readonly Item[]): Used[] =>
  items.map(([usageType, quantity, region = 'us-east-1', more = {}]) => ({
    account: '111122223333',
    usageType,
    region,
    quantity: exact(quantity),
    atMs: 0,
    ...more,
  }));

interface Scene {
  readonly title: string;
  readonly items: readonly Item[];
  /** Usage type, region, dollars, evidence. */
  readonly lines: readonly (readonly [string, Region, number, string])[];
}

// Worked out by hand from the pricing pages of AWS KMS, Amazon S3 and Amazon CloudWatch.
const scenes: readonly Scene[] = [
  {
    title: 'ten million PUTs under SSE-KMS without a bucket key: 20,000 KMS requests are free',
    items: [
      ['KMS-Requests', 10_000_000],
      ['Requests-Tier1', 10_000_000],
    ],
    lines: [
      ['KMS-Requests', 'us-east-1', 29.94, 'L'],
      ['Requests-Tier1', 'us-east-1', 50, 'G'],
    ],
  },
  {
    title: 'the same with 99 % fewer calls to KMS',
    items: [['KMS-Requests', 100_000]],
    lines: [['KMS-Requests', 'us-east-1', 0.24, 'L']],
  },
  {
    title: 'requests below the free tier',
    items: [['KMS-Requests', 20_000]],
    lines: [['KMS-Requests', 'us-east-1', 0, 'L']],
  },
  {
    title: 'the free tier is one for all regions, each of which has its part',
    items: [
      ['KMS-Requests', 30_000],
      ['KMS-Requests', 10_000, 'us-west-2'],
    ],
    lines: [
      ['KMS-Requests', 'us-east-1', 0.045, 'L'],
      ['KMS-Requests', 'us-west-2', 0.015, 'L'],
    ],
  },
  {
    title: 'each account has a free tier of its own',
    items: [
      ['KMS-Requests', 30_000],
      ['KMS-Requests', 30_000, 'us-east-1', { account: '444455556666' }],
    ],
    lines: [
      ['KMS-Requests', 'us-east-1', 0.03, 'L'],
      ['KMS-Requests', 'us-east-1', 0.03, 'L'],
    ],
  },
  {
    title: 'the free tier does not cover asymmetric keys and data key pairs; RSA pairs cost 400 times as much',
    items: [
      ['KMS-Requests-Asymmetric', 10_000],
      ['KMS-Requests-Asymmetric-RSA_2048', 10_000],
      ['KMS-Requests-GenerateDatakeyPair-ECC', 10_000],
      ['KMS-Requests-GenerateDatakeyPair-RSA', 10_000],
    ],
    lines: [
      ['KMS-Requests-Asymmetric', 'us-east-1', 0.15, 'P'],
      ['KMS-Requests-Asymmetric-RSA_2048', 'us-east-1', 0.03, 'P'],
      ['KMS-Requests-GenerateDatakeyPair-ECC', 'us-east-1', 0.1, 'S'],
      ['KMS-Requests-GenerateDatakeyPair-RSA', 'us-east-1', 12, 'S'],
    ],
  },
  {
    title: 'tiers of storage begin anew in each region',
    items: [
      ['TimedStorage-ByteHrs', 60_000],
      ['TimedStorage-ByteHrs', 60_000, 'us-east-2'],
      ['TimedStorage-ByteHrs', 100, 'ap-south-1'],
    ],
    lines: [
      ['TimedStorage-ByteHrs', 'us-east-1', 1371.2, 'G'],
      ['TimedStorage-ByteHrs', 'us-east-2', 1371.2, 'U'],
      ['TimedStorage-ByteHrs', 'ap-south-1', 2.3, 'U'],
    ],
  },
  {
    title: 'ten alarms and ten custom metrics are free',
    items: [
      ['CW:AlarmMonitorUsage', 12],
      ['CW:HighResAlarmMonitorUsage', 1],
      ['CW:MetricMonitorUsage', 15],
    ],
    lines: [
      ['CW:AlarmMonitorUsage', 'us-east-1', 0.2, 'L'],
      ['CW:HighResAlarmMonitorUsage', 'us-east-1', 0.3, 'L'],
      ['CW:MetricMonitorUsage', 'us-east-1', 1.5, 'L'],
    ],
  },
  {
    title: 'replication to two regions with Replication Time Control',
    items: [
      ['AWS-Out-Bytes', 100, 'us-east-1', { to: 'us-east-2' }],
      ['AWS-Out-Bytes', 100, 'us-east-1', { to: 'eu-west-1' }],
      ['S3RTC-Out-Bytes', 200],
    ],
    lines: [
      ['AWS-Out-Bytes', 'us-east-1', 1, 'G'],
      ['AWS-Out-Bytes', 'us-east-1', 2, 'G'],
      ['S3RTC-Out-Bytes', 'us-east-1', 3, 'G'],
    ],
  },
];

test.for(scenes)('$title', ({ items, lines }) => {
  const bill = billOf(used(items));
  expect(bill.map(({ usageType, region, usd, evidence }) => [usageType, region, usdOf(usd), evidence])).toEqual(lines);
});

test('what a line costs is divided among its items by their quantity', () => {
  const items: readonly Item[] = [
    ['KMS-Requests', 10_000, 'us-east-1', { key: 'one' }],
    ['KMS-Requests', 30_000, 'us-east-1', { key: 'other' }],
  ];
  const [line] = billOf(used(items));
  expect(line?.items.map(({ key, usd }) => [key, usdOf(usd)])).toEqual([
    ['one', 0.015],
    ['other', 0.045],
  ]);
  expect(toNumber(line?.free ?? exact(0))).toBe(20_000);
});

const anyItems = fc.array(
  fc.tuple(
    fc.constantFrom(...billedUsages),
    fc.oneof(fc.integer({ min: 0, max: 10_000_000 }), fc.double({ min: 0, max: 200_000, noNaN: true })),
    fc.constantFrom<Region>('us-east-1', 'us-west-2', 'eu-central-1'),
    fc.record({
      account: fc.constantFrom('111122223333', '444455556666'),
      key: fc.constantFrom(undefined, 'one', 'other'),
      bucket: fc.constantFrom(undefined, 'photos', 'reports'),
      atMs: fc.constantFrom(0, 86_400_000, 5 * 86_400_000),
    }),
  ),
  { maxLength: 12 },
);

test('however a bill is grouped, its rows sum to the total, in dollars and in quantities', () => {
  fc.assert(
    fc.property(anyItems, fc.constantFrom(undefined, ...groupings), (items, by) => {
      const lines = billOf(used(items));
      const rows = lines.flatMap((line) => rowsOf(line, 0, by));
      expect(totalOf(rows)).toBe(totalOf(lines));
      for (const line of lines) expect(sum(rowsOf(line, 0, by).map(({ quantity }) => quantity))).toEqual(line.quantity);
    }),
  );
});

test('what was used before and after a moment sums to the whole bill', () => {
  const cost = (lines: readonly BillLine[], fromMs: number) =>
    totalOf(lines.flatMap((line) => rowsOf(line, fromMs, undefined)));
  fc.assert(
    fc.property(anyItems, (items) => {
      const lines = billOf(used(items));
      const before = lines.flatMap((line) => line.items.filter(({ atMs }) => atMs < 86_400_000));
      expect(totalOf(before) + cost(lines, 86_400_000)).toBe(totalOf(lines));
    }),
  );
});

test('an item in two halves costs what it costs as a whole', () => {
  fc.assert(
    fc.property(anyItems, (items) => {
      const halves = items.flatMap(([usageType, quantity, ...more]) => [
        [usageType, quantity / 2, ...more] as const,
        [usageType, quantity / 2, ...more] as const,
      ]);
      expect(totalOf(billOf(used(halves)))).toBe(totalOf(billOf(used(items))));
    }),
  );
});

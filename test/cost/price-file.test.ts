import { expect, test } from 'vitest';
import { UsageError } from '../../src/api/errors.ts';
import { awsPrices } from '../../src/cost/aws-prices.ts';
import { priceOf } from '../../src/cost/price-book.ts';
import { pricesIn, priceValue } from '../../src/cost/price-file.ts';

const row = priceValue(priceOf('KMS-Requests', 'us-east-1'));
const storage = priceValue(priceOf('TimedStorage-ByteHrs', 'us-east-1'));

/** What is said of a file with these rows. */
function faultsOf(...rows: readonly unknown[]): readonly string[] {
  try {
    pricesIn(JSON.stringify({ Prices: rows }), 'prices.json');
  } catch (error) {
    if (error instanceof UsageError) return error.lines.slice(1);
    throw error;
  }
  return [];
}

test('what is printed can be read again', () => {
  const all = [...awsPrices, priceOf('KMS-Keys', 'eu-central-1')];
  expect(pricesIn(JSON.stringify({ Prices: all.map(priceValue) }), 'prices.json')).toEqual(all);
  expect(pricesIn(JSON.stringify(all.map(priceValue)), 'prices.json')).toEqual(all);
});

test.for([
  ['hello', 'prices.json is not JSON: '],
  ['', 'prices.json is not JSON: '],
  ['{}', 'prices.json must have a list named "Prices"'],
  ['7', 'prices.json must have a list named "Prices"'],
  ['{"Prices":{}}', 'prices.json must have a list named "Prices"'],
  ['[]', 'prices.json does not have any prices'],
] as const)('%s is not a file of prices', ([text, message]) => {
  expect(() => pricesIn(text, 'prices.json')).toThrow(message);
});

test.for<readonly [object, string]>([
  [
    { UsageType: 'KMS-Request' },
    'row 1 (KMS-Request) must have a UsageType that ssebox cost prices lists, not "KMS-Request": did you mean "KMS-Requests"?',
  ],
  [{ UsageType: undefined }, 'row 1 must have a UsageType that ssebox cost prices lists, not nothing'],
  [{ Service: 's3' }, 'row 1 (KMS-Requests) must have the Service "kms", not "s3"'],
  [{ Unit: 'GB' }, 'row 1 (KMS-Requests) must have the Unit "request", not "GB"'],
  [{ Region: 'mars' }, 'row 1 (KMS-Requests) must have a Region such as us-east-1, not "mars"'],
  [{ Region: undefined }, 'row 1 (KMS-Requests) must have a Region such as us-east-1, not nothing'],
  [
    { ToRegion: 'us-west-2' },
    'row 1 (KMS-Requests) may not have a ToRegion: only AWS-Out-Bytes and S3RTC-Out-Bytes may',
  ],
  [{ AsOf: 'yesterday' }, 'row 1 (KMS-Requests) must have a month such as 2026-09 as its AsOf, not "yesterday"'],
  [{ Source: '' }, 'row 1 (KMS-Requests) must have a text as its Source, not ""'],
  [{ Evidence: 'X' }, 'row 1 (KMS-Requests) must have an Evidence that is one of L, G, P, I, S, U, not "X"'],
  [
    { Cost: 3 },
    'row 1 (KMS-Requests) has an unknown member "Cost": the members are Service, UsageType, Region, ToRegion, Unit, Tiers, FreeTier, AsOf, Source, Evidence and PriceOfRegion',
  ],
  [{ Tier: [] }, 'row 1 (KMS-Requests) has an unknown member "Tier": did you mean "Tiers"?'],
  [{ Tiers: [] }, 'row 1 (KMS-Requests) must have Tiers, a list with at least one tier, not []'],
  [{ Tiers: 0.03 }, 'row 1 (KMS-Requests) must have Tiers, a list with at least one tier, not 0.03'],
  [
    { Tiers: [{ Usd: -1, Per: 1 }] },
    'row 1 (KMS-Requests) must have a number of 0 or more as its Tiers[0].Usd, not -1',
  ],
  [
    { Tiers: [{ Usd: '1', Per: 1 }] },
    'row 1 (KMS-Requests) must have a number of 0 or more as its Tiers[0].Usd, not "1"',
  ],
  [
    { Tiers: [{ Usd: null, Per: 1 }] },
    'row 1 (KMS-Requests) must have a number of 0 or more as its Tiers[0].Usd, not null',
  ],
  [{ Tiers: [{ Usd: 1, Per: 0 }] }, 'row 1 (KMS-Requests) must have a number above 0 as its Tiers[0].Per, not 0'],
  [
    { Tiers: [{ UpTo: 5, Usd: 1, Per: 1 }] },
    'row 1 (KMS-Requests) must not have Tiers[0].UpTo: the last tier has no end',
  ],
  [
    {
      Tiers: [
        { UpTo: 5, Usd: 1, Per: 1 },
        { UpTo: 5, Usd: 1, Per: 1 },
        { Usd: 1, Per: 1 },
      ],
    },
    'row 1 (KMS-Requests) must have a number above 5 as its Tiers[1].UpTo, not 5',
  ],
  [
    {
      Tiers: [
        { Usd: 2, Per: 1 },
        { Usd: 1, Per: 1 },
      ],
    },
    'row 1 (KMS-Requests) must have a number above 0 as its Tiers[0].UpTo, not nothing',
  ],
  [{ FreeTier: 20_000 }, 'row 1 (KMS-Requests) must have an object as its FreeTier, not 20000'],
  [
    { FreeTier: { Quantity: -1, Evidence: 'U' } },
    'row 1 (KMS-Requests) must have a number of 0 or more as its FreeTier.Quantity, not -1',
  ],
])('a row with %j is refused', ([change, fault]) => {
  expect(faultsOf({ ...row, ...change })).toEqual([fault]);
});

test('all that is wrong is said, with its row, up to ten', () => {
  expect(faultsOf(storage, 'text', row, row)).toEqual([
    'row 2 must be an object, not "text"',
    'row 4 (KMS-Requests) has the same usage type and region as row 3',
  ]);
  const bad = Array.from({ length: 12 }, () => ({ ...row, Region: 'mars' }));
  expect(faultsOf(...bad)).toHaveLength(11);
  expect(faultsOf(...bad).at(-1)).toBe('and 2 more');
});

test('a number that is too large for JSON is refused', () => {
  const text = JSON.stringify([row]).replace('0.03', '1e999');
  expect(() => pricesIn(text, 'prices.json')).toThrow('as its Tiers[0].Usd, not a number that is too large');
});

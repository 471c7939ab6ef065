import fc from 'fast-check';
import { expect, test } from 'vitest';
import { awsPrices } from '../../src/cost/aws-prices.ts';
import { exact, ZERO } from '../../src/cost/exact.ts';
import { costOf, evidenceBetween, evidences } from '../../src/cost/price.ts';
import { awsBook, placeOf, priceOf } from '../../src/cost/price-book.ts';
import { type BilledUsage, billedUsages, usageFacts } from '../../src/cost/usage-types.ts';

// AWS Key Management Service pricing; Amazon S3 pricing; AWS CloudTrail pricing; Amazon CloudWatch pricing: us-east-1.
const examples: readonly (readonly [BilledUsage, quantity: number, usd: number])[] = [
  ['KMS-Keys', 2, 2],
  ['KMS-Requests', 10_000_000, 30],
  ['KMS-Requests', 1, 0.000003],
  ['KMS-Requests-Asymmetric', 10_000, 0.15],
  ['KMS-Requests-Asymmetric-RSA_2048', 10_000, 0.03],
  ['KMS-Requests-GenerateDatakeyPair-ECC', 10_000, 0.1],
  ['KMS-Requests-GenerateDatakeyPair-RSA', 10_000, 12],
  ['TimedStorage-ByteHrs', 51_200, 1177.6],
  ['TimedStorage-ByteHrs', 51_201, 1177.622],
  ['TimedStorage-ByteHrs', 512_000, 11_315.2],
  ['TimedStorage-ByteHrs', 512_100, 11_317.3],
  ['TimedStorage-INT-FA-ByteHrs', 1, 0.023],
  ['TimedStorage-SIA-ByteHrs', 100, 1.25],
  ['TimedStorage-ZIA-ByteHrs', 100, 1],
  ['TimedStorage-GIR-ByteHrs', 100, 0.4],
  ['TimedStorage-GlacierByteHrs', 100, 0.36],
  ['TimedStorage-GDA-ByteHrs', 100, 0.099],
  ['TimedStorage-XZ-ByteHrs', 100, 11],
  ['Monitoring-Automation-INT', 1000, 0.0025],
  ['Requests-Tier1', 1000, 0.005],
  ['Requests-Tier2', 1000, 0.0004],
  ['Requests-SIA-Tier1', 1000, 0.01],
  ['Requests-SIA-Tier2', 1000, 0.001],
  ['Requests-GIR-Tier1', 1000, 0.02],
  ['Requests-GIR-Tier2', 1000, 0.01],
  ['Requests-GLACIER-Tier1', 1000, 0.03],
  ['Requests-GDA-Tier1', 1000, 0.05],
  ['Requests-XZ-Tier1', 1000, 0.00113],
  ['Requests-XZ-Tier2', 1000, 0.00003],
  ['Retrieval-GIR', 10, 0.3],
  ['S3DSSE-Out-Bytes', 1000, 3],
  ['AWS-Out-Bytes', 100, 2],
  ['S3RTC-Out-Bytes', 100, 1.5],
  ['DataTransfer-Out-Bytes', 10_240, 921.6],
  ['DataTransfer-Out-Bytes', 51_200, 4403.2],
  ['BatchOperations-Jobs', 4, 1],
  ['BatchOperations-Objects', 1_000_000, 1],
  ['PaidEventsRecorded', 100_000, 2],
  ['DataEventsRecorded', 100_000, 0.1],
  ['InsightsEvents', 100_000, 0.35],
  ['CW:AlarmMonitorUsage', 3, 0.3],
  ['CW:HighResAlarmMonitorUsage', 1, 0.3],
  ['CW:MetricMonitorUsage', 10_000, 3000],
  ['CW:MetricMonitorUsage', 10_001, 3000.1],
  ['CW:Requests', 1000, 0.01],
  ['CW:GMD-Metrics', 1000, 0.01],
];

test.for(examples)('%s: %d cost %d dollars', ([usageType, quantity, usd]) => {
  expect(costOf(priceOf(usageType, 'us-east-1'), quantity)).toBe(usd);
});

test('every usage type has a price in us-east-1', () => {
  for (const usageType of billedUsages) {
    const price = priceOf(usageType, 'us-east-1');
    expect(price.takenFrom).toBeUndefined();
    expect(usageFacts(usageType)).toMatchObject({ service: price.service, unit: price.unit });
  }
});

test('every price has its date, its source and its evidence, and stands once', () => {
  expect(new Set(awsPrices.map(placeOf)).size).toBe(awsPrices.length);
  for (const { asOf, source, evidence, tiers } of awsPrices) {
    expect(asOf).toMatch(/^20\d\d-\d\d$/);
    expect(source).toContain('pricing');
    expect(evidences).toContain(evidence);
    const ends = tiers.map(({ upTo }) => upTo ?? Number.POSITIVE_INFINITY);
    expect(ends).toEqual([...ends].sort((one, other) => one - other));
    expect(ends.at(-1)).toBe(Number.POSITIVE_INFINITY);
  }
});

test.for([
  ['KMS-Requests', 'us-west-2', 'L', undefined],
  ['KMS-Requests', 'eu-central-1', 'U', 'us-east-1'],
  ['Requests-Tier1', 'us-west-2', 'U', 'us-east-1'],
  ['TimedStorage-ByteHrs', 'eu-central-1', 'U', undefined],
  ['TimedStorage-SIA-ByteHrs', 'eu-central-1', 'U', 'us-east-1'],
] as const)('%s in %s: evidence %s', ([usageType, region, evidence, takenFrom]) => {
  const price = priceOf(usageType, region);
  expect(price).toMatchObject({ region, evidence });
  expect(price.takenFrom).toBe(takenFrom);
});

test.for([
  ['us-east-1', 'eu-west-1', 0.02],
  ['us-east-1', 'us-east-2', 0.01],
  ['us-east-2', 'us-east-1', 0.01],
  ['us-east-2', 'us-west-2', 0.02],
] as const)('a GB from %s to %s costs %d dollars', ([region, to, usd]) => {
  expect(costOf(priceOf('AWS-Out-Bytes', region, { to }), 1)).toBe(usd);
});

test.for([
  ['us-east-1', 1, 'L'],
  ['us-east-1', 60_000, 'G'],
  ['us-east-2', 1, 'G'],
  ['us-east-2', 60_000, 'U'],
] as const)('storage in %s of %d GB: evidence %s', ([region, quantity, evidence]) => {
  expect(evidenceBetween(priceOf('TimedStorage-ByteHrs', region), ZERO, exact(quantity))).toBe(evidence);
});

test('a price without a row in us-east-1 is a fault', () => {
  expect(() => priceOf('KMS-Keys', 'eu-west-1', { book: new Map() })).toThrow('there is no price of KMS-Keys');
});

test('a quantity costs what its parts cost, tier by tier', () => {
  const quantity = fc.integer({ min: 0, max: 2_000_000 });
  fc.assert(
    fc.property(fc.constantFrom(...awsBook.values()), quantity, quantity, (price, one, other) => {
      const whole = costOf(price, one + other);
      const rest = price.tiers.map((tier) => ({
        ...tier,
        ...(tier.upTo !== undefined && { upTo: Math.max(0, tier.upTo - one) }),
      }));
      expect(costOf(price, one) + costOf({ tiers: rest }, other)).toBeCloseTo(whole, 6);
    }),
  );
});

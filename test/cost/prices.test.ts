import { expect, test } from 'vitest';
import { costOf, prices, requestPrice } from '../../src/cost/prices.ts';

// AWS Key Management Service pricing; Amazon S3 pricing, "Requests & data retrievals": Standard, US East (N. Virginia).
test.for([
  ['kmsSymmetricRequest', 1_000_000, 3],
  ['kmsKeyMonth', 2, 2],
  ['s3WriteRequest', 1_000_000, 5],
  ['s3ReadRequest', 1_000_000, 0.4],
] as const)('%s: %d cost %d dollars', ([name, count, usd]) => {
  expect(costOf(prices[name], count)).toBeCloseTo(usd, 10);
});

// Amazon S3 pricing, "Requests & data retrievals"; AWS Key Management Service pricing.
test.for([
  ['s3', 'PutObject', prices.s3WriteRequest],
  ['s3', 'ListObjectsV2', prices.s3WriteRequest],
  ['s3', 'GetObject', prices.s3ReadRequest],
  ['s3', 'DeleteObject', undefined],
  ['kms', 'GenerateDataKey', prices.kmsSymmetricRequest],
  ['kms', 'Decrypt', prices.kmsSymmetricRequest],
  ['kms', 'CreateKey', prices.kmsSymmetricRequest],
  ['kms', 'GenerateDataKeyPair', undefined],
  ['iam', 'CreateUser', undefined],
] as const)('%s %s has the price of its class', ([service, operation, price]) => {
  expect(requestPrice(service, operation)).toEqual(price);
});

test('every price has its date and its source', () => {
  for (const { asOf, source, region } of Object.values(prices)) {
    expect(asOf).toMatch(/^20\d\d-\d\d$/);
    expect(source).toContain('pricing');
    expect(region).toBe('us-east-1');
  }
});

/** What AWS charges, as data: one row a price, with where it stands and when it was read. */

import { operationFacts, type PriceClass } from '../api/operation-facts.ts';

export interface Price {
  readonly usd: number;
  /** For how many of the unit. */
  readonly per: number;
  readonly unit: 'request' | 'key-month';
  readonly region: 'us-east-1';
  /** When it was read, and on which of AWS's pages. */
  readonly asOf: string;
  readonly source: string;
}

const kms = { region: 'us-east-1', asOf: '2026-09', source: 'AWS Key Management Service pricing' } as const;
const s3 = { region: 'us-east-1', asOf: '2026-09', source: 'Amazon S3 pricing, Requests & data retrievals' } as const;

/** Without free tiers. */
export const prices = {
  /** Requests with symmetric keys, whoever made the key. */
  kmsSymmetricRequest: { usd: 0.03, per: 10_000, unit: 'request', ...kms },
  /** Of a customer managed key; AWS managed keys cost nothing by the month. */
  kmsKeyMonth: { usd: 1, per: 1, unit: 'key-month', ...kms },
  /** PUT, COPY, POST and LIST of S3 Standard. */
  s3WriteRequest: { usd: 0.005, per: 1000, unit: 'request', ...s3 },
  /** GET and all other requests of S3 Standard. */
  s3ReadRequest: { usd: 0.0004, per: 1000, unit: 'request', ...s3 },
} as const satisfies Record<string, Price>;

/** Absent: there is no price of that class here. */
const ofClass: Readonly<Partial<Record<PriceClass, Price>>> = {
  'kms.symmetric': prices.kmsSymmetricRequest,
  'kms.key-kind': prices.kmsSymmetricRequest,
  's3.put': prices.s3WriteRequest,
  's3.get': prices.s3ReadRequest,
};

/**
 * What a request for an operation costs; where that depends on the KMS key, with a symmetric one. Undefined: nothing,
 * or a price that is not here.
 */
export function requestPrice(service: string, operation: string): Price | undefined {
  const { price } = operationFacts(service, operation);
  return price && ofClass[price];
}

/** What so many cost, in US dollars. */
export const costOf = ({ usd, per }: Price, count: number): number => (usd * count) / per;

/** AWS's prices as data: one row per price, with its source and the month it was read. */

import { operationFacts, type PriceClass } from '../api/operation-facts.ts';

export interface Price {
  readonly usd: number;
  /** The number of units that the price is for. */
  readonly per: number;
  readonly unit: 'request' | 'key-month';
  readonly region: 'us-east-1';
  /** When it was read, and on which page of AWS. */
  readonly asOf: string;
  readonly source: string;
}

const kms = { region: 'us-east-1', asOf: '2026-09', source: 'AWS Key Management Service pricing' } as const;
const s3 = { region: 'us-east-1', asOf: '2026-09', source: 'Amazon S3 pricing, Requests & data retrievals' } as const;

/** Free tiers are not taken into account. */
export const prices = {
  /** Requests with symmetric keys, whoever manages the key. */
  kmsSymmetricRequest: { usd: 0.03, per: 10_000, unit: 'request', ...kms },
  /** For a customer managed key; AWS managed keys have no monthly price. */
  kmsKeyMonth: { usd: 1, per: 1, unit: 'key-month', ...kms },
  /** PUT, COPY, POST and LIST of S3 Standard. */
  s3WriteRequest: { usd: 0.005, per: 1000, unit: 'request', ...s3 },
  /** GET and all other requests of S3 Standard. */
  s3ReadRequest: { usd: 0.0004, per: 1000, unit: 'request', ...s3 },
} as const satisfies Record<string, Price>;

/** Absent if no price of that class is known here. */
const ofClass: Readonly<Partial<Record<PriceClass, Price>>> = {
  'kms.symmetric': prices.kmsSymmetricRequest,
  'kms.key-kind': prices.kmsSymmetricRequest,
  's3.put': prices.s3WriteRequest,
  's3.get': prices.s3ReadRequest,
};

/**
 * The price of a request for an operation; if it depends on the KMS key, that of a symmetric one. Undefined if it is
 * free or not known here.
 */
export function requestPrice(service: string, operation: string): Price | undefined {
  const { price } = operationFacts(service, operation);
  return price && ofClass[price];
}

/** The price of `count` units, in US dollars. */
export const costOf = ({ usd, per }: Price, count: number): number => (usd * count) / per;

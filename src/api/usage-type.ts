/** What a bill calls a request: AWS's usage types, without the region's prefix. */

import { operationFacts } from './operation-facts.ts';
import type { Drawn } from './request-quota.ts';

/**
 * AWS Key Management Service pricing; Amazon S3 pricing, "Requests & data retrievals". Tier 1 is PUT, COPY, POST and
 * LIST, tier 2 is GET, SELECT and all others.
 */
export type UsageType =
  | 'KMS-Requests'
  | 'KMS-Requests-Asymmetric'
  | 'KMS-Requests-Asymmetric-RSA_2048'
  | 'KMS-Requests-GenerateDatakeyPair-ECC'
  | 'KMS-Requests-GenerateDatakeyPair-RSA'
  | 'Requests-Tier1'
  | 'Requests-Tier2'
  | 'Requests-INT-Tier1'
  | 'Requests-SIA-Tier1'
  | 'Requests-ZIA-Tier1'
  | 'Requests-GIR-Tier1'
  | 'Requests-GLACIER-Tier1'
  | 'Requests-GDA-Tier1'
  | 'CW:Requests'
  | 'CW:GMD-Metrics';

/**
 * The usage type of a call, by the quotas that it drew on, as its facts or its record have them; the dearest of a call
 * with two keys, which is one request. Undefined if it is free, or its price is not known here.
 */
export function usageTypeOf(
  service: string,
  operation: string,
  drawn: readonly Pick<Drawn, 'quota' | 'spec'>[],
): UsageType | undefined {
  switch (operationFacts(service, operation).price) {
    case 'kms.symmetric':
      return 'KMS-Requests';
    case 'kms.key-kind':
      return byPrice.find((type) => drawn.some((each) => keyUsage(each) === type)) ?? 'KMS-Requests';
    case 'kms.key-pair':
      return drawn.some(({ quota }) => quota.includes('(RSA_'))
        ? 'KMS-Requests-GenerateDatakeyPair-RSA'
        : 'KMS-Requests-GenerateDatakeyPair-ECC';
    case 's3.put':
      return 'Requests-Tier1';
    case 's3.get':
      return 'Requests-Tier2';
    case 'cw.request':
      return 'CW:Requests';
    case 'cw.metric':
      return 'CW:GMD-Metrics';
    default:
      return undefined;
  }
}

/** A write that names the storage class: AWS bills some classes by usage types of their own. */
export function writeUsageType(operation: string, storageClass: unknown): UsageType {
  const inClass = typeof storageClass === 'string' && Object.hasOwn(writes, storageClass) && writes[storageClass];
  // Uploads in parts to archives are billed as STANDARD: Amazon S3 User Guide, "Understanding your AWS billing reports".
  const isArchive = storageClass === 'GLACIER' || storageClass === 'DEEP_ARCHIVE';
  if (!inClass || (operation === 'CreateMultipartUpload' && isArchive)) return 'Requests-Tier1';
  return inClass;
}

const writes: Readonly<Record<string, UsageType>> = {
  INTELLIGENT_TIERING: 'Requests-INT-Tier1',
  STANDARD_IA: 'Requests-SIA-Tier1',
  ONEZONE_IA: 'Requests-ZIA-Tier1',
  GLACIER_IR: 'Requests-GIR-Tier1',
  GLACIER: 'Requests-GLACIER-Tier1',
  DEEP_ARCHIVE: 'Requests-GDA-Tier1',
};

/** The dearest first. */
const byPrice: readonly UsageType[] = ['KMS-Requests-Asymmetric', 'KMS-Requests-Asymmetric-RSA_2048', 'KMS-Requests'];

function keyUsage({ quota, spec }: Pick<Drawn, 'quota' | 'spec'>): UsageType {
  if (spec === 'RSA_2048') return 'KMS-Requests-Asymmetric-RSA_2048';
  return quota === 'symmetric' ? 'KMS-Requests' : 'KMS-Requests-Asymmetric';
}

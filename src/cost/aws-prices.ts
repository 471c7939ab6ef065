/**
 * AWS's prices as data, in US dollars: those of us-east-1, and of other regions what is known to be theirs. KMS's
 * evidence of us-west-2 is a price list file that was read.
 */

import type { Region } from '../api/regions.ts';
import type { Evidence, Price, Tier } from './price.ts';
import { type BilledUsage, usageTypes } from './usage-types.ts';

const AS_OF = '2026-09';

const KMS = 'AWS Key Management Service pricing';
const S3_STORAGE = 'Amazon S3 pricing, Storage';
const S3_REQUESTS = 'Amazon S3 pricing, Requests & data retrievals';
const S3_TRANSFER = 'Amazon S3 pricing, Data transfer';
const S3_MANAGEMENT = 'Amazon S3 pricing, Management & insights';
const S3_REPLICATION = 'Amazon S3 pricing, Replication';
const CLOUDTRAIL = 'AWS CloudTrail pricing';
const CLOUDWATCH = 'Amazon CloudWatch pricing';

interface More {
  readonly region?: Region;
  readonly to?: Region;
  readonly freeTier?: Price['freeTier'];
}

function price(
  usageType: BilledUsage,
  tiers: number | readonly Tier[],
  per: number,
  evidence: Evidence,
  source: string,
  { region = 'us-east-1', to, freeTier }: More = {},
): Price {
  const { service, unit } = usageTypes[usageType];
  return {
    usageType,
    service,
    region,
    ...(to && { to }),
    unit,
    tiers: typeof tiers === 'number' ? [{ usd: tiers, per }] : tiers,
    ...(freeTier && { freeTier }),
    asOf: AS_OF,
    source,
    evidence,
  };
}

const TB = 1024;

const standardTiers = (first: Evidence): readonly Tier[] => [
  { upTo: 50 * TB, usd: 0.023, per: 1, evidence: first },
  { upTo: 500 * TB, usd: 0.022, per: 1 },
  { usd: 0.021, per: 1 },
];

const kmsFree = { freeTier: { quantity: 20_000, evidence: 'P' } } as const;
const USW2 = { region: 'us-west-2' } as const;

const ofKms: readonly Price[] = [
  price('KMS-Keys', 1, 1, 'L', KMS),
  price('KMS-Keys', 1, 1, 'L', KMS, USW2),
  price('KMS-Requests', 0.03, 10_000, 'L', KMS, kmsFree),
  price('KMS-Requests', 0.03, 10_000, 'L', KMS, { ...USW2, ...kmsFree }),
  price('KMS-Requests-Asymmetric', 0.15, 10_000, 'P', KMS),
  price('KMS-Requests-Asymmetric-RSA_2048', 0.03, 10_000, 'P', KMS),
  price('KMS-Requests-GenerateDatakeyPair-ECC', 0.1, 10_000, 'S', KMS),
  price('KMS-Requests-GenerateDatakeyPair-RSA', 12, 10_000, 'S', KMS),
];

// Of other regions than us-east-1, only the first tier was read.
const standardStorage: readonly Price[] = [
  price('TimedStorage-ByteHrs', standardTiers('L'), 1, 'G', S3_STORAGE),
  price('TimedStorage-ByteHrs', standardTiers('L'), 1, 'U', S3_STORAGE, USW2),
  price('TimedStorage-ByteHrs', standardTiers('G'), 1, 'U', S3_STORAGE, { region: 'us-east-2' }),
  ...(
    [
      ['us-west-1', 0.026],
      ['eu-west-1', 0.023],
      ['eu-central-1', 0.0245],
      ['eu-west-2', 0.024],
      ['ap-southeast-1', 0.025],
      ['ap-southeast-2', 0.025],
      ['ap-northeast-1', 0.025],
      ['sa-east-1', 0.0405],
    ] as const
  ).map(([region, usd]) => price('TimedStorage-ByteHrs', usd, 1, 'U', `${S3_STORAGE}: the first tier`, { region })),
];

const storage: readonly Price[] = [
  ...standardStorage,
  price('TimedStorage-RRS-ByteHrs', 0.024, 1, 'U', S3_STORAGE),
  price('TimedStorage-INT-FA-ByteHrs', standardTiers('G'), 1, 'G', S3_STORAGE),
  price('TimedStorage-INT-IA-ByteHrs', 0.0125, 1, 'G', S3_STORAGE),
  price('TimedStorage-INT-AIA-ByteHrs', 0.004, 1, 'G', S3_STORAGE),
  price('TimedStorage-INT-AA-ByteHrs', 0.0036, 1, 'G', S3_STORAGE),
  price('TimedStorage-INT-DAA-ByteHrs', 0.00099, 1, 'G', S3_STORAGE),
  ...(['TimedStorage-SIA-ByteHrs', 'TimedStorage-SIA-SmObjects', 'EarlyDelete-SIA'] as const).map((usageType) =>
    price(usageType, 0.0125, 1, 'G', S3_STORAGE),
  ),
  ...(['TimedStorage-ZIA-ByteHrs', 'TimedStorage-ZIA-SmObjects', 'EarlyDelete-ZIA'] as const).map((usageType) =>
    price(usageType, 0.01, 1, 'G', S3_STORAGE),
  ),
  ...(['TimedStorage-GIR-ByteHrs', 'TimedStorage-GIR-SmObjects', 'EarlyDelete-GIR'] as const).map((usageType) =>
    price(usageType, 0.004, 1, 'G', S3_STORAGE),
  ),
  ...(['TimedStorage-GlacierByteHrs', 'EarlyDelete-ByteHrs'] as const).map((usageType) =>
    price(usageType, 0.0036, 1, 'G', S3_STORAGE),
  ),
  ...(['TimedStorage-GDA-ByteHrs', 'EarlyDelete-GDA'] as const).map((usageType) =>
    price(usageType, 0.00099, 1, 'G', S3_STORAGE),
  ),
  price('TimedStorage-XZ-ByteHrs', 0.11, 1, 'P', S3_STORAGE),
  price('Monitoring-Automation-INT', 0.0025, 1000, 'G', S3_STORAGE),
];

const requests: readonly Price[] = [
  price('Requests-Tier1', 0.005, 1000, 'G', S3_REQUESTS),
  price('Requests-Tier2', 0.0004, 1000, 'G', S3_REQUESTS),
  price('Requests-INT-Tier1', 0.005, 1000, 'G', S3_REQUESTS),
  price('Requests-INT-Tier2', 0.0004, 1000, 'G', S3_REQUESTS),
  price('Requests-SIA-Tier1', 0.01, 1000, 'G', S3_REQUESTS),
  price('Requests-SIA-Tier2', 0.001, 1000, 'G', S3_REQUESTS),
  price('Requests-ZIA-Tier1', 0.01, 1000, 'G', S3_REQUESTS),
  price('Requests-ZIA-Tier2', 0.001, 1000, 'G', S3_REQUESTS),
  price('Requests-GIR-Tier1', 0.02, 1000, 'G', S3_REQUESTS),
  price('Requests-GIR-Tier2', 0.01, 1000, 'G', S3_REQUESTS),
  price('Requests-GLACIER-Tier1', 0.03, 1000, 'G', S3_REQUESTS),
  price('Requests-GLACIER-Tier2', 0.0004, 1000, 'G', S3_REQUESTS),
  price('Requests-GDA-Tier1', 0.05, 1000, 'G', S3_REQUESTS),
  price('Requests-GDA-Tier2', 0.0004, 1000, 'G', S3_REQUESTS),
  price('Requests-XZ-Tier1', 0.00113, 1000, 'P', S3_REQUESTS),
  price('Requests-XZ-Tier2', 0.00003, 1000, 'P', S3_REQUESTS),
  price('Retrieval-SIA', 0.01, 1, 'G', S3_REQUESTS),
  price('Retrieval-ZIA', 0.01, 1, 'G', S3_REQUESTS),
  price('Retrieval-GIR', 0.03, 1, 'G', S3_REQUESTS),
  price('Retrieval-XZ', 0.0006, 1, 'P', S3_REQUESTS),
  price('Upload-XZ', 0.0032, 1, 'P', S3_REQUESTS),
  price('Expedited-Retrieval-Bytes', 0.03, 1, 'G', S3_REQUESTS),
  price('Standard-Retrieval-Bytes', 0.01, 1, 'G', S3_REQUESTS),
  price('Bulk-Retrieval-Bytes', 0, 1, 'G', S3_REQUESTS),
];

const internetTiers: readonly Tier[] = [
  { upTo: 10 * TB, usd: 0.09, per: 1 },
  { upTo: 50 * TB, usd: 0.085, per: 1 },
  { upTo: 150 * TB, usd: 0.07, per: 1 },
  { usd: 0.05, per: 1 },
];

const transfer: readonly Price[] = [
  price('AWS-Out-Bytes', 0.02, 1, 'G', S3_TRANSFER),
  price('AWS-Out-Bytes', 0.01, 1, 'G', S3_TRANSFER, { to: 'us-east-2' }),
  price('AWS-Out-Bytes', 0.01, 1, 'G', S3_TRANSFER, { region: 'us-east-2', to: 'us-east-1' }),
  price('DataTransfer-Out-Bytes', internetTiers, 1, 'G', S3_TRANSFER, { freeTier: { quantity: 100, evidence: 'G' } }),
  price('S3RTC-Out-Bytes', 0.015, 1, 'G', S3_REPLICATION),
  price('S3DSSE-Out-Bytes', 0.003, 1, 'S', 'Amazon S3 pricing, DSSE-KMS'),
];

const management: readonly Price[] = [
  price('BatchOperations-Jobs', 0.25, 1, 'G', S3_MANAGEMENT),
  price('BatchOperations-Objects', 1, 1_000_000, 'G', S3_MANAGEMENT),
  price('Inventory-ObjectsListed', 0.0025, 1_000_000, 'G', S3_MANAGEMENT),
  price('TagStorage-TagHrs', 0.0065, 10_000, 'G', S3_MANAGEMENT),
  price('Select-Scanned-Bytes', 0.002, 1, 'G', S3_REQUESTS),
  price('Select-Returned-Bytes', 0.0007, 1, 'G', S3_REQUESTS),
  price('StorageAnalytics-ObjCount', 0.1, 1_000_000, 'G', S3_MANAGEMENT),
];

const ofCloudTrail: readonly Price[] = [
  price('PaidEventsRecorded', 2, 100_000, 'I', CLOUDTRAIL),
  price('DataEventsRecorded', 0.1, 100_000, 'I', CLOUDTRAIL),
  price('NetworkEventsRecorded', 0.1, 100_000, 'U', CLOUDTRAIL),
  price('InsightsEvents', 0.35, 100_000, 'I', CLOUDTRAIL),
];

const metricTiers: readonly Tier[] = [
  { upTo: 10_000, usd: 0.3, per: 1, evidence: 'L' },
  { upTo: 250_000, usd: 0.1, per: 1 },
  { upTo: 1_000_000, usd: 0.05, per: 1 },
  { usd: 0.02, per: 1 },
];

const tenFree = { freeTier: { quantity: 10, evidence: 'U' } } as const;

const ofCloudWatch: readonly Price[] = [
  price('CW:AlarmMonitorUsage', 0.1, 1, 'L', CLOUDWATCH, tenFree),
  price('CW:AlarmMonitorUsage', 0.1, 1, 'L', CLOUDWATCH, { ...USW2, ...tenFree }),
  price('CW:HighResAlarmMonitorUsage', 0.3, 1, 'L', CLOUDWATCH),
  price('CW:HighResAlarmMonitorUsage', 0.3, 1, 'L', CLOUDWATCH, USW2),
  price('CW:CompositeAlarmMonitorUsage', 0.5, 1, 'U', CLOUDWATCH),
  price('CW:MetricMonitorUsage', metricTiers, 1, 'U', CLOUDWATCH, tenFree),
  price('CW:MetricMonitorUsage', metricTiers, 1, 'U', CLOUDWATCH, { ...USW2, ...tenFree }),
  price('CW:Requests', 0.01, 1000, 'U', CLOUDWATCH, { freeTier: { quantity: 1_000_000, evidence: 'U' } }),
  price('CW:GMD-Metrics', 0.01, 1000, 'U', CLOUDWATCH),
];

/** By service; of a usage type, us-east-1 first. */
export const awsPrices: readonly Price[] = [
  ...ofKms,
  ...storage,
  ...requests,
  ...transfer,
  ...management,
  ...ofCloudTrail,
  ...ofCloudWatch,
];

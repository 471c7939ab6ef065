/**
 * AWS's quotas in numbers, by the names that calls count against. Titles, codes and the rest that only people read are
 * in `aws-quotas.ts`.
 */

import type { Region } from '../api/regions.ts';
import { pairQuota } from '../api/request-quota.ts';

/** The services with quotas here. */
export const quotaServices = ['cloudtrail', 'kms', 's3'] as const;

export type QuotaService = (typeof quotaServices)[number];

/** AWS's values of 2026, or those of before 2024. */
export const profiles = ['current', 'historic'] as const;

export type Profile = (typeof profiles)[number];

type Values = ReadonlyMap<string, number>;

/** A quota by our own name. */
export interface NamedQuota {
  readonly service: QuotaService;
  readonly name: string;
}

/** What AWS allows in a region; for a rate, in each second. Undefined for a name that is not a quota here. */
export function awsValue(quota: NamedQuota, region: Region, profile: Profile): number | undefined {
  const { service, name } = quota;
  if (service === 'kms' && name === 'symmetric') return symmetric[profile][sizeOf(region)];
  const before = service === 'kms' && profile === 'historic' ? historicRates.get(name) : undefined;
  return before ?? rates[service].get(name) ?? resourceValue(quota);
}

/** The names of a service's quotas: rates first, each in AWS's order. */
export const quotaNames = (service: QuotaService): readonly string[] => [
  ...(service === 'kms' ? ['symmetric'] : []),
  ...rates[service].keys(),
  ...Object.keys(resources[service]),
];

/** Whether a quota limits what exists; otherwise it limits requests in a time. */
export const isResource = (quota: NamedQuota): boolean => resourceValue(quota) !== undefined;

/** Whether a quota holds for all regions together. */
export const isGlobal = ({ service, name }: NamedQuota): boolean => service === 's3' && name === 'buckets';

// AWS KMS Developer Guide, "Request quotas", read in 2026-09; the older values as it stated them until 2023.
const symmetric: Readonly<Record<Profile, Readonly<Record<RegionSize, number>>>> = {
  current: { largest: 100_000, large: 20_000, other: 10_000 },
  historic: { largest: 50_000, large: 10_000, other: 5500 },
};

type RegionSize = 'largest' | 'large' | 'other';

const sizeOf = (region: Region): RegionSize =>
  largest.has(region) ? 'largest' : large.has(region) ? 'large' : 'other';

const largest: ReadonlySet<Region> = new Set(['us-east-1', 'us-west-2', 'eu-west-1']);
const large: ReadonlySet<Region> = new Set([
  'us-east-2',
  'ap-southeast-1',
  'ap-southeast-2',
  'ap-northeast-1',
  'eu-central-1',
  'eu-west-2',
]);

/** Names by their value, as AWS's pages list them. */
const byValue = (...rows: readonly (readonly [value: number, ...names: string[]])[]): Values =>
  new Map(rows.flatMap(([value, ...names]) => names.map((name) => [name, value] as const)));

/** In each second, for all of an account's requests to a region: AWS KMS Developer Guide, "Request quotas". */
const kmsRates: Values = byValue(
  [1000, 'rsa', 'ml-dsa', 'ecc'],
  [
    100,
    pairQuota('ECC_NIST_P256'),
    pairQuota('ECC_NIST_P384'),
    pairQuota('ECC_NIST_P521'),
    pairQuota('ECC_SECG_P256K1'),
    pairQuota('ECC_NIST_EDWARDS25519'),
  ],
  [20, pairQuota('RSA_2048')],
  [4, pairQuota('RSA_3072')],
  [1, pairQuota('RSA_4096')],
  [2000, 'DescribeKey', 'GetPublicKey', 'ListResourceTags'],
  [1000, 'GetKeyPolicy', 'GetKeyRotationStatus'],
  [500, 'ListAliases', 'ListKeys'],
  [100, 'ListGrants', 'ListKeyPolicies', 'ListKeyRotations', 'ListRetirableGrants'],
  [50, 'CreateGrant', 'RetireGrant', 'RevokeGrant'],
  [
    15,
    'DeleteAlias',
    'DeleteImportedKeyMaterial',
    'EnableKeyRotation',
    'ImportKeyMaterial',
    'PutKeyPolicy',
    'ScheduleKeyDeletion',
  ],
  [10, 'TagResource'],
  [
    5,
    'CancelKeyDeletion',
    'ConnectCustomKeyStore',
    'CreateAlias',
    'CreateCustomKeyStore',
    'CreateKey',
    'DeleteCustomKeyStore',
    'DescribeCustomKeyStores',
    'DisableKey',
    'DisableKeyRotation',
    'DisconnectCustomKeyStore',
    'EnableKey',
    'GetKeyLastUsage',
    'ReplicateKey',
    'RotateKeyOnDemand',
    'UntagResource',
    'UpdateAlias',
    'UpdateCustomKeyStore',
    'UpdateKeyDescription',
    'UpdatePrimaryRegion',
  ],
  [1, 'GetParametersForImport'],
);

/** Where they were others before 2024. A fraction is one request in so many seconds: 0.1 is one in ten. */
const historicRates: Values = byValue(
  [500, 'rsa'],
  [300, 'ecc'],
  [25, pairQuota('ECC_NIST_P256'), pairQuota('ECC_SECG_P256K1')],
  [10, pairQuota('ECC_NIST_P384')],
  [5, pairQuota('ECC_NIST_P521')],
  [1, pairQuota('RSA_2048')],
  [0.5, pairQuota('RSA_3072')],
  [0.1, pairQuota('RSA_4096')],
  [0.25, 'GetParametersForImport'],
  [30, 'RetireGrant', 'RevokeGrant'],
);

/**
 * CloudTrail User Guide, "Quotas in AWS CloudTrail": a rate for Get, Describe and List APIs, and one for all others. It
 * leaves open whether the operations of a kind share it; here each has its own.
 */
const cloudtrailRates: Values = byValue(
  [2, 'LookupEvents'],
  [10, 'DescribeTrails', 'GetEventSelectors', 'GetTrail', 'GetTrailStatus', 'ListPublicKeys', 'ListTags', 'ListTrails'],
  [
    1,
    'AddTags',
    'CreateTrail',
    'DeleteTrail',
    'PutEventSelectors',
    'RemoveTags',
    'StartLogging',
    'StopLogging',
    'UpdateTrail',
  ],
);

/**
 * Amazon S3 User Guide, "Best practices design patterns: optimizing Amazon S3 performance": at least so many PUT, COPY,
 * POST and DELETE requests, and GET and HEAD requests, a second for each prefix of a bucket.
 */
const s3Rates: Values = byValue([3500, 'prefix-writes'], [5500, 'prefix-reads']);

const rates: Readonly<Record<QuotaService, Values>> = { kms: kmsRates, cloudtrail: cloudtrailRates, s3: s3Rates };

/**
 * What there may be a number of, or what may have a size: AWS KMS Developer Guide, "Resource quotas", where a key policy
 * is measured in bytes; CloudTrail User Guide, "Quotas in AWS CloudTrail"; Amazon S3 User Guide, "General purpose bucket
 * quotas, limitations, and restrictions".
 */
const resources = {
  kms: {
    keys: 100_000,
    'aliases-per-key': 50,
    'grants-per-key': 50_000,
    'key-policy-size': 32_768,
    'custom-key-stores': 10,
    'on-demand-rotations-per-key': 25,
  },
  cloudtrail: {
    trails: 5,
    'event-selectors-per-trail': 5,
    'selector-conditions-per-trail': 500,
    'data-resources-per-trail': 250,
  },
  s3: { buckets: 10_000 },
} as const satisfies Record<QuotaService, Readonly<Record<string, number>>>;

/** The quotas of a service on what exists in it. */
export type ResourceName<S extends QuotaService> = keyof (typeof resources)[S] & string;

function resourceValue({ service, name }: NamedQuota): number | undefined {
  const ofService: Readonly<Record<string, number>> = resources[service];
  return Object.hasOwn(ofService, name) ? ofService[name] : undefined;
}

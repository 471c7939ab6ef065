/** AWS's quotas as people know them: with AWS's titles and codes, and which operations draw on them. */

import type { Region } from '../api/regions.ts';
import { awsValue, isGlobal, isResource, type Profile, type QuotaService, quotaNames } from './aws-values.ts';

/** One of AWS's quotas in one region. */
export interface Quota {
  readonly service: QuotaService;
  /** Our own name for it, which is unique in its service: that of an operation, or of what several share. */
  readonly name: string;
  /** AWS's code, `L-…`; undefined where AWS's code is not known here. */
  readonly code: string | undefined;
  /** AWS's name for it. */
  readonly title: string;
  /** `rate`: requests in a second. `resource`: things that exist, or the size of one. */
  readonly kind: 'rate' | 'resource';
  /** AWS's default value in the region. A rate below 1 is one request in so many seconds: 0.5 is one in two. */
  readonly value: number;
  /** Whether AWS raises it on request. */
  readonly isAdjustable: boolean;
  /** Whether it holds for all regions together. */
  readonly isGlobal: boolean;
  /** What it is counted for: all of an account in a region, each key, each prefix of a bucket, each trail. */
  readonly per: 'account' | 'key' | 'prefix' | 'trail';
  /** The operations that draw on a rate; empty for a resource. */
  readonly operations: readonly string[];
  /** `Resource` of its metric `CallCount` in the namespace `AWS/Usage`; undefined if AWS has no such metric. */
  readonly usageResource: string | undefined;
  /** AWS's page with the value. */
  readonly source: string;
}

/** Every quota of a service in a region: rates first, each in AWS's order. */
export function quotasOf(service: QuotaService, region: Region, profile: Profile = 'current'): readonly Quota[] {
  return quotaNames(service).map((name) => quotaOf(service, name, region, profile));
}

/** The quota of a service with AWS's code or our own name; undefined if there is none. Capitals do not matter. */
export function findQuota(
  service: QuotaService,
  codeOrName: string,
  region: Region,
  profile: Profile = 'current',
): Quota | undefined {
  const wanted = codeOrName.toLowerCase();
  const name = quotaNames(service).find(
    (name) => name.toLowerCase() === wanted || codes[service]?.[name]?.toLowerCase() === wanted,
  );
  return name === undefined ? undefined : quotaOf(service, name, region, profile);
}

function quotaOf(service: QuotaService, name: string, region: Region, profile: Profile): Quota {
  const kind = isResource({ service, name }) ? 'resource' : 'rate';
  const facts = factsOf[service](name, kind);
  return {
    service,
    name,
    code: codes[service]?.[name],
    kind,
    isGlobal: isGlobal({ service, name }),
    value: awsValue({ service, name }, region, profile) ?? 0,
    ...facts,
  };
}

type Facts = Pick<Quota, 'title' | 'isAdjustable' | 'per' | 'operations' | 'usageResource' | 'source'>;

const factsOf: Readonly<Record<QuotaService, (name: string, kind: Quota['kind']) => Facts>> = {
  kms: (name, kind) => (kind === 'rate' ? kmsRate(name) : resource(kmsResources, name)),
  cloudtrail: (name, kind) => (kind === 'rate' ? cloudtrailRate(name) : resource(cloudtrailResources, name)),
  s3: (name, kind) => (kind === 'rate' ? s3Rate(name) : resource(s3Resources, name)),
};

/** AWS KMS Developer Guide, "Request quotas": what several operations share, and everything else by its name. */
function kmsRate(name: string): Facts {
  const shared = sharedRates[name];
  const spec = /^GenerateDataKeyPair \((.*)\)$/.exec(name)?.[1];
  return {
    title: `${shared?.title ?? name} request rate`,
    isAdjustable: true,
    per: 'account',
    operations:
      shared?.operations ??
      (spec === undefined ? [name] : ['GenerateDataKeyPair', 'GenerateDataKeyPairWithoutPlaintext']),
    usageResource: shared ? shared.usageResource : name.replace(/ \(.*$/, ''),
    source: 'AWS KMS Developer Guide, Request quotas',
  };
}

const sharedRates: Readonly<
  Record<string, { readonly title: string; readonly operations: readonly string[]; readonly usageResource?: string }>
> = {
  symmetric: {
    title: 'Cryptographic operations (symmetric)',
    operations: [
      'Decrypt',
      'Encrypt',
      'GenerateDataKey',
      'GenerateDataKeyWithoutPlaintext',
      'GenerateMac',
      'GenerateRandom',
      'ReEncrypt',
      'VerifyMac',
    ],
    usageResource: 'CryptographicOperationsSymmetric',
  },
  rsa: {
    title: 'Cryptographic operations (RSA)',
    operations: ['Decrypt', 'Encrypt', 'ReEncrypt', 'Sign', 'Verify'],
    usageResource: 'CryptographicOperationsRsa',
  },
  'ml-dsa': { title: 'Cryptographic operations (ML-DSA)', operations: ['Sign', 'Verify'] },
  ecc: {
    title: 'Cryptographic operations (ECC and SM2)',
    operations: ['DeriveSharedSecret', 'Sign', 'Verify'],
    usageResource: 'CryptographicOperationsEcc',
  },
};

/** CloudTrail User Guide, "Quotas in AWS CloudTrail": none of them is adjustable. */
const cloudtrailRate = (name: string): Facts => ({
  title: `${name} request rate`,
  isAdjustable: false,
  per: 'account',
  operations: [name],
  usageResource: undefined,
  source: 'CloudTrail User Guide, Quotas in AWS CloudTrail',
});

/** Not among the quotas of Service Quotas: S3 scales a prefix by itself. */
const s3Rate = (name: string): Facts => ({
  title: name === 'prefix-writes' ? 'PUT, COPY, POST and DELETE request rate' : 'GET and HEAD request rate',
  isAdjustable: false,
  per: 'prefix',
  operations: [],
  usageResource: undefined,
  source: 'Amazon S3 User Guide, Best practices design patterns: optimizing Amazon S3 performance',
});

type Resource = readonly [title: string, per: Quota['per'], isAdjustable: boolean];
type Resources = { readonly source: string; readonly rows: Readonly<Record<string, Resource>> };

function resource({ source, rows }: Resources, name: string): Facts {
  const [title, per, isAdjustable] = rows[name] ?? [name, 'account', false];
  return { title, isAdjustable, per, operations: [], usageResource: undefined, source };
}

const kmsResources: Resources = {
  source: 'AWS KMS Developer Guide, Resource quotas',
  rows: {
    keys: ['KMS keys', 'account', true],
    'aliases-per-key': ['Aliases per KMS key', 'key', true],
    'grants-per-key': ['Grants per KMS key', 'key', true],
    'key-policy-size': ['Key policy document size', 'key', false],
    'custom-key-stores': ['Custom key stores', 'account', false],
    'on-demand-rotations-per-key': ['On-demand rotations per KMS key', 'key', false],
  },
};

const cloudtrailResources: Resources = {
  source: 'CloudTrail User Guide, Quotas in AWS CloudTrail',
  rows: {
    trails: ['Trails per Region', 'account', false],
    'event-selectors-per-trail': ['Event selectors per trail', 'trail', false],
    'selector-conditions-per-trail': ['Conditions across all advanced event selectors', 'trail', false],
    'data-resources-per-trail': ['Data resources across all event selectors', 'trail', false],
  },
};

const s3Resources: Resources = {
  source: 'Amazon S3 User Guide, General purpose bucket quotas, limitations, and restrictions',
  rows: { buckets: ['General purpose buckets', 'account', true] },
};

/** AWS's codes as far as they are known here; AWS's pages do not list them. */
const codes: Readonly<Partial<Record<QuotaService, Readonly<Record<string, string>>>>> = {
  kms: {
    symmetric: 'L-6E3AF000',
    rsa: 'L-2AC98190',
    ecc: 'L-DC14942D',
    CancelKeyDeletion: 'L-635264CC',
    ConnectCustomKeyStore: 'L-705B9E79',
    CreateAlias: 'L-F7504F73',
    CreateCustomKeyStore: 'L-08932E37',
    CreateGrant: 'L-0428A42E',
    CreateKey: 'L-32B67F4A',
    DeleteAlias: 'L-1F75ADD1',
    DeleteCustomKeyStore: 'L-E99520CB',
    DescribeCustomKeyStores: 'L-E20AA94C',
    DescribeKey: 'L-FAE8F084',
    DisableKey: 'L-6B8C93BD',
    DisableKeyRotation: 'L-CE1DB614',
    DisconnectCustomKeyStore: 'L-9F1FCF6D',
    EnableKey: 'L-BD96F100',
    EnableKeyRotation: 'L-BE799B67',
    'GenerateDataKeyPair (ECC_NIST_P256)': 'L-D2EEB5E0',
    'GenerateDataKeyPair (ECC_NIST_P384)': 'L-16B46EF0',
    'GenerateDataKeyPair (ECC_NIST_P521)': 'L-1D966DA0',
    DeleteImportedKeyMaterial: 'L-1233BF9B',
  },
  s3: { buckets: 'L-DC2B2D3D' },
};

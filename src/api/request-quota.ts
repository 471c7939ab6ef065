/** What a request counts against, and how that depends on what the request is about. */

import type { AccountId } from './arn.ts';
import type { KeySpec } from './model/kms.types.ts';
import type { OperationName, ServiceName } from './model/operations.ts';
import type { Region } from './regions.ts';

/** One request against a quota. */
export interface Drawn {
  /** Its operation, or what several operations share: `symmetric`, `rsa`, `ecc`, `ml-dsa`. */
  readonly quota: string;
  /** The region whose quota it is; that of the call when absent. */
  readonly region?: Region;
  /** The key's spec, where the price of the request depends on it and the quota does not say it. */
  readonly spec?: KeySpec | undefined;
  /** The key of a cryptographic operation. */
  readonly key?: RatedKey;
}

/** A KMS key as far as rates and prices depend on it. */
export interface RatedKey {
  readonly account: AccountId;
  readonly region: Region;
  readonly keyId: string;
  readonly spec: KeySpec;
}

/** The result of the `resolve` of an operation with one key. */
export interface OfKey {
  readonly key: RatedKey;
}

/** What `resolve` finds of operations whose rates depend on it. */
interface RatedTargets {
  readonly kms: Record<
    | 'Decrypt'
    | 'DeriveSharedSecret'
    | 'Encrypt'
    | 'GenerateDataKey'
    | 'GenerateDataKeyPair'
    | 'GenerateDataKeyPairWithoutPlaintext'
    | 'GenerateDataKeyWithoutPlaintext'
    | 'GenerateMac'
    | 'GetPublicKey'
    | 'Sign'
    | 'Verify'
    | 'VerifyMac',
    OfKey
  > & {
    readonly ReEncrypt: { readonly source: OfKey; readonly destination: OfKey };
    readonly ReplicateKey: { readonly region: Region };
    readonly UpdatePrimaryRegion: OfKey & { readonly region: Region };
  };
}

/** What the `resolve` of an operation must find, since its rates depend on it. */
export type RatedTarget<S extends ServiceName, N extends OperationName<S>> = S extends keyof RatedTargets
  ? N extends keyof RatedTargets[S]
    ? RatedTargets[S][N]
    : unknown
  : unknown;

/** A cryptographic operation with a key, which shares its rate with all keys of its kind. */
export function keyQuota(key: RatedKey): Drawn {
  const { spec } = key;
  if (spec.startsWith('RSA_')) return { quota: 'rsa', spec, key };
  if (spec.startsWith('ECC_') || spec === 'SM2') return { quota: 'ecc', key };
  if (spec.startsWith('ML_DSA_')) return { quota: 'ml-dsa', key };
  return { quota: 'symmetric', key };
}

/** The rate of key pairs of one spec. */
export const pairQuota = (spec: string): string => `GenerateDataKeyPair (${spec})`;

/** The rows of KMS: keys, their backing keys, aliases, grants, multi-Region sets and last uses. */

import type { AccountId } from '../../api/arn.ts';
import type {
  ExpirationModelType,
  GrantOperation,
  KeyLastUsageTrackingOperation,
  KeySpec,
  KeyUsageType,
  RotationType,
  Tag,
} from '../../api/model/kms.types.ts';
import type { Region } from '../../api/regions.ts';
import type { EncryptionContext } from '../../crypto/encryption-context.ts';
import type { PrincipalBindings } from '../../policy/principal-pattern.ts';

/** The specs that keys of the commercial regions can have. SM2 exists in the regions of China alone. */
export type OfferedKeySpec = Exclude<KeySpec, 'SM2'>;

/** A key's state with what only that state has. `Unavailable` is for custom key stores, which ssebox has not. */
export type Lifecycle =
  | { readonly state: 'Enabled' }
  | { readonly state: 'Disabled' }
  | { readonly state: 'PendingImport' }
  | { readonly state: 'PendingDeletion'; readonly deletionMs: number }
  | { readonly state: 'PendingReplicaDeletion'; readonly windowDays: number }
  /** A replica that is being made; then it is Enabled, or waits for its material. */
  | { readonly state: 'Creating'; readonly untilMs: number }
  /** A key whose primary region is being changed; then it is Enabled again. */
  | { readonly state: 'Updating'; readonly untilMs: number };

export type State = Lifecycle['state'];

export interface KeyRecord {
  readonly v: 1;
  readonly account: AccountId;
  readonly region: Region;
  readonly keyId: string;
  readonly manager: 'CUSTOMER' | 'AWS';
  readonly spec: OfferedKeySpec;
  readonly usage: KeyUsageType;
  readonly origin: 'AWS_KMS' | 'EXTERNAL';
  readonly createdMs: number;
  readonly description: string;
  readonly lifecycle: Lifecycle;
  /** The key policy as it was put. */
  readonly policy: string;
  /** The unique ids that its users and roles had then, by ARN. */
  readonly principals?: PrincipalBindings | undefined;
  /** In the order in which they were added. */
  readonly tags: readonly Tag[];
  /** Names of the aliases that point here, `alias/…`. */
  readonly aliases: readonly string[];
  readonly grantCount: number;
  /** The backing key that encrypts; absent until there was one. */
  readonly current?: CurrentMaterial | undefined;
  /** Of a key with imported material, while all that belongs to it for good is there. */
  readonly expiration?: Expiration | undefined;
  /** When the next imported material expires. */
  readonly materialExpiryMs?: number | undefined;
  readonly multiRegion: boolean;
  /** Automatic rotation, while it is on. Of a replica the primary's counts. */
  readonly rotation?: AutomaticRotation | undefined;
  /** A rotation on demand that is under way. */
  readonly rotating?: { readonly startedMs: number; readonly untilMs: number } | undefined;
  readonly onDemandRotations: number;
  /** Under which time the key stands in the table of deadlines. */
  readonly dueMs?: number | undefined;
}

export interface CurrentMaterial {
  readonly generation: number;
  /** Symmetric keys alone name their material. */
  readonly materialId?: string | undefined;
}

export interface Expiration {
  readonly model: ExpirationModelType;
  /** The earliest expiry among the materials that belong to the key for good. */
  readonly validToMs?: number | undefined;
}

export interface AutomaticRotation {
  readonly periodDays: number;
  readonly nextMs: number;
}

export interface BackingKeyRecord {
  readonly v: 1;
  /** From 1; the highest one up to the key's current generation encrypts. */
  readonly generation: number;
  /** Names the material; KMS shows it of symmetric keys alone. */
  readonly materialId: string;
  /** The material under the root key; absent when imported material has expired or was deleted. */
  readonly wrapped?: Uint8Array | undefined;
  /** DER SubjectPublicKeyInfo of an asymmetric key. */
  readonly publicKey?: Uint8Array | undefined;
  readonly createdMs: number;
  /** How and when this generation became the current one; absent for the first, and for one that waits. */
  readonly rotation?: { readonly type: RotationType; readonly timeMs: number } | undefined;
  /** Of imported material. */
  readonly imported?: ImportFacts | undefined;
}

export interface ImportFacts {
  readonly model: ExpirationModelType;
  readonly validToMs?: number | undefined;
  readonly description?: string | undefined;
}

export interface AliasRecord {
  readonly v: 1;
  readonly keyId: string;
  readonly createdMs: number;
  /** When it was last made to point at a key. */
  readonly updatedMs: number;
}

/** Whom a grant names: a principal by its ARN, bound to the unique id that it had then, or an AWS service. */
export type GrantPrincipal =
  | { readonly kind: 'principal'; readonly arn: string; readonly id?: string | undefined }
  | { readonly kind: 'service'; readonly name: string };

export interface GrantRecord {
  readonly v: 1;
  readonly grantId: string;
  readonly account: AccountId;
  readonly region: Region;
  readonly keyId: string;
  /** `""` where the grant has no name. */
  readonly name: string;
  readonly createdMs: number;
  readonly grantee: GrantPrincipal;
  readonly retiring?: GrantPrincipal | undefined;
  /** The account of whoever made the grant. */
  readonly issuer: AccountId;
  readonly operations: readonly GrantOperation[];
  readonly constraints: Constraints;
}

/** What a request must have for the grant to count; all that are there apply. */
export interface Constraints {
  readonly subset?: EncryptionContext | undefined;
  readonly equals?: EncryptionContext | undefined;
  readonly sourceArn?: string | undefined;
}

export interface MultiRegionSet {
  readonly v: 1;
  readonly primary: Region;
  /** In the order in which they were made. */
  readonly replicas: readonly Region[];
}

export interface KeyUse {
  readonly v: 1;
  readonly operation: KeyLastUsageTrackingOperation;
  readonly timeMs: number;
  readonly requestId: string;
}

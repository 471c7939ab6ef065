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

/** The key specs of the commercial regions. SM2 exists only in the China regions. */
export type OfferedKeySpec = Exclude<KeySpec, 'SM2'>;

/** A key's state, with the facts of that state. `Unavailable` is for custom key stores, which ssebox does not have. */
export type Lifecycle =
  | { readonly state: 'Enabled' }
  | { readonly state: 'Disabled' }
  | { readonly state: 'PendingImport' }
  /** `sinceMs`: when the deletion was scheduled, which older rows do not say; from then on the key costs nothing. */
  | { readonly state: 'PendingDeletion'; readonly deletionMs: number; readonly sinceMs?: number | undefined }
  | { readonly state: 'PendingReplicaDeletion'; readonly windowDays: number; readonly sinceMs?: number | undefined }
  /** A replica being created; afterwards it is Enabled, or waits for its material. */
  | { readonly state: 'Creating'; readonly untilMs: number }
  /** A key whose primary region is being changed; afterwards it is Enabled again. */
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
  /** The key policy as given. */
  readonly policy: string;
  /** The unique ids of its users and roles at that time, by ARN. */
  readonly principals?: PrincipalBindings | undefined;
  /** In the order in which they were added. */
  readonly tags: readonly Tag[];
  /** Names of the aliases that point to the key, `alias/…`. */
  readonly aliases: readonly string[];
  readonly grantCount: number;
  /**
   * Set for a key of an imported account: its material stayed there, whatever its state. There is no backing key, and
   * `expiration` is what the account says.
   */
  readonly materialIsElsewhere?: true | undefined;
  /** The backing key that encrypts; absent until one exists. */
  readonly current?: CurrentMaterial | undefined;
  /** For a key with imported material, while all permanently associated material is present. */
  readonly expiration?: Expiration | undefined;
  /** When the next imported material expires. */
  readonly materialExpiryMs?: number | undefined;
  readonly multiRegion: boolean;
  /** Automatic rotation, while enabled. A replica follows the primary's. */
  readonly rotation?: AutomaticRotation | undefined;
  /** An on-demand rotation in progress. */
  readonly rotating?: { readonly startedMs: number; readonly untilMs: number } | undefined;
  readonly onDemandRotations: number;
  /** The time under which the key is in the table of deadlines. */
  readonly dueMs?: number | undefined;
}

/** What is left of a customer managed key that was deleted, for the bill. */
export interface DeletedKey {
  readonly v: 1;
  /** When its fee ended: its deletion was scheduled. */
  readonly endMs: number;
  /** When it was rotated first and second, which the fee depends on. */
  readonly rotatedMs: readonly number[];
}

export interface CurrentMaterial {
  readonly generation: number;
  /** Only for symmetric keys. */
  readonly materialId?: string | undefined;
}

export interface Expiration {
  readonly model: ExpirationModelType;
  /** The earliest expiry among the permanently associated materials. */
  readonly validToMs?: number | undefined;
}

export interface AutomaticRotation {
  readonly periodDays: number;
  readonly nextMs: number;
}

export interface BackingKeyRecord {
  readonly v: 1;
  /** From 1; the key's current generation encrypts. */
  readonly generation: number;
  /** The id of the material; KMS shows it only for symmetric keys. */
  readonly materialId: string;
  /** The material, wrapped under the root key; absent if imported material has expired or was deleted. */
  readonly wrapped?: Uint8Array | undefined;
  /** DER SubjectPublicKeyInfo of an asymmetric key. */
  readonly publicKey?: Uint8Array | undefined;
  readonly createdMs: number;
  /** How and when this generation became the current one; absent for the first, and for one pending rotation. */
  readonly rotation?: { readonly type: RotationType; readonly timeMs: number } | undefined;
  /** Only for imported material. */
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
  /** When it was last pointed to a key. */
  readonly updatedMs: number;
}

/** A principal that a grant names: an ARN with the unique id that it had at that time, or an AWS service. */
export type GrantPrincipal =
  | { readonly kind: 'principal'; readonly arn: string; readonly id?: string | undefined }
  | { readonly kind: 'service'; readonly name: string };

export interface GrantRecord {
  readonly v: 1;
  readonly grantId: string;
  readonly account: AccountId;
  readonly region: Region;
  readonly keyId: string;
  /** `""` if the grant has no name. */
  readonly name: string;
  readonly createdMs: number;
  readonly grantee: GrantPrincipal;
  readonly retiring?: GrantPrincipal | undefined;
  /** The account that created the grant. */
  readonly issuer: AccountId;
  readonly operations: readonly GrantOperation[];
  readonly constraints: Constraints;
}

/** The conditions that a request must meet for the grant to apply; all that are present must be met. */
export interface Constraints {
  readonly subset?: EncryptionContext | undefined;
  readonly equals?: EncryptionContext | undefined;
  readonly sourceArn?: string | undefined;
}

export interface MultiRegionSet {
  readonly v: 1;
  readonly primary: Region;
  /** In the order in which they were created. */
  readonly replicas: readonly Region[];
}

export interface KeyUse {
  readonly v: 1;
  readonly operation: KeyLastUsageTrackingOperation;
  readonly timeMs: number;
  readonly requestId: string;
}

/** The rows of IAM and STS: accounts, users, groups, roles, managed policies, access keys and sessions. */

import type { AccountId } from '../../api/arn.ts';
import type { Tags } from '../../policy/caller.ts';

interface Entity {
  readonly v: 1;
  readonly account: AccountId;
  /** As given; the row's key has it in lower case. */
  readonly name: string;
  /** Begins and ends with a slash. */
  readonly path: string;
  /** The unique id: never reused, even for an entity of the same name. */
  readonly id: string;
  readonly createdMs: number;
  /** Inline policies: name → document, in the order in which they were added. */
  readonly inlinePolicies: Readonly<Record<string, string>>;
  /** ARNs of the managed policies, in the order in which they were attached. */
  readonly attachedPolicies: readonly string[];
}

interface TaggedEntity extends Entity {
  readonly tags: Tags;
  /** ARN of the managed policy that bounds its permissions. */
  readonly boundary?: string | undefined;
}

export interface AccountRecord {
  readonly v: 1;
  readonly account: AccountId;
  readonly createdMs: number;
  /** When it was imported, by the machine's clock: then nobody is in it but whom the real account has. */
  readonly importedMs?: number | undefined;
  /** A name for it; no other account has the same. */
  readonly alias?: string | undefined;
}

export interface UserRecord extends TaggedEntity {
  /** Names of the groups that the user is in. */
  readonly groups: readonly string[];
}

export interface GroupRecord extends Entity {}

export interface RoleRecord extends TaggedEntity {
  readonly trustPolicy: string;
  readonly description?: string | undefined;
  readonly maxSessionSeconds: number;
  readonly lastUsed?: { readonly timeMs: number; readonly region: string } | undefined;
}

export interface ManagedPolicyRecord {
  readonly v: 1;
  readonly account: AccountId;
  readonly arn: string;
  readonly name: string;
  readonly path: string;
  readonly id: string;
  readonly createdMs: number;
  readonly updatedMs: number;
  readonly description?: string | undefined;
  readonly tags: Tags;
  /** Number of the version → its document. */
  readonly versions: Readonly<Record<string, { readonly document: string; readonly createdMs: number }>>;
  /** Such as `v2`. */
  readonly defaultVersion: string;
  /** The number of the newest version that ever existed. */
  readonly lastVersion: number;
}

/** A long-term access key of a user. */
export interface AccessKeyRecord {
  readonly v: 1;
  readonly kind: 'long-term';
  readonly accessKeyId: string;
  readonly account: AccountId;
  readonly userId: string;
  /** The secret, wrapped under the root key. */
  readonly wrappedSecret: Uint8Array;
  readonly status: 'Active' | 'Inactive';
  readonly createdMs: number;
  readonly lastUsed?: { readonly timeMs: number; readonly region: string; readonly service: string } | undefined;
}

/** What is left of an access key that was deleted: its id stays this store's, and nobody can use it again. */
export interface DeletedAccessKey {
  readonly v: 1;
  readonly kind: 'deleted';
  readonly accessKeyId: string;
  readonly account: AccountId;
}

/** Temporary credentials: whom they represent, and when they expire. */
export interface SessionRecord {
  readonly v: 1;
  readonly kind: 'session';
  readonly accessKeyId: string;
  readonly account: AccountId;
  readonly wrappedSecret: Uint8Array;
  /** A hash of the session token; the token itself is not stored. */
  readonly tokenHash: Uint8Array;
  /** By the store's clock, as when they expire. */
  readonly issuedMs: number;
  readonly expiresMs: number;
  /** When they were issued by the machine's clock; absent if the store's was the same. */
  readonly machineMs?: number | undefined;
  readonly of:
    | {
        readonly kind: 'role';
        readonly roleId: string;
        readonly roleName: string;
        readonly sessionName: string;
        readonly tags: Tags;
        readonly transitiveTags: readonly string[];
        readonly sourceIdentity?: string | undefined;
        readonly sessionPolicies?: readonly string[] | undefined;
        /** The ARNs of those that were passed as managed policies; they are the last ones. */
        readonly sessionPolicyArns?: readonly string[] | undefined;
      }
    | FederatedSession
    | { readonly kind: 'user'; readonly userId: string }
    | { readonly kind: 'root' };
}

/** A session from GetFederationToken. */
export interface FederatedSession {
  readonly kind: 'federated-user';
  readonly name: string;
  /** The unique id of the user who got it; absent if that was the root user. */
  readonly userId?: string | undefined;
  readonly tags: Tags;
  /** Absent if none were passed: the session then has no permissions of its own. */
  readonly sessionPolicies?: readonly string[] | undefined;
  /** The ARNs of those that were passed as managed policies; they are the last ones. */
  readonly sessionPolicyArns?: readonly string[] | undefined;
}

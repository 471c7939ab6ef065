/**
 * The permissions that KMS operations need: the action, the key with its policy and grants, and the condition keys
 * of the request and the key. AWS KMS Developer Guide, "Condition keys for AWS KMS".
 */

import { type AccountId, aliasArn } from '../api/arn.ts';
import type { MultiRegionKeyType } from '../api/model/kms.types.ts';
import type { Call } from '../call/operation.ts';
import type { EncryptionContext } from '../crypto/encryption-context.ts';
import type { Access, ConditionContext, GrantPermission } from '../policy/access.ts';
import { callerAccount } from '../policy/caller.ts';
import type { GrantRecord, KeyRecord } from '../store/records/kms.ts';
import { type GrantCall, grantPermissions, nearGrants } from './grant.ts';
import { arnOf } from './key.ts';
import { type FoundKey, hiddenKey } from './key-id.ts';
import { multiRegionType } from './multi-region-set.ts';

/** A request's additions to the permission on its key. */
export interface AccessDetails {
  /** Condition keys specific to this operation. */
  readonly context?: ConditionContext | undefined;
  readonly encryptionContext?: EncryptionContext | undefined;
  readonly grantTokens?: readonly string[] | undefined;
  /** How a denial refers to the key, if not by its ARN. */
  readonly resourcePhrase?: string | undefined;
  /** A further condition that a usable grant must meet. */
  readonly grantFits?: ((grant: GrantRecord) => boolean) | undefined;
  /** The grants that can allow it, if not all those on the key that name the caller. */
  readonly grants?: readonly GrantPermission[] | undefined;
}

/** The parts of a call that a permission on a key depends on. */
export type KeyCall = GrantCall & Pick<Call, 'viaService'>;

/** The permission `kms:NAME` on a key. */
export function keyAccess(name: string, found: FoundKey, call: KeyCall, details: AccessDetails = {}): Access {
  const { key } = found;
  return {
    action: `kms:${name}`,
    resource: arnOf(key),
    owner: key.account,
    isAwsManaged: key.manager === 'AWS',
    resourcePolicy: { kind: 'key-policy', document: key.policy, principals: key.principals },
    grants: details.grants ?? grantPermissions(name, key, call, details),
    nearGrants: key.grantCount > 0 ? () => nearGrants(name, key, call, details) : undefined,
    context: requestContext(found, call, details),
    ...(details.resourcePhrase !== undefined && { resourcePhrase: details.resourcePhrase }),
  };
}

function requestContext({ key, requestAlias }: FoundKey, call: KeyCall, details: AccessDetails): ConditionContext {
  const { encryptionContext = {} } = details;
  const names = Object.keys(encryptionContext);
  // Not put together from the functions below: it is built for every call, and one literal of one shape takes a tenth
  // of the time of objects spread into another.
  const context: MutableContext = {
    'kms:CallerAccount': callerAccount(call.caller),
    'kms:ViaService': call.viaService,
    'kms:KeySpec': key.spec,
    'kms:KeyUsage': key.usage,
    'kms:KeyOrigin': key.origin,
    'kms:MultiRegion': key.multiRegion,
    'kms:MultiRegionKeyType': multiRegionType(key, call.tx),
    'kms:CustomerMasterKeySpec': key.spec,
    'kms:CustomerMasterKeyUsage': key.usage,
    'kms:ResourceAliases': key.aliases.length > 0 ? key.aliases : undefined,
    'kms:RequestAlias': requestAlias,
    'kms:EncryptionContextKeys': names.length > 0 ? names : undefined,
  };
  for (const name of names) context[`kms:EncryptionContext:${name}`] = encryptionContext[name];
  for (const { TagKey, TagValue } of key.tags) context[`aws:ResourceTag/${TagKey}`] = TagValue;
  return Object.assign(context, details.context);
}

type MutableContext = Record<string, ConditionContext[string]>;

/** A permission that no key policy can grant: `kms:CreateKey`, `kms:ListKeys`, … */
export function accountAccess(name: string, call: Call, context?: ConditionContext): Access {
  return { action: `kms:${name}`, resource: '*', owner: requireAccount(call, `kms:${name}`), context };
}

/** The part of an alias operation's permissions that concerns the alias, which only IAM policies can allow. */
export function aliasAccess(name: string, alias: string, account: AccountId, call: Call): Access {
  return { action: `kms:${name}`, resource: aliasArn(call.region, account, alias), owner: account };
}

/** The caller's account. @throws AccessDeniedException for a caller without an account. */
export function requireAccount(call: Call, action: string): AccountId {
  const account = callerAccount(call.caller);
  if (account === undefined) throw hiddenKey(call, action);
  return account;
}

/** The caller, and the service that calls on the caller's behalf. */
export function callContext(call: Call): ConditionContext {
  return {
    'kms:CallerAccount': callerAccount(call.caller),
    'kms:ViaService': call.viaService,
  };
}

/** The properties of a key, or of a new key before it exists. */
export function specContext(
  key: Pick<KeyRecord, 'spec' | 'usage' | 'origin' | 'multiRegion'>,
  type?: MultiRegionKeyType,
): ConditionContext {
  return {
    'kms:KeySpec': key.spec,
    'kms:KeyUsage': key.usage,
    'kms:KeyOrigin': key.origin,
    'kms:MultiRegion': key.multiRegion,
    'kms:MultiRegionKeyType': type,
    // The names used before 2021, which policies may still contain.
    'kms:CustomerMasterKeySpec': key.spec,
    'kms:CustomerMasterKeyUsage': key.usage,
  };
}

/** One condition key per pair, and one that lists their names; none if the context is empty. */
export function encryptionContextKeys(encryptionContext: EncryptionContext): ConditionContext {
  const names = Object.keys(encryptionContext);
  if (names.length === 0) return {};
  const context: MutableContext = { 'kms:EncryptionContextKeys': names };
  for (const name of names) context[`kms:EncryptionContext:${name}`] = encryptionContext[name];
  return context;
}

/** The tags of a request as condition keys. */
export function requestTagContext(
  tags: readonly { readonly TagKey: string; readonly TagValue: string }[] | undefined,
): ConditionContext {
  if (tags === undefined || tags.length === 0) return {};
  const context: MutableContext = { 'aws:TagKeys': tags.map(({ TagKey }) => TagKey) };
  for (const { TagKey, TagValue } of tags) context[`aws:RequestTag/${TagKey}`] = TagValue;
  return context;
}

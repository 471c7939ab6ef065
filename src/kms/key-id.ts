/**
 * Finds a key by any of its names: key id, key ARN, alias name or alias ARN. AWS KMS Developer Guide, "Key identifiers
 * (KeyId)"; which operation accepts which name: KMS API Reference, KeyId of each operation.
 */

import { type AccountId, type Arn, aliasArn, isAccountId, keyArn, parseArn } from '../api/arn.ts';
import { AwsError, HiddenAbsence } from '../api/errors.ts';
import { regions } from '../api/regions.ts';
import type { Call } from '../call/operation.ts';
import { callerAccount, callerArn } from '../policy/caller.ts';
import type { KeyRecord } from '../store/records/kms.ts';
import { awsManagedKey, isAwsManagedAlias } from './aws-managed-keys.ts';
import { getKey } from './key.ts';
import type { KeyOperation } from './key-state.ts';

/** A key, with the facts that policies need about its name in the request. */
export interface FoundKey {
  readonly key: KeyRecord;
  /** The alias's name, if the request named the key by an alias. */
  readonly requestAlias?: string | undefined;
}

const acceptAliases: ReadonlySet<KeyOperation> = new Set([
  'Decrypt',
  'DeriveSharedSecret',
  'DescribeKey',
  'Encrypt',
  'GenerateDataKey',
  'GenerateDataKeyPair',
  'GenerateDataKeyPairWithoutPlaintext',
  'GenerateDataKeyWithoutPlaintext',
  'GenerateMac',
  'GetPublicKey',
  'ReEncrypt',
  'Sign',
  'Verify',
  'VerifyMac',
] as const);

/** Whether an operation accepts an alias for its key. */
export function acceptsAlias(operation: string): boolean {
  const names: ReadonlySet<string> = acceptAliases;
  return names.has(operation);
}

/** KMS API Reference, "Cross-account use: Yes". */
const acrossAccounts: ReadonlySet<KeyOperation> = new Set([
  ...acceptAliases,
  'CreateGrant',
  'GetKeyRotationStatus',
  'ListGrants',
  'RetireGrant',
  'RevokeGrant',
] as const);

/** Whether an operation can be called for a key of another account, if policies allow it. */
export function actsAcrossAccounts(operation: string): boolean {
  const names: ReadonlySet<string> = acrossAccounts;
  return names.has(operation);
}

/**
 * Finds the key that a request names.
 * @throws NotFoundException, InvalidArnException, or AccessDeniedException for a key that another account does not
 * reveal.
 */
export function findKey(
  id: string,
  operation: KeyOperation,
  call: Call,
  action: string = `kms:${operation}`,
): FoundKey {
  const { account, kind, name } = placeOf(id, call, action);
  if (kind === 'alias' && !acceptAliases.has(operation)) throw aliasesNotSupported();
  const own = account === callerAccount(call.caller);
  if (!own && !acrossAccounts.has(operation)) throw notAcrossAccounts(operation, call, action);
  const found = kind === 'alias' ? findByAlias(name, account, call) : findById(name, account, call);
  if (found) return found;
  if (!own) throw absentKey(call, action);
  throw kind === 'alias'
    ? aliasNotFound(name, account, call)
    : keyNotFound(keyArn(call.region, account, name), elsewhereOf(name, account, call));
}

/** The key that created a ciphertext, in the region of the call; undefined if it no longer exists. */
export function findKeyOfCiphertext(keyId: string, call: Call): KeyRecord | undefined {
  const owner = call.tx.kmsKeyOwners.get([call.region, keyId]);
  return owner === undefined ? undefined : getKey(call.tx, owner, call.region, keyId);
}

interface KeyPlace {
  readonly account: AccountId;
  readonly kind: 'key' | 'alias';
  /** The key id, or the alias's name with its prefix. */
  readonly name: string;
}

function placeOf(id: string, call: Call, action: string): KeyPlace {
  const arn = parseArn(id);
  if (arn) return placeOfArn(id, arn, call);
  const account = callerAccount(call.caller);
  if (account === undefined) throw hiddenKey(call, action);
  if (id.startsWith('alias/')) return { account, kind: 'alias', name: id };
  if (!isKeyId(id)) throw invalidKeyId(id);
  return { account, kind: 'key', name: id };
}

function placeOfArn(text: string, { partition, service, region, account, resource }: Arn, call: Call): KeyPlace {
  if (partition !== 'aws' || service !== 'kms' || !isAccountId(account)) throw invalidArn(text, ARN_FORM);
  if (region !== call.region)
    throw invalidArn(region, elsewhere(resource.startsWith('alias/') ? 'alias' : 'key', region, call));
  if (resource.startsWith('alias/')) return { account, kind: 'alias', name: resource };
  if (!resource.startsWith('key/')) throw invalidArn(text, ARN_FORM);
  const name = resource.slice('key/'.length);
  if (!isKeyId(name)) throw invalidKeyId(name);
  return { account, kind: 'key', name };
}

/** A UUID, or `mrk-` followed by 32 hexadecimal digits for a multi-Region key. */
const isKeyId = (text: string) =>
  /^([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}|mrk-[0-9a-f]{32})$/.test(text);

function findById(keyId: string, account: AccountId, call: Call): FoundKey | undefined {
  const key = getKey(call.tx, account, call.region, keyId);
  return key && { key };
}

function findByAlias(name: string, account: AccountId, call: Call): FoundKey | undefined {
  const alias = call.tx.kmsAliases.get([account, call.region, name]);
  const key = alias
    ? getKey(call.tx, account, call.region, alias.keyId)
    : account === callerAccount(call.caller) && isAwsManagedAlias(name)
      ? awsManagedKey(name, account, call)
      : undefined;
  return key && { key, requestAlias: name };
}

export const keyNotFound = (arn: string, reason?: string) =>
  new AwsError('NotFoundException', `Key '${arn}' does not exist`, {}, reason);

/** @param account the caller's own */
export function aliasNotFound(name: string, account: AccountId, call: Call): AwsError {
  const region = regions.find((each) => call.tx.kmsAliases.get([account, each, name]) !== undefined);
  const arn = aliasArn(call.region, account, name);
  const reason = region && elsewhere('alias', region, call);
  return new AwsError('NotFoundException', `Alias ${arn} is not found.`, {}, reason);
}

const invalidArn = (what: string, reason: string) =>
  new AwsError('NotFoundException', `Invalid arn ${what}`, {}, reason);

const ARN_FORM =
  'the ARN of a key is arn:aws:kms:REGION:ACCOUNT:key/ID, that of an alias arn:aws:kms:REGION:ACCOUNT:alias/NAME';

const invalidKeyId = (id: string) =>
  new AwsError(
    'NotFoundException',
    `Invalid keyId '${id}'`,
    {},
    `"${id}" is not the id or the ARN of a key, nor alias/NAME or the ARN of an alias`,
  );

/** S3 looks for a bucket's keys in the bucket's region. */
const elsewhere = (what: 'key' | 'alias', region: string, { region: here, viaService }: Call): string =>
  viaService?.startsWith('s3.')
    ? `the ${what} is in ${region}, the bucket in ${here}`
    : `the ${what} is in ${region}, the call in ${here}`;

/** The reason why a key of the caller's account is not found, if it has one of this id in another region. */
function elsewhereOf(keyId: string, account: AccountId, call: Call): string | undefined {
  const region = regions.find((each) => call.tx.kmsKeys.get([account, each, keyId]) !== undefined);
  return region && elsewhere('key', region, call);
}

const aliasesNotSupported = () =>
  new AwsError(
    'InvalidArnException',
    'Key Aliases are not supported for this operation.',
    {},
    'pass the key id or the key ARN, which ssebox kms describe-key prints for an alias',
  );

/** The error for another account's key that the caller may not use; it does not say whether the key exists. */
export const hiddenKey = (call: Call, action: string) =>
  new AwsError('AccessDeniedException', hiddenMessage(call, action, 'on this resource'));

const notAcrossAccounts = (operation: KeyOperation, call: Call, action: string) =>
  new AwsError(
    'AccessDeniedException',
    hiddenMessage(call, action, 'on this resource'),
    {},
    `${operation} cannot be called for a key of another account, whatever policies allow`,
  );

/** The same error for a key of another account, or one that a ciphertext names, which does not exist. */
export const absentKey = (call: Call, action: string, phrase = 'on this resource') =>
  new HiddenAbsence('AccessDeniedException', hiddenMessage(call, action, phrase));

const hiddenMessage = (call: Call, action: string, phrase: string) =>
  `User: ${callerArn(call.caller)} is not authorized to perform: ${action} ${phrase} because the resource does not ` +
  'exist in this Region, no resource-based policies allow access, or a resource-based policy explicitly denies access';

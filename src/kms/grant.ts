/** A grant in the store, and the meaning of its constraints: AWS KMS Developer Guide, "Grants in AWS KMS". */

import type { GrantOperation } from '../api/model/kms.types.ts';
import type { Call } from '../call/operation.ts';
import type { Passage } from '../call/scope.ts';
import type { EncryptionContext } from '../crypto/encryption-context.ts';
import type { GrantPermission, NearGrant } from '../policy/access.ts';
import type { Caller } from '../policy/caller.ts';
import type { Constraints, GrantPrincipal, GrantRecord, KeyRecord } from '../store/records/kms.ts';
import type { Tx } from '../store/tables.ts';
import { namesOf } from './grant-principal.ts';
import { readGrantToken } from './grant-token.ts';
import { getKey, type KeyTriple, putKey } from './key.ts';

const grantOperations: ReadonlySet<string> = new Set<GrantOperation>([
  'Decrypt',
  'Encrypt',
  'GenerateDataKey',
  'GenerateDataKeyWithoutPlaintext',
  'ReEncryptFrom',
  'ReEncryptTo',
  'Sign',
  'Verify',
  'GetPublicKey',
  'CreateGrant',
  'RetireGrant',
  'DescribeKey',
  'GenerateDataKeyPair',
  'GenerateDataKeyPairWithoutPlaintext',
  'GenerateMac',
  'VerifyMac',
  'DeriveSharedSecret',
]);

/** Whether a grant can allow the permission. */
export const isGrantOperation = (name: string): name is GrantOperation => grantOperations.has(name);

/** A principal's name in the indexes: a user or role recreated under its old ARN is a different one. */
export const indexName = (principal: GrantPrincipal): string =>
  principal.kind === 'service' ? principal.name : (principal.id ?? principal.arn);

/** The parts of a call that the grants for it depend on. */
export type GrantCall = Pick<Call, 'caller' | 'tx' | 'now' | 'settings' | 'rootKey'>;

/** Whether a grant allows an operation with this encryption context. */
export function covers(
  grant: GrantRecord,
  operation: GrantOperation,
  { caller }: Pick<Call, 'caller'>,
  context: EncryptionContext = {},
): boolean {
  if (!grant.operations.includes(operation)) return false;
  const { subset, equals, sourceArn } = grant.constraints;
  // It is the caller's aws:SourceArn, and does not apply to RetireGrant: KMS API Reference, GrantConstraints.
  if (sourceArn !== undefined && operation !== 'RetireGrant' && sourceOf(caller) !== sourceArn) return false;
  // CreateGrant compares the child grant's own constraints with these.
  if (operation === 'DescribeKey' || operation === 'RetireGrant' || operation === 'CreateGrant') return true;
  return (subset === undefined || contains(context, subset)) && (equals === undefined || equal(context, equals));
}

const sourceOf = (caller: Caller): string | undefined => (caller.kind === 'service' ? caller.source?.arn : undefined);

/**
 * Whether one set of pairs contains another. Names are case-insensitive, values are not: AWS KMS Developer Guide,
 * "Creating grants", Using grant constraints.
 */
export function contains(context: EncryptionContext, wanted: EncryptionContext): boolean {
  const pairs = new Set(Object.entries(context).map(pairText));
  return Object.entries(wanted).every((pair) => pairs.has(pairText(pair)));
}

export const equal = (context: EncryptionContext, wanted: EncryptionContext): boolean =>
  Object.keys(context).length === Object.keys(wanted).length && contains(context, wanted) && contains(wanted, context);

const pairText = ([name, value]: readonly [string, string]) => JSON.stringify([name.toLowerCase(), value]);

/** Reads one grant of a key. */
export function getGrant(tx: Tx, key: KeyTriple, grantId: string): GrantRecord | undefined {
  return tx.kmsGrants.get([key.account, key.region, key.keyId, grantId]);
}

/** Adds a grant to its key and to the indexes by grantee and by retiring principal. */
export function addGrant(tx: Tx, key: KeyRecord, grant: GrantRecord): void {
  const { account, region, keyId, grantId, name } = grant;
  tx.kmsGrants.put([account, region, keyId, grantId], grant);
  tx.kmsGrantsByGrantee.put([account, region, keyId, indexName(grant.grantee), name, grantId], true);
  if (grant.retiring) tx.kmsGrantsByRetirer.put([indexName(grant.retiring), region, account, keyId, grantId], true);
  putKey(tx, { ...key, grantCount: key.grantCount + 1 });
}

export function removeGrant(tx: Tx, grant: GrantRecord): void {
  forgetGrant(tx, grant);
  const key = getKey(tx, grant.account, grant.region, grant.keyId);
  if (key) putKey(tx, { ...key, grantCount: key.grantCount - 1 });
}

/** The grants that are removed between two looks at the clock. */
const AT_ONCE = 100;

/**
 * Removes the grants of a key that is being deleted, up to 50,000 of them, until the time for it is up.
 * @returns how many are left.
 */
export function removeGrants({ account, region, keyId, grantCount }: KeyRecord, at: RemovalTime): number {
  for (let left = grantCount; ; ) {
    const grants = Array.from(
      at.tx.kmsGrants.under([account, region, keyId], { limit: AT_ONCE }),
      ({ value }) => value,
    );
    for (const grant of grants) forgetGrant(at.tx, grant);
    left -= grants.length;
    if (grants.length < AT_ONCE) return 0;
    if (left > 0 && at.isTimeUp()) return left;
  }
}

type RemovalTime = Pick<Passage, 'tx' | 'isTimeUp'>;

function forgetGrant(tx: Tx, grant: GrantRecord): void {
  const { account, region, keyId, grantId, name } = grant;
  tx.kmsGrants.remove([account, region, keyId, grantId]);
  tx.kmsGrantsByGrantee.remove([account, region, keyId, indexName(grant.grantee), name, grantId]);
  if (grant.retiring) tx.kmsGrantsByRetirer.remove([indexName(grant.retiring), region, account, keyId, grantId]);
}

/** The parts of a request that a grant's constraints apply to. */
interface GrantDetails {
  readonly encryptionContext?: EncryptionContext | undefined;
  readonly grantTokens?: readonly string[] | undefined;
  /** A further condition that the grant must meet. */
  readonly grantFits?: ((grant: GrantRecord) => boolean) | undefined;
}

/**
 * Grants that name the caller in one way let in equally far, so one of them is enough for the decision; a few more are
 * kept for the explanation. Those that name it in another way are looked at on their own: an account's grant needs a
 * policy besides, and a boundary limits a role's grant but not its session's.
 */
const ENOUGH = 4;

/**
 * The grants on a key that cover an operation and name the caller, its role or its account: a few of each. Only grants
 * that name the caller are read, and no more of them than it takes.
 * @throws InvalidGrantTokenException for a token that KMS did not issue.
 */
export function grantPermissions(
  name: string,
  key: KeyRecord,
  call: GrantCall,
  { encryptionContext, grantTokens = [], grantFits = () => true }: GrantDetails,
): readonly GrantPermission[] | undefined {
  if (!isGrantOperation(name)) return undefined;
  const named = new Set(grantTokens.map((token) => readGrantToken(token, call).grantId));
  if (key.grantCount === 0) return undefined;
  const effectiveMs = call.now.getTime() - call.settings.grantDelayMs;
  const isUsable = (grant: GrantRecord) =>
    (grant.createdMs <= effectiveMs || named.has(grant.grantId)) &&
    covers(grant, name, call, encryptionContext) &&
    grantFits(grant);
  return namesOf(call.caller).flatMap((grantee) =>
    firstOf(grantsTo(grantee.name, key, call), ENOUGH, isUsable).map((grant) =>
      permissionOf(grant.grantId, grant.grantee, grantee.arn),
    ),
  );
}

/**
 * The grants that name the caller and are for the operation, but whose constraint on the encryption context the request
 * does not meet: a few of each, as of those that cover it.
 */
export function nearGrants(
  name: string,
  key: KeyRecord,
  call: GrantCall,
  { encryptionContext }: GrantDetails,
): readonly NearGrant[] {
  if (!isGrantOperation(name)) return [];
  const isNear = (grant: GrantRecord) =>
    !covers(grant, name, call, encryptionContext) &&
    covers({ ...grant, constraints: { ...grant.constraints, subset: undefined, equals: undefined } }, name, call);
  return namesOf(call.caller).flatMap((grantee) =>
    firstOf(grantsTo(grantee.name, key, call), ENOUGH, isNear).flatMap((grant) => {
      const constraint = constraintType(grant.constraints);
      const pairs = grant.constraints.equals ?? grant.constraints.subset;
      if (constraint === undefined || pairs === undefined) return [];
      return { ...permissionOf(grant.grantId, grant.grantee, grantee.arn), constraint, pairs };
    }),
  );
}

function firstOf<T>(items: Iterable<T>, limit: number, isWanted: (item: T) => boolean): T[] {
  const found: T[] = [];
  for (const item of items) {
    if (!isWanted(item)) continue;
    found.push(item);
    if (found.length === limit) break;
  }
  return found;
}

/** A grant by one of its principals, under the name that it has now, as the evaluator takes it. */
export function permissionOf(grantId: string, principal: GrantPrincipal, granteePrincipal: string): GrantPermission {
  const granteeId = principal.kind === 'principal' ? principal.id : undefined;
  return { grantId, granteePrincipal, ...(granteeId !== undefined && { granteeId }) };
}

/** The grants of a key to a name, read lazily. */
function* grantsTo(name: string, key: KeyRecord, call: Pick<Call, 'tx'>): Iterable<GrantRecord> {
  for (const { key: row } of call.tx.kmsGrantsByGrantee.under([key.account, key.region, key.keyId, name])) {
    const grant = getGrant(call.tx, key, row[5]);
    if (grant) yield grant;
  }
}

/** Undefined for a grant without an encryption context constraint. */
export const constraintType = ({ subset, equals }: Constraints): NearGrant['constraint'] | undefined =>
  equals ? 'EncryptionContextEquals' : subset && 'EncryptionContextSubset';

/** Finds the caller that a request claims to be from, once it has proved it. */

import { AwsError } from '../../api/errors.ts';
import type { ServiceName } from '../../api/model/operations.ts';
import type { RootKey } from '../../crypto/root-key.ts';
import { callerOf, credentialOf, isAccessKeyId, refusal, unknownKey } from '../../iam/credentials.ts';
import { noteKeyUse } from '../../iam/last-used.ts';
import type { Caller } from '../../policy/caller.ts';
import type { Tx } from '../../store/tables.ts';
import { isSameSignature } from '../signature/v4.ts';
import type { RunCredential } from './run-credentials.ts';

/** Who is claimed to have signed, and for what. */
export interface Claimant {
  readonly accessKeyId: string;
  readonly sessionToken: string | undefined;
  readonly service: ServiceName;
  /** Where the use of a key counts. */
  readonly region: string;
}

/** How a signature is verified. */
export interface Verification {
  /**
   * @param bodyHash the SHA-256 of the body in hex, as far as it is known
   * @throws AwsError if the signature is not made with this secret
   */
  verify(secret: () => string, at: { readonly bodyHash: string | undefined; readonly tx: Tx }): void;
  /** Any credentials do, so nothing is verified. */
  unverified(): void;
}

/** Where credentials are found. */
export interface CredentialSources {
  readonly rootKey: RootKey;
  /** Credentials that are not in the store, looked at before those that are. */
  readonly temporary?: ((accessKeyId: string, tx: Tx, now: Date) => RunCredential | undefined) | undefined;
  /** Set where any credentials do: whom those stand for that the store never knew, if there is such a principal. */
  readonly anyCredentials?:
    | { readonly caller: (accessKeyId: string, tx: Tx, now: Date) => Caller | undefined }
    | undefined;
}

/** @param now the store's clock; @param bodyHash the SHA-256 of the body in hex, where it is signed and not stated */
export type FindCaller = (tx: Tx, now: Date, bodyHash?: string) => Caller;

/**
 * Finds the caller in the first transaction that asks. Later ones have the same answer: an upload must not fail in its
 * last transaction because by then the signature is old, the session is over or the key is deleted.
 */
export function claimedCaller(claimant: Claimant, sources: CredentialSources, verification: Verification): FindCaller {
  const { accessKeyId, service, region } = claimant;
  let answer: { readonly caller: Caller } | { readonly refusal: AwsError } | undefined;
  const settle = (tx: Tx, now: Date, bodyHash: string | undefined): NonNullable<typeof answer> => {
    try {
      return { caller: findCaller(claimant, sources, verification, { tx, now, bodyHash }) };
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
      return { refusal: error };
    }
  };
  return (tx, now, bodyHash) => {
    answer ??= settle(tx, now, bodyHash);
    if ('refusal' in answer) throw answer.refusal;
    // Again in every transaction, since the one before may have been undone.
    if (isAccessKeyId(accessKeyId)) noteKeyUse(accessKeyId, { service, region, now }, tx);
    return answer.caller;
  };
}

function findCaller(
  { accessKeyId, sessionToken, service }: Claimant,
  { rootKey, temporary, anyCredentials }: CredentialSources,
  { verify, unverified }: Verification,
  { tx, now, bodyHash }: { readonly tx: Tx; readonly now: Date; readonly bodyHash: string | undefined },
): Caller {
  const ofRun = temporary?.(accessKeyId, tx, now);
  if (ofRun) {
    verify(() => ofRun.secret, { bodyHash, tx });
    if (!isSameToken(ofRun.sessionToken, sessionToken)) throw refusal(service, 'wrongToken');
    return ofRun.caller;
  }
  const credential = credentialOf(accessKeyId, { tx, rootKey, service });
  if (!credential) {
    if (!anyCredentials) throw unknownKey(service, accessKeyId);
    unverified();
    const standIn = anyCredentials.caller(accessKeyId, tx, now);
    if (standIn) return standIn;
    throw unknownKey(service, accessKeyId, 'the principal that any credentials stand for does not exist');
  }
  verify(credential.secret, { bodyHash, tx });
  return callerOf(credential, sessionToken, { tx, now, service });
}

const isSameToken = (expected: string | undefined, given: string | undefined): boolean =>
  expected === undefined ? given === undefined : given !== undefined && isSameSignature(expected, given);

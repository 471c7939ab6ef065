/** The signing keys of late requests: to derive one takes longer than all the rest of a signature. */

import type { RootKey } from '../../crypto/root-key.ts';
import { type CredentialScope, type SigningKey, scopeText, signingKey } from '../signature/v4.ts';

/** A signing key that is kept once a request has proved that it is in use. */
export interface SigningKeyAtHand {
  readonly key: SigningKey;
  /** Keeps it for the requests that follow. */
  keep(): void;
}

/** By store; an access key id never gets another secret. */
const stores = new WeakMap<RootKey, Map<string, SigningKey>>();

/** So many clients may take turns before keys are derived again. */
const MOST_KEPT = 256;

/** The key that signs within a scope for an access key, whose secret is only asked for if no key of it is kept. */
export function signingKeyOf(
  rootKey: RootKey,
  accessKeyId: string,
  scope: CredentialScope,
  secret: () => string,
): SigningKeyAtHand {
  const kept = stores.get(rootKey) ?? new Map<string, SigningKey>();
  stores.set(rootKey, kept);
  const name = `${accessKeyId}/${scopeText(scope)}`;
  const known = kept.get(name);
  if (known) return { key: known, keep: () => {} };
  const key = signingKey(secret(), scope);
  return { key, keep: () => keep(kept, name, key) };
}

function keep(kept: Map<string, SigningKey>, name: string, key: SigningKey): void {
  if (kept.size >= MOST_KEPT) {
    // Those of a day that is over come first.
    const [oldest] = kept.keys();
    if (oldest !== undefined) kept.delete(oldest);
  }
  kept.set(name, key);
}

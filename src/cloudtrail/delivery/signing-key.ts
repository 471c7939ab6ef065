/**
 * The keys that digests are signed with: one a region for some time, as AWS has. CloudTrail User Guide, "Digest file
 * chaining" and "Validating CloudTrail log file integrity".
 */

import { createHash, createPrivateKey, generateKeyPair, sign } from 'node:crypto';
import { promisify } from 'node:util';
import type { Region } from '../../api/regions.ts';
import { wrapLabels } from '../../crypto/labels.ts';
import type { RootKey, RootKeys } from '../../crypto/root-key.ts';
import type { SigningKeyRecord } from '../../store/records/trail.ts';
import type { TransactionalStore } from '../../store/store.ts';
import type { Tx } from '../../store/tables.ts';

/** How long a key signs: the example in the AWS CLI's list-public-keys documentation is valid for so long. */
export const VALIDITY_MS = 30 * 86_400_000;

/** The beginning of the validity of the key for a time; validities follow one another without a gap. */
const validFromMs = (timeMs: number): number => Math.floor(timeMs / VALIDITY_MS) * VALIDITY_MS;

type Place = [region: Region, validFromMs: number];

/**
 * Makes sure that a region has the key for digests that end at a time. It is made outside of a transaction, since others
 * would wait for it.
 */
export async function ensureSigningKey(
  region: Region,
  timeMs: number,
  { store, rootKey }: { readonly store: Pick<TransactionalStore, 'transact'>; readonly rootKey: RootKey },
): Promise<void> {
  const place: Place = [region, validFromMs(timeMs)];
  if (store.transact<boolean>((tx) => tx.trailSigningKeys.get(place) !== undefined)) return;
  const { privateKey, publicKey } = await promisify(generateKeyPair)('rsa', {
    modulusLength: 2048,
    publicExponent: 0x10001,
    privateKeyEncoding: { type: 'pkcs8', format: 'der' },
    publicKeyEncoding: { type: 'pkcs1', format: 'der' },
  });
  try {
    store.transact<void>((tx) => {
      // Another process may have made it.
      if (tx.trailSigningKeys.get(place)) return;
      tx.trailSigningKeys.put(place, { v: 1, wrapped: wrapKey(privateKey, place, rootKey), publicKey });
    });
  } finally {
    privateKey.fill(0);
  }
}

/** The key for digests that end at a time. */
export interface SigningKey {
  readonly fingerprint: string;
  /** The signature of a text, in lower-case hexadecimal. */
  sign(text: string): string;
}

/** Undefined if it has yet to be made. @throws AuthenticationError if it is not the one that was stored. */
export function signingKeyAt(region: Region, timeMs: number, tx: Tx, rootKey: RootKey): SigningKey | undefined {
  const place: Place = [region, validFromMs(timeMs)];
  const record = tx.trailSigningKeys.get(place);
  if (!record) return undefined;
  return {
    fingerprint: fingerprintOf(record.publicKey),
    sign(text) {
      const key = openKey(record, place, rootKey);
      try {
        const privateKey = createPrivateKey({ key, format: 'der', type: 'pkcs8' });
        return sign('sha256', Buffer.from(text), privateKey).toString('hex');
      } finally {
        key.fill(0);
      }
    },
  };
}

/** The MD5 of the public key's PKCS #1 DER, as in the AWS CLI's list-public-keys documentation. */
export const fingerprintOf = (publicKey: Uint8Array): string => createHash('md5').update(publicKey).digest('hex');

/** The private key as PKCS #8 DER. @throws AuthenticationError if it is not the one that was stored. */
export const openKey = ({ wrapped }: SigningKeyRecord, place: Place, rootKey: RootKey): Buffer =>
  Buffer.from(rootKey.unwrap(wrapLabels.trailSigningKey, wrapped, boundTo(place)));

/** The key wrapped under another root key. @throws AuthenticationError like `openKey` */
export const rewrapSigningKey = (record: SigningKeyRecord, place: Place, { from, to }: RootKeys): SigningKeyRecord => ({
  ...record,
  wrapped: wrapKey(openKey(record, place, from), place, to),
});

const wrapKey = (privateKey: Uint8Array, place: Place, rootKey: RootKey): Uint8Array =>
  rootKey.wrap(wrapLabels.trailSigningKey, privateKey, boundTo(place));

const boundTo = ([region, from]: Place): Uint8Array => Buffer.from(`${region}/${from}`);

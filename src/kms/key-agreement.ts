/** DeriveSharedSecret: AWS KMS API Reference. */

import { createPublicKey, diffieHellman, type KeyObject } from 'node:crypto';
import { AwsError } from '../api/errors.ts';
import { operation } from '../call/operation.ts';
import type { KeyRecord } from '../store/records/kms.ts';
import { auditMembers } from './audit-text.ts';
import { openBackingKey } from './backing-key.ts';
import { endDryRun } from './dry-run.ts';
import { arnOf, requireUsage } from './key.ts';
import { currentBackingKey } from './key-cipher.ts';
import { findKey } from './key-id.ts';
import { asymmetricFacts } from './key-spec.ts';
import { requireState } from './key-state.ts';
import { noteUse } from './key-use.ts';
import { keyAccess } from './permissions.ts';
import { refuseRecipient } from './recipient.ts';
import { privateKey } from './signature.ts';

/** ECDH between a key and another party's public key on the same curve; the secret is the raw x-coordinate. */
export const DeriveSharedSecret = operation('kms', 'DeriveSharedSecret', {
  resolve(input, call) {
    refuseRecipient(input);
    return findKey(input.KeyId, 'DeriveSharedSecret', call);
  },
  authorize: (found, { KeyAgreementAlgorithm, GrantTokens }, call) => [
    keyAccess('DeriveSharedSecret', found, call, {
      context: { 'kms:KeyAgreementAlgorithm': KeyAgreementAlgorithm },
      grantTokens: GrantTokens,
    }),
  ],
  run({ key }, input, call) {
    requireState(key, 'DeriveSharedSecret');
    requireUsage(key, 'KEY_AGREEMENT', 'DeriveSharedSecret');
    const peer = peerKey(input.PublicKey, key);
    const secret = openBackingKey(call, key, currentBackingKey(key, call));
    const SharedSecret = diffieHellman({ privateKey: privateKey(secret), publicKey: peer });
    noteUse(key, 'DeriveSharedSecret', call);
    endDryRun(input);
    return {
      KeyId: arnOf(key),
      SharedSecret,
      KeyAgreementAlgorithm: input.KeyAgreementAlgorithm,
      KeyOrigin: key.origin,
    };
  },
  parameters: (input) => auditMembers(input, 'KeyId', 'KeyAgreementAlgorithm'),
});

/** OpenSSL refuses points off the curve when it reads the key. */
function peerKey(bytes: Uint8Array, { spec }: KeyRecord): KeyObject {
  let peer: KeyObject;
  try {
    peer = createPublicKey({ key: Buffer.from(bytes), format: 'der', type: 'spki' });
  } catch {
    throw invalidPeer();
  }
  const facts = asymmetricFacts(spec);
  if (facts?.family !== 'ecc' || peer.asymmetricKeyDetails?.namedCurve !== facts.curve) throw invalidPeer();
  return peer;
}

/** KMS does not say what is wrong with a public key. */
const invalidPeer = () =>
  new AwsError(
    'ValidationException',
    '',
    {},
    'the public key must be the DER form (SubjectPublicKeyInfo) of a point on the curve of the KMS key',
  );

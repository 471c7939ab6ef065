/** Sign and Verify: AWS KMS API Reference. */

import { AwsError } from '../api/errors.ts';
import type { MessageType, SigningAlgorithmSpec } from '../api/model/kms.types.ts';
import { transfer } from '../call/operation.ts';
import type { KeyRecord } from '../store/records/kms.ts';
import { auditMembers } from './audit-text.ts';
import { openBackingKey } from './backing-key.ts';
import { endDryRun } from './dry-run.ts';
import { arnOf, requireUsage } from './key.ts';
import { currentBackingKey } from './key-cipher.ts';
import { findKey } from './key-id.ts';
import { incompatibleAlgorithm, requireAlgorithm } from './key-spec.ts';
import { requireState } from './key-state.ts';
import { noteUse } from './key-use.ts';
import { keyAccess } from './permissions.ts';
import { type Signable, signAtOnce, signatureSchemes, signInTime, verifyAtOnce, verifyInTime } from './signature.ts';

/** Signs a message of up to 4,096 bytes, or a digest. */
export const Sign = transfer('kms', 'Sign', {
  resolve: ({ KeyId }, call) => findKey(KeyId, 'Sign', call),
  authorize: (found, input, call) => [keyAccess('Sign', found, call, signingDetails(input))],
  begin({ key }, input, call) {
    requireState(key, 'Sign');
    const signable = signableOf(key, input, 'Sign');
    return { key, signable, secret: openBackingKey(call, key, currentBackingKey(key, call)), chance: call.random(64) };
  },
  moveAtOnce: ({ secret, signable, chance }) => signAtOnce(secret, signable, chance),
  move: ({ secret, signable, chance }) => signInTime(secret, signable, chance),
  finish({ key }, signature, input, call) {
    noteUse(key, 'Sign', call);
    endDryRun(input);
    return { KeyId: arnOf(key), Signature: signature, SigningAlgorithm: input.SigningAlgorithm };
  },
  parameters: (input) => ({ messageType: 'RAW', ...auditMembers(input, 'KeyId', 'MessageType', 'SigningAlgorithm') }),
});

/** Confirms that a signature is valid; an invalid one is refused. */
export const Verify = transfer('kms', 'Verify', {
  resolve: ({ KeyId }, call) => findKey(KeyId, 'Verify', call),
  authorize: (found, input, call) => [keyAccess('Verify', found, call, signingDetails(input))],
  begin({ key }, input, call) {
    requireState(key, 'Verify');
    const signable = signableOf(key, input, 'Verify');
    const { publicKey } = currentBackingKey(key, call);
    if (!publicKey) throw new Error(`the key ${key.keyId} has no public key`);
    return { key, signable, publicKey };
  },
  moveAtOnce: ({ publicKey, signable }, { Signature }) => verifyAtOnce(publicKey, signable, Signature),
  move: ({ publicKey, signable }, { Signature }) => verifyInTime(publicKey, signable, Signature),
  finish({ key }, isValid, input, call) {
    if (!isValid)
      throw new AwsError(
        'KMSInvalidSignatureException',
        '',
        {},
        'the signature is not of this message (or digest, with --message-type DIGEST) with this key and algorithm',
      );
    noteUse(key, 'Verify', call);
    endDryRun(input);
    return { KeyId: arnOf(key), SignatureValid: true, SigningAlgorithm: input.SigningAlgorithm };
  },
  parameters: (input) => ({ messageType: 'RAW', ...auditMembers(input, 'KeyId', 'MessageType', 'SigningAlgorithm') }),
});

interface SigningRequest {
  readonly Message: Uint8Array;
  readonly MessageType?: MessageType | undefined;
  readonly SigningAlgorithm: SigningAlgorithmSpec;
  readonly GrantTokens?: readonly string[] | undefined;
}

function signingDetails({ MessageType = 'RAW', SigningAlgorithm, GrantTokens }: SigningRequest) {
  return {
    context: { 'kms:MessageType': MessageType, 'kms:SigningAlgorithm': SigningAlgorithm },
    grantTokens: GrantTokens,
  };
}

/** The checks between the key's state and the signature: usage, algorithm, message type, length. */
function signableOf(key: KeyRecord, request: SigningRequest, operation: 'Sign' | 'Verify'): Signable {
  const { Message, MessageType = 'RAW', SigningAlgorithm } = request;
  requireUsage(key, 'SIGN_VERIFY', operation);
  if (SigningAlgorithm === 'SM2DSA') throw incompatibleAlgorithm(SigningAlgorithm, key.spec);
  requireAlgorithm(key.spec, SigningAlgorithm);
  const scheme = signatureSchemes[SigningAlgorithm];
  const isMlDsa = scheme.kind === 'ml-dsa';
  if (isMlDsa ? MessageType === 'DIGEST' : MessageType === 'EXTERNAL_MU') {
    throw invalid(`Message type ${MessageType} is incompatible with key spec ${key.spec}.`);
  }
  if (
    (scheme.kind === 'ed25519' && MessageType !== 'RAW') ||
    (scheme.kind === 'ed25519ph' && MessageType !== 'DIGEST')
  ) {
    throw invalid(`Message type ${MessageType} is incompatible with algorithm ${SigningAlgorithm}.`);
  }
  if (MessageType === 'EXTERNAL_MU' && Message.length !== 64) {
    throw invalid(`External Mu is invalid length for algorithm ${SigningAlgorithm}.`);
  }
  if (MessageType === 'DIGEST' && 'digestBytes' in scheme && Message.length !== scheme.digestBytes) {
    throw invalid(`Digest is invalid length for algorithm ${SigningAlgorithm}.`);
  }
  const forms = { RAW: 'raw', DIGEST: 'digest', EXTERNAL_MU: 'external-mu' } as const;
  return { scheme, spec: key.spec, message: Message, form: forms[MessageType] };
}

const invalid = (message: string) => new AwsError('ValidationException', message);

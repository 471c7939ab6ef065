/** GenerateMac and VerifyMac: AWS KMS API Reference. */

import { createHmac, timingSafeEqual } from 'node:crypto';
import { AwsError } from '../api/errors.ts';
import type { MacAlgorithmSpec } from '../api/model/kms.types.ts';
import { type Call, operation } from '../call/operation.ts';
import type { KeyRecord } from '../store/records/kms.ts';
import { auditMembers } from './audit-text.ts';
import { openBackingKey } from './backing-key.ts';
import { endDryRun } from './dry-run.ts';
import { arnOf, requireUsage } from './key.ts';
import { currentBackingKey } from './key-cipher.ts';
import { findKey } from './key-id.ts';
import { requireAlgorithm } from './key-spec.ts';
import { requireState } from './key-state.ts';
import { noteUse } from './key-use.ts';
import { keyAccess } from './permissions.ts';

export const GenerateMac = operation('kms', 'GenerateMac', {
  resolve: ({ KeyId }, call) => findKey(KeyId, 'GenerateMac', call),
  authorize: (found, input, call) => [keyAccess('GenerateMac', found, call, macDetails(input))],
  run({ key }, input, call) {
    const Mac = macOf(key, input, 'GenerateMac', call);
    noteUse(key, 'GenerateMac', call);
    endDryRun(input);
    return { Mac, MacAlgorithm: input.MacAlgorithm, KeyId: arnOf(key) };
  },
  parameters: (input) => auditMembers(input, 'KeyId', 'MacAlgorithm'),
});

/** Confirms that a MAC is valid; an invalid or truncated one is refused. */
export const VerifyMac = operation('kms', 'VerifyMac', {
  resolve: ({ KeyId }, call) => findKey(KeyId, 'VerifyMac', call),
  authorize: (found, input, call) => [keyAccess('VerifyMac', found, call, macDetails(input))],
  run({ key }, input, call) {
    const mac = macOf(key, input, 'VerifyMac', call);
    if (mac.length !== input.Mac.length || !timingSafeEqual(mac, input.Mac)) {
      throw new AwsError(
        'KMSInvalidMacException',
        '',
        {},
        'the MAC is not of this message with this key and algorithm',
      );
    }
    noteUse(key, 'VerifyMac', call);
    endDryRun(input);
    return { KeyId: arnOf(key), MacValid: true, MacAlgorithm: input.MacAlgorithm };
  },
  parameters: (input) => auditMembers(input, 'KeyId', 'MacAlgorithm'),
});

interface MacRequest {
  readonly Message: Uint8Array;
  readonly MacAlgorithm: MacAlgorithmSpec;
  readonly GrantTokens?: readonly string[] | undefined;
}

const macDetails = ({ MacAlgorithm, GrantTokens }: MacRequest) => ({
  context: { 'kms:MacAlgorithm': MacAlgorithm },
  grantTokens: GrantTokens,
});

const hashes: Readonly<Record<MacAlgorithmSpec, string>> = {
  HMAC_SHA_224: 'sha224',
  HMAC_SHA_256: 'sha256',
  HMAC_SHA_384: 'sha384',
  HMAC_SHA_512: 'sha512',
};

function macOf(
  key: KeyRecord,
  { Message, MacAlgorithm }: MacRequest,
  operation: 'GenerateMac' | 'VerifyMac',
  call: Call,
) {
  requireState(key, operation);
  requireUsage(key, 'GENERATE_VERIFY_MAC', operation);
  requireAlgorithm(key.spec, MacAlgorithm);
  const secret = openBackingKey(call, key, currentBackingKey(key, call));
  return createHmac(hashes[MacAlgorithm], secret).update(Message).digest();
}

/** GetPublicKey: AWS KMS API Reference. */

import { operation } from '../call/operation.ts';
import { auditMembers } from './audit-text.ts';
import { arnOf, customerMasterKeySpec, unsupportedSpec } from './key.ts';
import { currentBackingKey } from './key-cipher.ts';
import { findKey } from './key-id.ts';
import { algorithmsOf, asymmetricFacts } from './key-spec.ts';
import { requireState } from './key-state.ts';
import { keyAccess } from './permissions.ts';

/** Returns the public half of an asymmetric key as DER SubjectPublicKeyInfo. */
export const GetPublicKey = operation('kms', 'GetPublicKey', {
  resolve: ({ KeyId }, call) => findKey(KeyId, 'GetPublicKey', call),
  authorize: (found, { GrantTokens }, call) => [keyAccess('GetPublicKey', found, call, { grantTokens: GrantTokens })],
  run({ key }, _input, call) {
    requireState(key, 'GetPublicKey');
    if (!asymmetricFacts(key.spec)) throw unsupportedSpec(key, 'an asymmetric key');
    const { publicKey } = currentBackingKey(key, call);
    return {
      KeyId: arnOf(key),
      PublicKey: publicKey,
      ...customerMasterKeySpec(key.spec),
      KeySpec: key.spec,
      KeyUsage: key.usage,
      ...algorithmsOf(key.spec, key.usage),
    };
  },
  parameters: (input) => auditMembers(input, 'KeyId'),
});

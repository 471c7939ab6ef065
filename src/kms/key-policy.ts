/** Key policies: AWS KMS Developer Guide, "Key policies in AWS KMS". */

import { AwsError } from '../api/errors.ts';
import { type Call, operation } from '../call/operation.ts';
import { bindPrincipals, principalCheck, shownPolicy } from '../iam/principal-bindings.ts';
import { callerArn } from '../policy/caller.ts';
import { keyPolicyFault } from '../policy/key-policy-check.ts';
import { reasonOf } from '../policy/policy-fault.ts';
import { resourceLimit } from '../quotas/settings.ts';
import type { KeyRecord } from '../store/records/kms.ts';
import type { Tx } from '../store/tables.ts';
import { auditFields, auditMembers } from './audit-text.ts';
import { arnOf, putKey } from './key.ts';
import { findKey } from './key-id.ts';
import { printPolicy } from './key-policy-text.ts';
import { requireState } from './key-state.ts';
import { pageOfArray } from './paging.ts';
import { callContext, keyAccess, specContext } from './permissions.ts';

/** The only policy that a key has. */
const POLICY_NAME = 'default';

/** Replaces the whole document. */
export const PutKeyPolicy = operation('kms', 'PutKeyPolicy', {
  resolve({ KeyId, PolicyName = POLICY_NAME }, call) {
    const found = findKey(KeyId, 'PutKeyPolicy', call);
    if (PolicyName !== POLICY_NAME) throw noSuchPolicy();
    return found;
  },
  authorize: (found, { BypassPolicyLockoutSafetyCheck: bypass }, call) => [
    keyAccess('PutKeyPolicy', found, call, {
      ...(bypass !== undefined && { context: { 'kms:BypassPolicyLockoutSafetyCheck': bypass } }),
    }),
  ],
  run({ key }, { Policy, BypassPolicyLockoutSafetyCheck = false }, call) {
    requireState(key, 'PutKeyPolicy');
    putKey(call.tx, {
      ...key,
      ...acceptKeyPolicy(Policy, key, call, { bypassesLockoutCheck: BypassPolicyLockoutSafetyCheck }),
    });
  },
  parameters: (input) => auditFields({ BypassPolicyLockoutSafetyCheck: false, PolicyName: POLICY_NAME, ...input }),
});

export const GetKeyPolicy = operation('kms', 'GetKeyPolicy', {
  resolve({ KeyId, PolicyName = POLICY_NAME }, call) {
    const found = findKey(KeyId, 'GetKeyPolicy', call);
    if (PolicyName !== POLICY_NAME) throw noSuchPolicy();
    return found;
  },
  authorize: (found, _input, call) => [keyAccess('GetKeyPolicy', found, call)],
  run({ key }, _input, call) {
    requireState(key, 'GetKeyPolicy');
    return { Policy: shownKeyPolicy(key, call.tx), PolicyName: POLICY_NAME };
  },
  parameters: (input) => auditFields({ PolicyName: POLICY_NAME, ...input }),
});

/** Every key has one policy, named `default`. */
export const ListKeyPolicies = operation('kms', 'ListKeyPolicies', {
  resolve: ({ KeyId }, call) => findKey(KeyId, 'ListKeyPolicies', call),
  authorize: (found, _input, call) => [keyAccess('ListKeyPolicies', found, call)],
  run({ key }, input) {
    requireState(key, 'ListKeyPolicies');
    const list = { list: `policies of ${arnOf(key)}`, defaultLimit: 100, maxLimit: 1000 };
    const { items, more } = pageOfArray(list, input, [POLICY_NAME]);
    return { PolicyNames: items, ...more };
  },
  parameters: (input) => auditMembers(input, 'KeyId', 'Limit', 'Marker'),
});

/** A key whose place and kind are settled, but which is not stored yet. */
type KeyToBe = Pick<KeyRecord, 'account' | 'region' | 'keyId' | 'spec' | 'usage' | 'origin' | 'multiRegion'>;

/** A document in the form that the key stores. */
export type AcceptedPolicy = Pick<KeyRecord, 'policy' | 'principals'>;

/**
 * Checks a document and binds its users and roles to their current unique ids.
 * @throws LimitExceededException or MalformedPolicyDocumentException.
 */
export function acceptKeyPolicy(
  document: string,
  key: KeyToBe,
  call: Call,
  { bypassesLockoutCheck }: { readonly bypassesLockoutCheck: boolean },
): AcceptedPolicy {
  const limit = resourceLimit('kms', 'key-policy-size', key, call.tx);
  if (Buffer.byteLength(document) > limit) {
    throw new AwsError('LimitExceededException', `A key policy can have no more than ${limit} bytes`);
  }
  const fault = keyPolicyFault(document, principalCheck(call.tx));
  if (fault) throw malformedPolicy(fault.message, reasonOf(fault, document));
  const accepted = { policy: document, principals: bindPrincipals(document, call.tx) };
  if (!bypassesLockoutCheck) requireManageable(accepted, key, call);
  call.afterwards({ kind: 'policy-accepted', document, type: 'key', resource: arnOf(key) });
  return accepted;
}

/** The caller must still be able to change the policy: AWS KMS Developer Guide, "Default key policy", lockout check. */
function requireManageable({ policy, principals }: AcceptedPolicy, key: KeyToBe, call: Call): void {
  const { allowed } = call.decide({
    action: 'kms:PutKeyPolicy',
    resource: arnOf(key),
    owner: key.account,
    resourcePolicy: { kind: 'key-policy', document: policy, principals },
    context: { ...callContext(call), ...specContext(key) },
  });
  if (allowed) return;
  throw malformedPolicy(
    'The new key policy will not allow you to update the key policy in the future.',
    `the policy does not allow ${callerArn(call.caller)} kms:PutKeyPolicy: add that, or use --bypass-policy-lockout-safety-check`,
  );
}

const malformedPolicy = (message: string, reason: string) =>
  new AwsError('MalformedPolicyDocumentException', message, {}, reason);

/** The policy as GetKeyPolicy prints it, with the unique ids of users and roles that no longer exist. */
export const shownKeyPolicy = ({ policy, principals }: AcceptedPolicy, tx: Tx): string =>
  printPolicy(JSON.parse(shownPolicy(policy, principals, tx)));

const noSuchPolicy = () => new AwsError('NotFoundException', 'No such policy exists');

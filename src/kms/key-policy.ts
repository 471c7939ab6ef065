/** Key policies: AWS KMS Developer Guide, "Key policies in AWS KMS". */

import { AwsError } from '../api/errors.ts';
import { type Call, operation } from '../api/operation.ts';
import { callContext, keyAccess, specContext } from './access.ts';
import { auditFields, auditMembers } from './audit-text.ts';
import { arnOf, type KeyRecord, putKey } from './key.ts';
import { findKey } from './key-id.ts';
import { printPolicy } from './key-policy-text.ts';
import { requireState } from './key-state.ts';
import { pageOfArray } from './paging.ts';

/** The only policy that a key has. */
const POLICY_NAME = 'default';

/** AWS KMS Developer Guide, "Resource quotas": key policy document size. */
const MAX_BYTES = 32_768;

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
    putKey(call.tx, { ...key, policy: acceptKeyPolicy(Policy, key, BypassPolicyLockoutSafetyCheck, call) });
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
    return { Policy: shownKeyPolicy(key.policy, call), PolicyName: POLICY_NAME };
  },
  parameters: (input) => auditFields({ PolicyName: POLICY_NAME, ...input }),
});

/** Every key has one policy, by the name `default`. */
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

/** A key that has its place and kind, but is not stored yet. */
type KeyToBe = Pick<KeyRecord, 'account' | 'region' | 'keyId' | 'spec' | 'usage' | 'origin' | 'multiRegion'>;

/**
 * Checks a document and gives it as the key keeps it, its principals bound to the unique ids of users and roles.
 * @throws LimitExceededException or MalformedPolicyDocumentException.
 */
export function acceptKeyPolicy(document: string, key: KeyToBe, bypassesLockoutCheck: boolean, call: Call): string {
  if (Buffer.byteLength(document) > MAX_BYTES) {
    throw new AwsError('LimitExceededException', `A key policy can have no more than ${MAX_BYTES} bytes`);
  }
  const bound = document;
  parsePolicy(document);
  if (!bypassesLockoutCheck) requireManageable(bound, key, call);
  return bound;
}

/** The caller must be able to change the policy again: AWS KMS Developer Guide, "Default key policy", lockout check. */
function requireManageable(document: string, key: KeyToBe, call: Call): void {
  const { allowed } = call.decide({
    action: 'kms:PutKeyPolicy',
    resource: arnOf(key),
    owner: key.account,
    resourcePolicy: { kind: 'key-policy', document },
    context: { ...callContext(call), ...specContext(key) },
  });
  if (allowed) return;
  throw malformedPolicy('The new key policy will not allow you to update the key policy in the future.');
}

/** A document as GetKeyPolicy prints it: the ARNs of those users and roles that still exist in place of their ids. */
export const shownKeyPolicy = (document: string, _call: Call): string => printPolicy(JSON.parse(document));

function parsePolicy(document: string): object {
  try {
    const value: unknown = JSON.parse(document);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value;
  } catch {
    // What is no JSON is refused like what is no object.
  }
  throw malformedPolicy('');
}

export const malformedPolicy = (message: string) => new AwsError('MalformedPolicyDocumentException', message);

const noSuchPolicy = () => new AwsError('NotFoundException', 'No such policy exists');

/**
 * What the policy of an organization must be before it is stored. AWS Organizations User Guide, "Quotas for AWS
 * Organizations".
 */

import { AwsError } from '../api/errors.ts';
import type { Call } from '../call/operation.ts';
import { controlPolicyFault } from '../policy/control-policy-check.ts';
import { reasonOf } from '../policy/policy-fault.ts';
import type { ControlPolicyType } from '../store/records/organizations.ts';
import { constraintViolation } from './refusal.ts';

/** In characters, with white space. */
const MOST_CHARACTERS = 5120;

/** @throws ConstraintViolationException for one that is too long, MalformedPolicyDocumentException for one that is wrong */
export function acceptContent(document: string, type: ControlPolicyType, call: Call): void {
  if (document.length > MOST_CHARACTERS) {
    throw constraintViolation(
      'POLICY_CONTENT_LIMIT_EXCEEDED',
      'You have exceeded the maximum policy size.',
      `a policy can have ${MOST_CHARACTERS} characters, white space included, and this one has ${document.length}`,
    );
  }
  const kind = type === 'SERVICE_CONTROL_POLICY' ? 'scp' : 'rcp';
  const fault = controlPolicyFault(document, kind);
  if (fault) throw new AwsError('MalformedPolicyDocumentException', fault.message, {}, reasonOf(fault, document));
  call.afterwards({ kind: 'policy-accepted', document, type: kind });
}

/**
 * The checks on a policy of an organization before it is stored: AWS Organizations User Guide, "SCP syntax", "RCP
 * syntax". Since September 2025 SCPs have IAM's whole language.
 */

import { AwsError } from '../api/errors.ts';
import {
  type DocumentObject,
  documentObject,
  type StatementObject,
  statementFlaws,
  statementObjects,
  texts,
} from '../policy/document-shape.ts';
import { identityFault } from '../policy/identity-policy-check.ts';
import { quoted } from '../policy/json-places.ts';
import { type Flaw, firstFlaw, reasonOf } from '../policy/policy-fault.ts';
import type { ControlPolicyType } from '../store/records/organizations.ts';
import { constraintViolation } from './refusal.ts';

/** In characters, with white space: AWS Organizations User Guide, "Quotas for AWS Organizations". */
const MOST_CHARACTERS = 5120;

/** @throws ConstraintViolationException for one that is too long, MalformedPolicyDocumentException for one that is wrong */
export function acceptContent(text: string, type: ControlPolicyType): void {
  if (text.length > MOST_CHARACTERS) {
    throw constraintViolation(
      'POLICY_CONTENT_LIMIT_EXCEEDED',
      'You have exceeded the maximum policy size.',
      `a policy can have ${MOST_CHARACTERS} characters, white space included, and this one has ${text.length}`,
    );
  }
  const flaw = type === 'SERVICE_CONTROL_POLICY' ? identityFault(text, 'no principals') : resourceFlaw(text);
  if (!flaw) return;
  throw new AwsError(
    'MalformedPolicyDocumentException',
    'The provided policy document does not meet the requirements of the specified policy type.',
    {},
    reasonOf(flaw, text),
  );
}

/** What an RCP may not have besides what no policy may have. */
function resourceFlaw(text: string): Flaw | undefined {
  const found = identityFault(text, 'principals');
  const document: DocumentObject | undefined = documentObject(text);
  if (found || !document) return found;
  return statementFlaws(statementObjects(document) ?? [], statementFlaw);
}

const statementFlaw = (statement: StatementObject): Flaw | undefined => {
  const { Effect, Principal } = statement;
  if (Effect !== 'Deny') {
    return { says: `Effect must be "Deny" in a resource control policy, not ${quoted(Effect)}`, path: ['Effect'] };
  }
  for (const element of ['NotPrincipal', 'NotAction']) {
    if (statement[element] !== undefined) {
      return { says: `a resource control policy cannot have ${element}`, path: [element], isName: true };
    }
  }
  if (Principal === undefined) {
    return { says: 'the statement does not have a Principal', path: [], advice: 'add "Principal": "*"' };
  }
  if (Principal !== '*') {
    const advice = 'narrow the statement with a Condition on aws:PrincipalArn instead';
    return { says: 'Principal must be "*" in a resource control policy', path: ['Principal'], advice };
  }
  return firstFlaw(texts(statement.Action), (action, index) =>
    action === '*'
      ? {
          says: 'an action must name its service in a resource control policy',
          path: ['Action', index],
          advice: 'such as s3:* or kms:Decrypt',
        }
      : undefined,
  );
};

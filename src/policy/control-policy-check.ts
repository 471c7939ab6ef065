/**
 * The checks on a policy of an organization before it is stored, apart from its size: AWS Organizations User Guide, "SCP
 * syntax" and "RCP syntax". Since September 2025 service control policies have IAM's whole language.
 */

import {
  documentObject,
  missing,
  type StatementObject,
  statementFlaws,
  statementObjects,
  texts,
} from './document-shape.ts';
import { identityFault } from './identity-policy-check.ts';
import { quoted } from './json-places.ts';
import { type Flaw, firstFlaw, type PolicyFault } from './policy-fault.ts';

/** What Organizations refuses a policy for; undefined if it stores it. It has one message for all faults. */
export function controlPolicyFault(text: string, type: 'scp' | 'rcp'): PolicyFault | undefined {
  const flaw =
    identityFault(text, type === 'rcp' ? 'principals' : 'no principals') ??
    idFlaw(text) ??
    (type === 'rcp' ? resourceFlaw(text) : undefined);
  return flaw && { ...flaw, message: MALFORMED };
}

const MALFORMED = 'The provided policy document does not meet the requirements of the specified policy type.';

const idFlaw = (text: string): Flaw | undefined =>
  documentObject(text)?.Id === undefined
    ? undefined
    : { says: 'a policy of an organization cannot have an Id', path: ['Id'], isName: true };

/** What resource control policies do not have, though other policies do. */
const resourceFlaw = (text: string): Flaw | undefined => {
  const document = documentObject(text);
  return statementFlaws((document && statementObjects(document)) ?? [], statementFlaw);
};

function statementFlaw(statement: StatementObject): Flaw | undefined {
  const { Effect, Principal } = statement;
  if (Effect !== 'Deny') {
    return {
      says: `Effect must be "Deny" in a resource control policy, not ${quoted(Effect)}`,
      path: ['Effect'],
      advice: 'only RCPFullAWSAccess, which AWS manages, allows',
    };
  }
  for (const element of ['NotPrincipal', 'NotAction']) {
    if (statement[element] === undefined) continue;
    return { says: `a resource control policy cannot have ${element}`, path: [element], isName: true };
  }
  if (Principal === undefined) return { ...missing('Principal'), advice: 'add "Principal": "*"' };
  if (Principal !== '*') {
    return {
      says: 'Principal must be "*" in a resource control policy',
      path: ['Principal'],
      advice: 'narrow the statement with a condition on aws:PrincipalArn instead',
    };
  }
  return firstFlaw(texts(statement.Action), (action, index) =>
    action === '*' || action === '*:*'
      ? {
          says: 'an action must name its service in a resource control policy',
          path: ['Action', index],
          advice: 'such as "s3:*" or "kms:Decrypt"',
        }
      : undefined,
  );
}

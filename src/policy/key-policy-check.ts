/**
 * The checks on a key policy before it is stored, apart from the lockout check: AWS KMS Developer Guide, "Key policies
 * in AWS KMS", and IAM Access Analyzer's check of the encryption context keys.
 */

import { isRecord } from '../api/message.ts';
import {
  type DocumentObject,
  documentObject,
  effectFlaw,
  missing,
  type StatementObject,
  statementFlaw,
  statementFlaws,
  statementObjects,
  statementsFlaw,
} from './document-shape.ts';
import { type JsonPath, quoted } from './json-places.ts';
import { listOf, readPolicy } from './policy-document.ts';
import { type Flaw, fault, firstFlaw, type PolicyFault, textFlaw } from './policy-fault.ts';
import { ALLOW_NOT_PRINCIPAL, principalNameFlaw, principalShapeFlaw } from './principal-flaw.ts';
import type { PrincipalCheck } from './principal-pattern.ts';

/** What KMS refuses a policy for; undefined if it stores it. */
export function keyPolicyFault(text: string, exists: PrincipalCheck): PolicyFault | undefined {
  const document = documentObject(text);
  const flaw = document ? shapeFlaw(document) : textFlaw(text);
  // KMS gives no message for a document that is not a policy at all.
  if (flaw) return fault('', flaw);
  const statements = (document && statementObjects(document)) ?? [];
  return (
    statementFlaws(statements, (statement) => principalFault(statement) ?? conditionFault(statement)) ??
    statementFlaws(statements, (statement) =>
      firstFlaw(principalsOf(statement), ({ type, name, path }) =>
        exists(type, name)
          ? undefined
          : fault(
              'Policy contains a statement with one or more invalid principals.',
              principalNameFlaw(type, name, path),
            ),
      ),
    )
  );
}

/** What keeps a document from being read as a policy. Elements that no policy has are refused in statements only. */
function shapeFlaw(document: DocumentObject): Flaw | undefined {
  const statements = statementsFlaw(document);
  if (statements) return statements;
  const shape = statementFlaws(statementObjects(document) ?? [], statementFlaw);
  return shape ?? (isReadable(document) ? undefined : unreadableFlaw(document));
}

/** The flaw that keeps a document with statements of the right shape from being interpreted. */
const unreadableFlaw = (document: DocumentObject): Flaw =>
  statementFlaws(
    statementObjects(document) ?? [],
    (statement) => effectFlaw(statement) ?? principalTextFlaw(statement),
  ) ?? { says: 'the document is not a policy', path: [] };

function principalTextFlaw(statement: StatementObject): Flaw | undefined {
  return firstFlaw(['Principal', 'NotPrincipal'], (element) => {
    const value = statement[element];
    if (value === undefined || value === '*') return undefined;
    if (!isRecord(value)) return principalShapeFlaw(element, value);
    return firstFlaw(Object.entries(value), ([type, names]) =>
      firstFlaw(listOf(names), (name, index) =>
        typeof name === 'object' ? principalNameFlaw(type, name, [element, type, index]) : undefined,
      ),
    );
  });
}

function isReadable(document: DocumentObject): boolean {
  try {
    readPolicy(document);
    return true;
  } catch (error) {
    if (error instanceof SyntaxError) return false;
    throw error;
  }
}

interface Named {
  readonly type: string;
  readonly name: string;
  readonly path: JsonPath;
}

function principalsOf({ Principal, NotPrincipal }: StatementObject): Named[] {
  return Object.entries({ Principal, NotPrincipal }).flatMap(([element, value]): Named[] => {
    if (value === '*') return [{ type: 'AWS', name: '*', path: [element] }];
    if (!isRecord(value)) return [];
    return Object.entries(value).flatMap(([type, names]) =>
      listOf(names).flatMap((name, index): Named[] =>
        typeof name === 'string' ? [{ type, name, path: [element, type, index] }] : [],
      ),
    );
  });
}

function principalFault(statement: StatementObject): PolicyFault | undefined {
  // AWS does not document KMS's words for it: they are those of the other policies of resources.
  if (statement.Effect === 'Allow' && statement.NotPrincipal !== undefined) {
    return fault('Allow with NotPrincipal is not allowed.', ALLOW_NOT_PRINCIPAL);
  }
  if (principalsOf(statement).length > 0) return undefined;
  return fault('Policy contains a statement with no principal.', {
    ...missing('Principal'),
    advice: 'a key policy says who is allowed, such as "Principal": {"AWS": "ARN"}',
  });
}

/** With ForAllValues, a statement would match requests without any encryption context or tag. */
function conditionFault({ Condition }: StatementObject): PolicyFault | undefined {
  if (!isRecord(Condition)) return undefined;
  return firstFlaw(Object.entries(Condition), ([operator, keys]) => {
    if (!/^ForAllValues:/i.test(operator) || !isRecord(keys)) return undefined;
    return firstFlaw(Object.keys(keys), (key) => {
      const flaw = {
        says: `${quoted(operator)} lets requests without ${quoted(key)} through`,
        path: ['Condition', operator],
        isName: true,
        advice: `use "${operator.slice('ForAllValues:'.length)}"`,
      };
      if (/^kms:EncryptionContext:/i.test(key)) {
        return fault(overlyPermissive(':EncryptionContext', 'encryption context'), flaw);
      }
      if (/^aws:RequestTag\//i.test(key)) return fault(overlyPermissive('', '[encryption context or tag]'), flaw);
      return undefined;
    });
  });
}

const overlyPermissive = (suffix: string, what: string) =>
  `OverlyPermissiveCondition${suffix}: Using the ForAllValues set operator with a single-valued condition key ` +
  `matches requests without the specified ${what} or with an unspecified ${what}. To fix, remove ForAllValues.`;

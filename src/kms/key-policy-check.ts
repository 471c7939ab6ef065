/**
 * The checks on a key policy before it is stored, apart from the lockout check: AWS KMS Developer Guide, "Key policies
 * in AWS KMS", and IAM Access Analyzer's check of the encryption context keys.
 */

import { AwsError } from '../api/errors.ts';
import { isRecord } from '../api/message.ts';
import { principalCheck } from '../iam/principal-bindings.ts';
import {
  type DocumentObject,
  documentObject,
  isStatementShape,
  type StatementObject,
  statementObjects,
} from '../policy/document-shape.ts';
import { listOf, readPolicy } from '../policy/policy-document.ts';
import type { Tx } from '../store/tables.ts';

/**
 * Checks a document.
 * @throws MalformedPolicyDocumentException
 */
export function checkKeyPolicy(text: string, tx: Tx): void {
  const document = documentObject(text);
  const statements = document && statementObjects(document);
  // KMS gives no message for a document that is not a policy at all.
  if (!document || !statements?.every(isStatementShape) || !isReadable(document)) throw malformedPolicy('');
  for (const statement of statements) {
    // AWS does not document KMS's words for it: they are those of the other policies of resources.
    if (statement.Effect === 'Allow' && statement.NotPrincipal !== undefined) {
      throw malformedPolicy('Allow with NotPrincipal is not allowed.');
    }
    if (principalsOf(statement).length === 0) throw malformedPolicy('Policy contains a statement with no principal.');
    checkConditions(statement);
  }
  const exists = principalCheck(tx);
  if (statements.flatMap(principalsOf).every(([type, name]) => exists(type, name))) return;
  throw malformedPolicy('Policy contains a statement with one or more invalid principals.');
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

type Named = readonly [type: string, name: string];

function principalsOf({ Principal, NotPrincipal }: StatementObject): Named[] {
  return [Principal, NotPrincipal].flatMap((element): Named[] => {
    if (element === '*') return [['AWS', '*']];
    if (!isRecord(element)) return [];
    return Object.entries(element).flatMap(([type, names]) =>
      listOf(names).flatMap((name): Named[] => (typeof name === 'string' ? [[type, name]] : [])),
    );
  });
}

/** With ForAllValues, a statement would match requests without any encryption context or tag. */
function checkConditions({ Condition }: StatementObject): void {
  if (!isRecord(Condition)) return;
  for (const [operator, keys] of Object.entries(Condition)) {
    if (!/^ForAllValues:/i.test(operator) || !isRecord(keys)) continue;
    for (const key of Object.keys(keys)) {
      if (/^kms:EncryptionContext:/i.test(key)) throw overlyPermissive(':EncryptionContext', 'encryption context');
      if (/^aws:RequestTag\//i.test(key)) {
        throw overlyPermissive('', '[encryption context or tag]');
      }
    }
  }
}

const overlyPermissive = (suffix: string, what: string) =>
  malformedPolicy(
    `OverlyPermissiveCondition${suffix}: Using the ForAllValues set operator with a single-valued condition key ` +
      `matches requests without the specified ${what} or with an unspecified ${what}. To fix, remove ForAllValues.`,
  );

export const malformedPolicy = (message: string) => new AwsError('MalformedPolicyDocumentException', message);

/** What its author should know about a policy that a service accepts, as it is saved. */

import { conditionFlaw } from './condition.ts';
import { statementName } from './explain.ts';
import { missingAccounts, missingAccountText } from './not-principal.ts';
import { loadPolicy, type Statement } from './policy-document.ts';

/** A sentence for each flaw, the same ones that `explain` shows beside the statement. */
export function policyWarnings(document: string): readonly string[] {
  return loadPolicy(document).statements.flatMap((statement) =>
    flawsOf(statement).map((flaw) => `${statementName(statement)}: ${flaw}`),
  );
}

const flawsOf = ({ effect, notPrincipals, conditions }: Statement): readonly string[] => [
  ...(effect === 'Deny' && notPrincipals ? missingAccounts(notPrincipals).map(missingAccountText) : []),
  ...conditions.flatMap((condition) => conditionFlaw(condition)?.text ?? []),
];

/** What there is to say about a policy that was just saved, as lines on standard error. */

import type { PolicyAccepted } from '../call/answer.ts';
import { statementName } from '../policy/explain.ts';
import type { Finding, Severity } from '../policy/finding.ts';
import { findingsIn, flawsIn } from '../policy/findings.ts';
import { placed } from '../policy/placed-findings.ts';
import { loadPolicy } from '../policy/policy-document.ts';
import { factsIn } from './policy-facts.ts';
import type { Session } from './session.ts';

/** More than a few are for `ssebox iam validate`. */
const MOST = 5;

const GRAVEST_FIRST: readonly Severity[] = ['error', 'security-warning', 'warning', 'suggestion'];

export async function hintAtFindings(accepted: PolicyAccepted, session: Session): Promise<void> {
  const { document, type, resource, holder } = accepted;
  // A script is only told of conditions that cannot work as they are written.
  if (session.terminal === undefined) {
    for (const finding of flawsIn(document, type)) session.tell(lineOf(finding, document));
    return;
  }
  const { findings } = await session.store.transact((tx) =>
    findingsIn(document, type, { ...factsIn(tx), resource, holder }),
  );
  // The service has accepted the policy: what it refuses is past.
  const told = findings.filter(({ kind }) => kind !== 'refused');
  // The gravest first, since not all may be shown.
  const rank = ({ severity }: Finding) => GRAVEST_FIRST.indexOf(severity);
  const ordered = placed(told, document).toSorted((one, other) => rank(one) - rank(other));
  for (const finding of ordered.slice(0, MOST)) session.tell(lineOf(finding, document));
  if (ordered.length > MOST) {
    session.tell(`hint: there are ${ordered.length - MOST} more findings, which ssebox iam validate shows`);
  }
}

function lineOf(finding: Finding & Partial<{ line: number; column: number }>, document: string): string {
  const { severity, path, says, advice, line, column } = finding;
  const [first, index] = path;
  const statement = first === 'Statement' ? loadPolicy(document).statements[Number(index)] : undefined;
  const where = statement ? `${statementName(statement)}: ` : '';
  const place = line === undefined ? '' : ` (line ${line}, column ${column})`;
  const mend = line === undefined || advice === undefined ? '' : `: ${advice}`;
  return `${severity === 'suggestion' ? 'hint' : 'warning'}: ${where}${says}${place}${mend}`;
}

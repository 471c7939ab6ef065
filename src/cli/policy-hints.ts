/** What there is to say to a person about a policy that was just saved, as lines on standard error. */

import type { PolicyAccepted } from '../call/answer.ts';
import { statementName } from '../policy/explain.ts';
import type { Severity } from '../policy/finding.ts';
import { findingsIn } from '../policy/findings.ts';
import { type PlacedFinding, placed } from '../policy/placed-findings.ts';
import { loadPolicy } from '../policy/policy-document.ts';
import { factsIn } from './policy-facts.ts';
import type { Session } from './session.ts';

/** More than a few are for `ssebox iam validate`. */
const MOST = 5;

const GRAVEST_FIRST: readonly Severity[] = ['error', 'security-warning', 'warning', 'suggestion'];

/** Shows the gravest findings. */
export async function hintAtFindings(accepted: PolicyAccepted, session: Session): Promise<void> {
  const { document, type, resource, holder } = accepted;
  const { findings } = await session.store.transact((tx) =>
    findingsIn(document, type, { ...factsIn(tx), resource, holder }),
  );
  // The service has accepted the policy: what it refuses is past.
  const told = findings.filter(({ kind }) => kind !== 'refused');
  // The gravest first, since not all may be shown.
  const rank = ({ severity }: PlacedFinding) => GRAVEST_FIRST.indexOf(severity);
  const ordered = placed(told, document).toSorted((one, other) => rank(one) - rank(other));
  for (const finding of ordered.slice(0, MOST)) session.tell(lineOf(finding, document));
  if (ordered.length > MOST) {
    session.tell(`hint: there are ${ordered.length - MOST} more findings, which ssebox iam validate shows`);
  }
}

function lineOf({ severity, path, says, advice, line, column }: PlacedFinding, document: string): string {
  const [first, index] = path;
  const statement = first === 'Statement' ? loadPolicy(document).statements[Number(index)] : undefined;
  const where = statement ? `${statementName(statement)}: ` : '';
  const mend = advice === undefined ? '' : `: ${advice}`;
  return `${severity === 'suggestion' ? 'hint' : 'warning'}: ${where}${says} (line ${line}, column ${column})${mend}`;
}

/** What there is to say about a policy that was just saved, as lines on standard error. */

import type { PolicyAccepted } from '../call/answer.ts';
import { statementName } from '../policy/explain.ts';
import type { Finding, Severity } from '../policy/finding.ts';
import { findingsIn } from '../policy/findings.ts';
import { placed } from '../policy/placed-findings.ts';
import { loadPolicy } from '../policy/policy-document.ts';
import { factsIn } from './policy-facts.ts';
import type { Session } from './session.ts';

/** More than a few are for `ssebox iam validate`. */
const MOST = 5;

/** Scripts are only told of conditions that cannot work as they are written, a person of everything. */
const forScripts: ReadonlySet<Finding['kind']> = new Set([
  'missing-set-operator',
  'null-value',
  'useless-if-exists',
  'incomparable-value',
  'not-principal-account',
]);

const GRAVEST_FIRST: readonly Severity[] = ['error', 'security-warning', 'warning', 'suggestion'];

export async function hintAtFindings(accepted: PolicyAccepted, session: Session): Promise<void> {
  const { document, type, resource, holder } = accepted;
  const isForPerson = session.terminal !== undefined;
  const { findings } = isForPerson
    ? await session.store.transact((tx) => findingsIn(document, type, { ...factsIn(tx), resource, holder }))
    : findingsIn(document, type);
  // The service has accepted the policy: what it refuses is past.
  const told = findings.filter(({ kind }) => kind !== 'refused' && (isForPerson || forScripts.has(kind)));
  // The gravest first, since not all may be shown.
  const rank = ({ severity }: Finding) => GRAVEST_FIRST.indexOf(severity);
  const places = isForPerson ? placed(told, document).toSorted((one, other) => rank(one) - rank(other)) : told;
  const lines = places.map((finding) => lineOf(finding, document));
  for (const line of isForPerson ? lines.slice(0, MOST) : lines) session.tell(line);
  if (isForPerson && lines.length > MOST) {
    session.tell(`hint: there are ${lines.length - MOST} more findings, which ssebox iam validate shows`);
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

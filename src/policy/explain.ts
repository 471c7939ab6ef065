/**
 * A decision as lines of text, a tree that a person reads from the top: the answer, every gate with its policies and
 * statements, what decided, and what would change it. Lines have a role instead of a colour, for whoever paints them.
 */

import type { ConditionTrace, Decision, GateKind, GateTrace, PolicyTrace, StatementTrace } from './decision.ts';

export interface ExplainLine {
  /** How far the line is indented; its parent is the last line that is less so. */
  readonly depth: number;
  readonly role: 'allowed' | 'denied' | 'silent' | 'skipped' | 'fact' | 'warning' | 'advice';
  readonly text: string;
}

export interface ExplainOptions {
  /** Also shows the statements that are about something else, and the gates that do not concern the request. */
  readonly all?: boolean | undefined;
  /** Also shows every condition key of the request. */
  readonly context?: boolean | undefined;
}

/** Explains a decision. */
export function explainLines(decision: Decision, options: ExplainOptions = {}): readonly ExplainLine[] {
  const { allowed, caller, action, resource, because, decidesOnly, gates } = decision;
  const gate = decision.denial?.gate;
  const lines: ExplainLine[] = [
    {
      depth: 0,
      role: allowed ? 'allowed' : 'denied',
      text: `${allowed ? 'ALLOWED' : 'DENIED'}: ${caller} ${allowed ? 'may' : 'may not'} ${action}${onResource(resource)}`,
    },
    { depth: 1, role: 'fact', text: `because ${because}` },
    ...(decidesOnly === undefined ? [] : [{ depth: 1, role: 'fact', text: `it decides only ${decidesOnly}` } as const]),
  ];
  for (const traced of gates) {
    if (traced.result === 'not-applicable' && !options.all) continue;
    lines.push(...gateLines(traced, traced.gate === gate, decision, options));
  }
  if (options.context) lines.push(...contextLines(decision));
  if (!allowed) lines.push({ depth: 1, role: 'advice', text: adviceOf(decision) });
  return lines;
}

const onResource = (resource: string) => (resource === '*' ? '' : ` on ${resource}`);

const gateNames: Readonly<Record<GateKind, string>> = {
  'resource-control-policy': 'resource control policies',
  'service-control-policy': 'service control policies',
  'resource-policy': 'resource-based policy',
  'identity-policy': 'identity-based policies',
  'permissions-boundary': 'permissions boundary',
  'session-policy': 'session policies',
  grant: 'grants',
};

const verdicts = {
  allow: ['allowed', 'allows'],
  deny: ['denied', 'DENIES'],
  silent: ['silent', 'says nothing'],
  'not-applicable': ['skipped', 'does not concern this request'],
} as const satisfies Record<GateTrace['result'], readonly [ExplainLine['role'], string]>;

function gateLines(
  { gate, result, policies, note }: GateTrace,
  isDecisive: boolean,
  decision: Decision,
  options: ExplainOptions,
): ExplainLine[] {
  const [role, verdict] = verdicts[result];
  const mark = isDecisive ? '  ← decides' : '';
  const lines: ExplainLine[] = [
    { depth: 1, role: isDecisive ? 'denied' : role, text: `${gateNames[gate]}: ${verdict}${mark}` },
  ];
  if (note !== undefined) lines.push({ depth: 2, role: 'fact', text: note });
  for (const policy of policies) lines.push(...policyLines(policy, decision, options));
  return lines;
}

function policyLines(policy: PolicyTrace, { action }: Decision, { all }: ExplainOptions): ExplainLine[] {
  const [role, verdict] = verdicts[policy.result];
  const lines: ExplainLine[] = [{ depth: 2, role, text: `${policy.name}: ${verdict}` }];
  if (policy.lift !== undefined) return lines;
  const elsewhere = policy.statements.filter(({ failed }) => failed === 'action');
  for (const statement of policy.statements) {
    if (statement.failed === 'action' && !all) continue;
    lines.push(...statementLines(statement, action));
  }
  if (elsewhere.length > 0 && !all) {
    const count = elsewhere.length === 1 ? '1 statement is' : `${elsewhere.length} statements are`;
    lines.push({ depth: 3, role: 'skipped', text: `${count} about other actions` });
  }
  return lines;
}

const reaches = {
  direct: 'names the caller',
  'base-user': 'names the user behind the session',
  role: "names the session's role",
  account: "names the caller's account",
} as const satisfies Record<NonNullable<StatementTrace['principal']>, string>;

function statementLines(statement: StatementTrace, action: string): ExplainLine[] {
  const { effect, applies, conditions, principal } = statement;
  const name = statementName(statement);
  const role = !applies ? 'skipped' : effect === 'Deny' ? 'denied' : 'allowed';
  const reach = principal && applies ? `, ${reaches[principal]}` : '';
  const lines: ExplainLine[] = [
    { depth: 3, role, text: `${name} (${effect}) ${applies ? `applies${reach}` : failureText(statement, action)}` },
  ];
  // Of a statement that is about something else the conditions tell nothing.
  if (applies || statement.failed === 'condition') {
    for (const condition of conditions) lines.push(...conditionLines(condition));
  }
  return lines;
}

const statementName = ({ sid, index }: StatementTrace) =>
  sid === undefined ? `statement ${index + 1}` : `statement "${sid}"`;

function failureText({ failed }: StatementTrace, action: string): string {
  switch (failed) {
    case 'principal':
      return 'does not apply: it does not name the caller';
    case 'action':
      return `does not apply: it is not about ${action}`;
    case 'resource':
      return 'does not apply: it does not cover the resource';
    default:
      return 'does not apply: a condition is not met';
  }
}

function conditionLines({ operator, key, expected, actual, met, warning }: ConditionTrace): ExplainLine[] {
  const wanted = expected.length === 1 ? quoted(expected[0] ?? '') : `one of ${expected.map(quoted).join(', ')}`;
  const found = actual === undefined ? 'absent from the request' : `is ${actual.map(quoted).join(', ')} in the request`;
  const lines: ExplainLine[] = [
    {
      depth: 4,
      role: met ? 'allowed' : 'silent',
      text: `${met ? 'met' : 'not met'}: ${operator} ${key} ${wanted}; the key ${found}`,
    },
  ];
  if (warning !== undefined) lines.push({ depth: 5, role: 'warning', text: warning });
  return lines;
}

const quoted = (text: string) => `"${text}"`;

function contextLines({ context }: Decision): ExplainLine[] {
  const lines: ExplainLine[] = [{ depth: 1, role: 'fact', text: 'condition keys of the request' }];
  for (const [key, value] of Object.entries(context)) {
    const shown = typeof value === 'string' ? quoted(value) : `[${value.map(quoted).join(', ')}]`;
    lines.push({ depth: 2, role: 'fact', text: `${key} = ${shown}` });
  }
  return lines;
}

/** What would allow it, in one sentence. */
function adviceOf({ denial, action, resource, caller, gates, decidesOnly }: Decision): string {
  if (!denial) return 'nothing has to change';
  const wish = decidesOnly === undefined ? 'to allow it' : 'for another answer';
  const where = resource === '*' ? '' : ` on ${resource}`;
  const trace = gates.find(({ gate }) => gate === denial.gate);
  if (denial.explicit) {
    const denying = trace?.policies.find(({ result }) => result === 'deny');
    if (denying?.lift !== undefined) return `${wish}: ${denying.lift}`;
    const statement = denying?.statements.find(({ effect, applies }) => applies && effect === 'Deny');
    const which = statement ? `${statementName(statement)} of ${denying?.name}` : 'the Deny';
    return `${wish}: take ${which} away or narrow it, since no Allow outweighs a Deny`;
  }
  switch (denial.gate) {
    case 'resource-policy':
      return resourceAdvice();
    case 'identity-policy':
      return `${wish}: give ${caller} a policy with Allow ${action}${where}`;
    case 'permissions-boundary':
      return `${wish}: let the permissions boundary of ${caller} allow ${action}${where} too`;
    case 'session-policy':
      return `${wish}: ask for a session whose policy allows ${action}${where}, or one without a policy`;
    case 'service-control-policy':
      return `${wish}: let every level of the organization have a service control policy that allows ${action}`;
    case 'resource-control-policy':
    case 'grant':
      return `${wish}: change the ${gateNames[denial.gate]}`;
  }

  function resourceAdvice(): string {
    if (action.startsWith('s3:')) return `${wish}: let the bucket policy allow ${action} to ${caller}`;
    if (action.startsWith('sts:')) return `${wish}: let the role's trust policy allow ${action} to ${caller}`;
    return (
      `${wish}: let the key policy allow ${action} to ${caller} or to its account (and then an identity-based ` +
      'policy too), or give a grant'
    );
  }
}

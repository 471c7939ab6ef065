/**
 * A decision as lines of text, a tree to be read from the top: the answer, every gate with its policies and statements,
 * what decided, and what would change it. Lines have a role instead of a colour; the caller paints them.
 */

import type {
  ConditionTrace,
  Decision,
  GateKind,
  GateTrace,
  LevelTrace,
  PolicyTrace,
  StatementTrace,
} from './decision.ts';
import { levelsText, targetText } from './decision-trace.ts';
import type { NotPrincipalReading } from './not-principal.ts';
import { simulatedOtherwise } from './simulator.ts';

export interface ExplainLine {
  /** The indentation level; a line's parent is the nearest line before it with a lower level. */
  readonly depth: number;
  readonly role: 'allowed' | 'denied' | 'silent' | 'skipped' | 'fact' | 'warning' | 'advice';
  readonly text: string;
}

export interface ExplainOptions {
  /** Also show statements about other actions, and gates that do not concern the request. */
  readonly all?: boolean | undefined;
  /** Also show every condition key of the request. */
  readonly context?: boolean | undefined;
}

/** Explains a decision. */
export function explainLines(decision: Decision, options: ExplainOptions = {}): readonly ExplainLine[] {
  const { allowed, caller, action, resource, because, decidesOnly, asked, notCounted, gates } = decision;
  const lines: ExplainLine[] = [
    {
      depth: 0,
      role: allowed ? 'allowed' : 'denied',
      text: `${allowed ? 'ALLOWED' : 'DENIED'}: ${caller} ${allowed ? 'may' : 'may not'} ${action}${onResource(resource)}`,
    },
    { depth: 1, role: 'fact', text: `because ${because}` },
    ...(decidesOnly === undefined
      ? []
      : [{ depth: 1, role: 'fact', text: `this only decides ${decidesOnly}` } as const]),
    ...[notCounted, asked].flatMap((text) => (text === undefined ? [] : [{ depth: 1, role: 'fact', text } as const])),
  ];
  for (const traced of gates) {
    if (traced.result === 'not-applicable' && !options.all) continue;
    lines.push(...gateLines(traced, decision, options));
  }
  const simulated = simulatedOtherwise(decision);
  if (simulated !== undefined) lines.push({ depth: 1, role: 'fact', text: simulated });
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
  allow: ['allowed', 'allow'],
  deny: ['denied', 'DENY'],
  silent: ['silent', 'no match'],
  'not-applicable': ['skipped', 'does not apply to this request'],
} as const satisfies Record<GateTrace['result'], readonly [ExplainLine['role'], string]>;

function gateLines(
  { gate, result, policies, levels, note }: GateTrace,
  decision: Decision,
  options: ExplainOptions,
): ExplainLine[] {
  const isDecisive = gate === decision.denial?.gate;
  const [role, verdict] = verdicts[result];
  const mark = isDecisive ? '  ← decides' : '';
  const lines: ExplainLine[] = [
    { depth: 1, role: isDecisive ? 'denied' : role, text: `${gateNames[gate]}: ${verdict}${mark}` },
  ];
  if (note !== undefined) lines.push({ depth: 2, role: 'fact', text: note });
  if (!levels) {
    for (const policy of policies) lines.push(...policyLines(policy, decision, options));
    return lines;
  }
  for (const level of levels) {
    const here = policies.filter(({ target }) => target?.id === level.target.id);
    const below = here.flatMap((policy) => policyLines(policy, decision, options));
    lines.push(levelLine(level, here.length), ...below.map((line) => ({ ...line, depth: line.depth + 1 })));
  }
  return lines;
}

/** A level of an organization, which needs a policy that allows. */
function levelLine({ target, result }: LevelTrace, attached: number): ExplainLine {
  const [role, verdict] = verdicts[result];
  return { depth: 2, role, text: `${targetText(target)}: ${attached === 0 ? 'no policy is attached' : verdict}` };
}

function policyLines(policy: PolicyTrace, { action }: Decision, { all }: ExplainOptions): ExplainLine[] {
  if (policy.isUnknown) return [{ depth: 2, role: 'warning', text: unknownText(policy) }];
  const [role, verdict] = verdicts[policy.result];
  const lines: ExplainLine[] = [{ depth: 2, role, text: `${policy.name}: ${verdict}` }];
  if (policy.lift !== undefined || policy.wayOut !== undefined) return lines;
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

const unknownText = ({ name, arn = name }: PolicyTrace): string =>
  `${name}: unknown policy; this store does not have ${arn}, so it allows nothing`;

const reaches = {
  direct: 'names the caller',
  'base-user': 'names the user behind the session',
  role: "names the session's role",
  account: "names the caller's account",
} as const satisfies Record<NonNullable<StatementTrace['principal']>, string>;

function statementLines(statement: StatementTrace, action: string): ExplainLine[] {
  const { effect, applies, conditions } = statement;
  const name = statementName(statement);
  const role = !applies ? 'skipped' : effect === 'Deny' ? 'denied' : 'allowed';
  const reach = applies ? reachText(statement) : '';
  const lines: ExplainLine[] = [
    { depth: 3, role, text: `${name} (${effect}) ${applies ? `applies${reach}` : failureText(statement, action)}` },
  ];
  for (const text of statement.warnings ?? []) lines.push({ depth: 4, role: 'warning', text });
  // The conditions of a statement about something else are irrelevant here.
  if (applies || statement.failed === 'condition') {
    for (const condition of conditions) lines.push(...conditionLines(condition));
  }
  return lines;
}

/** What NotPrincipal means for the caller, by how its list reads; who is listed is exempt or excluded. */
const readings = {
  'account-only': "lists the caller's account, but not the caller",
  'role-only': "lists the session's role, but not the session",
  'session-only': 'lists the session, but not its role',
  'base-user-only': 'lists the user behind the session, but not the session',
  bounded: 'exempts nobody who has a permissions boundary',
  unclear: 'may exclude the caller',
} as const satisfies Record<Exclude<NotPrincipalReading, 'listed' | 'unlisted'>, string>;

/** Who is missing from the NotPrincipal of a Deny that does not exempt the caller; undefined if it cannot. */
function missingFrom(reading: NotPrincipalReading, caller: string): string | undefined {
  switch (reading) {
    case 'unlisted':
    case 'account-only':
      return caller.includes(':assumed-role/') ? 'the session and its role' : 'the caller';
    case 'role-only':
    case 'base-user-only':
      return 'the session';
    case 'session-only':
      return "the session's role";
    case 'listed':
    case 'bounded':
    case 'unclear':
      return undefined;
  }
}

/** One is exempt from a Deny, which is good, and excluded from an Allow, which is not. */
const exceptVerbs = { Deny: ['exempt', 'exempts'], Allow: ['exclude', 'excludes'] } as const;

function reachText({ effect, principal, notPrincipal }: StatementTrace): string {
  if (notPrincipal === 'unlisted') return `, NotPrincipal does not ${exceptVerbs[effect][0]} the caller`;
  if (notPrincipal !== undefined && notPrincipal !== 'listed') return `, NotPrincipal ${readings[notPrincipal]}`;
  return principal ? `, ${reaches[principal]}` : '';
}

export const statementName = ({ sid, index }: Pick<StatementTrace, 'sid' | 'index'>): string =>
  sid === undefined ? `statement ${index + 1}` : `statement "${sid}"`;

function failureText({ effect, failed, exempting = [], notPrincipal }: StatementTrace, action: string): string {
  const isExcepted = failed !== undefined && failed !== 'condition' && exempting.includes(failed);
  const [, excepts] = exceptVerbs[effect];
  switch (failed) {
    case 'principal':
      if (notPrincipal === 'unclear') return `does not apply: NotPrincipal ${readings.unclear}`;
      return `does not apply: ${isExcepted ? `NotPrincipal ${excepts} the caller` : 'it does not name the caller'}`;
    case 'action':
      return `does not apply: ${isExcepted ? `NotAction ${excepts} ${action}` : `it is not about ${action}`}`;
    case 'resource':
      return `does not apply: ${isExcepted ? `NotResource ${excepts} the resource` : 'it does not cover the resource'}`;
    default:
      return 'does not apply: a condition is not met';
  }
}

function conditionLines({ operator, key, expected, actual, met, warning }: ConditionTrace): ExplainLine[] {
  const wanted = expected.length === 1 ? quoted(expected[0] ?? '') : `one of ${expected.map(quoted).join(', ')}`;
  const found =
    actual === undefined ? 'is absent from the request' : `is ${actual.map(quoted).join(', ')} in the request`;
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

/** One sentence on what would allow it. */
function adviceOf({ denial, action, resource, caller, gates, decidesOnly }: Decision): string {
  if (!denial) return 'nothing needs to change';
  const wish = decidesOnly === undefined ? 'to allow it' : 'to change this';
  const where = resource === '*' ? '' : ` on ${resource}`;
  const trace = gates.find(({ gate }) => gate === denial.gate);
  if (denial.explicit) {
    const denying = trace?.policies.find(({ result }) => result === 'deny');
    if (denying?.lift !== undefined) return `${wish}: ${denying.lift}`;
    const statement = denying?.statements.find(({ effect, applies }) => applies && effect === 'Deny');
    const article = denying?.arn === undefined ? 'the ' : '';
    const at = denying?.target ? ` at ${targetText(denying.target)}` : '';
    const which = statement ? `${statementName(statement)} of ${article}${denying?.name}${at}` : 'the Deny';
    const missing = statement?.notPrincipal && missingFrom(statement.notPrincipal, caller);
    const or = missing === undefined ? '' : `, or list ${missing} in its NotPrincipal`;
    return `${wish}: remove or narrow ${which}${or}, since no Allow can override a Deny`;
  }
  switch (denial.gate) {
    case 'resource-policy':
      return resourceAdvice();
    case 'identity-policy':
      return `${wish}: give ${caller} a policy that allows ${action}${where}`;
    case 'permissions-boundary':
      return boundaryAdvice();
    case 'session-policy':
      return `${wish}: create the session with a policy that allows ${action}${where}, or without one`;
    case 'service-control-policy':
      return `${wish}: attach a service control policy that allows ${action} to ${levelsText(denial.levels)}`;
    case 'resource-control-policy':
    case 'grant':
      return `${wish}: change the ${gateNames[denial.gate]}`;
  }

  function boundaryAdvice(): string {
    const { name = '', arn = name, isUnknown } = trace?.policies[0] ?? {};
    return isUnknown
      ? `${wish}: create ${arn}, or give ${caller} another permissions boundary`
      : `${wish}: allow ${action}${where} in ${arn} too, the permissions boundary of ${caller}`;
  }

  function resourceAdvice(): string {
    const wayOut = trace?.policies.find((policy) => policy.wayOut !== undefined)?.wayOut;
    if (wayOut !== undefined) return `${wish}: ${wayOut}`;
    if (action.startsWith('s3:')) return `${wish}: allow ${action} for ${caller} in the bucket policy`;
    if (action.startsWith('sts:')) return `${wish}: allow ${action} for ${caller} in the role's trust policy`;
    return (
      `${wish}: allow ${action} in the key policy, for ${caller} or for its account (and then in an identity-based ` +
      'policy too), or create a grant'
    );
  }
}

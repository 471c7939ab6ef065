/** An explanation as a value for scripts and as a tree for people. */

import type { Decision } from '../../../policy/decision.ts';
import { type ExplainLine, explainLines } from '../../../policy/explain.ts';
import type { SkippedCheck } from '../../../store/records/skipped-check.ts';
import type { OptionSpec, Painter, Result, WithOptions } from '../../command.ts';
import { painted, type Shown } from '../../output/painted.ts';
import { expectOption, verdictOf } from './expectation.ts';
import { answerOf, type CallRefusal, type Explained, type ExplainedCall, isCommand } from './explained.ts';
import { fixLines, fixValue } from './fix.ts';

export const showOptions = {
  ...expectOption,
  all: { about: 'also show statements and policies that are about something else', type: 'boolean' },
  fix: { about: 'also show the smallest policy statements that would allow it', type: 'boolean' },
  'show-context': { about: 'also show every condition key of the request', type: 'boolean' },
} as const satisfies Record<string, OptionSpec>;

type Showing = WithOptions<typeof showOptions>;

export function explanation(explained: Explained, values: Showing): Result {
  const { title, calls, refusal } = explained;
  const verdict = verdictOf(explained, values);
  const skipped = calls.flatMap((call) => call.skipped);
  return {
    kind: 'page',
    failed: verdict?.isFailed,
    verdict: verdict?.line,
    value: {
      Call: title,
      Allowed: answerOf(explained) === 'allow',
      Refusal: refusal && { ...refusalValue(refusal), ...(isCommand(explained) && { Operation: refusal.operation }) },
      ...(isCommand(explained) && { Calls: calls.map(callValue) }),
      Decisions: calls.flatMap(({ call, times, decisions }) =>
        decisions.map((decision) => ({
          Operation: call,
          ...timesValue(times),
          ...decisionValue(decision),
          ...(values.options.fix && { Fix: fixValue(decision) }),
        })),
      ),
      ...(skipped.length > 0 && { BucketLevelKeys: skipped.map(skippedValue) }),
    },
    page: (painter) => pageOf(explained, values, painter),
  };
}

const refusalValue = ({ code, message }: CallRefusal) => ({ Code: code, Message: message });

const timesValue = (times = 1) => (times > 1 ? { Times: times } : {});

const callValue = ({ call, times, refusal }: ExplainedCall) => ({
  Operation: call,
  ...timesValue(times),
  Refusal: refusal && refusalValue(refusal),
});

const untilOf = ({ untilMs }: SkippedCheck): string => new Date(untilMs).toISOString();

const skippedValue = (decision: SkippedCheck) => ({
  Bucket: decision.bucket,
  KeyArn: decision.resource,
  NotAsked: decision.action,
  Until: untilOf(decision),
});

/** Amazon S3 User Guide, "Reducing the cost of SSE-KMS with Amazon S3 Bucket Keys". */
function skippedText(decision: SkippedCheck, { strong, faint }: Painter): Shown[] {
  const { action, resource, bucket } = decision;
  return [
    strong(`! NOT CHECKED: ${action} on ${resource}`),
    painted`${faint('├─ ')}S3 has a bucket-level key of this KMS key for this caller in bucket ${bucket} until ${untilOf(decision)}`,
    painted`${faint('└─ ')}so KMS makes no decision: until then it does not matter whether the caller may ${action}`,
  ];
}

function decisionValue(decision: Decision) {
  const { allowed, caller, action, resource, because, decidesOnly, asked, notCounted, denial, gates, context } =
    decision;
  return {
    Allowed: allowed,
    Caller: caller,
    Action: action,
    Resource: resource,
    Because: because,
    ...(decidesOnly !== undefined && { Only: decidesOnly }),
    ...(asked !== undefined && { Asked: asked }),
    ...(notCounted !== undefined && { NotCounted: notCounted }),
    Denial: denial && { Gate: denial.gate, Explicit: denial.explicit, PolicyArn: denial.policyArn },
    Gates: gates.map(({ gate, result, note, policies }) => ({
      Gate: gate,
      Result: result,
      Note: note,
      Policies: policies.map((policy) => ({
        Name: policy.name,
        Arn: policy.arn,
        Result: policy.result,
        ...(policy.lift !== undefined && { Lift: policy.lift }),
        ...(policy.isUnknown && { Unknown: policy.isUnknown }),
        Statements: policy.statements.map((statement) => ({
          Sid: statement.sid,
          Index: statement.index,
          Effect: statement.effect,
          Applies: statement.applies,
          Failed: statement.failed,
          Exempting: statement.exempting,
          Principal: statement.notPrincipal === undefined ? statement.principal : undefined,
          NotPrincipal: statement.notPrincipal,
          Warnings: statement.warnings,
          Conditions: statement.conditions.map(({ operator, key, expected, actual, met, warning }) => ({
            Operator: operator,
            Key: key,
            Expected: expected,
            Actual: actual,
            Met: met,
            Warning: warning,
          })),
        })),
      })),
    })),
    Context: context,
  };
}

function pageOf(explained: Explained, values: Showing, painter: Painter): Shown[] {
  const { calls } = explained;
  const isAlone = calls.length === 1;
  const sections = calls.flatMap((call) => [
    ...(isAlone ? [] : [painter.strong(heading(call)), '']),
    ...callLines(call, values, painter),
    ...(isAlone || call.refusal === undefined || isFinal(call, explained)
      ? []
      : [painted`${call.call} would be refused with ${call.refusal.code}: ${call.refusal.message}`, '']),
  ]);
  return [...sections, conclusion(explained, painter)];
}

const heading = ({ call, times = 1 }: ExplainedCall): string => (times > 1 ? `${call}, ${times} times` : call);

/** Whether the refusal of a call is the one that the verdict names. */
const isFinal = ({ call, refusal }: ExplainedCall, { refusal: final }: Explained): boolean =>
  refusal?.code === final?.code && refusal?.message === final?.message && (final?.operation ?? call) === call;

/** The trees of one call, each followed by an empty line. */
function callLines({ decisions, skipped }: ExplainedCall, { options }: Showing, painter: Painter): Shown[] {
  const trees = decisions.map((decision) => [
    ...tree(explainLines(decision, { all: options.all, context: options['show-context'] }), painter),
    ...(options.fix ? fixLines(decision, painter) : []),
  ]);
  const notAsked = skipped.map((decision) => skippedText(decision, painter));
  return [...trees, ...notAsked].flatMap((lines) => [...lines, '']);
}

function conclusion(explained: Explained, { good, bad }: Painter): Shown {
  const { title, calls, refusal } = explained;
  if (refusal !== undefined) {
    const at = isCommand(explained) && refusal.operation !== undefined ? ` at ${refusal.operation}` : '';
    return bad(`${title} would be refused${at} with ${refusal.code}: ${refusal.message}`);
  }
  if (calls.length === 0) return good(`${title} would make no calls.`);
  return answerOf(explained) === 'allow'
    ? good(`${title} would succeed.`)
    : bad(`${title} would succeed, without what is denied.`);
}

const marks: Readonly<Record<ExplainLine['role'], string>> = {
  allowed: '✓ ',
  denied: '✗ ',
  silent: '· ',
  skipped: '· ',
  fact: '',
  warning: '! ',
  advice: '→ ',
};

function tree(lines: readonly ExplainLine[], painter: Painter): Shown[] {
  const paints: Readonly<Record<ExplainLine['role'], (text: string) => Shown>> = {
    allowed: painter.good,
    denied: painter.bad,
    silent: (text) => text,
    skipped: painter.faint,
    fact: (text) => text,
    warning: painter.strong,
    advice: painter.strong,
  };
  return lines.map(
    ({ depth, role, text }, i) =>
      painted`${painter.faint(branches(lines, i, depth))}${paints[role](marks[role] + text)}`,
  );
}

/** The strokes that connect a line to its parent, and its ancestors to their next children. */
function branches(lines: readonly ExplainLine[], at: number, depth: number): string {
  let text = '';
  for (let level = 1; level <= depth; level++) {
    const next = lines.slice(at + 1).find((line) => line.depth <= level);
    const goesOn = next?.depth === level;
    if (level < depth) text += goesOn ? '│  ' : '   ';
    else text += goesOn ? '├─ ' : '└─ ';
  }
  return text;
}

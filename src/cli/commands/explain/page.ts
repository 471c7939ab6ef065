/** An explanation as a value for scripts and as a tree for people. */

import type { AwsError } from '../../../api/errors.ts';
import type { Decision } from '../../../policy/decision.ts';
import { type ExplainLine, explainLines } from '../../../policy/explain.ts';
import type { SkippedCheck } from '../../../store/records/skipped-check.ts';
import type { OptionSpec, Painter, Result, WithOptions } from '../../command.ts';
import { painted, type Shown } from '../../output/painted.ts';
import { fixLines, fixValue } from './fix.ts';

/** The call in question and its outcome. */
export interface Explained {
  /** `s3 GetObject`, as a title. */
  readonly call: string;
  readonly decisions: readonly Decision[];
  /** Decisions that KMS is not asked to make. */
  readonly skipped: readonly SkippedCheck[];
  readonly refusal: { readonly code: string; readonly message: string } | undefined;
}

export const showOptions = {
  expect: {
    about: 'exit with 0 if this is the answer, else with 1',
    type: 'string',
    value: 'ANSWER',
    choices: ['allow', 'deny'],
  },
  all: { about: 'also show statements and policies that are about something else', type: 'boolean' },
  fix: { about: 'also show the smallest policy statements that would allow it', type: 'boolean' },
  'show-context': { about: 'also show every condition key of the request', type: 'boolean' },
} as const satisfies Record<string, OptionSpec>;

type Showing = WithOptions<typeof showOptions>;

/**
 * The outcome of a call for its caller. A call that continues without what is denied, such as DeleteObjects, does not
 * count as allowed.
 */
function answerOf({ decisions, refusal }: Explained): 'allow' | 'deny' | 'other' {
  if (refusal !== undefined) return isDenial(refusal.code) ? 'deny' : 'other';
  return decisions.some(({ allowed, decidesOnly }) => !allowed && decidesOnly === undefined) ? 'deny' : 'allow';
}

/** Whether a refusal comes from policies, not from what does or does not exist. */
const isDenial = (code: string): boolean => code === 'AccessDenied' || code === 'AccessDeniedException';

export const refusalOf = (error: AwsError | undefined): Explained['refusal'] =>
  error && { code: error.code, message: error.message };

export function explanation(explained: Explained, values: Showing): Result {
  const { call, decisions, skipped, refusal } = explained;
  const expected = values.options.expect;
  const answer = answerOf(explained);
  return {
    kind: 'page',
    failed: expected !== undefined && expected !== answer,
    value: {
      Call: call,
      Allowed: answer === 'allow',
      Refusal: refusal && { Code: refusal.code, Message: refusal.message },
      Decisions: decisions.map((decision) => ({
        ...decisionValue(decision),
        ...(values.options.fix && { Fix: fixValue(decision) }),
      })),
      ...(skipped.length > 0 && { BucketLevelKeys: skipped.map(skippedValue) }),
    },
    page: (painter) => pageOf(explained, values, painter),
  };
}

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

function decisionValue({ allowed, caller, action, resource, because, decidesOnly, denial, gates, context }: Decision) {
  return {
    Allowed: allowed,
    Caller: caller,
    Action: action,
    Resource: resource,
    Because: because,
    ...(decidesOnly !== undefined && { Only: decidesOnly }),
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
        Statements: policy.statements.map((statement) => ({
          Sid: statement.sid,
          Index: statement.index,
          Effect: statement.effect,
          Applies: statement.applies,
          Failed: statement.failed,
          Principal: statement.principal,
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
  const { call, decisions, skipped, refusal } = explained;
  const options = { all: values.options.all, context: values.options['show-context'] };
  const fixes = (decision: Decision) => (values.options.fix ? fixLines(decision, painter) : []);
  const trees = decisions.map((decision) => [...tree(explainLines(decision, options), painter), ...fixes(decision)]);
  const notAsked = skipped.map((decision) => skippedText(decision, painter));
  const verdict =
    refusal === undefined
      ? answerOf(explained) === 'allow'
        ? painter.good(`${call} would succeed.`)
        : painter.bad(`${call} would succeed, without what is denied.`)
      : painter.bad(`${call} would be refused with ${refusal.code}: ${refusal.message}`);
  return [...[...trees, ...notAsked].flatMap((lines) => [...lines, '']), verdict];
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

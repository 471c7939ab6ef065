/** An explanation as a value for scripts and as a tree for people. */

import type { ControlTarget, Decision } from '../../../policy/decision.ts';
import { type ExplainLine, explainLines } from '../../../policy/explain.ts';
import type { MadeChange } from '../../../policy/shared-changes.ts';
import type { SkippedCheck } from '../../../store/records/skipped-check.ts';
import type { OptionSpec, Painter, Result, WithOptions } from '../../command.ts';
import type { Shown } from '../../output/painted.ts';
import { expectOption, verdictOf } from './expectation.ts';
import {
  answerOf,
  type CallRefusal,
  type Explained,
  type ExplainedCall,
  failureText,
  hidesAbsence,
  hidesReason,
  isCommand,
  type PastEvent,
  refusalLeft,
} from './explained.ts';
import { changeCount, countText, type Fix, fixLines, fixOf, fixValue, madeBy } from './fix.ts';
import { paragraph, treeOf } from './tree.ts';

export const showOptions = {
  ...expectOption,
  all: { about: 'also show statements and policies that are about something else', type: 'boolean' },
  fix: { about: 'also show the smallest changes that would allow it', type: 'boolean' },
  'show-context': { about: 'also show every condition key of the request', type: 'boolean' },
} as const satisfies Record<string, OptionSpec>;

/** How an explanation is to be shown. */
export type Showing = WithOptions<typeof showOptions>;

export function explanation(explained: Explained, values: Showing): Extract<Result, { kind: 'page' }> {
  const { title, calls, refusal, failure, event } = explained;
  const verdict = verdictOf(explained, values);
  const skipped = calls.flatMap((call) => call.skipped);
  const left = values.options.fix ? refusalLeft(explained) : undefined;
  const fixes = values.options.fix ? fixesOf(explained) : undefined;
  const changes = changeCount([...(fixes?.values() ?? [])]);
  // A decision that needs all of them says so itself.
  const isOfOne = [...(fixes?.values() ?? [])].some((fix) => fix.changes.length === changes);
  return {
    kind: 'page',
    failed: verdict?.isFailed,
    verdict: verdict?.line,
    value: {
      Call: title,
      ...(event && { Event: eventValue(event) }),
      ...(explained.isAskedAgain && { AskedAgain: true }),
      Allowed: answerOf(explained) === 'allow',
      Refusal: refusal && {
        ...refusalValue(refusal),
        ...(isBeyondPolicies(explained) && { NoPolicyHelps: true }),
        ...(isCommand(explained) && { Operation: refusal.operation }),
      },
      ...(failure && { Failure: { ExitCode: failure.exitCode, Lines: failure.lines } }),
      ...(isCommand(explained) && { Calls: calls.map(callValue) }),
      ...(left && { AfterFix: { ...refusalValue(left), ...(isCommand(explained) && { Operation: left.operation }) } }),
      Decisions: calls.flatMap(({ call, times, decisions }) =>
        decisions.map((decision) => ({
          Operation: call,
          ...timesValue(times),
          ...decisionValue(decision),
          ...fixMembers(fixes?.get(decision)),
        })),
      ),
      ...(changes > 1 && { ChangesNeeded: changes }),
      ...(skipped.length > 0 && { BucketLevelKeys: skipped.map(skippedValue) }),
    },
    page: (painter) => [
      ...pageOf(explained, values, fixes, painter),
      ...(changes > 1 && !isOfOne
        ? ['', ...paragraph(`${countText(changes)} are needed to allow all of this.`, painter.strong, painter)]
        : []),
      ...(left ? ['', ...paragraph(leftText(left, explained), painter.strong, painter)] : []),
    ],
  };
}

type Fixes = ReadonlyMap<Decision, Fix>;

/**
 * The fix of each decision that denies what cannot be done without. Where one statement is in the way of several decisions,
 * each fix rewrites it as the one before has left it; a Deny is shown with the text that spares them all.
 */
function fixesOf({ calls, keysOfAliases }: Explained): Fixes {
  const keyOf = (alias: string) => keysOfAliases?.get(alias);
  const made: MadeChange[] = [];
  const first = calls.flatMap(({ decisions, resources, objects }) =>
    decisions.map((decision, i) => {
      const surroundings = { resources: resources?.[i], objects: objects?.[i], keyOf, keys: keysOf(decisions) };
      const fix = fixOf(decision, surroundings, made);
      made.push(...madeBy(fix));
      return { decision, surroundings, fix };
    }),
  );
  const liftsDeny = ({ changes }: Fix) => changes.some(({ remedy: { kind } }) => kind === 'lift-deny');
  const areMany = first.filter(({ fix }) => liftsDeny(fix)).length > 1;
  return new Map(
    first.map(({ decision, surroundings, fix }) => [
      decision,
      areMany && liftsDeny(fix) ? fixOf(decision, surroundings, made) : fix,
    ]),
  );
}

const keysOf = (decisions: readonly Decision[]): readonly string[] =>
  decisions.map(({ resource }) => resource).filter((arn) => /^arn:aws:kms:.*:key\//.test(arn));

const fixMembers = (fix: Fix | undefined) =>
  fix && {
    Fix: fixValue(fix),
    ...(fix.alsoAllowed.length > 0 && { FixAlsoAllows: fix.alsoAllowed }),
    ...(fix.unknown !== undefined && { NoFix: fix.unknown }),
  };

const eventValue = ({ id, timeMs, caller, region, about }: PastEvent) => ({
  Id: id,
  Time: new Date(timeMs).toISOString(),
  Caller: caller,
  Region: region,
  Resource: about,
});

const refusalValue = ({ code, message, reason, cause = reason }: CallRefusal) => ({
  Code: code,
  Message: message,
  ...(cause !== undefined && { Reason: cause }),
});

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
function skippedLines(decision: SkippedCheck): ExplainLine[] {
  const { action, resource, bucket } = decision;
  const key = `S3 has a bucket-level key of this KMS key for this caller in bucket ${bucket} until ${untilOf(decision)}`;
  const effect = `so KMS makes no decision: until then it does not matter whether the caller may ${action}`;
  return [
    { depth: 0, role: 'warning', text: `NOT CHECKED: ${action} on ${resource}` },
    { depth: 1, role: 'fact', text: key },
    { depth: 1, role: 'fact', text: effect },
  ];
}

/** A decision with all its gates, for scripts. */
export function decisionValue(decision: Decision) {
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
    Denial: denial && {
      Gate: denial.gate,
      Explicit: denial.explicit,
      PolicyArn: denial.policyArn,
      Levels: denial.levels?.map(targetValue),
    },
    Gates: gates.map(({ gate, result, note, policies, levels }) => ({
      Gate: gate,
      Result: result,
      Note: note,
      Levels: levels?.map((level) => ({ ...targetValue(level.target), Result: level.result })),
      Policies: policies.map((policy) => ({
        Name: policy.name,
        Target: policy.target?.id,
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

/** A level of an organization. */
/** A level of an organization, for scripts. */
export const targetValue = ({ kind, id, name }: ControlTarget) => ({ Kind: kind, Id: id, Name: name });

function pageOf(explained: Explained, values: Showing, fixes: Fixes | undefined, painter: Painter): Shown[] {
  const { calls } = explained;
  const isAlone = calls.length === 1 && (calls[0]?.times ?? 1) === 1;
  const shown = new Set<string>();
  const sections = calls.flatMap((call) => [
    ...(isAlone ? [] : [painter.strong(heading(call)), '']),
    ...callLines(call, { shown, fixes, values, painter }),
    ...(isAlone || call.refusal === undefined || isFinal(call, explained)
      ? []
      : [...paragraph(refusalText(call.call, call.refusal, explained), painter.bad, painter), '']),
  ]);
  const reason = causeText(explained);
  const why = reason === undefined ? [] : paragraph(`! ${reason}`, painter.strong, painter);
  return [...sections, ...why, ...conclusion(explained, painter)];
}

/** The cause of a refusal that is known besides its message, and that no policy helps where none is to blame. */
function causeText(explained: Explained): string | undefined {
  const { refusal } = explained;
  if (!isBeyondPolicies(explained)) return refusal?.reason;
  const cause =
    refusal?.cause ??
    refusal?.reason ??
    (hidesAbsence(explained) ? 'it hides that something does not exist' : 'none denies it');
  return `${cause} (no policy helps)`;
}

/** Whether it is refused, and not by a policy. */
const isBeyondPolicies = (explained: Explained): boolean =>
  explained.refusal !== undefined && answerOf(explained) === 'other';

const heading = ({ call, times = 1 }: ExplainedCall): string => (times > 1 ? `${call}, ${times} times` : call);

/** Whether the refusal of a call is the one that the verdict names. */
const isFinal = ({ call, refusal }: ExplainedCall, { refusal: final }: Explained): boolean =>
  refusal?.code === final?.code && refusal?.message === final?.message && (final?.operation ?? call) === call;

interface Page {
  /** What was shown so far. */
  readonly shown: Set<string>;
  readonly fixes: Fixes | undefined;
  readonly values: Showing;
  readonly painter: Painter;
}

/**
 * The trees of one call, each followed by an empty line. What an earlier call of a command was shown for is not repeated:
 * `shown` has it.
 */
function callLines({ decisions, skipped }: ExplainedCall, { shown, fixes, values, painter }: Page): Shown[] {
  const { options } = values;
  const trees = decisions.map((decision) => {
    const fix = fixes?.get(decision);
    const lines = explainLines(decision, { all: options.all, context: options['show-context'] });
    const [head] = lines;
    const text = JSON.stringify([lines, fix && fixValue(fix)]);
    if (head && shown.has(text)) return treeOf([head, { depth: 1, role: 'fact', text: 'as above' }], painter);
    shown.add(text);
    return [...treeOf(lines, painter), ...(fix ? fixLines(fix, painter) : [])];
  });
  const notAsked = skipped.map((decision) => treeOf(skippedLines(decision), painter));
  return [...trees, ...notAsked].flatMap((lines) => [...lines, '']);
}

function conclusion(explained: Explained, painter: Painter): Shown[] {
  const { title, calls, refusal, failure, event } = explained;
  const { good, bad } = painter;
  if (explained.isAskedAgain) {
    const outcome = refusal === undefined ? 'nothing of it would be denied' : 'it would be refused, too';
    return paragraph(
      `${title} was refused then; with these condition keys ${outcome}.`,
      refusal === undefined ? good : bad,
      painter,
    );
  }
  if (refusal !== undefined) {
    const at = isCommand(explained) ? refusal.operation : undefined;
    const unseen = unseenText(explained);
    const more = unseen === undefined ? [] : paragraph(unseen, (line) => line, painter);
    return [...paragraph(refusalText(title, refusal, explained, at), bad, painter), ...more];
  }
  if (event) {
    return answerOf(explained) === 'allow'
      ? paragraph(`${title} was not refused.`, good, painter)
      : paragraph(`${title} was not refused, but left out what was denied.`, bad, painter);
  }
  if (calls.length === 0) return paragraph(`${title} would make no calls.`, good, painter);
  if (failure && answerOf(explained) === 'other') {
    return paragraph(`${title} would not be refused, but end with ${failureText(failure)}`, bad, painter);
  }
  return answerOf(explained) === 'allow'
    ? paragraph(`${title} would succeed.`, good, painter)
    : paragraph(`${title} would succeed, without what is denied.`, bad, painter);
}

/** What the page knows that the caller would not. */
function unseenText(explained: Explained): string | undefined {
  if (hidesReason(explained)) {
    return 'AWS tells the caller no more than this: explain sees the whole store, and the caller does not.';
  }
  const { unread } = explained;
  return unread && `Explain sees the whole store: the caller may not read the ${unread.join(' and the ')}.`;
}

const leftText = (
  { operation, code, message, reason }: NonNullable<ReturnType<typeof refusalLeft>>,
  explained: Explained,
) =>
  `Even if all this were allowed, ${explained.title} would be refused${isCommand(explained) ? ` at ${operation}` : ''} with ${code}: ${message}${reason === undefined ? '' : ` (${reason})`}`;

const refusalText = (what: string, { code, message }: CallRefusal, { event }: Explained, at?: string): string =>
  `${what} ${event ? 'was' : 'would be'} refused${at === undefined ? '' : ` at ${at}`} with ${code}: ${message}`;

/**
 * The changes that would allow a denied request. What is there and misses is looked at before anything is added: a
 * condition, a grant, a name bound to who is gone, what the request could say instead. Every change is made on the side
 * and the request decided again; what does not allow it is never returned.
 */

import { S3_CONTEXT } from './added-statement.ts';
import { type Blocking, blockingOf } from './blocking.ts';
import type { Change, Remedy, Surroundings } from './change.ts';
import { askedBesides } from './changed-request.ts';
import { ChangedContext } from './context.ts';
import type { Decision, GateKind } from './decision.ts';
import { denyRemedies } from './deny-remedies.ts';
import { evaluate, type Question, questionOf } from './evaluate.ts';
import { openedBy } from './remedy-sample.ts';
import { type MadeChange, sharedChanges } from './shared-changes.ts';
import { silentRemedies } from './silent-remedies.ts';

export interface Remedies {
  /** All of them are needed; empty if the request is allowed, or if nothing here could allow it. */
  readonly changes: readonly Change[];
  /** What they would also allow, of a sample of what is denied now: `s3:PutObject on arn:aws:s3:::b/k`. */
  readonly alsoAllowed: readonly string[];
}

const NONE: Remedies = { changes: [], alsoAllowed: [] };

/**
 * The changes that a request needs to be allowed; none for a decision of which only the outcome was kept.
 * @param made changes for other decisions of the same call: a statement that they rewrite is taken as they leave it
 */
export function remediesFor(
  decision: Decision,
  surroundings: Surroundings = {},
  made: readonly MadeChange[] = [],
): Remedies {
  const question = decision.allowed ? undefined : questionOf(decision);
  if (!question || isAgainstRule(question)) return NONE;
  const fixed = reEncryption(question);
  if (fixed) return { changes: [{ remedy: fixed, apply: (asked) => asked }], alsoAllowed: [] };
  const shared = sharedChanges(question, made);
  const more = enough(applied(question, shared), surroundings);
  if (!more) return NONE;
  const changes = [...shared, ...more];
  const needed = withoutSpare(question, changes);
  if (!alike(question, surroundings).every((each) => isAllowed(applied(each, needed)))) return NONE;
  // What the request itself says opens nothing.
  const sent = applied(
    question,
    needed.filter(({ remedy }) => remedy.kind === 'send'),
  );
  const besides = forWhatIsSent(question, needed, surroundings);
  return { changes: [...needed, ...besides], alsoAllowed: openedBy(sent, applied(question, needed), surroundings) };
}

/** The changes for the permissions that the request needs only with what it is to send. */
function forWhatIsSent(question: Question, needed: readonly Change[], surroundings: Surroundings): readonly Change[] {
  const changed = applied(question, needed);
  return needed.flatMap(({ remedy }) => {
    const action =
      remedy.kind === 'send' && remedy.value !== undefined ? askedBesides(remedy.key, question) : undefined;
    if (action === undefined) return [];
    return enough({ ...changed, request: { ...changed.request, action } }, surroundings) ?? [];
  });
}

/** Whether a service's own rule would have to allow it. */
const isAgainstRule = (question: Question): boolean =>
  question.policies.resource?.rule?.ifSilent !== undefined && isSilent(question, 'resource-policy');

const isSilent = (question: Question, gate: GateKind): boolean =>
  blockingOf(question).silent.some((silent) => silent.gate === gate);

/** AWS KMS Developer Guide, "AWS managed keys": their key policies cannot be changed. */
function reEncryption(question: Question): Remedy | undefined {
  const { request, policies } = question;
  if (!policies.resource?.isFixed || !isSilent(question, 'resource-policy')) return undefined;
  const [object] = request.context.values('kms:encryptioncontext:aws:s3:arn') ?? [];
  return { kind: 're-encrypt', gate: 'resource-policy', keyArn: request.resource, object };
}

/** An organization has up to seven levels, so a few changes can be needed; thousands of Denies are another matter. */
const MOST_IN_THE_WAY = 20;

/** Changes that together allow it: for one thing after the other that is in the way, the first change that removes it. */
function enough(question: Question, surroundings: Surroundings): readonly Change[] | undefined {
  const changes: Change[] = [];
  let now = question;
  let left = blockingOf(now);
  if (countOf(left) > MOST_IN_THE_WAY) return undefined;
  while (!isAllowed(now)) {
    const change = nextChange(now, left, surroundings);
    if (!change) return undefined;
    changes.push(change);
    now = change.apply(now);
    left = blockingOf(now);
  }
  return changes;
}

function nextChange(question: Question, left: Blocking, surroundings: Surroundings): Change | undefined {
  const [deny] = left.denies;
  const [silent] = left.silent;
  const offered = deny
    ? denyRemedies(deny, question, surroundings)
    : silent
      ? silentRemedies(silent, question, surroundings)
      : [];
  const asked = alike(question, surroundings);
  for (const change of offered) {
    if (asked.every((each) => weightOf(blockingOf(change.apply(each))) < weightOf(blockingOf(each)))) return change;
  }
  return undefined;
}

/** The question, asked about each resource and object that the changes are for. */
function alike(question: Question, { resources, objects }: Surroundings): readonly Question[] {
  const { request } = question;
  const ofObjects = (objects?.listed ?? []).map((arn): Question => {
    const context = new ChangedContext(request.context, { [S3_CONTEXT]: arn });
    return { ...question, request: { ...request, context } };
  });
  const ofResources = (resources?.listed ?? [])
    .filter((resource) => resource !== request.resource)
    .map((resource): Question => ({ ...question, request: { ...request, resource } }));
  return [question, ...ofResources, ...ofObjects];
}

const countOf = ({ denies, silent }: Blocking): number => denies.length + silent.length;

/**
 * The policy of a resource that lets the account's policies decide is a step, though one of these can then be missing: a
 * condition that the request could meet, such as a second factor, is not to be got round by a new statement.
 */
const weightOf = ({ denies, silent }: Blocking): number =>
  denies.length + silent.reduce((sum, { gate }) => sum + (gate === 'resource-policy' ? 2 : 1), 0);

/** Those without which the request stays denied. */
function withoutSpare(question: Question, changes: readonly Change[]): readonly Change[] {
  let needed = changes;
  for (const change of changes) {
    const others = needed.filter((each) => each !== change);
    if (isAllowed(applied(question, others))) needed = others;
  }
  return needed;
}

const applied = (question: Question, changes: readonly Change[]): Question =>
  changes.reduce((now, change) => change.apply(now), question);

const isAllowed = ({ request, policies }: Question): boolean => evaluate(request, policies).allowed;

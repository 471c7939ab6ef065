/** The changes that keep a Deny from applying to a request, in the order in which they are worth trying. */

import { isRecord } from '../api/message.ts';
import { principalOf } from './added-statement.ts';
import type { StatementPlace } from './blocking.ts';
import type { Change, Surroundings } from './change.ts';
import { sendings } from './changed-request.ts';
import { traceCondition } from './condition.ts';
import type { Question } from './evaluate.ts';
import { listOf } from './policy-document.ts';
import { isEditable, namedStatement, withStatement, writtenStatement } from './policy-edit.ts';
import { replacedAlias } from './replaced-alias.ts';
import { literalText } from './variables.ts';

export function* denyRemedies(deny: StatementPlace, question: Question, surroundings: Surroundings): Iterable<Change> {
  const name = namedStatement(deny);
  const offered = deny.statement.conditions.flatMap((condition) => [
    ...sendings(condition, name, question, surroundings),
  ]);
  const by = (how: string) =>
    offered.filter(({ remedy }) => (remedy.kind === 'send' ? remedy.how : remedy.kind) === how);
  yield* by('option');
  yield* by('tag-principal');
  yield* replacedAlias(deny, question, surroundings);
  yield* by('circumstance');
  yield* lifted(deny, question);
}

/** The statement narrowed so that it spares this request, or removed. */
function* lifted(deny: StatementPlace, { request }: Question): Iterable<Change> {
  const { policy, statement } = deny;
  const conditions = statement.conditions.map((condition) => traceCondition(condition, request.context));
  const remedy = { kind: 'lift-deny', ...namedStatement(deny), conditions } as const;
  if (policy.lift !== undefined) {
    yield { remedy: { ...remedy, lift: policy.lift }, apply: (asked) => withStatement(asked, deny, undefined) };
    return;
  }
  if (isEditable(deny)) {
    for (const narrowed of narrowings(deny, request)) {
      yield { remedy: { ...remedy, narrowed }, apply: (asked) => withStatement(asked, deny, narrowed) };
    }
  }
  yield { remedy, apply: (asked) => withStatement(asked, deny, undefined) };
}

type Json = Readonly<Record<string, unknown>>;

/** Sparing the resource opens less than sparing the caller. */
function* narrowings(deny: StatementPlace, { resource, caller }: Question['request']): Iterable<Json> {
  const written = writtenStatement(deny);
  const isOfCaller = deny.gate !== 'resource-policy';
  if (isOfCaller && resource !== '*' && (written.Resource === '*' || written.NotResource !== undefined)) {
    const { Resource: _, NotResource: spared, ...others } = written;
    const named = literalText(resource);
    yield { ...others, NotResource: spared === undefined ? named : [...listOf(spared), named] };
  }
  const principal = principalOf(caller);
  if (principal === undefined) return;
  const conditions = isRecord(written.Condition) ? written.Condition : {};
  const compared = isRecord(conditions.ArnNotEquals) ? conditions.ArnNotEquals : {};
  const { 'aws:PrincipalArn': spared } = compared;
  const all = [...(Array.isArray(spared) ? spared : spared === undefined ? [] : [spared]), literalText(principal)];
  const ArnNotEquals = { ...compared, 'aws:PrincipalArn': all.length === 1 ? all[0] : all };
  yield { ...written, Condition: { ...conditions, ArnNotEquals } };
}

/** The changes that make a gate allow a request, in the order in which they are worth trying. */

import { isRecord } from '../api/message.ts';
import { addedStatement } from './added-statement.ts';
import { type SilentGate, type StatementPlace, statementsAbout } from './blocking.ts';
import { entityOf } from './caller.ts';
import type { Change, Surroundings } from './change.ts';
import { sendings } from './changed-request.ts';
import type { Condition } from './condition.ts';
import type { Question } from './evaluate.ts';
import { gatesOf, sweep } from './gates.ts';
import { listOf } from './policy-document.ts';
import {
  hasVariables,
  isEditable,
  namedStatement,
  withAddition,
  withStatement,
  writtenStatement,
} from './policy-edit.ts';
import { sampleOf } from './remedy-sample.ts';
import { replacedAlias } from './replaced-alias.ts';
import { traceStatement } from './statement.ts';
import { type WidenedValues, widenedValues } from './widened-condition.ts';

export function* silentRemedies(silent: SilentGate, question: Question, surroundings: Surroundings): Iterable<Change> {
  const named = { gate: 'resource-policy', level: 0, target: undefined } as const;
  // Within the account, the policy of the resource is enough by itself where it names the caller.
  const near = [
    ...nearAllows(silent, question),
    ...(silent.gate === 'identity-policy' ? nearAllows(named, question) : []),
  ];
  for (const { place, unmet } of near.slice(0, MOST_NEAR)) {
    yield* replacedAlias(place, question, surroundings);
    if (unmet) yield* conditionRemedies(place, unmet, question, surroundings);
  }
  yield* widenedGrants(silent, question);
  yield* policyPutAgain(silent, question);
  const statement = addedStatement(silent.gate, question.request, surroundings);
  yield {
    remedy: { kind: 'add-statement', gate: silent.gate, ...(silent.target && { target: silent.target }), statement },
    apply: (asked) => withAddition(asked, silent, { ...statement }),
  };
}

/** A policy can have thousands of statements, and what each would open is looked at. */
const MOST_NEAR = 10;

interface NearAllow {
  readonly place: StatementPlace;
  /** The only condition that is not met; undefined if the statement misses by something else. */
  readonly unmet: Condition | undefined;
}

/** The Allows of a gate that miss the request by one thing, as far as a customer can change them. */
function nearAllows({ gate: kind, level }: SilentGate, { request, policies }: Question): NearAllow[] {
  const gate = gatesOf(request, policies).find((each) => each.kind === kind);
  if (!gate) return [];
  return statementsAbout(gate)
    .filter((place) => place.level === level && place.statement.effect === 'Allow' && isEditable(place))
    .flatMap((place): NearAllow[] => {
      const { failed, conditions } = traceStatement(place.statement, gate.subject);
      const unmet = place.statement.conditions.filter((_, i) => !conditions[i]?.met);
      if (failed === 'resource' && unmet.length === 0) return [{ place, unmet: undefined }];
      return failed === 'condition' && unmet.length === 1 ? [{ place, unmet: unmet[0] }] : [];
    });
}

function* conditionRemedies(
  place: StatementPlace,
  unmet: Condition,
  question: Question,
  surroundings: Surroundings,
): Iterable<Change> {
  const written = writtenStatement(place);
  const values = valuesOf(written, unmet);
  const { context } = question.request;
  const widened = widenedValues(unmet, values, { context, variables: hasVariables(place.policy.document) });
  if (widened) {
    const inPlace = withValues(written, unmet, widened.values);
    const remedy = {
      kind: 'change-condition',
      ...namedStatement(place),
      ...{ operator: unmet.operator, key: unmet.name, added: widened.added, removed: widened.removed },
    } as const;
    const inItsPlace: Change = {
      remedy: { ...remedy, statement: inPlace, isBeside: false },
      apply: (asked) => withStatement(asked, place, inPlace),
    };
    if (!opensMore(inItsPlace, place, question, surroundings)) yield inItsPlace;
    const narrow = narrowed(place, unmet, widened, question, surroundings);
    yield {
      remedy: { ...remedy, statement: narrow, isBeside: true },
      apply: (asked) => withAddition(asked, place, narrow),
    };
  }
  yield* sendings(unmet, namedStatement(place), question, surroundings);
}

const valuesOf = (statement: Readonly<Record<string, unknown>>, { operator, name }: Condition): readonly string[] => {
  const { Condition: conditions } = statement;
  const keys = isRecord(conditions) ? conditions[operator] : undefined;
  return listOf(isRecord(keys) ? keys[name] : undefined).map(String);
};

/** A statement with other values for one of its conditions. */
function withValues(
  statement: Readonly<Record<string, unknown>>,
  { operator, name }: Pick<Condition, 'operator' | 'name'>,
  values: readonly string[],
): Readonly<Record<string, unknown>> {
  const conditions = isRecord(statement.Condition) ? statement.Condition : {};
  const keys = isRecord(conditions[operator]) ? conditions[operator] : {};
  const changed = { ...keys, [name]: values.length === 1 ? values[0] : values };
  return { ...statement, Condition: { ...conditions, [operator]: changed } };
}

/** The same condition in a statement for this request alone. */
function narrowed(
  place: StatementPlace,
  unmet: Condition,
  { values, added }: WidenedValues,
  question: Question,
  surroundings: Surroundings,
): Readonly<Record<string, unknown>> {
  const { Sid: _, NotAction: _a, NotResource: _r, NotPrincipal: _p, ...written } = writtenStatement(place);
  const own = addedStatement(place.gate, question.request, surroundings);
  const both: Record<string, unknown> = isRecord(written.Condition) ? { ...written.Condition } : {};
  for (const [operator, keys] of Object.entries(own.Condition ?? {})) {
    const known = both[operator];
    both[operator] = { ...keys, ...(isRecord(known) ? known : {}) };
  }
  const { Condition: _c, ...plain } = own;
  return withValues({ ...plain, Condition: both }, unmet, added.length > 0 ? added : values);
}

/** Whether a change to a statement would make its gate allow other requests of the sample, too. */
function opensMore(change: Change, place: StatementPlace, question: Question, surroundings: Surroundings): boolean {
  const after = change.apply(question);
  const isOfResource = place.gate === 'resource-policy';
  return sampleOf(question, surroundings).some((probe) => {
    // Only the policies of resources name their callers, and only those of callers and buckets their resources.
    if (probe.axis === 'principal' && !isOfResource) return false;
    const [was, is] = [question, after].map((asked) => isOpen(place, probe.of(asked)));
    return !was && is;
  });
}

function isOpen({ gate: kind, level }: Pick<StatementPlace, 'gate' | 'level'>, asked: Question): boolean {
  const gate = gatesOf(asked.request, asked.policies).find((each) => each.kind === kind);
  if (!gate) return false;
  const levels = gate.targets ? gate.levels.slice(level, level + 1) : gate.levels;
  return sweep({ ...gate, levels, targets: undefined }).allow !== undefined;
}

/** A grant like one that misses, with the request's own encryption context as its constraint. */
function* widenedGrants({ gate }: SilentGate, { request, policies }: Question): Iterable<Change> {
  if (gate !== 'resource-policy' && gate !== 'identity-policy') return;
  const pairs = encryptionContextOf(request.context.entries());
  for (const near of policies.nearGrants ?? []) {
    const { constraint, pairs: asks, ...grant } = near;
    yield {
      remedy: {
        kind: 'widen-grant',
        gate: 'grant',
        grantId: grant.grantId,
        grantee: grant.granteePrincipal,
        action: request.action,
        ...{ constraint, asks, pairs },
      },
      apply: (asked) => ({
        ...asked,
        policies: { ...asked.policies, grants: [...(asked.policies.grants ?? []), { ...grant, grantId: 'new' }] },
      }),
    };
  }
}

const CONTEXT = 'kms:EncryptionContext:';

/** The encryption context of a request to KMS, from its condition keys. */
export function encryptionContextOf(
  entries: Readonly<Record<string, string | readonly string[]>>,
): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(entries).flatMap(([name, value]) =>
      name.startsWith(CONTEXT) && typeof value === 'string' ? [[name.slice(CONTEXT.length), value]] : [],
    ),
  );
}

/**
 * A policy names users and roles by ARN, and means those that had the name when it was put: IAM User Guide, "AWS JSON
 * policy elements: Principal".
 */
function* policyPutAgain({ gate }: SilentGate, { request, policies }: Question): Iterable<Change> {
  const { caller } = request;
  const { resource } = policies;
  const entity = entityOf(caller);
  if (gate !== 'resource-policy' && gate !== 'identity-policy') return;
  if (!entity || !resource?.principals) return;
  const { arn, id } = entity;
  const bound = resource.principals[arn];
  if (bound === undefined || bound === id || resource.isFixed) return;
  yield {
    remedy: { kind: 'put-again', gate: 'resource-policy', policy: resource.name, principal: arn, boundTo: bound },
    apply: (asked) => {
      const { resource: now = resource } = asked.policies;
      const principals = { ...now.principals, [arn]: id };
      return { ...asked, policies: { ...asked.policies, resource: { ...now, principals } } };
    },
  };
}

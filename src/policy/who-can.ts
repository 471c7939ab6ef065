/**
 * Whether a principal may do something, where the request is not known in full: the decisions about every permission that
 * it takes, over keys that are open.
 */

import type { GrantPermission } from './access.ts';
import type { Condition } from './condition.ts';
import type { Context } from './context.ts';
import { lowerCase } from './context.ts';
import type { Decision } from './decision.ts';
import { becauseOf } from './decision-trace.ts';
import { evaluate } from './evaluate.ts';
import { type AccessRequest, gatesOf, type Policies } from './gates.ts';
import { hasOpenVariables, leaningPolicies } from './leaning.ts';
import { answerOpen, type Leaning, type OpenAnswer } from './open-answer.ts';
import { type Given, givenAs, NOTHING_GIVEN, OpenContext, type OpenKey, type OpenKeys } from './open-context.ts';
import { openValues } from './open-values.ts';
import type { PolicyDocument } from './policy-document.ts';
import type { Template } from './variables.ts';
import { type Verdict, weigh } from './verdict.ts';

/** One permission that is needed, with the policies that bear on it. */
export interface Needed {
  readonly request: AccessRequest;
  /** Without grants. */
  readonly policies: Policies;
  /** The keys that are open in this request. */
  readonly open: OpenKeys;
  readonly grants?: OpenGrants | undefined;
}

/** Grants on the resource whose constraints look at the request. */
export interface OpenGrants {
  /** Those that cover a request; leaning: all that could, or only those without constraints on open keys. */
  fitting(context: Context, to?: Leaning): readonly GrantPermission[];
  /** The values that constraints compare a key (in lower case) with. */
  values(key: string): readonly string[];
}

/** What is asked about one principal. */
export interface Asked {
  /** The permissions, where the request has these values; undefined if there is no such request. */
  needed(given: Given): readonly Needed[] | undefined;
  /** Whether the values of open keys change what is needed. */
  readonly isVarying: boolean;
}

/** The answer, and the decision that it rests on: one that denies, or else the last one. */
export interface WhoCan {
  readonly open: OpenAnswer;
  readonly decided: Decided | undefined;
}

/** A decision, as far as it is needed. */
export interface Decided {
  readonly needed: Needed;
  readonly verdict: Verdict;
  readonly because: string;
}

/** Answers for one principal. */
export function whoCan(asked: Asked): WhoCan {
  const plain = asked.needed(NOTHING_GIVEN) ?? [];
  // Most answers are those to the plain request, and rest on the same decision.
  let first: Decided | undefined;
  const open = answerOpen({
    decide: (given, asks) => {
      const needed = asked.isVarying ? asked.needed(given) : plain;
      if (given !== NOTHING_GIVEN) return needed?.every((one) => verdictOf(one, given, asks).allowed);
      return needed?.every((one) => {
        first = decided(one, withGiven(one, given, asks));
        return first.verdict.allowed;
      });
    },
    values: (key) => valuesOf(key, plain),
    keys: () => keysIn(plain),
    areAll: (key) => !plain.some((one) => hasVariable(key, one)),
    ...(!asked.isVarying && { leaning: (to) => plain.every((one) => leaningVerdict(one, to).allowed) }),
  });
  const isPlain = first?.verdict.allowed === (open.answer === 'yes') && open.answer !== 'if';
  return { open, decided: isPlain ? first : decidedBy(open, plain, asked) };
}

/** The values that stand for a binding of each key. */
export function givenBy(open: OpenAnswer): Given {
  if (open.answer !== 'if') return NOTHING_GIVEN;
  return new Map(open.bindings.map(({ key, values: [first] }) => [key.key, first?.value]));
}

/** The whole decision about each permission, where the request has these values. */
export const decisionsOf = (asked: Asked, given: Given): readonly Decision[] =>
  (asked.needed(given) ?? []).map((needed) => {
    const { request, policies } = withGiven(needed, given, () => {});
    return evaluate(request, policies);
  });

function decidedBy(open: OpenAnswer, plain: readonly Needed[], asked: Asked): Decided | undefined {
  const given = givenBy(open);
  const needed = open.answer === 'if' ? (asked.needed(given) ?? []) : plain;
  let last: Decided | undefined;
  for (const one of needed) {
    last = decided(
      one,
      withGiven(one, given, () => {}),
    );
    if (!last.verdict.allowed) return last;
  }
  // Denied for some values only, which are not those of the plain request.
  const hopeless = open.answer === 'no' ? plain.find((one) => !leaningVerdict(one, 'hopeful').allowed) : undefined;
  return hopeless ? decided(hopeless, leaningParts(hopeless, 'hopeful')) : last;
}

interface Parts {
  readonly request: AccessRequest;
  readonly policies: Policies;
}

function decided(needed: Needed, { request, policies }: Parts): Decided {
  const verdict = weigh(request, policies, gatesOf(request, policies));
  return {
    needed,
    verdict,
    get because() {
      return becauseOf(verdict, request, policies);
    },
  };
}

function verdictOf(needed: Needed, given: Given, asks: (key: OpenKey) => void): Verdict {
  const { request, policies } = withGiven(needed, given, asks);
  return weigh(request, policies, gatesOf(request, policies));
}

function withGiven({ request, policies, open, grants }: Needed, given: Given, asks: (key: OpenKey) => void): Parts {
  const context = new OpenContext(request.context, { open, given, asks });
  return {
    request: { ...request, context },
    policies: grants ? { ...policies, grants: grants.fitting(context) } : policies,
  };
}

function leaningVerdict(needed: Needed, to: Leaning): Verdict {
  const { request, policies } = leaningParts(needed, to);
  return weigh(request, policies, gatesOf(request, policies));
}

function leaningParts({ request, policies, open, grants }: Needed, to: Leaning): Parts {
  const leaning = leaningPolicies(policies, to, open);
  return { request, policies: grants ? { ...leaning, grants: grants.fitting(request.context, to) } : leaning };
}

/** The values of a key that the policies of all permissions tell apart. */
function valuesOf(key: OpenKey, needed: readonly Needed[]) {
  const conditions: Condition[] = [];
  const more = new Set<string>();
  let context: Context | undefined;
  for (const { request, policies, open, grants } of needed) {
    if (!open(key.key, key.name)) continue;
    context ??= request.context;
    const action = lowerCase(request.action);
    for (const document of documentsOf(policies)) {
      for (const statement of document.about(action)) {
        for (const condition of statement.conditions) {
          if (givenAs(condition.key) === key.key) conditions.push(condition);
        }
        for (const pattern of [...(statement.resources ?? []), ...(statement.notResources ?? [])]) {
          const value = pattern.kind === 'arn' ? valueInArn(key, pattern.tail, request.resource) : undefined;
          if (value !== undefined) more.add(value);
        }
      }
    }
    for (const value of grants?.values(key.key) ?? []) more.add(value);
  }
  return context ? openValues(key, conditions, context, [...more]) : [];
}

/** The open keys in the conditions about the permissions. */
function keysIn(needed: readonly Needed[]): readonly OpenKey[] {
  const found = new Map<string, OpenKey>();
  for (const { request, policies, open } of needed) {
    for (const document of documentsOf(policies)) {
      for (const { conditions } of document.about(lowerCase(request.action))) {
        for (const { key, name } of conditions) {
          const openKey = open(givenAs(key), name);
          if (openKey) found.set(openKey.key, openKey);
        }
      }
    }
  }
  return [...found.values()];
}

/** Whether a policy about the permission has a key as a variable. */
function hasVariable({ key }: OpenKey, { request, policies, open }: Needed): boolean {
  const only: OpenKeys = (asked, spelled) => (asked === key ? open(asked, spelled) : undefined);
  const action = lowerCase(request.action);
  for (const document of documentsOf(policies)) {
    for (const statement of document.about(action)) if (hasOpenVariables(statement, only)) return true;
  }
  return false;
}

/** Every document among policies. */
export function* documentsOf(policies: Policies): Iterable<PolicyDocument> {
  const { identity = [], boundary, session = [], resource, serviceControl = [], resourceControl = [] } = policies;
  for (const { document } of [...identity, ...(boundary ? [boundary] : []), ...session]) yield document;
  for (const level of [...serviceControl, ...resourceControl])
    for (const { document } of level.policies) yield document;
  for (const policy of [resource, resource?.setting, resource?.rule]) if (policy?.document) yield policy.document;
}

/** A pattern with more parts may take too long to be matched backwards. */
const MOST_PIECES = 6;

/** The value of a variable with which an ARN in a policy is that of the resource. */
function valueInArn({ key }: OpenKey, { pieces }: Template, resource: string): string | undefined {
  const isKey = (piece: (typeof pieces)[number]) => 'variable' in piece && givenAs(piece.variable) === key;
  if (!pieces.some(isKey) || pieces.length > MOST_PIECES) return undefined;
  let isFirst = true;
  const source = pieces.map((piece) => {
    if ('literal' in piece) return piece.literal.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');
    if ('wildcard' in piece) return piece.wildcard === '*' ? '.*' : '.';
    if (!isKey(piece)) return '.*';
    const group = isFirst ? '([^/]+)' : '\\1';
    isFirst = false;
    return group;
  });
  const part = resource.split(':').slice(5).join(':');
  return new RegExp(`^${source.join('')}$`, 's').exec(part)?.[1];
}

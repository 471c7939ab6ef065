/** Changes to policies, made on the side: the policies of a question are never changed themselves. */

import { isRecord } from '../api/message.ts';
import type { StatementPlace } from './blocking.ts';
import type { NamedStatement } from './change.ts';
import type { Question } from './evaluate.ts';
import type { AttachedPolicy, ControlLevel, Gate, NamedPolicy, Policies } from './gates.ts';
import { listOf, type PolicyDocument, readPolicy } from './policy-document.ts';

type Json = Readonly<Record<string, unknown>>;

/** Whether a customer can change a policy: neither AWS's own, nor a setting or a rule that counts as one. */
export const isEditable = ({ policy: { arn, lift, ifSilent, isUnknown } }: Pick<StatementPlace, 'policy'>): boolean =>
  lift === undefined && ifSilent === undefined && !isUnknown && !(arn?.includes('::aws:policy/') ?? false);

/** A statement by its policy and its place in it. */
export const namedStatement = ({ gate, target, policy, statement }: StatementPlace): NamedStatement => ({
  gate,
  ...(target && { target }),
  policy: policy.name,
  policyArn: policy.arn,
  sid: statement.sid,
  index: statement.index,
});

/** A statement as it is written. */
export function writtenStatement({ policy, statement }: Pick<StatementPlace, 'policy' | 'statement'>): Json {
  const written = statementsOf(policy.document)[statement.index];
  return isRecord(written) ? written : {};
}

/** Whether the variables of a document count. */
export const hasVariables = ({ version }: Pick<PolicyDocument, 'version'>): boolean => version === '2012-10-17';

/** The question with another statement in place of one; undefined: with none. */
export function withStatement(question: Question, place: StatementPlace, statement: Json | undefined): Question {
  return withPolicies(question, place, (policies) =>
    policies.map((policy, at) =>
      policy.name === place.policy.name && (at === place.at || place.gate === 'resource-policy')
        ? { ...policy, document: changed(policy.document, place.statement.index, statement ?? VOID) }
        : policy,
    ),
  );
}

/** In the place of a statement that is gone, so that the others keep their positions: it is about no action. */
const VOID: Json = { Effect: 'Deny', Action: [], Resource: '*' };

/** The question with one more statement in a gate: in a policy of its own, or in the only one that there can be. */
export function withAddition(
  question: Question,
  place: Pick<StatementPlace, 'gate' | 'level'>,
  statement: Json,
): Question {
  const isOnly = place.gate === 'resource-policy' || place.gate === 'permissions-boundary';
  return withPolicies(question, place, (policies) => {
    const [only] = policies;
    if (isOnly && only) {
      return [{ ...only, document: documentWith(only.document, [...statementsOf(only.document), statement]) }];
    }
    return [...policies, { name: 'new policy', document: readPolicy({ Version: '2012-10-17', Statement: statement }) }];
  });
}

const changed = (document: PolicyDocument, index: number, statement: Json): PolicyDocument =>
  documentWith(document, statementsOf(document).with(index, statement));

function documentWith(document: PolicyDocument, statements: readonly unknown[]): PolicyDocument {
  const written = document.json();
  return readPolicy({ ...(isRecord(written) ? written : {}), Statement: statements });
}

function statementsOf(document: PolicyDocument): readonly unknown[] {
  const written = document.json();
  return isRecord(written) ? listOf(written.Statement) : [];
}

/** The question with other policies in a gate, of which those that are no documents of a customer's stay. */
function withPolicies(
  question: Question,
  { gate, level }: { readonly gate: Gate['kind']; readonly level: number },
  change: (policies: readonly NamedPolicy[]) => readonly NamedPolicy[],
): Question {
  const { policies } = question;
  return { ...question, policies: { ...policies, ...changedPolicies() } };

  function changedPolicies(): Policies {
    switch (gate) {
      case 'identity-policy':
        return { identity: change(policies.identity ?? []) };
      case 'session-policy':
        return { session: change(policies.session ?? []) };
      case 'permissions-boundary':
        return { boundary: change(policies.boundary ? [policies.boundary] : [])[0] };
      case 'resource-policy':
        return policies.resource ? { resource: changedResource(policies.resource, change) } : {};
      case 'service-control-policy':
        return { serviceControl: changedLevels(policies.serviceControl, level, change) };
      case 'resource-control-policy':
        return { resourceControl: changedLevels(policies.resourceControl, level, change) };
    }
  }
}

function changedResource(
  resource: AttachedPolicy,
  change: (policies: readonly NamedPolicy[]) => readonly NamedPolicy[],
): AttachedPolicy {
  const { name, document, setting } = resource;
  const written = document ? [{ name, document }] : [];
  const [own] = change(written);
  if (own?.document !== document) return { ...resource, document: own?.document };
  const [lifted] = setting ? change([setting]) : [];
  return { ...resource, setting: lifted };
}

const changedLevels = (
  levels: readonly ControlLevel[] = [],
  at: number,
  change: (policies: readonly NamedPolicy[]) => readonly NamedPolicy[],
): readonly ControlLevel[] =>
  levels.map((level, i) => (i === at ? { ...level, policies: change(level.policies) } : level));

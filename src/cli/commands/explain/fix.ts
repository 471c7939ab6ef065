/** The changes that would allow a call, as a value for scripts and as text for people: `explain … --fix`. */

import { parseArn } from '../../../api/arn.ts';
import { isGrantOperation } from '../../../kms/grant.ts';
import { principalOf } from '../../../policy/added-statement.ts';
import type { NamedStatement, Remedy, Surroundings } from '../../../policy/change.ts';
import type { ConditionTrace, Decision } from '../../../policy/decision.ts';
import { targetText } from '../../../policy/decision-trace.ts';
import { evaluate, questionOf } from '../../../policy/evaluate.ts';
import { type Remedies, remediesFor } from '../../../policy/remedy.ts';
import { type MadeChange, madeChanges } from '../../../policy/shared-changes.ts';
import { encryptionContextOf } from '../../../policy/silent-remedies.ts';
import type { Painter } from '../../command.ts';
import { painted, paintedJson, type Shown } from '../../output/painted.ts';
import { wrapped } from '../../output/wrap.ts';
import { commandFor, grantCommand, type Sent, sentOptions } from './fix-command.ts';
import { paragraph } from './tree.ts';

/** What would allow what a decision denies. */
export interface Fix extends Remedies {
  readonly decision: Decision;
  /** The command that creates a grant that would do instead. */
  readonly grant: string | undefined;
  /** Why there is none, where one is needed. */
  readonly unknown: string | undefined;
}

/**
 * Without changes when the decision does not determine whether the call succeeds, or when none is known.
 * @param made the changes for other decisions of the same command
 */
export function fixOf(decision: Decision, surroundings: Surroundings, made: readonly MadeChange[] = []): Fix {
  const found =
    decision.decidesOnly === undefined ? remediesFor(decision, surroundings, made) : { changes: [], alsoAllowed: [] };
  return { ...found, decision, grant: grantFor(decision, found, surroundings), unknown: unknownText(decision, found) };
}

function unknownText(decision: Decision, { changes }: Remedies): string | undefined {
  if (decision.allowed || decision.decidesOnly !== undefined || changes.length > 0) return undefined;
  if (!questionOf(decision)) return 'the policies of that time were not kept, so no change to them can be tried';
  // The rule of a service says itself what helps.
  const hasWayOut = decision.gates.some(({ policies }) => policies.some(({ wayOut }) => wayOut !== undefined));
  return hasWayOut ? undefined : 'no change to a policy or to the call is known that would allow it';
}

/** The changes of a fix for the fixes of other decisions. */
export function madeBy({ decision, changes }: Fix): readonly MadeChange[] {
  const question = questionOf(decision);
  return question ? madeChanges(question, changes) : [];
}

/** The fix as a value. */
export const fixValue = ({ decision, changes, grant }: Fix) => [
  ...changes.map(({ remedy }) => remedyValue(remedy, decision)),
  ...(grant === undefined ? [] : [{ Kind: 'OrGrant', Command: grant }]),
];

/** The number of different changes that several fixes have in them. */
export const changeCount = (fixes: readonly Fix[]): number =>
  new Set(fixes.flatMap(({ changes, decision }) => changes.map(({ remedy }) => identityOf(remedy, decision)))).size;

/** A statement that is added for one resource is not the one that is added for another. */
const identityOf = (remedy: Remedy, { resource }: Decision): string =>
  JSON.stringify([remedy, remedy.kind === 'add-statement' || remedy.kind === 'put-again' ? resource : undefined]);

const placeValue = ({ gate, target, policy, policyArn, sid, index }: NamedStatement) => ({
  Gate: gate,
  ...(target && { Target: { Kind: target.kind, Id: target.id, Name: target.name } }),
  Policy: policy,
  PolicyArn: policyArn,
  Sid: sid,
  Index: index,
});

function remedyValue(remedy: Remedy, decision: Decision) {
  const command = commandFor(remedy, decision.resource);
  const Command = command === undefined ? {} : { Command: command };
  switch (remedy.kind) {
    case 'add-statement':
      return {
        Kind: 'AddStatement',
        Gate: remedy.gate,
        ...(remedy.target && { Target: targetValue(remedy.target) }),
        To: placeOf(remedy, decision),
        Statement: remedy.statement,
      };
    case 'change-condition':
      return {
        Kind: 'ChangeCondition',
        ...placeValue(remedy),
        Operator: remedy.operator,
        Key: remedy.key,
        ...(remedy.added.length > 0 && { Add: remedy.added }),
        ...(remedy.removed.length > 0 && { Remove: remedy.removed }),
        IsBeside: remedy.isBeside,
        Statement: remedy.statement,
      };
    case 'replace-value':
      return {
        Kind: 'ReplaceValue',
        ...placeValue(remedy),
        Element: remedy.element,
        Value: remedy.from,
        With: remedy.to,
        Statement: remedy.statement,
      };
    case 'put-again':
      return {
        Kind: 'PutPolicyAgain',
        Gate: remedy.gate,
        Policy: remedy.policy,
        Principal: remedy.principal,
        BoundTo: remedy.boundTo,
      };
    case 'widen-grant':
      return {
        Kind: 'WidenGrant',
        Gate: remedy.gate,
        NearMiss: {
          GrantId: remedy.grantId,
          Grantee: remedy.grantee,
          Constraint: { [remedy.constraint]: remedy.asks },
        },
        EncryptionContext: remedy.pairs,
        ...Command,
      };
    case 'send': {
      const { key, value, condition } = remedy;
      const Options = sentOptions(remedy, decision).map(({ option, short, value: sent }) => ({
        Option: option,
        ...(short !== undefined && { ShortOption: short }),
        Value: sent ?? null,
      }));
      return {
        Kind: 'ChangeRequest',
        ...placeValue(remedy),
        Key: key,
        Value: value ?? null,
        ...(Options.length > 0 && { Options }),
        Condition: conditionValue(condition),
      };
    }
    case 'tag-principal': {
      const { principal, tag, value } = remedy;
      return {
        Kind: 'TagPrincipal',
        ...placeValue(remedy),
        Principal: principal,
        TagKey: tag,
        TagValue: value ?? null,
        ...Command,
      };
    }
    case 're-encrypt':
      return { Kind: 'ReEncrypt', Gate: remedy.gate, KeyArn: remedy.keyArn, Object: remedy.object, ...Command };
    case 'lift-deny':
      return {
        Kind: 'LiftDeny',
        ...(remedy.target && { Target: targetValue(remedy.target) }),
        Gate: remedy.gate,
        Policy: remedy.policy,
        PolicyArn: remedy.policyArn,
        ...(remedy.lift === undefined
          ? {
              Sid: remedy.sid,
              Index: remedy.index,
              Conditions: remedy.conditions.map(conditionValue),
              ...(remedy.narrowed && { Narrowed: remedy.narrowed }),
            }
          : { Lift: remedy.lift }),
      };
  }
}

const targetValue = ({ kind, id, name }: NonNullable<NamedStatement['target']>) => ({ Kind: kind, Id: id, Name: name });

const conditionValue = ({ operator, key, expected, actual }: ConditionTrace) => ({
  Operator: operator,
  Key: key,
  Expected: expected,
  Actual: actual ?? null,
});

/** The lines below the tree of a decision; none when it is allowed, or when no change is known. */
export function fixLines(fix: Fix, painter: Painter): Shown[] {
  const { changes, decision, grant, alsoAllowed, unknown } = fix;
  if (changes.length === 0) return unknown === undefined ? [] : ['', ...plain(unknown, painter)];
  const many = changes.length < 2 ? [] : plain(`${countText(changes.length)} are needed, all of them:`, painter);
  const or =
    grant === undefined ? [] : [...plain('or create a grant instead of adding statements:', painter), `    ${grant}`];
  const also =
    alsoAllowed.length === 0
      ? []
      : [...plain('this would also allow, for example:', painter), ...indented(alsoAllowed.slice(0, MOST), painter)];
  return ['', ...many, ...changes.flatMap(({ remedy }) => remedyLines(remedy, decision, painter)), ...also, ...or];
}

/** How many examples the text has; JSON has all of the sample. */
const MOST = 4;

/** `two changes`. */
export const countText = (count: number): string => `${['no', 'one', 'two', 'three'][count] ?? count} changes`;

const plain = (text: string, painter: Painter): Shown[] => paragraph(text, (line) => line, painter);

const indented = (texts: readonly string[], painter: Painter): Shown[] =>
  texts.flatMap((text) => wrapped(text, painter.width - 4).map((line) => `    ${line}`));

/** A text whose first word stands out. */
function led(text: string, painter: Painter): Shown[] {
  const [word = ''] = text.split(' ', 1);
  const [first = '', ...others] = wrapped(text, painter.width);
  return [painted`${painter.strong(word)}${first.slice(word.length)}`, ...others];
}

function remedyLines(remedy: Remedy, decision: Decision, painter: Painter): Shown[] {
  const command = commandFor(remedy, decision.resource);
  const commands = command === undefined ? [] : [`    ${command}`];
  switch (remedy.kind) {
    case 'add-statement':
      return [...led(`add to ${placeOf(remedy, decision)}:`, painter), paintedJson(remedy.statement, 2, '    ')];
    case 'change-condition': {
      const { operator, key, added, removed, isBeside, statement } = remedy;
      const values =
        added.length > 0
          ? `${removed.length > 0 ? 'set' : 'add'} ${quoted(added)} ${removed.length > 0 ? 'as the value of' : 'to'}`
          : `take ${quoted(removed)} out of`;
      const text = isBeside
        ? `add a statement for this request beside ${statementOf(remedy)}, which misses by ${operator} ${key} alone and with this value would allow more:`
        : `${values} ${operator} ${key} in ${statementOf(remedy)}, which misses by this condition alone:`;
      return [...led(text, painter), paintedJson(statement, 2, '    ')];
    }
    case 'replace-value': {
      const { element, from, to, statement } = remedy;
      const text = `replace "${from}" by "${to}" in ${element} of ${statementOf(remedy)}, where the ARN of an alias never matches:`;
      return [...led(text, painter), paintedJson(statement, 2, '    ')];
    }
    case 'put-again':
      return led(
        `put the ${remedy.policy} again, with "${remedy.principal}" in place of "${remedy.boundTo}", whom it means: a principal that had this name and is gone`,
        painter,
      );
    case 'widen-grant': {
      const { grantId, constraint, asks, pairs } = remedy;
      const text = `create a grant for this encryption context: grant ${grantId} names the caller and asks for another, ${constraint} ${pairsText(asks)}, and the request has ${pairsText(pairs)}`;
      return [...led(text, painter), ...commands];
    }
    case 'send':
      return led(sendText(remedy, decision), painter);
    case 'tag-principal': {
      const { principal, tag, value } = remedy;
      const how = value === undefined ? `remove the tag ${tag} from` : `tag ${tag}=${value} on`;
      return [
        ...led(`${value === undefined ? '' : 'put the '}${how} ${principal}, for ${statementOf(remedy)}:`, painter),
        ...commands,
      ];
    }
    case 're-encrypt': {
      const text =
        'encrypt under a customer managed key instead: no statement can allow this, since nobody can change the policy of an AWS managed key';
      return [...led(text, painter), ...commands];
    }
    case 'lift-deny':
      return liftLines(remedy, painter);
  }
}

function liftLines(remedy: Extract<Remedy, { kind: 'lift-deny' }>, painter: Painter): Shown[] {
  const { conditions, lift, narrowed } = remedy;
  if (lift !== undefined) return paragraph(lift, painter.strong, painter);
  return [
    ...led(`remove or narrow ${statementOf(remedy)}, since no Allow can override a Deny`, painter),
    ...(narrowed ? [...indented(['such as:'], painter), paintedJson(narrowed, 2, '    ')] : []),
    ...indented(
      conditions.map((each) => `or make the call without meeting this condition: ${conditionText(each)}`),
      painter,
    ),
  ];
}

const quoted = (values: readonly string[]): string => values.map((value) => `"${value}"`).join(', ');

const pairsText = (pairs: Readonly<Record<string, string>>): string => {
  const texts = Object.entries(pairs).map(([name, value]) => `${name}=${value}`);
  return texts.length === 0 ? 'none' : texts.join(', ');
};

/** `statement "OnlyKms" of the bucket policy`. */
function statementOf({ policy, policyArn, sid, index, target }: NamedStatement): string {
  const name = sid === undefined ? `statement ${index + 1}` : `statement "${sid}"`;
  return `${name} of ${policyArn ?? `the ${policy}`}${target ? ` at ${targetText(target)}` : ''}`;
}

function conditionText({ operator, key, expected, actual }: ConditionTrace): string {
  const found = actual === undefined ? 'is absent' : `is ${actual.join(', ')}`;
  return `${operator} ${key} ${expected.join(', ')} (the key ${found})`;
}

function sendText(remedy: Sent, decision: Decision): string {
  const { key, value, condition } = remedy;
  const why = `so that ${statementOf(remedy)} ${condition.met ? 'does not apply' : 'applies'}: ${conditionText(condition)}`;
  const options = sentOptions(remedy, decision);
  if (options.length === 0) return `make the call ${circumstanceText(key, value)}, ${why}`;
  const texts = (isShort: boolean) =>
    options.map(({ option, short = option, value: sent }) =>
      [isShort ? short : option, ...(sent === undefined ? [] : [sent])].join(' '),
    );
  const long = texts(false).join(' ');
  const short = texts(true).join(' ');
  const or = short === long ? '' : ` (in ssebox s3: ${short})`;
  return `make the call ${value === undefined ? 'without' : 'with'} ${long}${or}, ${why}`;
}

function circumstanceText(key: string, value = ''): string {
  switch (key.toLowerCase()) {
    case 'aws:multifactorauthpresent':
      return `with a second factor (${key}=${value})`;
    case 'aws:securetransport':
      return `${value === 'true' ? 'over TLS' : 'without TLS'} (${key}=${value})`;
    case 'aws:sourceip':
      return `from an address such as ${value} (${key})`;
    default:
      return `with ${key}=${value}`;
  }
}

function placeOf({ gate, target }: Extract<Remedy, { kind: 'add-statement' }>, decision: Decision): string {
  const { caller, action, resource, gates } = decision;
  const asker = questionOf(decision)?.request.caller;
  const principal = (asker && principalOf(asker)) ?? caller;
  switch (gate) {
    case 'identity-policy':
      return `an identity-based policy of ${principal}`;
    case 'resource-policy':
      if (action.startsWith('s3:'))
        return `the bucket policy of ${resource.replace(/^(arn:aws:s3:::[^/]+).*$/s, '$1')}`;
      return `the ${action.startsWith('kms:') ? 'key policy' : 'trust policy'} of ${resource}`;
    case 'permissions-boundary': {
      const { arn, isUnknown } = gates.find((traced) => traced.gate === gate)?.policies[0] ?? {};
      const which = arn === undefined ? '' : `, ${arn}`;
      return `the permissions boundary of ${principal}${which}${isUnknown ? ', which has to be created' : ''}`;
    }
    case 'session-policy':
      return 'the policy that the session is created with';
    case 'service-control-policy':
      return `a service control policy of ${target ? targetText(target) : 'every level'}, above ${principal}`;
    case 'resource-control-policy':
      return `a resource control policy of ${target ? targetText(target) : 'every level'}, above ${resource}`;
    case 'grant':
      return `a grant on ${resource}`;
  }
}

/**
 * A grant gives a principal access to a key independently of all policies, unless a boundary or a session policy limits
 * it.
 */
function grantFor(decision: Decision, { changes }: Remedies, { objects }: Surroundings): string | undefined {
  const { action, resource } = decision;
  const question = questionOf(decision);
  const [, operation = ''] = /^kms:(\w+)$/.exec(action) ?? [];
  if (!question || !isGrantOperation(operation) || parseArn(resource)?.service !== 'kms') return undefined;
  // A grant lets its grantee retire that very grant, not the one in question.
  if (operation === 'RetireGrant') return undefined;
  const isEnough =
    changes.length > 0 &&
    changes.every(
      ({ remedy: { kind, gate } }) =>
        kind === 'add-statement' && (gate === 'identity-policy' || gate === 'resource-policy'),
    );
  const to = principalOf(question.request.caller);
  // A grant to the root user is one to the whole account.
  if (question.request.caller.kind === 'root') return undefined;
  // One encryption context fits into a constraint, and without one it would be for everything under the key.
  if (!isEnough || to === undefined || (objects && (objects.hasMore || objects.listed.length > 1))) return undefined;
  const { request, policies } = question;
  const grants = [...(policies.grants ?? []), { grantId: 'new', granteePrincipal: to }];
  if (!evaluate(request, { ...policies, grants }).allowed) return undefined;
  // With a grant one can only create grants that allow no more than itself: AWS KMS Developer Guide, "Grants in AWS KMS".
  const created = operation === 'CreateGrant' ? (request.context.values('kms:grantoperations') ?? []) : [];
  const pairs = encryptionContextOf(request.context.entries());
  return grantCommand({ resource, to, operations: [...new Set([operation, ...created])], pairs });
}

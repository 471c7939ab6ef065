/** The changes that would allow a call, as a value for scripts and as text for people: `explain … --fix`. */

import { parseArn } from '../../../api/arn.ts';
import { shellWord } from '../../../api/shell-word.ts';
import { isGrantOperation } from '../../../kms/grant.ts';
import type { ConditionTrace, Decision, GateKind } from '../../../policy/decision.ts';
import { type Remedy, remediesFor } from '../../../policy/remedy.ts';
import type { SeveralResources } from '../../../policy/several-resources.ts';
import { commandName } from '../../aws-input/flags.ts';
import type { Painter } from '../../command.ts';
import { painted, paintedJson, type Shown } from '../../output/painted.ts';
import { wrapped } from '../../output/wrap.ts';
import { paragraph } from './tree.ts';

/** Empty when the decision does not determine whether the call succeeds. */
export function fixValue(decision: Decision, several?: SeveralResources) {
  if (decision.decidesOnly !== undefined) return [];
  const grant = grantCommand(decision);
  return [
    ...remediesFor(decision, several).map((remedy) =>
      remedy.kind === 'add-statement'
        ? { Kind: 'AddStatement', Gate: remedy.gate, To: placeOf(remedy.gate, decision), Statement: remedy.statement }
        : {
            Kind: 'LiftDeny',
            Gate: remedy.gate,
            Policy: remedy.policy,
            PolicyArn: remedy.policyArn,
            ...(remedy.lift === undefined ? { Sid: remedy.sid, Index: remedy.index } : { Lift: remedy.lift }),
          },
    ),
    ...(grant === undefined ? [] : [{ Kind: 'OrGrant', Command: grant }]),
  ];
}

/** The lines below the tree of a decision; none when it is allowed. */
export function fixLines(decision: Decision, several: SeveralResources | undefined, painter: Painter): Shown[] {
  const remedies = decision.decidesOnly === undefined ? remediesFor(decision, several) : [];
  if (remedies.length === 0) return [];
  const grant = grantCommand(decision);
  const or =
    grant === undefined ? [] : [...plain('or create a grant instead of adding statements:', painter), `    ${grant}`];
  return ['', ...remedies.flatMap((remedy) => remedyLines(remedy, decision, painter)), ...or];
}

const plain = (text: string, painter: Painter): Shown[] => paragraph(text, (line) => line, painter);

/** A text whose first word stands out. */
function led(text: string, painter: Painter): Shown[] {
  const [word = ''] = text.split(' ', 1);
  const [first = '', ...others] = wrapped(text, painter.width);
  return [painted`${painter.strong(word)}${first.slice(word.length)}`, ...others];
}

function remedyLines(remedy: Remedy, decision: Decision, painter: Painter): Shown[] {
  if (remedy.kind === 'add-statement') {
    return [...led(`add to ${placeOf(remedy.gate, decision)}:`, painter), paintedJson(remedy.statement, 2, '    ')];
  }
  const { policy, policyArn, sid, index, conditions, lift } = remedy;
  if (lift !== undefined) return paragraph(lift, painter.strong, painter);
  const name = sid === undefined ? `statement ${index + 1}` : `statement "${sid}"`;
  return [
    ...led(`remove or narrow ${name} of ${policyArn ?? `the ${policy}`}, since no Allow can override a Deny`, painter),
    ...conditions.flatMap((condition) => {
      const text = `or make the call without meeting this condition: ${conditionText(condition)}`;
      return wrapped(text, painter.width - 4).map((line) => `    ${line}`);
    }),
  ];
}

function conditionText({ operator, key, expected, actual }: ConditionTrace): string {
  const found = actual === undefined ? 'is absent' : `is ${actual.join(', ')}`;
  return `${operator} ${key} ${expected.join(', ')} (the key ${found})`;
}

function placeOf(gate: GateKind, { caller, action, resource, context, gates }: Decision): string {
  const { 'aws:PrincipalArn': named } = context;
  const principal = typeof named === 'string' ? named : caller;
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
      return `a service control policy at every level above the account of ${principal}`;
    case 'resource-control-policy':
      return `a resource control policy at every level above the account of ${resource}`;
    case 'grant':
      return `a grant on ${resource}`;
  }
}

/**
 * A grant gives a principal access to a key independently of all policies, unless a boundary or a session policy limits
 * it.
 */
function grantCommand(decision: Decision): string | undefined {
  const { action, caller, resource, context } = decision;
  const [, operation = ''] = /^kms:(\w+)$/.exec(action) ?? [];
  if (!isGrantOperation(operation) || parseArn(resource)?.service !== 'kms') return undefined;
  // A grant lets its grantee retire that very grant, not the one in question.
  if (operation === 'RetireGrant') return undefined;
  const { 'aws:PrincipalArn': principal = caller } = context;
  const gates = remediesFor(decision).map(({ kind, gate }) => (kind === 'lift-deny' ? 'deny' : gate));
  const isEnough = gates.length > 0 && gates.every((gate) => gate === 'identity-policy' || gate === 'resource-policy');
  if (!isEnough || typeof principal !== 'string' || parseArn(principal) === undefined) return undefined;
  // With a grant one can only create grants that allow no more than itself: AWS KMS Developer Guide, "Grants in AWS KMS".
  const { 'kms:GrantOperations': created = [] } = operation === 'CreateGrant' ? context : {};
  const operations = new Set([operation, ...(typeof created === 'string' ? [created] : created)]);
  const may = Array.from(operations, commandName).join(',');
  return `ssebox kms grant ${shellWord(resource)} --to ${shellWord(principal)} --may ${may}`;
}

/** `because` of a test: the gate, the policy or the statement that decided, as people name them. */

import type { Decision, GateKind, GateTrace } from '../../../policy/decision.ts';
import { answerOf, denialsOf, type Explained } from '../explain/explained.ts';

/** What a gate is called, in the singular. A policy of a resource is called by its kind, too. */
const gateNames: Readonly<Record<GateKind, readonly string[]>> = {
  'resource-control-policy': ['resource control policy', 'rcp'],
  'service-control-policy': ['service control policy', 'scp'],
  'resource-policy': ['resource-based policy', 'resource policy'],
  'identity-policy': ['identity-based policy', 'identity policy'],
  'permissions-boundary': ['permissions boundary', 'boundary'],
  'session-policy': ['session policy'],
  grant: ['grant'],
};

const resourcePolicies: Readonly<Record<string, string>> = {
  kms: 'key policy',
  s3: 'bucket policy',
  sts: 'trust policy',
};

/** Which of these are not among what decided. */
export function notAmong(wanted: readonly string[], explained: Explained): readonly string[] {
  if (wanted.length === 0) return [];
  const names = new Set(deciders(explained).map(plain));
  return wanted.filter((name) => !names.has(plain(name)));
}

/**
 * The names of what decided: for a denial of the first one that the command cannot do without, for an Allow of every
 * gate that let one of its calls through.
 */
export function deciders(explained: Explained): readonly string[] {
  const { calls, refusal } = explained;
  switch (answerOf(explained)) {
    case 'allow':
      return calls.flatMap(({ decisions }) => decisions.flatMap(allowedBy));
    case 'deny': {
      const refused = calls.filter((call) => call.refusal !== undefined && call.call === refusal?.operation);
      const [first] = denialsOf(refused.length > 0 ? { ...explained, calls: refused } : explained);
      return first ? deniedBy(first) : [];
    }
    case 'other':
      return [];
  }
}

function allowedBy({ action, gates, allowed }: Decision): string[] {
  if (!allowed) return [];
  return gates.flatMap((gate) =>
    gate.result === 'allow' ? [...namesOf(gate, action), ...partsOf(gate, 'allow', 'Allow')] : [],
  );
}

/** A gate without an Allow is to blame with all its policies, since each of them could have had one. */
function deniedBy({ action, gates, denial }: Decision): string[] {
  const gate = gates.find((each) => each.gate === denial?.gate);
  if (!gate || !denial) return [];
  const levels = (denial.levels ?? []).flatMap(({ id, name }) => [name, id]);
  const parts = denial.explicit ? partsOf(gate, 'deny', 'Deny') : policyNames(gate);
  return [...namesOf(gate, action), ...levels, ...parts];
}

function namesOf({ gate }: GateTrace, action: string): readonly string[] {
  const ofResource = gate === 'resource-policy' ? resourcePolicies[action.slice(0, action.indexOf(':'))] : undefined;
  return ofResource === undefined ? gateNames[gate] : [...gateNames[gate], ofResource];
}

const policyNames = ({ policies }: Pick<GateTrace, 'policies'>): string[] =>
  policies.flatMap(({ name, arn }) => [name, ...bareName(name), ...(arn === undefined ? [] : [arn])]);

/** `inline policy read` and `inline policy read of group readers` are the policy `read`. */
function bareName(name: string): string[] {
  const [, bare] = /^inline policy (\S+)(?: of group .*)?$/.exec(name) ?? /^(\S+) of group /.exec(name) ?? [];
  return bare === undefined ? [] : [bare];
}

/** The policies of a gate with this result, and their statements with this effect that apply. */
function partsOf({ policies }: GateTrace, result: 'allow' | 'deny', effect: 'Allow' | 'Deny'): string[] {
  const deciding = policies.filter((policy) => policy.result === result);
  const statements = deciding.flatMap((policy) =>
    policy.statements.flatMap(({ sid, index, ...statement }) =>
      statement.applies && statement.effect === effect
        ? [`statement ${index + 1}`, ...(sid === undefined ? [] : [sid, `statement ${sid}`])]
        : [],
    ),
  );
  return [...policyNames({ policies: deciding }), ...statements];
}

/** `The Key Policy`, `key-policy` and `key policies` are the same. */
const plain = (name: string): string =>
  name
    .toLowerCase()
    .replaceAll('"', '')
    .replace(/^the /, '')
    .replaceAll(/[-_ ]+/g, ' ')
    .replace(/policies$/, 'policy')
    .replace(/^grants$/, 'grant')
    .trim();

/** The same situation, put to `src/policy/evaluate.ts`. */

import { RecordContext } from '../../../src/policy/context.ts';
import type { Decision } from '../../../src/policy/decision.ts';
import { evaluate } from '../../../src/policy/evaluate.ts';
import type { AttachedPolicy, ControlLevel, NamedPolicy } from '../../../src/policy/gates.ts';
import { loadPolicy } from '../../../src/policy/policy-document.ts';
import type { DocumentJson, ResourcePolicyJson, Situation } from './situation.ts';

/** The decision of the evaluator that every call goes through. */
export function evaluated({ caller, action, resource, wildcardArn, owner, keys, policies }: Situation): Decision {
  return evaluate(
    { caller, action, resource, wildcardArn, owner, context: new RecordContext(keys) },
    {
      identity: policies.identity?.map(named('identity')),
      boundary: policies.boundary && named('boundary')(policies.boundary),
      session: policies.session?.map(named('session')),
      resource: policies.resource && attached(policies.resource),
      serviceControl: policies.serviceControl?.map(level),
      resourceControl: policies.resourceControl?.map(level),
      grants: policies.grants,
    },
  );
}

const named =
  (name: string) =>
  (document: DocumentJson, index = 0): NamedPolicy => ({
    name: `${name} ${index + 1}`,
    document: loadPolicy(JSON.stringify(document)),
  });

const level = (documents: readonly DocumentJson[], index: number): ControlLevel => ({
  target: { kind: 'unit' as const, id: `ou-${index + 1}`, name: `Level ${index + 1}` },
  policies: documents.map(named('control')),
});

const attached = ({ kind, document, principals, setting }: ResourcePolicyJson): AttachedPolicy => ({
  kind,
  name: kind,
  document: document && loadPolicy(JSON.stringify(document)),
  principals,
  setting: setting && named('setting')(setting),
});

/** The statements that apply, policy by policy: as a decision of `src/policy` explains them, and as the naive evaluator. */

import type { Decision, GateKind } from '../../../src/policy/decision.ts';
import type { Kind } from './principals.ts';
import { type DocumentJson, listOf, type Situation } from './situation.ts';
import { type Place, voicesOf } from './statements.ts';

/** A statement that applies: its policy, its position there, and for a resource's policy how it names the caller. */
interface Applying {
  readonly gate: GateKind;
  /** The policy's position among those of its gate. */
  readonly policy: number;
  readonly statement: number;
  readonly kind: Kind | undefined;
}

/** What the explanation of a decision says. */
export const explained = ({ gates }: Decision): readonly Applying[] =>
  gates.flatMap(({ gate, policies }) =>
    policies.flatMap(({ statements }, policy) =>
      statements
        .filter(({ applies }) => applies)
        .map(({ index, principal }) => ({ gate, policy, statement: index, kind: principal })),
    ),
  );

/** What the documentation says of the policies of the same gates. */
export const documented = ({ gates }: Decision, situation: Situation): readonly Applying[] =>
  gates
    .filter(({ result }) => result !== 'not-applicable')
    .flatMap(({ gate, policies }) =>
      documentsAt(gate, situation)
        // A bucket policy is not there for the root user who mends it.
        .filter(({ name }) => name === undefined || policies.some((policy) => policy.name === name))
        .flatMap(({ place, document }, policy) =>
          applyingIn(document, place, situation).map((one) => ({ ...one, gate, policy })),
        ),
    );

const applyingIn = (document: DocumentJson, place: Place, situation: Situation) =>
  listOf(document.Statement).flatMap((statement, at) => {
    const alone = { ...document, Statement: statement };
    const [voice] = voicesOf(alone, place, situation, situation.policies.resource?.principals);
    const kind = place === 'resource' ? voice?.kind : undefined;
    return voice === undefined ? [] : [{ statement: at, kind }];
  });

interface Attached {
  readonly place: Place;
  readonly document: DocumentJson;
  readonly name?: string;
}

/** The documents of a gate, in the order in which `evaluated.ts` hands them over. */
function documentsAt(gate: GateKind, { policies }: Situation): readonly Attached[] {
  const at = (place: Place, documents: readonly DocumentJson[] = []) =>
    documents.map((document) => ({ place, document }));
  switch (gate) {
    case 'identity-policy':
      return at('identity', policies.identity);
    case 'permissions-boundary':
      return at('boundary', policies.boundary && [policies.boundary]);
    case 'session-policy':
      return at('session', policies.session);
    case 'service-control-policy':
      return at('service-control', policies.serviceControl?.flat());
    case 'resource-control-policy':
      return at('resource-control', policies.resourceControl?.flat());
    case 'resource-policy': {
      const { kind, document, setting } = policies.resource ?? {};
      return [
        ...(setting ? [{ place: 'resource' as const, document: setting, name: 'setting 1' }] : []),
        ...(document && kind ? [{ place: 'resource' as const, document, name: kind }] : []),
      ];
    }
    case 'grant':
      return [];
  }
}

/**
 * Changes to statements that several decisions share. One statement can deny what S3 decides and what KMS decides for it:
 * the change for the one is then made to the statement as the change for the other has left it.
 */

import { parseArn } from '../api/arn.ts';
import type { Change, Remedy } from './change.ts';
import type { GateKind } from './decision.ts';
import type { Question } from './evaluate.ts';
import { gatesOf } from './gates.ts';

/** A change that rewrites a statement. */
export interface MadeChange {
  readonly change: Change;
  readonly gate: GateKind;
  /** Whose policies its gate has, and what they say. */
  readonly place: string;
}

/** Those of the changes for a question that rewrite statements. */
export const madeChanges = (question: Question, changes: readonly Change[]): readonly MadeChange[] =>
  changes.flatMap((change) => {
    const gate = editedGate(change.remedy);
    return gate === undefined ? [] : [{ change, gate, place: placeText(question, gate) }];
  });

/** The changes to statements that a question is decided by, too, in the order in which they were made. */
export function sharedChanges(question: Question, made: readonly MadeChange[]): readonly Change[] {
  const places = new Map<GateKind, string>();
  const placeOf = (gate: GateKind): string => {
    const place = places.get(gate) ?? placeText(question, gate);
    places.set(gate, place);
    return place;
  };
  // One that helps several decisions was made for each of them.
  return [...new Set(made.filter(({ gate, place }) => place === placeOf(gate)).map(({ change }) => change))];
}

/** The gate with the statement that a change rewrites; undefined if it rewrites none. */
function editedGate(remedy: Remedy): GateKind | undefined {
  switch (remedy.kind) {
    case 'replace-value':
      return remedy.gate;
    case 'change-condition':
      return remedy.isBeside ? undefined : remedy.gate;
    case 'lift-deny':
      return remedy.lift === undefined ? remedy.gate : undefined;
    default:
      return undefined;
  }
}

function placeText({ request, policies }: Question, kind: GateKind): string {
  const gate = gatesOf(request, policies).find((each) => each.kind === kind);
  const texts = gate?.levels.map((level) => level.map(({ name, arn, document }) => [name, arn, document.json()]));
  return JSON.stringify([ownerOf(request, kind), gate?.targets, texts]);
}

/** Key policies are often alike, and so are the policies of users. */
function ownerOf({ caller, resource }: Question['request'], kind: GateKind): unknown {
  switch (kind) {
    case 'resource-policy':
      return parseArn(resource)?.service === 's3' ? resource.replace(/\/.*$/s, '') : resource;
    case 'service-control-policy':
    case 'resource-control-policy':
      return undefined;
    default:
      return 'arn' in caller ? caller.arn : caller.kind;
  }
}

/**
 * The policy evaluator against a second one, `naive/evaluator.ts`, which is written from the documentation alone. The
 * naive one first answers the worked cases; then both are asked about the same random situations. A difference becomes a
 * row of a table, or a case, once the documentation has decided who is right.
 */

import { readdirSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { callers } from './callers.ts';
import { drawnSituation } from './naive/drawn-situations.ts';
import { evaluated } from './naive/evaluated.ts';
import { type Answer, decide } from './naive/evaluator.ts';
import type {
  Bindings,
  DocumentJson,
  Keys,
  PoliciesJson,
  ResourcePolicyJson,
  Situation,
  StatementJson,
} from './naive/situation.ts';
import { documented, explained } from './naive/traced.ts';

/** A list of statements is a document of version 2012-10-17. */
type CaseDocument = readonly StatementJson[] | DocumentJson;

interface Case {
  readonly name: string;
  readonly caller: string;
  readonly action: string;
  readonly resource: string;
  readonly wildcardArn?: string;
  readonly owner: string;
  readonly context?: Keys;
  readonly policies: Pick<PoliciesJson, 'grants'> & {
    readonly identity?: readonly CaseDocument[];
    readonly boundary?: CaseDocument;
    readonly session?: readonly CaseDocument[];
    readonly bucketPolicy?: CaseDocument;
    readonly keyPolicy?: CaseDocument;
    readonly trustPolicy?: CaseDocument;
    readonly principals?: Bindings;
    readonly serviceControl?: readonly (readonly CaseDocument[])[];
    readonly resourceControl?: readonly (readonly CaseDocument[])[];
  };
  readonly decision: 'allow' | 'implicit' | 'explicit';
}

const answers: Readonly<Record<Case['decision'], Answer>> = {
  allow: 'allow',
  implicit: 'implicit deny',
  explicit: 'explicit deny',
};

const folder = new URL('./cases/', import.meta.url);

describe.each(readdirSync(folder))('the naive evaluator, %s', (file) => {
  const { cases }: { readonly cases: readonly Case[] } = JSON.parse(readFileSync(new URL(file, folder), 'utf8'));
  test.each(cases)('$name', ({ caller: name, context, policies, decision, ...request }) => {
    const caller = callers[name];
    if (!caller) return expect.fail(`no caller ${name}`);
    expect(decide({ ...request, caller, keys: context ?? {}, policies: policiesOf(policies) })).toBe(answers[decision]);
  });
});

function policiesOf(policies: Case['policies']): PoliciesJson {
  const { identity, boundary, session, serviceControl, resourceControl, grants } = policies;
  return {
    identity: identity?.map(documentOf),
    boundary: boundary && documentOf(boundary),
    session: session?.map(documentOf),
    resource: resourceOf(policies),
    serviceControl: serviceControl?.map((level) => level.map(documentOf)),
    resourceControl: resourceControl?.map((level) => level.map(documentOf)),
    grants,
  };
}

/** A bucket without a policy, where no other is given. */
function resourceOf({ bucketPolicy, keyPolicy, trustPolicy, principals }: Case['policies']): ResourcePolicyJson {
  if (keyPolicy) return { kind: 'key-policy', document: documentOf(keyPolicy), principals };
  if (trustPolicy) return { kind: 'trust-policy', document: documentOf(trustPolicy), principals };
  return { kind: 'bucket-policy', document: bucketPolicy && documentOf(bucketPolicy), principals };
}

const documentOf = (document: CaseDocument): DocumentJson =>
  'Statement' in document ? document : { Version: '2012-10-17', Statement: document };

function answerOf({ allowed, denial }: ReturnType<typeof evaluated>): Answer {
  if (allowed) return 'allow';
  return denial?.explicit ? 'explicit deny' : 'implicit deny';
}

test('both evaluators answer alike, whatever is asked', () =>
  fc.assert(
    fc.property(drawnSituation, (situation) => {
      expect(answerOf(evaluated(situation))).toBe(decide(situation));
    }),
    { numRuns: 4000 },
  ));

test('what is explained of each statement is as the documentation has it', () =>
  fc.assert(
    fc.property(drawnSituation, (situation) => {
      const decision = evaluated(situation);
      expect(explained(decision)).toEqual(documented(decision, situation));
    }),
    { numRuns: 1000 },
  ));

/** An element, or what names are bound to, and what makes a statement without it apply to more. */
const elements = {
  Principal: { Principal: '*' },
  NotPrincipal: { Principal: '*' },
  principals: {},
  Action: { Action: '*' },
  NotAction: { Action: '*' },
  Resource: { Resource: '*' },
  NotResource: { Resource: '*' },
  Condition: {},
  Version: {},
};
const kinds = ['identity', 'boundary', 'session', 'resource', 'grants', 'serviceControl', 'resourceControl'];

/** A situation without one kind of policies, or without one element in all statements. */
const changesOf = (situation: Situation): (readonly [feature: string, changed: Situation])[] => [
  ...kinds.map((kind) => [kind, { ...situation, policies: { ...situation.policies, [kind]: undefined } }] as const),
  ...Object.entries(elements).map(([element, instead]) => {
    const policies: PoliciesJson = JSON.parse(JSON.stringify(situation.policies), (_, value) =>
      value?.[element] === undefined ? value : { ...value, [element]: undefined, ...instead },
    );
    return [element, { ...situation, policies }] as const;
  }),
];

// Else the agreement above would say little.
test('the random situations have every answer, and each kind of policy and each element decides some of them', () => {
  const given = new Map<string, number>(Object.values(answers).map((answer) => [answer, 0]));
  const decisive = new Map<string, number>([...kinds, ...Object.keys(elements)].map((feature) => [feature, 0]));
  const count = (tally: Map<string, number>, name: string) => tally.set(name, (tally.get(name) ?? 0) + 1);
  for (const situation of fc.sample(drawnSituation, { numRuns: 2000, seed: 1 })) {
    const answer = decide(situation);
    count(given, answer);
    for (const [feature, changed] of changesOf(situation)) if (decide(changed) !== answer) count(decisive, feature);
  }
  expect([...given].filter(([, times]) => times < 150)).toEqual([]);
  expect([...decisive].filter(([, times]) => times < 2)).toEqual([]);
});

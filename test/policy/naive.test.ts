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
  StatementJson,
} from './naive/situation.ts';

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

// Else the agreement above would say little.
test('the random situations split between the answers', () => {
  const tally: Record<Answer, number> = { allow: 0, 'explicit deny': 0, 'implicit deny': 0 };
  for (const situation of fc.sample(drawnSituation, 2000)) tally[decide(situation)] += 1;
  for (const count of Object.values(tally)) expect(count).toBeGreaterThan(150);
});

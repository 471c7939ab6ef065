/** Worked cases: `cases/*.json`, each with its request, its policies, the decision and what decided it. */

import { readdirSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { casesFolder, casesIn, decide } from './worked-case.ts';

const caseFields = [
  'name',
  'caller',
  'action',
  'resource',
  'wildcardArn',
  'owner',
  'context',
  'policies',
  'decision',
  'gate',
];
const policyFields = ['identity', 'boundary', 'session', 'bucketPolicy', 'keyPolicy', 'trustPolicy', 'principals'];
const fields: ReadonlySet<string> = new Set([...caseFields, 'decidedBy']);
const policyKinds: ReadonlySet<string> = new Set([...policyFields, 'serviceControl', 'resourceControl', 'grants']);

describe.each(readdirSync(casesFolder))('%s', (file) => {
  test.each(casesIn(file))('$name', (one) => {
    expect(Object.keys(one).filter((field) => !fields.has(field))).toEqual([]);
    expect(Object.keys(one.policies).filter((field) => !policyKinds.has(field))).toEqual([]);
    const decision = decide(one);
    const { allowed, denial } = decision;
    expect(allowed ? 'allow' : denial?.explicit ? 'explicit' : 'implicit', decision.because).toBe(one.decision);
    if (one.gate !== undefined) expect(denial?.gate).toBe(one.gate);
    if (one.decidedBy !== undefined) expect(decidersIn(decision.because)).toEqual([one.decidedBy].flat().sort());
    else expect(one.decision, 'what allows or denies is named').toBe('implicit');
  });
});

/** What a sentence names that decides: all statements, a grant, and those who need no policy. */
const decidersIn = (because: string): string[] =>
  because.match(DECIDER)?.sort() ?? expect.fail(`nothing decides: ${because}`);

const DECIDER =
  /(?:p\d+|boundary|session policy \d+|(?:bucket|key|trust) policy|level \d+ policy \d+) \(statement [^)]+\)|grant \w+|the root user|every caller/g;

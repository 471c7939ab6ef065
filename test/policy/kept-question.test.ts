import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Caller } from '../../src/policy/caller.ts';
import { RecordContext } from '../../src/policy/context.ts';
import { evaluate, questionOf } from '../../src/policy/evaluate.ts';
import { keptQuestion, readQuestion } from '../../src/policy/kept-question.ts';
import { readPolicy } from '../../src/policy/policy-document.ts';
import { A, alice, reader } from './callers.ts';
import { drawnSituation } from './naive/drawn-situations.ts';
import { evaluated } from './naive/evaluated.ts';

test('a question that was kept is answered as before', () =>
  fc.assert(
    fc.property(drawnSituation, (situation) => {
      const decision = evaluated(situation);
      const question = questionOf(decision);
      if (!question) return expect.fail('a decision that was just made has its question');
      const text = keptQuestion(question);
      fc.pre(text !== undefined);
      const { request, policies } = readQuestion(text, decision);
      const again = evaluate(request, policies);
      expect([again.allowed, again.because, again.caller]).toEqual([
        decision.allowed,
        decision.because,
        decision.caller,
      ]);
      expect(again.gates).toEqual(decision.gates);
    }),
    { numRuns: 500 },
  ));

const asked = (caller: Caller, Statement: readonly object[]) => ({
  request: {
    caller,
    action: 's3:GetObject',
    resource: 'arn:aws:s3:::b/k',
    owner: A,
    context: new RecordContext({}),
  },
  policies: { identity: [{ name: 'p', document: readPolicy({ Version: '2012-10-17', Statement }) }] },
});

test('neither access keys nor the texts of session policies are kept, and the time of issue is', () => {
  const caller = { ...reader, accessKeyId: 'ASIAEXAMPLE', sessionPolicies: ['{"Statement":[]}'] };
  const question = asked(caller, []);
  const text = keptQuestion(question) ?? '';
  expect(text).not.toContain('ASIAEXAMPLE');
  expect(text).not.toContain('sessionPolicies');
  const decision = evaluate(question.request, question.policies);
  expect(readQuestion(text, decision).request.caller).toEqual(reader);
});

test('policies that are too large to be kept by the thousand are not kept', () => {
  const statement = { Effect: 'Allow', Action: 's3:GetObject', Resource: `arn:aws:s3:::b/${'x'.repeat(600)}` };
  const many = (count: number) => Array.from({ length: count }, () => statement);
  expect(keptQuestion(asked(alice, many(50)))).toBeDefined();
  expect(keptQuestion(asked(alice, many(100)))).toBeUndefined();
});

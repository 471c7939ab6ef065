import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Change } from '../../src/policy/change.ts';
import { evaluate, type Question, questionOf } from '../../src/policy/evaluate.ts';
import { remediesFor } from '../../src/policy/remedy.ts';
import { sampleOf } from '../../src/policy/remedy-sample.ts';
import { drawnSituation } from './naive/drawn-situations.ts';
import { evaluated } from './naive/evaluated.ts';

const isAllowed = ({ request, policies }: Question): boolean => evaluate(request, policies).allowed;

const after = (question: Question, changes: readonly Change[]): Question =>
  changes.reduce((now, change) => change.apply(now), question);

/** What the request itself says opens nothing. */
const isOfRequest = ({ remedy: { kind } }: Change): boolean => kind === 'send';

/** Changes that are for one request, and may open no other. */
const STRICT: ReadonlySet<string> = new Set(['add-statement', 'change-condition', 'send']);

test('whatever the policies and the request: the fix allows it, each part is needed, and it opens nothing unsaid', () => {
  const seen = new Map<string, number>();
  fc.assert(
    fc.property(drawnSituation, (situation) => {
      const decision = evaluated(situation);
      fc.pre(!decision.allowed);
      const question = questionOf(decision);
      if (!question) return expect.fail('a decision that was just made has its question');
      const { changes, alsoAllowed } = remediesFor(decision);
      for (const { remedy } of changes) seen.set(remedy.kind, (seen.get(remedy.kind) ?? 0) + 1);
      if (changes.length === 0) return;

      const fixed = after(question, changes);
      expect(isAllowed(fixed)).toBe(true);
      for (const left of changes) {
        const others = changes.filter((change) => change !== left);
        expect(isAllowed(after(question, others))).toBe(false);
      }
      const sent = after(question, changes.filter(isOfRequest));
      const opened = sampleOf(question).filter((probe) => !isAllowed(probe.of(sent)) && isAllowed(probe.of(fixed)));
      expect(opened.map(({ text }) => text)).toEqual(alsoAllowed);
      if (changes.every(({ remedy: { kind } }) => STRICT.has(kind))) expect(alsoAllowed).toEqual([]);
    }),
    { numRuns: 1200 },
  );
  // It was about more than one kind of change; the others have cases of their own.
  expect([...seen.keys()]).toEqual(expect.arrayContaining(['add-statement', 'change-condition', 'lift-deny']));
});

import fc from 'fast-check';
import { afterAll, expect, test } from 'vitest';
import { drawnSteps, explainAndMend, explainAndRun, type Step } from './gate/checks.ts';
import { newStage, removeStages, type Stage } from './gate/stage.ts';

afterAll(removeStages);

/** A property of commands one after the other in a store, and how many such lists are tried. */
const always = (check: (stage: Stage, step: Step) => Promise<unknown>, numRuns: number) =>
  fc.assert(
    fc.asyncProperty(drawnSteps, async (steps) => {
      const stage = await newStage();
      try {
        for (const step of steps) await check(stage, step);
      } finally {
        stage.remove();
      }
    }),
    { numRuns },
  );

test('explain answers as the command then does, with the same calls and refusal, and changes nothing', async () => {
  await always(explainAndRun, 25);
});

test('a command that has the statements which --fix names is denied nothing', async () => {
  const ends = new Set<string>();
  await always(async (stage, step) => ends.add(await explainAndMend(stage, step)), 12);
  expect(ends).toContain('mended');
});

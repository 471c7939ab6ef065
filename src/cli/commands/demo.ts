/** `ssebox demo`: the whole story in a temporary store, shown with the very commands that a person would type. */

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { UsageError } from '../../api/errors.ts';
import { shellWord } from '../../api/shell-word.ts';
import { command } from '../command.ts';
import { wrapped } from '../output/wrap.ts';
import type { Session } from '../session.ts';
import { demoFile } from './demo/file.ts';
import { type Pager, pagerOf, unpaged } from './demo/pager.ts';
import { type Outcome, runIn } from './demo/stage.ts';
import { demoSteps, KEY_ID } from './demo/steps.ts';

export const demo = command({
  name: 'demo',
  summary: 'Walk through the whole story in a temporary store, with your own file',
  description:
    'Creates a key and a bucket with default encryption, then stores an object, inspects it, reads it back, sees somebody else refused and explains why; then does the same under SSE-S3, and reads the audit log. Every command shown is one that you can type. Exits with 1 if a step does not go as it should.',
  args: { file: { about: "the file to store (default: ssebox's README)", optional: true } },
  options: { step: { about: 'wait for Enter after each step', type: 'boolean' } },
  examples: ['ssebox demo', 'date > now.txt && ssebox demo now.txt'],
  async run(values, session, program) {
    const wrong: string[] = [];
    const pager = values.options.step ? pagerFor(session) : unpaged;
    const width = session.outputWidth ?? PIPE_WIDTH;
    async function* lines(): AsyncGenerator<string> {
      const folder = mkdtempSync(join(tmpdir(), 'ssebox-demo-'));
      try {
        const file = demoFile(values.args.file, folder);
        const store = join(folder, 'store');
        const steps = demoSteps(file, folder, store);
        yield* pager.show([`$ export SSEBOX_STORE=${shellWord(store)}`]);
        let keyId = '';
        for (const step of steps) {
          session.signal.throwIfAborted();
          yield* pager.show(['', ...(step.title === undefined ? [] : fitted(`# ${step.title}`, session))]);
          const words = step.words?.map((word) => (word === KEY_ID ? keyId : word));
          if (words) yield* pager.show([`$ ssebox ${words.map(shellWord).join(' ')}`]);
          const outcome: Outcome = words
            ? await runIn(program, store, folder, words, session, width - INDENT.length)
            : { code: 0, text: '' };
          yield* pager.show(shown(outcome.text, session));
          keyId ||= /^[0-9a-f-]{36}/.exec(outcome.text)?.[0] ?? '';
          const complaint = await step.check(outcome);
          if (complaint.isWrong) wrong.push(complaint.text);
          yield* pager.show(fitted(`${complaint.isWrong ? '✗' : '✓'} ${complaint.text}`, session));
          if (step !== steps.at(-1)) await pager.rest();
        }
        const failed = `✗ ${wrong.length} ${wrong.length === 1 ? 'step' : 'steps'} did not go as expected.`;
        yield* pager.show(['', wrong.length === 0 ? '✓ Everything went as it should.' : failed]);
      } finally {
        rmSync(folder, { recursive: true, force: true });
      }
    }
    return { kind: 'lines', lines: lines(), exitCode: () => (wrong.length === 0 ? 0 : 1) };
  },
});

/** In a pipe. */
const PIPE_WIDTH = 120;

/** Of what a command prints. */
const INDENT = '  ';

/** @throws UsageError when there is nobody who could press Enter, or nothing to read from */
function pagerFor({ outputWidth, outputHeight, waitForEnter: pause }: Session): Pager {
  if (outputWidth === undefined || outputHeight === undefined || !pause) {
    throw new UsageError('--step waits for Enter, which needs a terminal without CI or --no-input', 'ssebox demo');
  }
  return pagerOf({ width: outputWidth, height: outputHeight, pause });
}

const shown = (text: string, session: Session): string[] =>
  text === ''
    ? []
    : text
        .replace(/\n$/, '')
        .split('\n')
        .flatMap((line) => fitted(`${INDENT}${line.replaceAll('\t', '  ')}`.trimEnd(), session));

/** A line broken between words on a terminal, except a command, which is there to be copied. */
function fitted(line: string, { outputWidth }: Session): string[] {
  if (outputWidth === undefined || line.startsWith(`${INDENT}hint: `)) return [line];
  const [indent = ''] = /^ */.exec(line) ?? [];
  return wrapped(line.trimStart(), outputWidth - indent.length).map((part) => `${indent}${part}`.trimEnd());
}

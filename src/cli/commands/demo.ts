/** `ssebox demo`: the whole story in a temporary store, shown with the very commands that a person would type. */

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { shellWord } from '../../api/shell-word.ts';
import { command } from '../command.ts';
import { demoFile } from './demo/file.ts';
import { type Outcome, runIn } from './demo/stage.ts';
import { demoSteps, KEY_ID } from './demo/steps.ts';

export const demo = command({
  name: 'demo',
  summary: 'Walk through the whole story in a temporary store, with your own file',
  description:
    'Creates a key and a bucket with default encryption, then stores an object, inspects it, reads it back, sees somebody else refused and explains why; then does the same under SSE-S3, and reads the audit log. Every command shown is one that you can type. Exits with 1 if a step does not go as it should.',
  args: { file: { about: "the file to store (default: ssebox's README)", optional: true } },
  examples: ['ssebox demo', 'date > now.txt && ssebox demo now.txt'],
  async run(values, session, program) {
    const wrong: string[] = [];
    async function* lines(): AsyncGenerator<string> {
      const folder = mkdtempSync(join(tmpdir(), 'ssebox-demo-'));
      try {
        const file = demoFile(values.args.file, folder);
        const store = join(folder, 'store');
        yield `$ export SSEBOX_STORE=${shellWord(store)}`;
        let keyId = '';
        for (const step of demoSteps(file, folder, store)) {
          session.signal.throwIfAborted();
          yield '';
          if (step.title !== undefined) yield `# ${step.title}`;
          const words = step.words?.map((word) => (word === KEY_ID ? keyId : word));
          if (words) yield `$ ssebox ${words.map(shellWord).join(' ')}`;
          const outcome: Outcome = words ? await runIn(program, store, folder, words, session) : { code: 0, text: '' };
          yield* shown(outcome.text);
          keyId ||= /^[0-9a-f-]{36}/.exec(outcome.text)?.[0] ?? '';
          const complaint = await step.check(outcome);
          if (complaint.isWrong) wrong.push(complaint.text);
          yield `${complaint.isWrong ? '✗' : '✓'} ${complaint.text}`;
        }
        yield '';
        yield wrong.length === 0
          ? '✓ Everything went as it should.'
          : `✗ ${wrong.length} ${wrong.length === 1 ? 'step' : 'steps'} did not go as expected.`;
      } finally {
        rmSync(folder, { recursive: true, force: true });
      }
    }
    return { kind: 'lines', lines: lines(), exitCode: () => (wrong.length === 0 ? 0 : 1) };
  },
});

const shown = (text: string): string[] =>
  text === ''
    ? []
    : text
        .replace(/\n$/, '')
        .split('\n')
        .map((line) => `  ${line}`.trimEnd());

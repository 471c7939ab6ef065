/** `ssebox demo`: the whole story on a throw-away store, told by the very commands that a person would type. */

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { command } from '../command.ts';
import { demoFile } from './demo/file.ts';
import { type Outcome, quoted, runIn } from './demo/stage.ts';
import { demoSteps, KEY_ID } from './demo/steps.ts';
import { optionalArgument } from './given.ts';

export const demo = command({
  name: 'demo',
  summary: 'Tell the whole story on a throw-away store, with a file of yours',
  description:
    'A key, a bucket with default encryption, an object: stored, looked at, read back, refused to somebody else and explained; then the same under SSE-S3, and what the audit log says. Every command is one that you can type. It ends with 1 when a step is not as it should be.',
  args: { file: { about: 'the file to store; without one the README of ssebox', optional: true } },
  examples: ['ssebox demo', 'date > now.txt && ssebox demo now.txt'],
  async run(values, session, program) {
    const wrong: string[] = [];
    async function* lines(): AsyncGenerator<string> {
      const folder = mkdtempSync(join(tmpdir(), 'ssebox-demo-'));
      try {
        const file = demoFile(optionalArgument(values, 'file'), folder);
        const store = join(folder, 'store');
        yield `$ export SSEBOX_STORE=${quoted(store)}`;
        let keyId = '';
        for (const step of demoSteps(file, folder, store)) {
          session.signal.throwIfAborted();
          yield '';
          if (step.title !== undefined) yield `# ${step.title}`;
          const words = step.words?.map((word) => (word === KEY_ID ? keyId : word));
          if (words) yield `$ ssebox ${words.map(quoted).join(' ')}`;
          const outcome: Outcome = words ? await runIn(program, store, folder, words, session) : { code: 0, text: '' };
          yield* shown(outcome.text);
          keyId ||= /^[0-9a-f-]{36}/.exec(outcome.text)?.[0] ?? '';
          const complaint = await step.check(outcome);
          if (complaint.isWrong) wrong.push(complaint.text);
          yield `${complaint.isWrong ? '✗' : '✓'} ${complaint.text}`;
        }
        yield '';
        yield wrong.length === 0
          ? '✓ Everything is as it should be.'
          : `✗ ${wrong.length} steps are not as they should be.`;
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

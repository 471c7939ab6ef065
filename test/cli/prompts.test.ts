import { PassThrough } from 'node:stream';
import { stripVTControlCharacters } from 'node:util';
import { expect, test } from 'vitest';
import { failureOf } from '../../src/cli/exit-codes.ts';
import { interruptible } from '../../src/cli/interrupt.ts';
import type { Io } from '../../src/cli/io.ts';
import { askFor, askSecret, askYesNo } from '../../src/cli/prompts.ts';

const screen = { width: 80, color: false, isTerminal: true };

/** A terminal on which somebody types; `shown` is what is on standard error, and nothing may be on standard output. */
function terminal() {
  const [stdin, stdout, stderr] = [new PassThrough(), new PassThrough(), new PassThrough()];
  const errors: string[] = [];
  const results: string[] = [];
  stderr.on('data', (chunk) => errors.push(String(chunk)));
  stdout.on('data', (chunk) => results.push(String(chunk)));
  const streams = { stdin, stdout, stderr, questions: stderr };
  const interrupt = interruptible(streams);
  const io = { streams, interrupt, screen, errorScreen: screen, mayAsk: true } as unknown as Io;
  return {
    io,
    results,
    shown: () => stripVTControlCharacters(errors.join('')),
    /** Types keys once what they answer is on the screen. */
    async type(after: string, ...keys: readonly string[]) {
      while (!stripVTControlCharacters(errors.join('')).includes(after)) await new Promise(setImmediate);
      for (const key of keys) {
        stdin.write(key);
        await new Promise(setImmediate);
      }
    },
  };
}

const keys = [
  { value: 'alias/app', about: 'key one' },
  { value: '1234', about: 'SYMMETRIC_DEFAULT' },
];

test('an argument without choices is any text', async () => {
  const { io, type, results, shown } = terminal();
  const answer = askFor({ name: 'bucket', about: 'the name of the new bucket' }, io);
  await type('bucket: the name of the new bucket', 'photos', '\r');
  expect(await answer).toBe('photos');
  expect(shown()).toContain('photos');
  expect(results).toEqual([]);
});

test('Enter takes the first choice', async () => {
  const { io, type, shown } = terminal();
  const answer = askFor({ name: '--key-id', about: 'KeyId', offer: async () => keys }, io);
  await type('alias/app', '\r');
  expect(await answer).toBe('alias/app');
  expect(shown()).not.toContain('as typed');
});

test('typing narrows the choices, by value or by description', async () => {
  const { io, type } = terminal();
  const answer = askFor({ name: '--key-id', about: 'KeyId', offer: async () => keys }, io);
  await type('alias/app', 'symmetric');
  await type('as typed', '\r');
  expect(await answer).toBe('1234');
});

test('a value that is not a choice can still be typed', async () => {
  const { io, type } = terminal();
  const answer = askFor({ name: '--key-id', about: 'KeyId', offer: async () => keys }, io);
  await type('alias/app', 'alias/other');
  await type('as typed', '\r');
  expect(await answer).toBe('alias/other');
});

test('Enter alone means no', async () => {
  const { io, type } = terminal();
  const answer = askYesNo('Delete the bucket?', io);
  await type('Delete the bucket?', '\r');
  expect(await answer).toBe(false);
});

test('a secret is not shown', async () => {
  const { io, type, shown } = terminal();
  const answer = askSecret('Passphrase', io);
  await type('Passphrase', 'open sesame', '\r');
  expect(await answer).toBe('open sesame');
  expect(shown()).not.toContain('sesame');
});

test('Ctrl-C ends the program with 130', async () => {
  const { io, type } = terminal();
  const answer = askFor({ name: 'bucket', about: 'name' }, io).catch((error: unknown) => failureOf(error, { screen }));
  await type('bucket: name', '\u0003');
  expect(await answer).toEqual({ code: 130, text: { painted: '' } });
});

test.for<[what: string, ask: (io: Io) => Promise<unknown>, shows: string]>([
  ['a text', (io) => askFor({ name: 'bucket', about: 'its name' }, io), 'bucket: its name'],
  ['a choice', (io) => askFor({ name: '--key-id', about: 'KeyId', offer: async () => keys }, io), 'alias/app'],
  ['a secret', (io) => askSecret('passphrase', io), 'passphrase'],
  ['yes or no', (io) => askYesNo('Delete it?', io), 'Delete it?'],
])('Ctrl-D ends a question for %s as Ctrl-C does', async ([, ask, shows]) => {
  const { io, type } = terminal();
  const answer = ask(io);
  const ended = answer.then(
    () => expect.fail('it was answered'),
    (error: unknown) => failureOf(error, { screen }).code,
  );
  await type(shows, '\u0004');
  expect(await ended).toBe(130);
});

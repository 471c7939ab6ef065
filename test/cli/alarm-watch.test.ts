/** `ssebox alarm watch`: messages as they come, and the command that gets each. */

import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { execa } from 'execa';
import { expect, onTestFinished, test } from 'vitest';
import { type CommandLine, newCommandLine, newSample } from '../support/command-line.ts';
import { MINUTE } from '../support/harness.ts';
import { keys, type Place, samplePlace } from '../support/place.ts';

const TOPIC = 'arn:aws:sns:us-east-1:111122223333:ops';
const FUNCTION = 'arn:aws:lambda:us-east-1:111122223333:function:page';

const deny = async (line: CommandLine) => {
  expect((await line.ssebox(['kms', 'list-keys', '--as', 'user/bob'])).code).toBe(254);
};

/** A store in which an alarm on denials has gone off, and is OK again. */
async function newStage(...words: readonly string[]): Promise<CommandLine> {
  const line = await newSample();
  await line.ok(['alarm', 'put', '--preset', 'access-denied', '--period', '1m', ...words]);
  line.advance(MINUTE);
  await deny(line);
  line.advance(5 * MINUTE);
  return line;
}

/** The lines of a watch that ends by itself, as JSON. */
const watched = async (line: CommandLine, ...words: readonly string[]): Promise<Record<string, unknown>[]> =>
  (await line.ok(['alarm', 'watch', '--once', ...words])).out
    .split('\n')
    .filter((each) => each !== '')
    .map((each) => JSON.parse(each));

test('each change of a state is a line, whether an action is set for it or not', async () => {
  const line = await newStage('--action', TOPIC);
  expect(await watched(line)).toMatchObject([
    { AlarmName: 'access-denied', OldStateValue: 'INSUFFICIENT_DATA', NewStateValue: 'OK' },
    { AlarmName: 'access-denied', OldStateValue: 'OK', NewStateValue: 'ALARM', AlarmActions: [TOPIC] },
    { AlarmName: 'access-denied', OldStateValue: 'ALARM', NewStateValue: 'OK' },
  ]);
});

test('a Lambda function has the event that it would receive, and two topics the same message once', async () => {
  const actions = [TOPIC, FUNCTION, `${TOPIC}-2`].flatMap((arn) => ['--action', arn]);
  const line = await newStage(...actions);
  const alarms = (await watched(line)).filter((each) => each.NewStateValue === 'ALARM' || 'alarmData' in each);
  expect(alarms).toMatchObject([
    { NewStateValue: 'ALARM' },
    { source: 'aws.cloudwatch', alarmData: { alarmName: 'access-denied', state: { value: 'ALARM' } } },
  ]);
});

test('--since begins later, and messages of other regions and accounts are not shown', async () => {
  const line = await newStage();
  expect(await watched(line, '--since', '6m')).toHaveLength(3);
  // The alarm went off at the minute after the denial.
  expect(await watched(line, '--since', '3m')).toMatchObject([{ NewStateValue: 'OK' }]);
  expect(await watched(line, '--region', 'eu-west-1')).toEqual([]);
  expect(await watched(line, '--as', '444455556666:root')).toEqual([]);
});

test('disabled actions leave no message, and the history still has the change', async () => {
  const line = await newSample();
  await line.ok(['alarm', 'put', '--preset', 'access-denied', '--action', TOPIC]);
  await line.ok(['cloudwatch', 'disable-alarm-actions', '--alarm-names', 'access-denied']);
  await deny(line);
  line.advance(2 * MINUTE);
  expect(await watched(line)).toEqual([]);
  const { json } = await line.ok(['alarm', 'history', '--type', 'StateUpdate', '--query', 'length(AlarmHistoryItems)']);
  expect(json).not.toBe(0);
});

test('--exec gives the command each message, one after the other, and nothing else of the store', async () => {
  const line = await newStage('--description', '$(touch description)');
  const file = line.path('got');
  const command = `cat >> '${file}'; env | grep -c AlarmName >> '${file}'`;
  const messages = await watched(line, '--exec', command);
  const got = readFileSync(file, 'utf8').split('\n');
  expect(got.filter((_, i) => i % 2 === 1)).toEqual(['0', '0', '0']);
  expect(got.flatMap((each, i) => (i % 2 === 0 && each !== '' ? [JSON.parse(each)] : []))).toEqual(messages);
  expect(existsSync('description')).toBe(false);
});

test('what a message has in it cannot act on a terminal, and is the same JSON', async () => {
  const description = 'a\u009b2Jb\u202egpj.\u2066c\u001b[31m\u2028d';
  const line = await newStage('--description', description);
  const { out } = await line.ok(['alarm', 'watch', '--once'], { terminal: 80 });
  expect(out).not.toMatch(/[^\P{Cc}\n]|[\p{Zl}\p{Zp}\p{Bidi_Control}]/u);
  const messages = out.trimEnd().split('\n');
  expect(messages.map((each) => JSON.parse(each).AlarmDescription)).toEqual(Array(3).fill(description));
});

test.for<[command: string, says: string]>([
  ['exit 3', 'ended with exit code 3'],
  ['kill -9 $$', 'was ended by SIGKILL'],
  ['no-such-command-anywhere 2> /dev/null', 'ended with exit code 127'],
])('that a command failed is reported, and the next message comes: %s', async ([command, says]) => {
  const line = await newStage();
  const { code, out, err } = await line.ssebox(['alarm', 'watch', '--once', '--exec', command]);
  expect(code).toBe(0);
  expect(out.split('\n')).toHaveLength(4);
  expect(err).toBe(`the command of --exec ${says}, on a message of the alarm "access-denied"\n`.repeat(3));
});

test('a command that does not read its input is no failure', async () => {
  const line = await newStage('--description', 'x'.repeat(1024));
  expect(await line.ssebox(['alarm', 'watch', '--once', '--exec', 'true'])).toMatchObject({ code: 0, err: '' });
});

test.for<[words: readonly string[], err: RegExp]>([
  [['--exec', ' '], /^--exec takes a shell command, not an empty text\n/],
  [['--since', '1h', '--all'], /^--since and --all both say which messages to begin with: use one of them\n/],
  [['--since', 'long'], /^"long" is not a duration/],
])('%j is refused', async ([words, err]) => {
  const ended = await newCommandLine().ssebox(['alarm', 'watch', ...words]);
  expect(ended).toMatchObject({ code: 252, out: '' });
  expect(ended.err).toMatch(err);
});

test('whoever may not read the history of alarms does not get their messages', async () => {
  const line = await newStage();
  const { code, out, err } = await line.ssebox(['alarm', 'watch', '--once', '--as', 'user/bob']);
  expect([code, out]).toEqual([254, '']);
  expect(err).toMatch(/AccessDenied.* DescribeAlarmHistory/);
});

/** Watches for as many pauses as there are steps, each of which happens during one; then the user interrupts. */
async function watchedWhile(line: CommandLine, ...steps: readonly (() => unknown)[]) {
  const left = [...steps];
  const pause = async () => {
    const step = left.shift();
    if (!step) throw new DOMException('interrupted', 'AbortError');
    await step();
  };
  const { code, out, err } = await line.ssebox(['alarm', 'watch'], { pause });
  expect([code, err]).toEqual([130, '']);
  return out.split('\n').flatMap((each) => (each === '' ? [] : [JSON.parse(each).NewStateValue]));
}

const nothing = () => {};

test('it shows what happens from now on, and that alarms are due by the passing of time alone', async () => {
  const line = await newStage();
  const wait = () => line.advance(MINUTE);
  expect(
    await watchedWhile(line, nothing, wait, () => deny(line), nothing, wait, nothing, wait, wait, wait, wait),
  ).toEqual(['ALARM', 'OK']);
});

test('while nothing is due it makes no calls', async () => {
  const line = await newStage();
  const calls = async () => (await line.ok(['trail', 'lookup', '--limit', '100', '--query', 'length(Events)'])).json;
  const before = Number(await calls());
  await watchedWhile(line, nothing, nothing, () => line.advance(MINUTE), nothing);
  // Its own at the beginning, and that of the first lookup.
  expect(Number(await calls()) - before).toBe(2);
});

/** The built program as a process of its own that watches. */
function startWatching({ folder, variables }: Place, ...words: readonly string[]) {
  const child = execa(process.execPath, [resolve('bin/ssebox.js'), 'alarm', 'watch', ...words], {
    cwd: folder,
    env: variables,
    extendEnv: false,
    reject: false,
    stripFinalNewline: false,
    stdin: 'ignore',
  });
  onTestFinished(() => {
    child.kill('SIGKILL');
  });
  const lines = createInterface(child.stdout)[Symbol.asyncIterator]();
  return { child, next: async (): Promise<unknown> => JSON.parse((await lines.next()).value ?? 'null') };
}

/** A place in which an alarm is OK. */
async function newWatchedPlace(): Promise<Place> {
  const place = await samplePlace();
  await place.ok(['alarm', 'put', '--preset', 'access-denied', '--period', '1m']);
  await place.ok(['clock', 'advance', '2m']);
  return place;
}

const denyIn = async (place: Place) => {
  expect((await place.ssebox(['kms', 'list-keys', '--as', 'user/bob'])).code).toBe(254);
};

test('a process that watches notices what others do, and that the clock is moved, until Ctrl-C', async () => {
  const place = await newWatchedPlace();
  const { child, next } = startWatching(place, '--all', '--exec', 'sed s/.*/ran/ >&2; exit 5');
  expect(await next()).toMatchObject({ NewStateValue: 'OK' });
  await denyIn(place);
  await place.ok(['clock', 'advance', '2m']);
  expect(await next()).toMatchObject({ OldStateValue: 'OK', NewStateValue: 'ALARM' });
  await place.ok(['clock', 'advance', '5m']);
  expect(await next()).toMatchObject({ OldStateValue: 'ALARM', NewStateValue: 'OK' });
  child.kill('SIGINT');
  const { exitCode, stderr } = await child;
  expect(exitCode).toBe(130);
  expect(stderr).toMatch(
    /^(?:ran\nthe command of --exec ended with exit code 5, on a message of the alarm "access-denied"\n){2}/,
  );
});

test('Ctrl-C also ends a command that runs', async () => {
  const place = await newWatchedPlace();
  const { shows, type, ended } = place.terminal(['alarm', 'watch', '--all', '--exec', 'echo begins; sleep 100']);
  await shows('begins');
  type(keys.interrupt);
  expect((await ended).code).toBe(130);
});

test('a reader that takes only the first line ends it', async () => {
  const place = await newWatchedPlace();
  const { code, out, err } = await place.shell('set -o pipefail; ssebox alarm watch --once --all | head -1');
  expect([code, err]).toEqual([0, '']);
  expect(JSON.parse(out)).toMatchObject({ NewStateValue: 'OK' });
});

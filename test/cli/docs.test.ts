import { chmodSync, cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join, resolve } from 'node:path';
import { execa, execaSync } from 'execa';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { newSample } from '../support/command-line.ts';
import { documentedCommands } from '../support/examples.ts';
import { expectPrinted, noticeOf } from '../support/printed.ts';
import { parseLine, runLine } from '../support/shell-line.ts';
import { patternOf, stepsOf } from '../support/transcript.ts';

const commands = await documentedCommands();
const offered = commands.filter(({ spec }) => !spec.unavailable && !spec.hidden);
const lines = [...new Set(commands.flatMap(({ spec }) => spec.examples))];

test.for(offered.map(({ path, spec }) => [path, spec] as const))(
  '%s has at least two examples of its own',
  ([path, spec]) => {
    const own = spec.examples.filter((line) => line.includes(`ssebox ${path}`));
    expect(spec.examples.length).toBeGreaterThanOrEqual(2);
    expect(own.length).toBeGreaterThan(0);
  },
);

/** The output of examples, where it does not depend on who runs them, or when. */
const transcripts = new Map(
  stepsOf(readFileSync('test/cli/examples.txt', 'utf8')).map(({ typed, shown }) => [typed, patternOf(shown)]),
);

test('every transcript belongs to an example', () => {
  expect([...transcripts.keys()].filter((line) => !lines.includes(line))).toEqual([]);
});

/** The files that examples read. */
const files = {
  'report.csv': 'month,revenue\nJuly,12900\nAugust,13400\n',
  'policy.json': JSON.stringify({
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Action: 's3:GetObject', Resource: 'arn:aws:s3:::reports/*' }],
  }),
};

function writeFiles(folder: string): void {
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
}

/** A transcript has line ends only. */
const endedLine = (text: string): string => (text === '' || text.endsWith('\n') ? text : `${text}\n`);

const home = process.cwd();
const temporary = tmpdir();

describe('an example that only calls ssebox runs as written', () => {
  const { env } = process;

  test.for(lines.filter((line) => parseLine(line)))('%s', async (line) => {
    const place = await newSample();
    writeFiles(place.folder);
    process.chdir(place.folder);
    env.TMPDIR = place.folder;
    onTestFinished(() => {
      process.chdir(home);
      env.TMPDIR = temporary;
    });
    const { code, err, bytes } = await runLine(parseLine(line) ?? [], async (words) => {
      const ended = await place.ssebox(words);
      if (ended.code === 0) expectPrinted(words, ended);
      return ended;
    });
    expect(code, err).toBe(0);
    expect(endedLine(bytes.toString())).toMatch(transcripts.get(line) ?? /^/);
  });
});

test('an example run without a shell has the words that a shell would make of it', async () => {
  const called: string[][] = [];
  const stub = async (words: readonly string[]) => {
    called.push([...words]);
    return { code: 0, bytes: Buffer.from('answer\n'), err: '' };
  };
  const folder = mkdtempSync(join(tmpdir(), 'ssebox-words-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const parsed = lines.filter((line) => parseLine(line));
  process.chdir(folder);
  onTestFinished(() => process.chdir(home));
  for (const line of parsed) await runLine(parseLine(line) ?? [], stub);
  const log = `ssebox() { printf '%s\\0' "$@" >> words; printf '\\n\\0' >> words; echo answer; }`;
  execaSync('bash', ['-e', '-c', [log, ...parsed].join('\n')], { cwd: folder });
  const byShell = readFileSync(join(folder, 'words'), 'utf8').split('\n\0').slice(0, -1);
  expect(called.map((words) => words.map((word) => `${word}\0`).join(''))).toEqual(byShell);
});

describe('an example that uses the shell runs in one as written', () => {
  const root = mkdtempSync(join(tmpdir(), 'ssebox-docs-'));
  const sample = join(root, 'sample');
  const program = join(root, 'bin');

  beforeAll(() => {
    for (const folder of [sample, program]) mkdirSync(folder);
    writeFiles(sample);
    writeFileSync(
      join(program, 'ssebox'),
      `#!/bin/sh\nexec '${process.execPath}' '${resolve('bin/ssebox.js')}' "$@"\n`,
    );
    chmodSync(join(program, 'ssebox'), 0o755);
    execaSync(join(program, 'ssebox'), ['store', 'init', '--sample'], inFolder(sample));
  });
  afterAll(() => rmSync(root, { recursive: true, force: true }));

  /** Only what a shell needs is passed on: no credentials, no region, no home of the tester. */
  const inFolder = (folder: string) => ({
    cwd: folder,
    extendEnv: false,
    env: {
      PATH: `${program}${delimiter}${process.env.PATH}`,
      HOME: folder,
      TMPDIR: folder,
      SSEBOX_STORE: join(folder, 'store'),
    },
  });

  const rest = lines.filter((line) => !parseLine(line));
  test.concurrent.for(rest)('%s', { timeout: 60_000 }, async (line, { expect }) => {
    const folder = mkdtempSync(join(root, 'run-'));
    cpSync(sample, folder, { recursive: true });
    const options = { ...inFolder(folder), reject: false, stripFinalNewline: false } as const;
    const { exitCode, stdout, stderr } = await execa('bash', ['-e', '-c', line], options);
    expect(exitCode, stderr).toBe(0);
    // What comes after a refusal is the point of some, and only there is anything said of one.
    expect(stderr).toMatch(line.includes('||') ? /^(An error occurred \(|\{"Error":)/ : noticeOf(line));
    expect(endedLine(stdout)).toMatch(transcripts.get(line) ?? expect.fail(`no transcript of ${line}`));
  });
});

import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { execaSync } from 'execa';
import { beforeEach, expect, onTestFinished, test } from 'vitest';

let folder: string;

/** A copy of the built program, as an installation has it, without kept code. */
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'ssebox-start-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  for (const part of ['bin', 'dist']) cpSync(part, join(folder, part), { recursive: true });
  symlinkSync(resolve('node_modules'), join(folder, 'node_modules'));
  for (const file of keptFiles()) rmSync(join(folder, 'dist', file));
});

const keptFiles = () => readdirSync(join(folder, 'dist')).filter((name) => name.endsWith('.code'));

const ssebox = (...words: string[]) =>
  execaSync('node', [join(folder, 'bin/ssebox.js'), ...words, '--store', join(folder, 'store')], { reject: false });

const answer = { exitCode: 0, stderr: '' };

test('the version is printed without anything else being loaded', () => {
  const [program = ''] = readdirSync(join(folder, 'dist')).filter((name) => name.startsWith('program-'));
  rmSync(join(folder, 'dist', program));
  const { stdout } = execaSync('node', [join(folder, 'bin/ssebox.js'), '--version']);
  expect(stdout).toBe(`ssebox/${JSON.parse(readFileSync('package.json', 'utf8')).version}`);
});

// Node 22.8 and later keep compiled code themselves, in a folder of their own.
const keepsItself = Number.parseInt(process.versions.node, 10) >= 22;

test.skipIf(keepsItself)('compiled code is kept beside the program, and grows with each new command', () => {
  expect(ssebox('kms', 'list-keys')).toMatchObject(answer);
  const [file = ''] = keptFiles();
  const first = readFileSync(join(folder, 'dist', file));
  expect(first.readUInt32LE(0)).toBe(1);
  expect(ssebox('kms', 'list-keys')).toMatchObject(answer);
  expect(readFileSync(join(folder, 'dist', file)).equals(first)).toBe(true);
  expect(ssebox('kms', 'create-key')).toMatchObject(answer);
  expect(readFileSync(join(folder, 'dist', file)).readUInt32LE(0)).toBe(2);
  expect(keptFiles()).toEqual([file]);
});

test.skipIf(keepsItself)('a command that fails keeps nothing', () => {
  expect(ssebox('kms', 'describe-key', '--key-id', 'alias/nobody').exitCode).toBe(254);
  expect(keptFiles()).toEqual([]);
});

test.skipIf(keepsItself).for<[string, Buffer]>([
  ['an empty file', Buffer.alloc(0)],
  ['a file that was cut', Buffer.alloc(130, 1)],
  ['noise', Buffer.alloc(100_000, 0xa5)],
])('kept code that is %s is compiled again', ([, bytes]) => {
  ssebox('kms', 'list-keys');
  const [file = ''] = keptFiles();
  writeFileSync(join(folder, 'dist', file), bytes);
  expect(ssebox('kms', 'list-keys')).toMatchObject(answer);
  expect(readFileSync(join(folder, 'dist', file)).length).toBeGreaterThan(100_000);
});

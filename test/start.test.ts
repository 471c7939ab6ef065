import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { crc32 } from 'node:zlib';
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

const isProgram = (name: string) => /^(core|kms|s3|iam|rest)-/.test(name) && name.endsWith('.js');

test('the version is printed without loading anything else', () => {
  const files = readdirSync(join(folder, 'dist')).filter(isProgram);
  expect(files.length).toBe(5);
  for (const file of files) rmSync(join(folder, 'dist', file));
  const { stdout } = execaSync('node', [join(folder, 'bin/ssebox.js'), '--version']);
  expect(stdout).toBe(`ssebox/${JSON.parse(readFileSync('package.json', 'utf8')).version}`);
});

test('a command of KMS needs no file of the other services', () => {
  for (const file of readdirSync(join(folder, 'dist'))) {
    if (isProgram(file) && !/^(core|kms)-/.test(file)) rmSync(join(folder, 'dist', file));
  }
  expect(ssebox('kms', 'create-key')).toMatchObject(answer);
});

// Each of them takes Node about as long to load as a call takes.
test('a call in a pipe loads none of the modules of Node for sockets, terminals and promised files', () => {
  const { KeyMetadata } = JSON.parse(ssebox('kms', 'create-key').stdout);
  const spy = join(folder, 'spy.cjs');
  writeFileSync(spy, "process.on('exit', () => require('fs').writeSync(2, JSON.stringify(process.moduleLoadList)));\n");
  const program = join(folder, 'bin/ssebox.js');
  const words = ['kms', 'describe-key', '--key-id', KeyMetadata.KeyId, '--store', join(folder, 'store')];
  const { stdout, stderr } = execaSync('node', ['-r', spy, program, ...words]);
  expect(JSON.parse(stdout)).toEqual({ KeyMetadata });
  const loaded: readonly string[] = JSON.parse(stderr);
  expect(loaded).toContain('NativeModule crypto');
  const dear = ['net', 'tty', 'fs/promises', 'readline', 'internal/fs/sync_write_stream', 'worker_threads'];
  expect(loaded.filter((name) => dear.some((each) => name === `NativeModule ${each}`))).toEqual([]);
});

const kept = (pack: string) => {
  const file = keptFiles().find((name) => name.startsWith(`${pack}-`));
  if (file === undefined) throw new Error(`no code of ${pack} is kept`);
  return join(folder, 'dist', file);
};

/** After the checksum. */
const commandsIn = (code: Buffer): number => code.readUInt32LE(4);

test('compiled code is cached next to each file, and grows with each new command', () => {
  expect(ssebox('kms', 'list-keys')).toMatchObject(answer);
  const first = readFileSync(kept('core'));
  expect(commandsIn(first)).toBe(1);
  expect(ssebox('kms', 'list-keys')).toMatchObject(answer);
  expect(readFileSync(kept('core')).equals(first)).toBe(true);
  expect(ssebox('kms', 'create-key')).toMatchObject(answer);
  for (const pack of ['core', 'kms']) expect(commandsIn(readFileSync(kept(pack)))).toBe(2);
  expect(keptFiles().length).toBe(2);
});

test('a command that fails caches nothing', () => {
  expect(ssebox('kms', 'describe-key', '--key-id', 'alias/nobody').exitCode).toBe(254);
  expect(keptFiles()).toEqual([]);
});

test.for<[string, Buffer]>([
  ['an empty file', Buffer.alloc(0)],
  ['a file that was cut', Buffer.alloc(130, 1)],
  ['noise', Buffer.alloc(100_000, 0xa5)],
])('cached code that is %s is compiled again', ([, bytes]) => {
  ssebox('kms', 'list-keys');
  for (const pack of ['core', 'kms']) writeFileSync(kept(pack), bytes);
  expect(ssebox('kms', 'list-keys')).toMatchObject(answer);
  for (const pack of ['core', 'kms'])
    expect(readFileSync(kept(pack)).subarray(0, 130).equals(bytes.subarray(0, 130))).toBe(false);
});

test('the help of a command does not count as the command', () => {
  expect(ssebox('kms', 'create-key', '--help')).toMatchObject(answer);
  expect(ssebox('kms', 'create-key')).toMatchObject(answer);
  expect(commandsIn(readFileSync(kept('core')))).toBe(2);
});

// V8 executes what it is given: a wrong bit ends the process by a signal, or changes what the program does.
test('one wrong bit anywhere in the cached code is noticed, and the code written anew', () => {
  expect(ssebox('kms', 'list-keys')).toMatchObject(answer);
  const files = ['core', 'kms'].map((pack) => ({ path: kept(pack), good: readFileSync(kept(pack)) }));
  const flips = 80;
  for (let i = 0; i < flips; i++) {
    const flipped = files.map(({ path, good }) => ({ path, bad: withFlippedBit(good, (i + 0.5) / flips) }));
    for (const { path, bad } of flipped) writeFileSync(path, bad);
    expect(ssebox('kms', 'list-keys'), `flip ${i}`).toMatchObject(answer);
    for (const { path, bad } of flipped) {
      const written = readFileSync(path);
      expect(written.equals(bad), `flip ${i} of ${path}`).toBe(false);
      expect(written.readUInt32LE(0), `flip ${i} of ${path}`).toBe(crc32(written.subarray(4)));
    }
  }
});

/** @param place between 0 and 1 */
function withFlippedBit(bytes: Buffer, place: number): Buffer {
  const bit = Math.floor(place * bytes.length * 8);
  const flipped = Buffer.from(bytes);
  flipped[bit >> 3] = (bytes[bit >> 3] ?? 0) ^ (1 << (bit & 7));
  return flipped;
}

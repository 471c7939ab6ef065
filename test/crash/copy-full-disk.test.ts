import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';

// A disk that fills up is a tmpfs, mounted in a namespace of its own so that nothing is left of it.
const trial = spawnSync('unshare', ['-rm', 'mount', '-t', 'tmpfs', 'ssebox', tmpdir()]);
const mayMount = trial.status === 0;

/** Copies to a disk of 12 MiB; `step NAME COMMAND…` keeps what a command says and its code. */
const script = `
mount -t tmpfs -o size=12m ssebox disk
step() { name=$1; shift; "$NODE" "$SSEBOX" "$@" >"$name.out" 2>"$name.err"; printf %s $? >"$name.code"; }
head -c 20000000 /dev/urandom >large
head -c 1000000 /dev/urandom >small
step bucket s3 mb s3://photos --store store
step large s3 put large s3://photos/k --store store
step there s3 mb s3://photos --store disk/there
step small s3 put small s3://photos/k --store disk/there

step backup store backup disk/a/backup --store store
step restore store restore store --store disk/b/restored
step replace store restore store --store disk/there --yes
find disk -name '.*' -o -name a -o -name b >left
step verify store verify --store disk/there
step fits store backup disk/fits --store disk/there
step verify-fits store verify --store disk/fits

mount -t tmpfs -o size=40m ssebox large-disk
step whole-disk store backup large-disk --store store
step replace-disk store restore disk/fits --store large-disk --yes
step verify-disk store verify --store large-disk
`;

// Reason: without the right to mount there is no disk that is full for the whole command.
test.skipIf(!mayMount)('a copy without enough room reports one line and 253, and leaves nothing', () => {
  const folder = mkdtempSync(join(tmpdir(), 'ssebox-disk-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  for (const name of ['disk', 'large-disk']) mkdirSync(join(folder, name));
  const SSEBOX = resolve('bin/ssebox.js');
  execFileSync('unshare', ['-rm', 'bash', '-c', script], {
    cwd: folder,
    env: { PATH: process.env.PATH, HOME: folder, NODE: process.execPath, SSEBOX },
  });
  const file = (name: string) => readFileSync(join(folder, name), 'utf8');
  for (const name of ['backup', 'restore', 'replace']) {
    expect([name, file(`${name}.code`), file(`${name}.out`)]).toEqual([name, '253', '']);
    expect(file(`${name}.err`)).toMatch(/^cannot write ".*": no space left on the disk\n$/);
    expect(file(`${name}.err`)).not.toContain('.staged');
  }
  expect(file('left')).toBe('');
  for (const name of ['verify', 'verify-fits', 'verify-disk']) {
    expect([name, file(`${name}.code`)]).toEqual([name, '0']);
    expect(JSON.parse(file(`${name}.out`))).toMatchObject({ Objects: 1, Bytes: 1_000_000, Damaged: [] });
  }
  // A folder that a disk is mounted on cannot be renamed; the store in it can be replaced all the same.
  for (const name of ['whole-disk', 'replace-disk']) expect([name, file(`${name}.code`)]).toEqual([name, '0']);
});

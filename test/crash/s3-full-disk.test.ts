import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';

// A disk that fills up is a tmpfs, mounted in a namespace of its own so that nothing is left of it.
const trial = spawnSync('unshare', ['-rm', 'mount', '-t', 'tmpfs', 'ssebox', tmpdir()]);
const mayMount = trial.status === 0;

/** Commands on a store that is on a disk of 24 MiB; `step NAME COMMAND…` keeps what a command says and its code. */
const script = `
mount -t tmpfs -o size=24m ssebox disk
export SSEBOX_STORE=$PWD/disk/store
step() { name=$1; shift; "$NODE" "$SSEBOX" "$@" >"$name.out" 2>"$name.err"; printf %s $? >"$name.code"; }
head -c 3000000 /dev/urandom >old
head -c 40000000 /dev/urandom >large
head -c 60000 /dev/urandom >small
step bucket s3 mb s3://photos
step old s3 put old s3://photos/k

step too-large s3 put large s3://photos/k
step read s3 get s3://photos/k read
find disk/store/blobs -type f | wc -l >blobs-after
step from-a-pipe s3 put - s3://photos/k <large
step cp s3 cp large s3://photos/k
step read-again s3 get s3://photos/k read-again

cat /dev/zero >disk/filling 2>/dev/null
for i in $(seq 20); do
  step row s3 put small s3://photos/row-$i
  [ $(cat row.code) = 0 ] || break
done
step read-full s3 get s3://photos/k read-full

rm disk/filling
step after s3 put small s3://photos/after
step large-enough s3 put old s3://photos/k2
step verify store verify
step listed s3 ls s3://photos/k
find disk/store/blobs -type f | wc -l >blobs-at-last
`;

// Reason: without the right to mount there is no disk that is full for the whole command.
test.skipIf(!mayMount)(
  'a disk that fills up during a put ends it with one line and 253, and everything works again once there is room',
  { timeout: 60_000 },
  () => {
    const folder = mkdtempSync(join(tmpdir(), 'ssebox-disk-'));
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
    mkdirSync(join(folder, 'disk'));
    const SSEBOX = resolve('bin/ssebox.js');
    execFileSync('unshare', ['-rm', 'bash', '-c', script], {
      cwd: folder,
      env: { PATH: process.env.PATH, HOME: folder, NODE: process.execPath, SSEBOX },
    });
    const file = (name: string) => readFileSync(join(folder, name), 'utf8');
    const isOld = (name: string) => readFileSync(join(folder, name)).equals(readFileSync(join(folder, 'old')));
    expect([file('bucket.code'), file('old.code')]).toEqual(['0', '0']);

    for (const name of ['too-large', 'from-a-pipe']) {
      expect(file(`${name}.code`)).toBe('253');
      expect(file(`${name}.out`)).toBe('');
      expect(file(`${name}.err`)).toMatch(/^cannot write ".*": no space left on the disk\n$/);
    }
    // AWS CLI User Guide, "Command line return codes": 1 for a transfer that failed.
    expect(file('cp.code')).toBe('1');
    expect(file('cp.err')).toMatch(/^upload failed: .*: no space left on the disk\n$/);
    expect(file('blobs-after').trim()).toBe('1');

    expect(file('row.code')).toBe('253');
    expect(file('row.err')).toMatch(/cannot (use|write) .*no space left on the disk\n$/);
    for (const name of ['read', 'read-again']) expect([name, isOld(name)]).toEqual([name, true]);

    for (const name of ['after', 'large-enough', 'verify']) expect([name, file(`${name}.code`)]).toEqual([name, '0']);
    expect(JSON.parse(file('verify.out'))).toMatchObject({ Damaged: [], Closed: [] });
    expect(file('blobs-at-last').trim()).toBe('2');
  },
);

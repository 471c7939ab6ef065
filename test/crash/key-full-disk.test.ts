import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';

// A disk that fills up is a tmpfs, mounted in a namespace of its own so that nothing is left of it.
const mayMount = spawnSync('unshare', ['-rm', 'mount', '-t', 'tmpfs', 'ssebox', tmpdir()]).status === 0;

/** `step NAME COMMAND…` keeps what a command says and its code. */
const script = `
step() { name=$1; shift; "$NODE" "$SSEBOX" "$@" >"$name.out" 2>"$name.err"; printf %s $? >"$name.code"; }
mount -t tmpfs -o size=2m ssebox disk
step sample store init --sample --store disk/store
dd if=/dev/zero of=disk/rest bs=4k 2>/dev/null
step rekey store rekey --yes --store disk/store
step info store info --store disk/store
step verify store verify --store disk/store
step new store init --store disk/new
step backup store backup disk/backup --store disk/store
step compact store compact --store disk/store
rm disk/rest
step settled store info --store disk/store
step whole store verify --store disk/store
`;

// Reason: without the right to mount there is no disk that is full for the whole command.
test.skipIf(!mayMount)(
  'a root key that a full disk keeps from being replaced does not keep the store from being read',
  () => {
    const folder = mkdtempSync(join(tmpdir(), 'ssebox-disk-'));
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
    mkdirSync(join(folder, 'disk'));
    execFileSync('unshare', ['-rm', 'bash', '-c', script], {
      cwd: folder,
      env: { PATH: process.env.PATH, HOME: folder, NODE: process.execPath, SSEBOX: resolve('bin/ssebox.js') },
    });
    const file = (name: string) => readFileSync(join(folder, name), 'utf8');
    expect([file('sample.code'), file('rekey.code')]).toEqual(['0', '253']);
    expect(file('rekey.err')).toContain('no space left on the disk');

    const left =
      'what a change of the root key has left is still beside it, and is removed by the next command that can write';
    for (const name of ['info', 'verify']) {
      expect([name, file(`${name}.err`), file(`${name}.code`)]).toEqual([name, '', '0']);
      expect(JSON.parse(file(`${name}.out`)).Warnings).toEqual([expect.stringContaining(left)]);
    }
    // LMDB itself would end the process by a signal.
    for (const name of ['new', 'backup', 'compact']) {
      expect([name, file(`${name}.out`), file(`${name}.code`)]).toEqual([name, '', '253']);
      expect(file(`${name}.err`)).toMatch(/cannot .*: no space left on the disk\n$/);
    }

    expect(JSON.parse(file('settled.out')).Warnings).toEqual([]);
    expect(JSON.parse(file('whole.out')).Damaged).toEqual([]);
  },
);

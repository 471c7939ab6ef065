import { existsSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { realpath } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { targetPlace } from '../../src/cli/target-place.ts';

const asNamed = { followsLink: true, realFolder: (folder: string) => realpath(folder) };
const met = { ...asNamed, followsLink: false };

// Filesystem Hierarchy Standard, /dev and Linux's annex, /proc and /sys; proc(5), /proc/pid/fd.
describe.runIf(process.platform === 'linux')('what the system has in /dev, /proc and /sys is written into', () => {
  const paths = [
    '/dev/null',
    '/dev/fd/0',
    '/dev/../dev/zero',
    '/proc/self/comm',
    '/proc/sys/kernel/hostname',
    '/dev/new',
  ];

  test.for(paths)('%s, named, through links, or met below a folder', async (path) => {
    const folder = mkdtempSync(join(tmpdir(), 'ssebox-place-'));
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
    symlinkSync(path, join(folder, 'link'));
    symlinkSync('link', join(folder, 'again'));
    symlinkSync(join(path, '..'), join(folder, 'folder'));
    const name = path.slice(path.lastIndexOf('/') + 1);
    for (const named of [path, 'link', 'again', `folder/${name}`].map((each) =>
      join(path === each ? '' : folder, each),
    )) {
      expect(await targetPlace(named, asNamed), named).toMatchObject({ kind: 'stream' });
    }
    expect(await targetPlace(path, met)).toMatchObject({ kind: 'stream' });
    expect(await targetPlace(join(folder, 'folder', name), met)).toMatchObject({ kind: 'stream' });
    // A link that a recursive transfer meets is replaced, wherever it leads.
    expect(await targetPlace(join(folder, 'link'), met)).toMatchObject({ kind: 'file', path: join(folder, 'link') });
  });

  test.runIf(existsSync('/dev/shm'))('except shared memory, where programs keep files of their own', async () => {
    expect(await targetPlace('/dev/shm/ssebox-none', asNamed)).toEqual({
      kind: 'file',
      path: '/dev/shm/ssebox-none',
      old: undefined,
    });
  });
});

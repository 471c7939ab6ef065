import fs, { existsSync, mkdirSync, mkdtempSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { systemReason } from '../../src/api/file-error.ts';
import { makeFolder } from '../../src/store/make-folder.ts';

function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'ssebox-folder-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** Why a folder cannot be made, as its user is told. */
function refusal(folder: string): string {
  try {
    makeFolder(folder);
  } catch (error) {
    return systemReason(error) ?? (error instanceof Error ? error.message : '');
  }
  return expect.fail(`${folder} was made`);
}

test('a folder is created with its parents, for its owner only', () => {
  const top = newFolder();
  makeFolder(join(top, 'a', 'b', 'c'));
  for (const path of ['a', 'a/b', 'a/b/c']) expect(statSync(join(top, path)).mode & 0o777).toBe(0o700);
});

test('an existing folder, even through a link, is left alone', () => {
  const top = newFolder();
  mkdirSync(join(top, 'there'), { mode: 0o755 });
  symlinkSync('there', join(top, 'link'));
  makeFolder(join(top, 'there'));
  makeFolder(join(top, 'link'));
  expect(statSync(join(top, 'there')).mode & 0o777).toBe(0o755);
  makeFolder(join(top, 'link', 'inner'));
  expect(existsSync(join(top, 'there', 'inner'))).toBe(true);
});

/** Every folder that is opened is refused, by this code of the system. */
function refuseToOpen(code: string): void {
  const { openSync } = fs;
  fs.openSync = () => {
    throw Object.assign(new Error(`${code}: refused`), { code });
  };
  syncBuiltinESMExports();
  onTestFinished(() => {
    fs.openSync = openSync;
    syncBuiltinESMExports();
  });
}

test('a folder is created in one that may not be read, but not where the disk reported an error', () => {
  const top = newFolder();
  refuseToOpen('EACCES');
  makeFolder(join(top, 'a'));
  expect(existsSync(join(top, 'a'))).toBe(true);
  refuseToOpen('EIO');
  expect(() => makeFolder(join(top, 'b'))).toThrow('EIO');
});

test('an obstacle is reported', () => {
  const top = newFolder();
  writeFileSync(join(top, 'file'), 'mine');
  symlinkSync('nowhere', join(top, 'dangling'));
  symlinkSync('circle', join(top, 'circle'));
  expect(refusal(join(top, 'file'))).toBe('a file is in the way');
  expect(refusal(join(top, 'file', 'a'))).toBe('part of its path is a file, not a folder');
  expect(refusal(join(top, 'file', 'a', 'b'))).toBe('part of its path is a file, not a folder');
  expect(refusal(join(top, 'dangling'))).toBe('it is a broken link');
  expect(refusal(join(top, 'circle'))).toBe('too many symbolic links in its path');
  expect(refusal(join(top, 'x'.repeat(300)))).toBe('a name in its path is too long');
  expect(existsSync(join(top, 'nowhere'))).toBe(false);
});

test.runIf(existsSync('/proc/self'))('where the system cannot create folders, this is reported at once', () => {
  expect(refusal('/proc/ssebox')).toBe('cannot create a folder in "/proc"');
  expect(refusal('/proc/ssebox/store')).toBe('cannot create a folder in "/proc"');
});

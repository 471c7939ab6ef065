import { mkdirSync, mkdtempSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { UsageError } from '../../src/api/errors.ts';
import { makeFolderOf } from '../../src/cli/save-bytes.ts';

function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'ssebox-save-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

test("the folders of a file are created like the user's other folders, and existing ones are kept", () => {
  const top = newFolder();
  mkdirSync(join(top, 'there'));
  symlinkSync('there', join(top, 'link'));
  makeFolderOf(join(top, 'link', 'a', 'b', 'file'));
  makeFolderOf(join(top, 'link', 'a', 'b', 'file'));
  expect(statSync(join(top, 'there', 'a', 'b')).mode & 0o777).toBe(0o777 & ~process.umask());
});

test.for<[path: string, words: (top: string) => string]>([
  ['file/a', (top) => `"${top}/file" is not a folder`],
  ['file/a/b', (top) => `cannot write "${top}/file/a/b": part of its path is a file, not a folder`],
  ['dangling/a', (top) => `"${top}/dangling" is not a folder`],
  ['dangling/a/b', (top) => `"${top}/dangling" is not a folder`],
])('whatever is in the way of %s is named', ([path, words]) => {
  const top = newFolder();
  writeFileSync(join(top, 'file'), 'mine');
  symlinkSync('nowhere', join(top, 'dangling'));
  const write = () => makeFolderOf(join(top, path));
  expect(write).toThrow(UsageError);
  expect(write).toThrow(new UsageError(words(top)));
});

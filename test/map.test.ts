/** The pages about the code name files and folders that are there. */

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const skipped: ReadonlySet<string> = new Set(['.git', 'dist', 'node_modules']);

/** Every path of the project; folders end with a slash. */
const known: readonly string[] = readdirSync('.', { withFileTypes: true })
  .filter(({ name }) => !skipped.has(name))
  .flatMap((entry) => (entry.isDirectory() ? [`/${entry.name}/`, ...below(entry.name)] : [`/${entry.name}`]));

function below(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true }).map(
    (entry) => `/${join(entry.parentPath, entry.name)}${entry.isDirectory() ? '/' : ''}`,
  );
}

/** What looks like a path in backticks: it ends with a slash, or as files of ours do. */
const pathsIn = (page: string): string[] =>
  [...readFileSync(page, 'utf8').matchAll(/`([\w@./-]+(?:\/|\.(?:ts|js|md)))`/g)].map(([, path = '']) => path);

test.each(['src/README.md', 'CONTRIBUTING.md', 'README.md'])('%s names what exists', (page) => {
  // What the build makes is there once it has run.
  const named = pathsIn(page).filter((path) => !path.startsWith('dist/'));
  expect(named.filter((path) => !known.some((each) => each.endsWith(`/${path}`)))).toEqual([]);
});

test('the map names every folder of src', () => {
  const folders = readdirSync('src', { withFileTypes: true }).filter((entry) => entry.isDirectory());
  const named = new Set(pathsIn('src/README.md').map((path) => path.split('/')[0]));
  expect(folders.map(({ name }) => name).filter((name) => !named.has(name))).toEqual([]);
});

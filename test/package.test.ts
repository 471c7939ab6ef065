/** What `npm pack` puts into the package. */

import { readdirSync, readFileSync } from 'node:fs';
import { execaSync } from 'execa';
import { beforeAll, expect, test } from 'vitest';

const manifest: { readonly man: readonly string[]; readonly dependencies: Readonly<Record<string, string>> } =
  JSON.parse(readFileSync('package.json', 'utf8'));

let files: readonly string[];

beforeAll(() => {
  const { stdout } = execaSync('npm', ['pack', '--dry-run', '--json', '--ignore-scripts']);
  const [packed] = JSON.parse(stdout) as { files: { path: string }[] }[];
  files = packed?.files.map(({ path }) => path) ?? [];
});

const below = (folder: string) => files.filter((path) => path.startsWith(`${folder}/`)).toSorted();
const namesIn = (folder: string) => readdirSync(folder).map((name) => `${folder}/${name}`);

test('npm finds every man page', () => {
  expect(manifest.man).toEqual(namesIn('man').toSorted());
});

test.for(['man', 'completions'])('%s is in the package, whole', (folder) => {
  expect(below(folder)).toEqual(namesIn(folder).toSorted());
});

test('the program is in it, without code that was kept for this machine', () => {
  expect(files).toEqual(expect.arrayContaining(['bin/ssebox.js', 'dist/start.js', 'LICENSE', 'README.md']));
  expect(files.filter((path) => path.includes('.code'))).toEqual([]);
});

test('nothing of the sources, the tests or the tools is in it', () => {
  const folders = new Set(files.map((path) => (path.includes('/') ? path.split('/')[0] : '')));
  expect([...folders].toSorted()).toEqual(['', 'bin', 'completions', 'dist', 'man']);
});

test('only the library of LMDB is installed beside it, and the licences of what it bundles come along', () => {
  expect(Object.keys(manifest.dependencies)).toEqual(['lmdb']);
  const licences = readFileSync('dist/licenses.txt', 'utf8');
  for (const name of ['lmdb', 'commander', 'jmespath', '@noble/curves']) expect(licences).toContain(`\n${name} `);
  for (const notice of licences.split(`\n${'-'.repeat(80)}\n\n`)) expect(notice).toMatch(/^\S+ \S+, [^\n]+\n\n\S/);
});

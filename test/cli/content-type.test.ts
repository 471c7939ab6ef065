/** Content types by name: Python Standard Library, mimetypes. */

import { copyFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { execaSync } from 'execa';
import { expect, test } from 'vitest';
import { contentTypes } from '../../src/cli/commands/s3/content-type.ts';
import { newSample } from '../support/command-line.ts';

const typeOf = contentTypes([]);

test.for([
  ['/a/index.html', 'text/html'],
  ['/a/INDEX.HTM', 'text/html'],
  ['app.js', 'text/javascript'],
  ['app.mjs', 'text/javascript'],
  ['data.json', 'application/json'],
  ['feed.xml', 'text/xml'],
  ['photo.jpeg', 'image/jpeg'],
  // What is in the compressed file.
  ['backup.tar.gz', 'application/x-tar'],
  ['backup.tgz', 'application/x-tar'],
  ['backup.TGZ', 'application/x-tar'],
  ['backup.tbz2', 'application/x-tar'],
  ['drawing.svgz', 'image/svg+xml'],
  ['report.csv.gz', 'text/csv'],
  ['report.csv.br', 'text/csv'],
  ['dump.sql.gz', undefined],
  ['a.gz', undefined],
  ['a.Z', undefined],
  // Extensions of compression are in one case only.
  ['report.csv.GZ', undefined],
  ['report.csv.z', undefined],
  // Not known to Python, though other tables have them.
  ['notes.yaml', undefined],
  ['font.woff2', undefined],
  // No extension, or one that is all of the name.
  ['Makefile', undefined],
  ['.html', undefined],
  ['..html', undefined],
  ['/a.html/b', undefined],
  ['a.html/.css', undefined],
  ['.profile.txt', 'text/plain'],
  ['a..txt', 'text/plain'],
  ['a.txt.', undefined],
  ['a.txt~', undefined],
  ['a\n.txt', 'text/plain'],
  ['', undefined],
] as const)('%j is %j', ([name, type]) => {
  expect(typeOf(name)).toBe(type);
});

test('a later table overrides an earlier one', () => {
  const table = '# types\n\ntext/x-mine  txt\tmine # and not this\ntext/x-none\n#text/x-out out\n';
  const mine = contentTypes([table, 'text/x-yours mine']);
  const types = ['a.txt', 'a.mine', 'a.this', 'a.out', 'a.html', 'a.mine.gz'].map(mine);
  expect(types).toEqual(['text/x-mine', 'text/x-yours', undefined, undefined, 'text/html', 'text/x-yours']);
});

/** The answers of a Python whose tables are those of 3.13 for names with all of its extensions; without one, why not. */
function pythonAnswers(): Readonly<Record<string, string | null>> | string {
  const program = `
import json, mimetypes, sys
mimetypes.init()
names = [f'a{e}{c}' for e in [*mimetypes.types_map, *mimetypes.suffix_map, '.none'] for c in ['', *mimetypes.encodings_map]]
print(json.dumps({n: mimetypes.guess_type('/' + n)[0] for n in names} if sys.version_info[:2] == (3, 13) else None))
`;
  for (const python of ['python3.13', 'python3']) {
    const { stdout, exitCode } = execaSync(python, ['-c', program], { reject: false });
    if (exitCode === 0 && stdout !== 'null') return JSON.parse(stdout);
  }
  return 'needs Python 3.13';
}

test('every extension that Python knows, with the tables of this system, has its type', ({ skip }) => {
  const answers = pythonAnswers();
  if (typeof answers === 'string') return skip(answers);
  const ofSystem = contentTypes();
  const types = Object.fromEntries(Object.keys(answers).map((name) => [name, ofSystem(`/${name}`) ?? null]));
  expect(types).toEqual(answers);
});

test('an upload has the type of its file, in one request or in parts, and a copy that of its source', async () => {
  const line = await newSample();
  const files = [
    ['a.tar.gz', 1],
    ['large.tar.gz', 9 * 1024 ** 2],
  ] as const;
  for (const [name, size] of files) writeFileSync(line.path(name), Buffer.alloc(size));
  await line.ok(['s3', 'put', line.path('a.tar.gz'), 's3://drafts/put']);
  await line.ok(['s3', 'put', line.path('large.tar.gz'), 's3://drafts/parts', '--resume']);
  await line.ok(['s3', 'put', line.path('a.tar.gz'), 's3://drafts/none', '--no-guess-mime-type']);
  await line.ok(['s3', 'cp', line.path('a.tar.gz'), 's3://drafts/cp.html']);
  // Not the folder with the store, whose files come and go meanwhile.
  mkdirSync(line.path('folder'));
  copyFileSync(line.path('large.tar.gz'), line.path('folder/large.tar.gz'));
  await line.ok(['s3', 'sync', line.path('folder'), 's3://drafts/sync']);
  await line.ok(['s3', 'cp', 's3://drafts/cp.html', 's3://drafts/copy.css']);
  // AWS CLI v2 guesses the types of files only.
  await line.ok(['s3', 'cp', 's3://drafts/cp.html', 's3://drafts/bare.css', '--metadata-directive', 'REPLACE']);
  const typeIn = async (key: string) =>
    (await line.ok(['s3api', 'head-object', '--bucket', 'drafts', '--key', key, '--query', 'ContentType'])).json;
  expect({
    put: await typeIn('put'),
    parts: await typeIn('parts'),
    none: await typeIn('none'),
    cp: await typeIn('cp.html'),
    sync: await typeIn('sync/large.tar.gz'),
    copy: await typeIn('copy.css'),
    bare: await typeIn('bare.css'),
  }).toEqual({
    put: 'application/x-tar',
    parts: 'application/x-tar',
    none: 'binary/octet-stream',
    cp: 'application/x-tar',
    sync: 'application/x-tar',
    copy: 'application/x-tar',
    bare: 'binary/octet-stream',
  });
});

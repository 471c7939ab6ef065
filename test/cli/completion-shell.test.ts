/** Completion at a prompt: a name in the store is inserted as a name, whatever it would mean to the shell. */

import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { expect, test } from 'vitest';
import { completionScript } from '../../src/cli/docs/completion-scripts.ts';
import { keys, type Place, samplePlace } from '../support/place.ts';

const TAB = '\t';

/** A bash that a person types at, in which `ssebox` also writes the words that it was run with. */
function bashIn(place: Place): ReturnType<Place['terminalShell']> {
  writeFileSync(place.path('completion.bash'), completionScript('bash', 'ssebox'));
  writeFileSync(
    place.path('rc'),
    `PS1='ready> '; PS2='more> '; bind 'set enable-bracketed-paste off'; bind 'set bell-style none'
ssebox() { [[ $1 == completion ]] || printf '%s\\0' "$@" >> words; '${process.execPath}' '${resolve('bin/ssebox.js')}' "$@"; }
source completion.bash
`,
  );
  return place.terminalShell("bash --rcfile rc -i 2>&1; echo 'bash ended'", { columns: 250 });
}

async function putKeys(place: Place, names: readonly string[]): Promise<void> {
  for (const Key of names) {
    const input = JSON.stringify({ Bucket: 'drafts', Key, Body: 'aGk=' });
    expect(await place.ssebox(['s3api', 'put-object', '--cli-input-json', input])).toMatchObject({ code: 0 });
  }
}

const hostile = [
  'x$(touch$\u007bIFS}PWNED)',
  'q`touch PWNED`',
  "it's; touch PWNED",
  'say "hi" && touch PWNED',
  '~root',
  '-rf',
  'a:b=c:d',
  'line\ntouch PWNED\n',
  '\u001b[31mred\u202e',
  'tab\ttab',
  'wow!!',
  'bäckerei 鍵',
];

test.for(hostile)('bash inserts %j as it is, and runs nothing', async (name) => {
  const place = await samplePlace();
  await putKeys(place, [name]);
  const { shows, type, ended } = bashIn(place);
  await shows('ready> ');
  type(`ssebox s3 ls s3://dra${TAB}`);
  await shows('s3://drafts/');
  type(`${TAB}`);
  // What is inserted ends with a blank, which the next word is typed after.
  await shows(/\S $/);
  type(`--summarize${keys.enter}`);
  await shows('Total Objects: 1');
  type(`exit${keys.enter}`);
  expect((await ended).text).not.toContain('more> ');
  expect(readFileSync(place.path('words'), 'utf8').split('\0').slice(0, -1)).toEqual([
    's3',
    'ls',
    `s3://drafts/${name}`,
    '--summarize',
  ]);
  expect(existsSync(place.path('PWNED'))).toBe(false);
});

test.for([
  ["'", 'in single quotes'],
  ['"', 'in double quotes'],
])('bash completes a name that is begun with %s', async ([quote]) => {
  const place = await samplePlace();
  const name = 'x$(touch PWNED) `touch PWNED` "it\'s" \\ !! end';
  await putKeys(place, [name]);
  const { shows, type, ended } = bashIn(place);
  await shows('ready> ');
  type(`ssebox s3 ls ${quote}s3://drafts/x${TAB}`);
  await shows(/end['"] $/s);
  type(`--summarize${keys.enter}`);
  await shows('Total Objects: 1');
  type(`exit${keys.enter}`);
  await ended;
  expect(existsSync(place.path('PWNED'))).toBe(false);
});

test('bash goes on after the part that several names share, and shows them without acting on the terminal', async () => {
  const place = await samplePlace();
  await putKeys(place, ['a b', 'a$(touch PWNED)', 'a\u001b]0;title\u0007']);
  const { shows, type, ended } = bashIn(place);
  await shows('ready> ');
  type(`ssebox s3 ls s3://drafts/a${TAB}${TAB}`);
  const shown = await shows(/title.*a\\ b/s);
  expect(shown).toContain("\\x1b'");
  type(`\\ ${TAB}`);
  await shows(/\\ b $/);
  type(`--summarize${keys.enter}`);
  await shows('Total Objects: 1');
  type(`exit${keys.enter}`);
  await ended;
  expect(existsSync(place.path('PWNED'))).toBe(false);
});

test('bash quotes the names of files', async () => {
  const place = await samplePlace();
  writeFileSync(place.path('f$(touch PWNED) x'), 'content');
  const { shows, type, ended } = bashIn(place);
  await shows('ready> ');
  type(`ssebox s3 put f${TAB}`);
  await shows(/x $/);
  type(`s3://drafts/copy${keys.enter}`);
  await shows('s3://drafts/copy');
  type(`exit${keys.enter}`);
  await ended;
  expect(existsSync(place.path('PWNED'))).toBe(false);
  const { out } = await place.ssebox(['s3', 'ls', 's3://drafts/']);
  expect(out).toContain(' copy\n');
});

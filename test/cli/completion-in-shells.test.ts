/** Completion as a person has it: a line and a Tab, in bash, zsh and fish, with the words that the shell then runs. */

import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { execaSync } from 'execa';
import { describe, expect, test } from 'vitest';
import { completionScript, type Shell, shells } from '../../src/cli/docs/completion-scripts.ts';
import type { ProgramName } from '../../src/program-name.ts';
import { type Place, samplePlace } from '../support/place.ts';

const ACCOUNT = '111122223333';

/** What is typed before the Tab, and the words of the command that Enter then runs. */
const table: readonly (readonly [typed: string, words: readonly string[]])[] = [
  ['ssebox kms describe-k', ['kms', 'describe-key']],
  ['ssebox kms describe-key --key', ['kms', 'describe-key', '--key-id']],
  ['ssebox kms describe-key --key-id alias/a', ['kms', 'describe-key', '--key-id', 'alias/app']],
  ['ssebox kms describe-key --key-id=alias/a', ['kms', 'describe-key', '--key-id=alias/app']],
  [
    `ssebox kms describe-key --key-id arn:aws:kms:us-east-1:${ACCOUNT}:al`,
    ['kms', 'describe-key', '--key-id', `arn:aws:kms:us-east-1:${ACCOUNT}:alias/app`],
  ],
  [
    `ssebox sts assume-role --role-arn=arn:aws:iam::${ACCOUNT}:role/r`,
    ['sts', 'assume-role', `--role-arn=arn:aws:iam::${ACCOUNT}:role/reader`],
  ],
  [
    'ssebox s3api get-object --bucket reports --key 2026/q1',
    ['s3api', 'get-object', '--bucket', 'reports', '--key', '2026/q1.csv'],
  ],
  ['ssebox s3 cp lett', ['s3', 'cp', 'letter one.txt']],
  ['ssebox s3 cp s3://photos/har', ['s3', 'cp', 's3://photos/harbour.txt']],
  ['ssebox s3 mv s3://photos/harbour.txt lett', ['s3', 'mv', 's3://photos/harbour.txt', 'letter one.txt']],
  ['ssebox s3 sync no', ['s3', 'sync', 'notes/']],
  ['ssebox s3 put lett', ['s3', 'put', 'letter one.txt']],
  [
    'ssebox iam create-policy --policy-document file://pol',
    ['iam', 'create-policy', '--policy-document', 'file://policy.json'],
  ],
  ['ssebox s3api put-object --body=lett', ['s3api', 'put-object', '--body=letter one.txt']],
  ['ssebox kms encrypt --plaintext=fileb://notes/tw', ['kms', 'encrypt', '--plaintext=fileb://notes/two words']],
  [
    'ssebox kms grant alias/app --to user/bob --may decrypt,describe',
    ['kms', 'grant', 'alias/app', '--to', 'user/bob', '--may', 'decrypt,describe-key'],
  ],
  ['ssebox config set reg', ['config', 'set', 'region']],
  ['ssebox config set output te', ['config', 'set', 'output', 'text']],
  ['ssebox config set store no', ['config', 'set', 'store', 'notes/']],
  ["ssebox iam get-role --role-name 'rea", ['iam', 'get-role', '--role-name', 'reader']],
  ['ssebox s3 cp "s3://photos/har', ['s3', 'cp', 's3://photos/harbour.txt']],
  ["ssebox s3 cp 'lett", ['s3', 'cp', 'letter one.txt']],
];

/** A shell that a person types at, in which the program only writes down the words that it is run with. */
async function opened(shell: Shell, name: ProgramName) {
  const place = await samplePlace();
  writeFileSync(place.path('letter one.txt'), '');
  writeFileSync(place.path('policy.json'), '{}');
  mkdirSync(place.path('notes'));
  writeFileSync(place.path('notes/two words'), '');
  writeFileSync(place.path('completion'), completionScript(shell, name));
  writeFileSync(place.path('rc'), startOf(shell, name));
  const line = {
    bash: 'bash --rcfile rc -i',
    zsh: "PS1='ready> ' zsh -f -i",
    fish: "fish --no-config -i -C 'source rc'",
  }[shell];
  const terminal = place.terminalShell(line, { columns: 250, variables: { ZDOTDIR: place.folder } });
  await terminal.shows('ready> ');
  if (shell === 'zsh') {
    terminal.type('source rc\r');
    await terminal.shows('ready> ');
  }
  return { place, ...terminal };
}

function startOf(shell: Shell, name: ProgramName): string {
  const program = `'${process.execPath}' '${resolve('bin/ssebox.js')}'`;
  switch (shell) {
    case 'bash':
      return `PS1='ready> '; bind 'set enable-bracketed-paste off'; bind 'set bell-style none'
${name}() { if [[ $1 == completion ]]; then ${program} "$@"; else printf '%s\\0' "$@" > words; echo ran; fi; }
source completion`;
    case 'zsh':
      return `autoload -Uz compinit && compinit -u -D
unset zle_bracketed_paste
${name}() { if [[ $1 == completion ]]; then ${program} "$@"; else printf '%s\\0' "$@" > words; echo ran; fi; }
source completion`;
    case 'fish':
      return `function fish_prompt; echo -n 'ready> '; end
function ${name}; if test "$argv[1]" = completion; ${program} $argv; else; printf '%s\\0' $argv > words; echo ran; end; end
source completion`;
  }
}

const withoutSlash = (word: string): string => word.replace(/\/$/, '');

const wordsIn = (place: Place): string[] => readFileSync(place.path('words'), 'utf8').split('\0').slice(0, -1);

const isThere = (shell: Shell): boolean => execaSync(shell, ['--version'], { reject: false }).exitCode === 0;

describe.for(shells)('in %s', (shell) => {
  test.skipIf(!isThere(shell))(`a Tab completes each line, where ${shell} is installed`, async () => {
    const { place, shows, type } = await opened(shell, 'ssebox');
    for (const [typed, words] of table) {
      type(`${typed}\t\r`);
      await shows(/ran\n[\s\S]*ready> /);
      // The slash after a folder is only there for what may follow: zsh takes it away.
      expect(wordsIn(place).map(withoutSlash), typed).toEqual(words.map(withoutSlash));
    }
  });

  test.skipIf(!isThere(shell))(`the name aws is completed too, where ${shell} is installed`, async () => {
    const { place, shows, type } = await opened(shell, 'aws');
    type('aws kms describe-key --key-id alias/a\t\r');
    await shows(/ran\n[\s\S]*ready> /);
    expect(wordsIn(place)).toEqual(['kms', 'describe-key', '--key-id', 'alias/app']);
  });
});

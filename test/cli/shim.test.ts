import { existsSync, mkdirSync, readdirSync, readlinkSync, realpathSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { spawn } from '@lydell/node-pty';
import { execa } from 'execa';
import { expect, test } from 'vitest';
import { commandTree } from '../../src/cli/tree.ts';
import { newCommandLine } from '../support/command-line.ts';
import { newPlace, samplePlace } from '../support/place.ts';

const PROGRAM = realpathSync('bin/ssebox.js');

test('a script that calls aws, and what it starts, calls ssebox once the printed line is evaluated', async () => {
  const place = newPlace();
  const bin = place.path('.local/share/ssebox/bin');
  writeFileSync(
    place.path('deploy.sh'),
    'printf "%s\\n" one two | xargs -I {} aws s3 mb "s3://{}-photos"\naws s3 ls\n',
  );
  const shown = await place.shell('eval "$(ssebox shim)" && type -P aws && bash deploy.sh');
  expect(shown).toMatchObject({ code: 0, err: '' });
  expect(shown.out).toMatch(
    /^(.*)\nmake_bucket: one-photos\nmake_bucket: two-photos\n.{19} one-photos\n.{19} two-photos\n$/,
  );
  expect(shown.out.split('\n')[0]).toBe(join(bin, 'aws'));
  expect(readdirSync(bin)).toEqual(['aws']);
});

/** The line is for the shell that $SHELL names; a folder is quoted as that shell reads it. */
const lines: readonly (readonly [shell: string, folder: string, line: (folder: string) => string])[] = [
  ['/bin/bash', 'bin', (folder) => `export PATH=${folder}:"$PATH"\n`],
  ['/usr/bin/zsh', 'my bin', (folder) => `export PATH='${folder}':"$PATH"\n`],
  ['', "a'b", (folder) => `export PATH='${folder.replace("'", "'\\''")}':"$PATH"\n`],
  ['/usr/bin/fish', 'bin', (folder) => `set -gx PATH '${folder}' $PATH\n`],
  [
    '/usr/bin/fish',
    "a'b\\c",
    (folder) => `set -gx PATH '${folder.replace("'", "\\'").replace('\\c', '\\\\c')}' $PATH\n`,
  ],
];

test.for(lines)('in the shell "%s" the folder "%s" is put first on the PATH', async ([shell, name, line]) => {
  const place = newCommandLine();
  const folder = place.path(name);
  const { out, err } = await place.ok(['shim', folder], { variables: { SHELL: shell } });
  expect({ out, err }).toEqual({ out: line(folder), err: '' });
  expect(readlinkSync(join(folder, 'aws'))).toBe(PROGRAM);
});

test('a folder with blanks and quotes works in bash', async () => {
  const place = newPlace();
  const { out } = await place.shell(`eval "$(ssebox shim "it's  mine")" && aws --version`);
  expect(out).toMatch(/^aws-cli\/2\.\d+\.\d+ ssebox\/\d+\.\d+\.\d+\n$/);
});

test('a second time changes nothing, and a link of another installation leads here from then on', async () => {
  const place = newCommandLine();
  const link = place.path('bin/aws');
  await place.ok(['shim', place.path('bin')]);
  await place.ok(['shim', place.path('bin')]);
  expect(readlinkSync(link)).toBe(PROGRAM);
  const old = place.path('old');
  mkdirSync(old);
  symlinkSync('/gone/lib/node_modules/ssebox/bin/ssebox.js', join(old, 'aws'));
  await place.ok(['shim', old]);
  expect(readlinkSync(join(old, 'aws'))).toBe(PROGRAM);
  expect(readdirSync(old)).toEqual(['aws']);
});

test('what is not a link of its own stays as it is', async () => {
  const place = newCommandLine();
  const aws = place.path('aws');
  const refused = (what: string) => ({
    code: 253,
    out: '',
    err: `"${aws}" ${what} so it stays as it is: name another folder\n`,
  });
  writeFileSync(aws, '#!/bin/sh\n');
  expect(await place.ssebox(['shim', place.folder])).toMatchObject(refused('is not a link made by ssebox,'));
  const linked = place.path('linked');
  mkdirSync(linked);
  symlinkSync(aws, join(linked, 'aws'));
  const { code, err } = await place.ssebox(['shim', linked]);
  expect(code).toBe(253);
  expect(err).toContain(`is a link to "${aws}" and not made by ssebox`);
  expect(readlinkSync(join(linked, 'aws'))).toBe(aws);
});

test('a folder that cannot be on the PATH, none, or a file in its place is refused by name', async () => {
  const place = newCommandLine();
  writeFileSync(place.path('file'), '');
  const cases = [
    [place.path('a:b'), 252, 'cannot be on the PATH'],
    ['', 252, 'dir must be the path of a folder, not ""'],
    [place.path('file/bin'), 253, `cannot make the link "${place.path('file/bin/aws')}"`],
  ] as const;
  for (const [folder, code, message] of cases) {
    const ended = await place.ssebox(['shim', folder]);
    expect(ended.code).toBe(code);
    expect(ended.err).toContain(message);
  }
  expect(existsSync(place.path('a:b'))).toBe(false);
});

test('a link through the one that npm makes leads to the program itself', async () => {
  const place = newPlace();
  const installed = place.path('ssebox');
  symlinkSync(PROGRAM, installed);
  await execa(installed, ['shim', 'bin'], { cwd: place.folder, env: place.variables, extendEnv: false });
  expect(readlinkSync(place.path('bin/aws'))).toBe(PROGRAM);
});

/** The AWS CLI's usage, before an error in the command line. */
const USAGE = `
usage: aws [options] <command> <subcommand> [<subcommand> ...] [parameters]
To see help text, you can run:

  aws help
  aws <command> help
  aws <command> <subcommand> help

aws: error: `;

test.for([
  [['kms', 'describe-key'], 'the following arguments are required: --key-id'],
  [['kms', 'describe-key', '--key-id'], '--key-id needs a value: VALUE'],
  [['kms', 'list-keys', '--colour', 'on'], "unknown option '--colour' (Did you mean --color?)"],
  [['kms', 'list-keys', '--output', 'xml'], /^--output takes one of .*, not "xml"$/],
] as const)('as aws, %j is answered with the usage of aws', async ([words, message]) => {
  for (const screen of [{}, { terminal: 100 }]) {
    const { code, out, err } = await newCommandLine().ssebox(words, { calledAs: 'aws', ...screen });
    expect({ code, out }).toEqual({ code: 252, out: '' });
    expect(err.startsWith(USAGE), err).toBe(true);
    const [line = '', ...hints] = err.slice(USAGE.length).trimEnd().split('\n');
    expect(line).toMatch(message);
    expect(hints.join('\n')).not.toContain('ssebox');
  }
});

test('as aws, the default output is JSON on a terminal too, unless another one is set', async () => {
  const place = newCommandLine();
  const words = ['kms', 'create-key'];
  const shown = await place.ok(words, { calledAs: 'aws', terminal: 100 });
  expect(shown.json).toMatchObject({ KeyMetadata: { Enabled: true } });
  expect((await place.ok(words, { terminal: 100 })).out).toContain('CreateKey');
  const text = { calledAs: 'aws', terminal: 100, variables: { AWS_DEFAULT_OUTPUT: 'text' } } as const;
  expect((await place.ok(words, text)).out).toMatch(/^KEYMETADATA\t/);
  const page = await place.ok(['clock', 'show'], { calledAs: 'aws', terminal: 100 });
  expect(page.json).toHaveProperty('Now');
});

test('as aws, nothing is asked on a terminal', async () => {
  const place = await samplePlace();
  await place.ok(['shim', 'bin']);
  const terminal = spawn(place.path('bin/aws'), ['kms', 'describe-key'], {
    cwd: place.folder,
    env: { ...place.variables },
  });
  let text = '';
  terminal.onData((data) => {
    text += data;
  });
  const code = await new Promise((end) => terminal.onExit(({ exitCode }) => end(exitCode)));
  expect(code).toBe(252);
  expect(text).toContain('aws: error: the following arguments are required: --key-id');
});

test('as aws, help and hints begin their commands with aws, and what AWS says stays', async () => {
  const place = newCommandLine();
  const as = { calledAs: 'aws', terminal: 100 } as const;
  const help = await place.ok(['kms', 'describe-key', '--help'], as);
  expect(help.out).toMatch(/^Usage: aws kms describe-key/);
  expect(help.out).toMatch(/\$ aws kms describe-key/);
  expect(help.out).not.toMatch(/ssebox kms/);
  const refused = await place.ssebox(['kms', 'describe-key', '--key-id', 'alias/ssebox kms'], as);
  expect(refused.err).toMatch(/ssebox kms/);
  await place.ok(['iam', 'create-user', '--user-name', 'bob']);
  const denied = await place.ssebox(['kms', 'list-keys', '--as', 'user/bob'], as);
  expect(denied.err).toMatch(/^hint: aws explain last --fix$/m);
});

test('the program knows the names of all of its commands without loading them', async () => {
  const loaded = await commandTree.load({ prose: false });
  expect(commandTree.names).toEqual(loaded.map(({ name }) => name));
});

test('its completion script completes the name aws', async () => {
  const place = newPlace();
  const line = [
    'eval "$(ssebox shim)" && source <(aws completion bash)',
    'COMP_LINE="aws kms describe-k" COMP_POINT=18',
    '_ssebox aws && echo "$' + '{COMPREPLY[@]}" && complete -p aws',
  ].join('\n');
  const { out, err } = await place.shell(line);
  expect({ out, err }).toEqual({ out: 'describe-key\ncomplete -F _ssebox aws\n', err: '' });
});

test('as aws, the demo still shows what a person would see', async () => {
  const { out, code } = await newCommandLine().ssebox(['demo'], { calledAs: 'aws' });
  expect({ code, end: out.trimEnd().split('\n').at(-1) }).toEqual({ code: 0, end: '✓ Everything went as it should.' });
});

/** What scripts for the AWS CLI can type is understood by the program under the name `aws`. */

import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { newCommandLine } from '../support/command-line.ts';

type Argument = readonly [flag: string, member: string, type: string, isRequired: boolean];
type Recorded = Readonly<
  Record<string, Readonly<Record<string, { operation: string; arguments: readonly Argument[] }>>>
>;

/** The argument tables of the AWS CLI, command by command. */
const recorded: Recorded = JSON.parse(readFileSync(new URL('cli-flags.json', import.meta.url), 'utf8'));

/** Would end a call before it is known whether its other options are understood. */
const ENDING: ReadonlySet<string> = new Set(['--generate-cli-skeleton', '--cli-input-json']);

/** Each option with a value that its type can have. */
function wordsOf(args: readonly Argument[]): string[] {
  return args.flatMap(([flag, , type]) => {
    if (ENDING.has(flag)) return [];
    if (!flag.startsWith('--')) return ['out.bin'];
    if (type === 'boolean') return [flag];
    return [flag, type === 'integer' || type === 'long' ? '1' : type === 'timestamp' ? '2026-05-04' : 'x'];
  });
}

const rows = Object.entries(recorded).flatMap(([group, commands]) =>
  Object.entries(commands).map(([command, { arguments: args }]) => ({ group, command, args })),
);

test('the table has every service', () => {
  expect(Object.keys(recorded)).toEqual(expect.arrayContaining(['kms', 's3api', 'iam', 'sts', 'cloudtrail']));
  expect(rows.length).toBeGreaterThan(300);
});

test.for(rows)('aws $group $command is understood with every option', async ({ group, command, args }) => {
  const place = newCommandLine();
  const { code, err } = await place.ssebox([group, command, ...wordsOf(args)], { calledAs: 'aws', stdin: '' });
  // It works, or the value of an option is refused, or the service refuses the call.
  expect([0, 252, 254], err).toContain(code);
  expect(err).not.toMatch(/aws: error|unknown (?:option|command)|too many arguments|bug in ssebox/i);
  if (code === 254) expect(err).toMatch(/^An error occurred \(\w+\) when calling the \w+ operation/m);
});

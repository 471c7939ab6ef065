/** What an explanation has to agree with: the command that runs after it, and its own remedies. */

import { existsSync } from 'node:fs';
import fc from 'fast-check';
import { expect } from 'vitest';
import { DAY, MINUTE } from '../../support/harness.ts';
import { drawnChange, ownPolicy } from './drawn-changes.ts';
import { drawnCommand } from './drawn-commands.ts';
import { addStatements, type Fix } from './remedies.ts';
import { type Change, changed, named, putFiles, type Seen, type Stage } from './stage.ts';

interface Call {
  readonly Operation: string;
  readonly Times?: number;
  readonly Refusal?: { readonly Code: string } | undefined;
}

interface Explained {
  readonly Allowed: boolean;
  readonly Call: string;
  readonly Refusal?: { readonly Code: string; readonly Message: string; readonly Operation?: string };
  readonly Calls?: readonly Call[];
  readonly Decisions: readonly {
    readonly Allowed: boolean;
    readonly Only?: string;
    readonly Action: string;
    readonly Resource: string;
    readonly Because: string;
    readonly Fix?: readonly Fix[];
  }[];
}

/** A command after some changes, and whether it is explained behind `--`. */
export interface Step {
  readonly changes: readonly Change[];
  readonly words: readonly string[];
  readonly isBehindDashes: boolean;
  /** How much time passes before it. */
  readonly ms: number;
}

const step: fc.Arbitrary<Step> = fc.record({
  changes: fc.array(drawnChange, { maxLength: 3 }),
  words: drawnCommand,
  isBehindDashes: fc.boolean(),
  ms: fc.oneof(
    { weight: 6, arbitrary: fc.constant(0) },
    fc.constantFrom(1000, 10 * MINUTE, 5 * 60 * MINUTE, 8 * DAY, 400 * DAY),
  ),
});

/** Every caller has some policy first. */
export const drawnSteps: fc.Arbitrary<readonly Step[]> = fc
  .tuple(fc.array(ownPolicy, { maxLength: 4 }), fc.array(step, { minLength: 1, maxLength: 5 }))
  .map(([first, [head, ...others]]) => (head ? [{ ...head, changes: [...first, ...head.changes] }, ...others] : []));

const stdin = Buffer.alloc(9_000_000, 'in');

/** Explains a command, runs it, and requires that both have the same calls and the same end. */
export async function explainAndRun(stage: Stage, step: Step): Promise<void> {
  const { line } = stage;
  const { words, before } = await prepared(stage, step);
  const told = await line.ssebox(asked(step, words), { stdin });
  const after = await changed(line, []);
  expect(after.rows, 'explaining changes no row').toEqual(before.rows);
  expect(existsSync(stage.names.down ?? ''), 'and writes no file').toBe(false);
  const ran = await line.ssebox(words, { stdin });
  const made = since(before.calls, (await changed(line, [])).calls);
  const shown = `${told.err}\n--- ran with ${ran.code}:\n${ran.err}`;
  if (told.out === '') {
    expect(told.code, shown).toBe(252);
    // It made no call, or ended with an error of the command line after some.
    if (Object.keys(made).length > 0) {
      expect([ran.code, ran.err.split('\n')[0]], shown).toEqual([252, told.err.split('\n')[0]]);
    }
    return;
  }
  const explained = told.json as Explained;
  expect(told.code, shown).toBe(explained.Allowed ? 0 : 1);
  const calls = counted(explained.Calls ?? [{ Operation: explained.Call, Refusal: explained.Refusal }]);
  // What nobody in particular asks of nobody's bucket is in no account's record.
  const isNobodys = words.includes('--no-sign-request') && Object.keys(made).length === 0;
  expect(isNobodys ? {} : calls, shown).toEqual(made);
  const { Refusal } = explained;
  // What is denied in part, such as some objects of DeleteObjects, ends with 0.
  if (explained.Allowed || Refusal) expect(ran.code === 0, shown).toBe(explained.Allowed);
  if (Refusal && !isHead(Refusal.Operation ?? explained.Call)) {
    expect(withoutIds(ran.err), shown).toContain(`(${Refusal.Code})`);
    expect(withoutIds(ran.err), shown).toContain(withoutIds(Refusal.Message));
  }
}

/** Adds the statements that a command lacks, and requires that it is then denied nothing. */
export async function explainAndMend(stage: Stage, step: Step): Promise<'mended' | 'not denied' | 'not mended'> {
  const { line } = stage;
  const { words } = await prepared(stage, step);
  const told = await line.ssebox(['explain', '--fix', '--', ...words], { stdin });
  const denials = told.out === '' ? [] : denialsIn(told.json as Explained);
  if (denials.length === 0) return 'not denied';
  const fixes = denials.flatMap(({ Fix = [] }) => Fix.filter(({ Kind }) => Kind !== 'OrGrant'));
  // A Deny has to go first, and a service's own rule allows nobody. A key that S3 makes when it is first asked for has
  // another id each time.
  const isMendable =
    !words.includes('alias/aws/s3') &&
    denials.every(({ Fix = [] }) => Fix.length > 0) &&
    fixes.every(({ Kind }) => Kind === 'AddStatement');
  if (!isMendable || !(await addStatements(line, fixes))) return 'not mended';
  const explained = (await line.ssebox(['explain', '--', ...words], { stdin })).json as Explained;
  const left = denialsIn(explained).map(({ Action, Resource, Because }) => `${Action} on ${Resource}: ${Because}`);
  expect(left, JSON.stringify(fixes, undefined, 1)).toEqual([]);
  return 'mended';
}

const denialsIn = ({ Decisions }: Explained) => Decisions.filter(({ Allowed, Only }) => !Allowed && Only === undefined);

/** Makes the changes before a command. */
async function prepared({ line, names }: Stage, { changes, words, ms }: Step) {
  putFiles(line);
  line.advance(ms);
  const filledIn = changes.map((change) => JSON.parse(named(JSON.stringify(change), names)) as Change);
  return { words: words.map((word) => named(word, names)), before: await changed(line, filledIn) };
}

/** Credentials that are not valid are refused before there is a call to record. */
const unrecorded: ReadonlySet<string | undefined> = new Set([
  'ExpiredToken',
  'ExpiredTokenException',
  'InvalidClientTokenId',
  'MissingAuthenticationToken',
  'MissingAuthenticationTokenException',
  'UnrecognizedClientException',
]);

const counted = (calls: readonly Call[]): Readonly<Record<string, number>> => {
  const counts: Record<string, number> = {};
  const recorded = calls.filter(({ Refusal }) => !unrecorded.has(Refusal?.Code));
  for (const { Operation, Times = 1 } of recorded) counts[Operation] = (counts[Operation] ?? 0) + Times;
  return counts;
};

/** How often each operation was called since; records of long ago may have gone in the meantime. */
const since = (before: Seen['calls'], after: Seen['calls']): Readonly<Record<string, number>> =>
  counted([...after].flatMap(([request, Operation]) => (before.has(request) ? [] : [{ Operation }])));

/** Made up anew each time. */
const withoutIds = (text: string) =>
  text.replace(/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g, 'ID').replace(/\s+/g, ' ');

const asked = ({ isBehindDashes }: Step, words: readonly string[]) =>
  isBehindDashes || words[0] === 'bucket'
    ? ['explain', '--expect', 'allow', '--', ...words]
    : ['explain', ...words, '--expect', 'allow'];

/** An answer to HEAD has no body: the AWS CLI shows its status instead of a code. */
const isHead = (operation: string) => /^s3 Head/.test(operation);

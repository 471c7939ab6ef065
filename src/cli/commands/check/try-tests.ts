/** Tries the commands of tests, each over the same state. */

import { UsageError } from '../../../api/errors.ts';
import type { Program } from '../../command.ts';
import type { Globals } from '../../globals.ts';
import { tryCommand } from '../explain/rehearse.ts';
import type { CommandLine, ReadLine } from './command-lines.ts';
import type { Faults } from './reading.ts';
import type { Stage } from './stage.ts';
import type { Assertion } from './test-file.ts';
import { type Tested, tested } from './verdict.ts';

/** A test whose command was read. */
export interface ReadyTest extends CommandLine {
  readonly assertion: Assertion;
}

/** `as` of a request without credentials. */
const ANONYMOUS = 'anonymous';

/** Reads the command of a test; undefined if something is wrong with it, which is noted. */
export async function readyTest(
  assertion: Assertion,
  readLine: ReadLine,
  faults: Faults,
): Promise<ReadyTest | undefined> {
  const { at, as, region, command } = assertion;
  try {
    const { asked, globals } = await readLine(command.value);
    for (const name of ['as', 'region'] as const) {
      if (globals[name] !== undefined) {
        return faults.add(command.at, `--${name} cannot be part of "do": write "${name}: ${globals[name]}" beside it`);
      }
    }
    const isAnonymous = as === ANONYMOUS || globals['no-sign-request'] === true;
    if (as === undefined && !isAnonymous) {
      return faults.add(at, `the test needs "as": user/NAME, role/NAME, root, ACCOUNT:…, an ARN or ${ANONYMOUS}`);
    }
    const caller: Globals = isAnonymous ? { 'no-sign-request': true } : { as };
    return { assertion, asked, globals: { ...globals, ...caller, ...(region !== undefined && { region }) } };
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    return faults.add(command.at, error.message);
  }
}

/**
 * Tries the command of a test; undefined if it cannot be tried, as when there is no such caller, which is noted. What
 * comes after a denial takes most of a call's time, and only the explanation of a failed test shows it.
 */
export async function tryTest(
  { assertion, asked, globals }: ReadyTest,
  stage: Stage,
  program: Program,
  faults: Faults,
): Promise<Tested | undefined> {
  const { at, stated } = assertion;
  try {
    const outcome = async (denied: 'end' | 'end-at-once') => {
      const { tried } = await tryCommand(asked, { denied, stated }, stage.rehearse(globals), program);
      return tested(assertion, tried);
    };
    const quick = await outcome('end-at-once');
    return quick.failure ? await outcome('end') : quick;
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    return faults.add(at, error.message);
  }
}

/** Command lines in a file of tests: `do` of a test, and `run` of what is given. */

import { UsageError } from '../../../api/errors.ts';
import type { Program } from '../../command.ts';
import { readLine } from '../../docs/shell-words.ts';
import { type GlobalName, type Globals, takeGlobals } from '../../globals.ts';
import { commandToTry } from '../explain/command.ts';
import type { Asked } from '../explain/rehearse.ts';

/** A command with the global options that matter when it is tried. */
export interface CommandLine {
  readonly asked: Asked;
  readonly globals: Globals;
}

/** Reads command lines; tests often have the same one. */
export type ReadLine = (line: string) => Promise<CommandLine>;

const kept: ReadonlySet<GlobalName> = new Set([
  'as',
  'region',
  'no-sign-request',
  'cli-input-json',
  'cli-input-yaml',
  'cli-binary-format',
  'max-items',
  'starting-token',
  'page-size',
  'no-paginate',
] as const);

/** What only changes how a result is shown, or who is asked. */
const ignored: ReadonlySet<GlobalName> = new Set([
  'output',
  'query',
  'error-format',
  'color',
  'no-color',
  'no-input',
  'raw',
  'yes',
  'no-cli-pager',
  'no-cli-auto-prompt',
  'cli-error-format',
] as const);

/** @throws UsageError, from what it makes, for what is not a command whose calls can be tried */
export function lineReader(program: Pick<Program, 'name' | 'tree'>): ReadLine {
  const known = new Map<string, Promise<CommandLine>>();
  return (line) => {
    const found = known.get(line) ?? read(line, program);
    known.set(line, found);
    return found;
  };
}

async function read(line: string, program: Pick<Program, 'name' | 'tree'>): Promise<CommandLine> {
  const { words, quote } = readLine(line.trim(), '');
  if (quote !== '') throw new UsageError(`the quote ${quote} in the command line is not closed`);
  const { globals, rest } = takeGlobals(words);
  // The names of a record of global options are theirs.
  const names = Object.keys(globals) as GlobalName[];
  const refused = names.find((name) => !kept.has(name) && !ignored.has(name));
  if (refused !== undefined)
    throw new UsageError(`--${refused} cannot be part of a command that is tried: leave it out`);
  const own: Globals = Object.fromEntries(names.filter((name) => kept.has(name)).map((name) => [name, globals[name]]));
  return { asked: await commandToTry(rest, own, program, '"do"').catch(withHelp), globals: own };
}

/** A file has no hints below its errors, so what is allowed is found by the error itself. */
function withHelp(error: unknown): never {
  const isBare = error instanceof UsageError && /^unknown command '[^']*'$|^a command is missing$/.test(error.message);
  if (!isBare || error.hint === undefined) throw error;
  throw new UsageError(`${error.message}: "${error.hint}" lists the commands`);
}

/** A command line from argv to exit code: global options, the command, prompts, the work, its rendering. */

import { AwsError, CallRefused, CommandLineError, UsageError } from '../api/errors.ts';
import type { Environment } from '../env.ts';
import { versionLine } from '../program-name.ts';
import type { GroupSpec, Program } from './command.ts';
import { type CommandLine, readCommandLine } from './command-line.ts';
import { type Globals, takeGlobals } from './globals.ts';
import { type Io, ioOf, type Screen, type Streams } from './io.ts';

/** The program with these commands, as it was called. */
export function program(tree: GroupSpec, called: Pick<Program, 'name' | 'file'>): Program {
  const self: Program = { tree, ...called, run: (argv, environment, streams) => run(argv, environment, streams, self) };
  return self;
}

async function run(
  argv: readonly string[],
  environment: Environment,
  streams: Streams,
  program: Program,
): Promise<number> {
  let globals: Globals = {};
  const { name } = program;
  let io = ioOf(streams, environment, globals, name);
  try {
    const taken = takeAll(argv);
    globals = taken.globals;
    io = ioOf(streams, environment, globals, name);
    if (globals.version) {
      await io.out(`${versionLine(name)}\n`);
      return 0;
    }
    const line = await readCommandLine(taken.rest, program, io.screen);
    if (line.kind === 'command') {
      globals = { ...globals, ...line.globals };
      io = ioOf(streams, environment, globals, name);
    }
    return await dispatch(withEndpoint(line, globals), globals, environment, io, program);
  } catch (error) {
    const { exitCodeOf, failureOf, sameStoreIn } = await import('./exit-codes.ts');
    const call = error instanceof CallRefused ? error.call : undefined;
    if (error instanceof AwsError) {
      const { errorForm, refusalIn } = await import('./cli-error-format.ts');
      const form = await errorForm(globals, environment);
      if (form !== undefined) {
        streams.stderr.write(await refusalIn(form, error, call?.operation, io.errorScreen));
        return exitCodeOf(error);
      }
    }
    const format = globals['error-format'];
    const { debug } = globals;
    const sameStore = sameStoreIn(globals);
    const { code, text } = failureOf(error, { format, debug, screen: io.errorScreen, call, sameStore, program });
    io.err(text);
    return code;
  }
}

/** Hands `--endpoint-url` to a command that has this option, which only writes it down. */
function withEndpoint(line: CommandLine, { 'endpoint-url': url }: Globals): CommandLine {
  if (url === undefined || line.kind !== 'command') return line;
  const { spec, values } = line;
  if (!spec.options?.['endpoint-url']) return line;
  return { ...line, values: { ...values, options: { ...values.options, 'endpoint-url': url } } };
}

async function dispatch(
  line: CommandLine,
  globals: Globals,
  environment: Environment,
  io: Io,
  program: Program,
): Promise<number> {
  if (line.kind === 'bare') return showBare(line.path, globals, io, program);
  if (line.kind === 'help') {
    await io.out(line.text);
    return 0;
  }
  const { execute } = await import('./execute.ts');
  return execute(line, globals, environment, io, program);
}

/**
 * Shows the help of the program, or of a group that is named without a command: that is on standard error and fails,
 * since a script does not mean to do it. Called as `aws`, both fail in the AWS CLI's words.
 * @throws UsageError
 */
async function showBare(path: readonly string[], globals: Globals, io: Io, program: Program): Promise<number> {
  if (program.name === 'aws') {
    const missing = path.length === 0 ? 'command' : 'operation';
    throw new CommandLineError(`the following arguments are required: ${missing}`);
  }
  const help = (screen: Screen) => readCommandLine([...path, '--help'], program, screen);
  if (path.length === 0) {
    const shown = await help(io.screen);
    if (shown.kind === 'help') await io.out(shown.text);
    return 0;
  }
  if (globals['error-format'] !== 'json') {
    const shown = await help(io.errorScreen);
    const { paintedLines } = await import('./output/painted.ts');
    if (shown.kind === 'help') io.err(paintedLines(shown.text.split('\n')));
  }
  throw new UsageError('a command is missing');
}

/** Global options that are about the output, which is the explanation's. */
const OF_OUTPUT = ['color', 'error-format', 'no-color', 'output', 'query', 'raw'] as const;

/**
 * Takes the global options out of a command line. Those of a command that is explained, `explain [options] -- COMMAND`,
 * count too; it is read as `explain command`, so that it has options of its own.
 * @throws UsageError as `takeGlobals` does, and for an option with two values.
 */
function takeAll(argv: readonly string[]): ReturnType<typeof takeGlobals> {
  const { globals, rest } = takeGlobals(argv);
  const at = rest.indexOf('--');
  const [name, next = ''] = rest;
  if (name === 'exec') requireDashes(rest);
  if (name !== 'explain' || at < 1 || !(next.startsWith('-') || next === 'command')) return { globals, rest };
  const inner = takeGlobals(rest.slice(at + 1));
  if (inner.rest.length === 0) {
    throw new CommandLineError('the command to explain is missing after --', 'ssebox explain -- s3 ls');
  }
  const taken: Record<string, unknown> = { ...inner.globals };
  for (const each of OF_OUTPUT) delete taken[each];
  for (const [each, value] of Object.entries(globals)) {
    const other = taken[each] ?? value;
    if (other !== value) {
      throw new UsageError(`--${each} is "${value}" before -- and "${other}" after it: use one of them`);
    }
  }
  return {
    globals: { ...taken, ...globals },
    rest: ['explain', 'command', ...rest.slice(next === 'command' ? 2 : 1, at), '--', ...inner.rest],
  };
}

/**
 * Options of a program that `exec` runs could be its own: they are told apart by the dashes between them.
 * @throws CommandLineError
 */
function requireDashes([, ...words]: readonly string[]): void {
  const word = words.find((each) => each === '--' || !each.startsWith('-'));
  if (word === undefined || word === '--') return;
  throw new CommandLineError(`exec takes the program after --, not "${word}" before it`, `ssebox exec -- ${word}`);
}

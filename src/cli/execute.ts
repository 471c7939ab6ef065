/** Runs one command: prompts for what is missing, opens a session, shows the result. */

import { AwsError, UsageError } from '../api/errors.ts';
import type { Environment } from '../env.ts';
import { asCalled } from './as-called.ts';
import type { CommandSpec, CommandValues, Program } from './command.ts';
import { configured, takesForeignRegion, withoutStore } from './configured.ts';
import type { Globals } from './globals.ts';
import type { Io } from './io.ts';
import { missingIn, requireWhole } from './left-out.ts';
import { paintedLines } from './output/painted.ts';
import { present } from './present.ts';
import type { RunSettings } from './profiles.ts';
import { type Choice, newSession, type Session } from './session.ts';
import { standardInputOf } from './standard-input.ts';

/** A command, the words that lead to it, and what was typed for it. */
export interface ReadCommand {
  readonly path: readonly string[];
  readonly spec: CommandSpec;
  readonly values: CommandValues;
}

/** Runs a command, shows its result and returns the exit code. */
export async function execute(
  { path, spec, values: typed }: ReadCommand,
  globals: Globals,
  environment: Environment,
  io: Io,
  program: Program,
): Promise<number> {
  const { interrupt } = io;
  checkFits(spec, globals);
  await checkQuery(globals);
  const hasLocalSide = spec.hasLocalSide?.(typed) ?? false;
  const where = hasLocalSide ? withoutStore(globals, environment) : { globals, variables: environment.variables };
  const { settings, endpoints } = await configured(path, spec, where);
  let hasConfirmed = false;
  const ask = async (question: string) => {
    const { askYesNo } = await import('./prompts.ts');
    const asked = `${question.charAt(0).toUpperCase()}${question.slice(1)}?`;
    if (!(await askYesNo(asked, io))) throw new UsageError('cancelled: nothing was changed');
    hasConfirmed = true;
  };
  const session = newSession({
    globals: withSettings(globals, settings),
    environment,
    settings,
    endpoints,
    hasLocalSide,
    takesForeignRegion: takesForeignRegion(spec),
    get signal() {
      return interrupt.signal;
    },
    openStore: async () => {
      if (endpoints?.general && !hasLocalSide) {
        const { text, by } = endpoints.general;
        throw new UsageError(`this needs the store on this machine, and calls go to ${text} (${by})`);
      }
      const { openAssembly } = await import('./open-assembly.ts');
      return openAssembly(globals, environment, settings, io);
    },
    stdin: standardInputOf(io.streams),
    tell: (line) => io.err(paintedLines([typeof line === 'string' ? asCalled(line, program) : line])),
    terminal: io.errorScreen.isTerminal ? { ...io.errorScreen, write: (text) => io.draw(text) } : undefined,
    outputWidth: io.screen.isTerminal ? io.screen.width : undefined,
    // A pseudo-terminal that nobody gave a size has 0 rows.
    outputHeight: io.screen.isTerminal ? io.streams.stdout.rows || 24 : undefined,
    confirm: async (question) => {
      if (globals.yes) return;
      if (!io.mayAsk) throw new UsageError(`to ${question}, confirm with --yes`);
      await ask(question);
    },
    askText: io.isAttended ? async (...asked) => (await import('./prompts.ts')).askText(...asked, io) : undefined,
    askChoice: io.mayAsk
      ? async (asked, choices) => (await import('./prompts.ts')).askFor({ ...asked, ...amongThese(choices) }, io)
      : undefined,
    waitForEnter: io.mayAsk
      ? async (message) => (await import('./wait-for-enter.ts')).waitForEnter(message, io, interrupt.signal)
      : undefined,
    askSecret: io.mayAsk ? async (question) => (await import('./prompts.ts')).askSecret(question, io) : undefined,
  });
  try {
    const values = await complete(spec, typed, session, io);
    if (io.errorScreen.isTerminal && !globals.yes && io.mayAsk) {
      const { destructionBy } = await import('./destructive.ts');
      const question = await destructionBy(path, values, session);
      if (question !== undefined) await ask(question);
    }
    const saidAgain = async (isDone: boolean) => {
      if (values === typed && !hasConfirmed) return;
      const { tellAgain } = await import('./typed-again.ts');
      const yes = hasConfirmed ? { yes: true as const } : {};
      await tellAgain({ path, spec, values, globals: { ...globals, ...yes } }, { isDone }, session);
    };
    try {
      const code = await runAndShow(spec, values, session, io, program);
      await saidAgain(code === 0);
      return code;
    } catch (error) {
      if (error instanceof AwsError || error instanceof UsageError) await saidAgain(false);
      throw error;
    }
  } catch (error) {
    throw await hinted(error, session, io);
  } finally {
    try {
      await session.close();
    } finally {
      interrupt.release();
    }
  }
}

/** What is offered for an answer that has to be one of some choices. */
const amongThese = (choices: readonly Choice[]) => ({
  offer: async () => choices,
  fault: async (answer: string) =>
    choices.some(({ value }) => value === answer) ? undefined : `"${answer}" is not one of the choices`,
});

/** The error, with the names that a person could have used instead of one that does not exist. */
async function hinted(error: unknown, session: Session, io: Io): Promise<unknown> {
  if (!(error instanceof AwsError) || !io.errorScreen.isTerminal || session.globals['error-format'] === 'json') {
    return error;
  }
  const { withNames } = await import('./names-there.ts');
  // Whatever keeps them from being listed, the refusal is what counts.
  return withNames(error, session).catch(() => error);
}

/** Runs the command and shows its result. @returns the exit code */
async function runAndShow(
  spec: CommandSpec,
  values: CommandValues,
  session: Session,
  io: Io,
  program: Program,
): Promise<number> {
  const result = await spec.run(values, session, program);
  if (result.kind === 'page' && !spec.hasPage) throw new Error(`${spec.name} has a page, which it does not declare`);
  try {
    return await present(result, session, io);
  } finally {
    // Even if nobody read the lines about it.
    const effects = [...session.aws.effects];
    if (effects.length > 0 && !session.signal.aborted) {
      const { carryOut } = await import('./effects.ts');
      await carryOut(effects, session);
    }
  }
}

/** The options as a profile sets those that the AWS CLI has as settings, too. */
const withSettings = (typed: Globals, { cli_binary_format: format }: RunSettings): Globals =>
  format === undefined ? typed : { 'cli-binary-format': format, ...typed };

/** Options that only some commands have are not silently ignored elsewhere. @throws UsageError */
export function checkFits({ isOperation, hasPage }: CommandSpec, globals: Globals): void {
  if (globals.output === 'tree') {
    if (!hasPage)
      throw new UsageError(
        '--output tree only works with commands that have a page for people, such as those of ssebox explain',
      );
    if (globals.query !== undefined)
      throw new UsageError('--query selects from the JSON result, which --output tree does not show: use one of them');
  }
  if (isOperation) return;
  const names = ['cli-input-json', 'cli-input-yaml', 'generate-cli-skeleton', 'max-items', 'starting-token'] as const;
  const name = names.find((each) => globals[each] !== undefined);
  if (name !== undefined)
    throw new UsageError(`--${name} only works with the operations of a service, such as those of ssebox s3api`);
}

/** A query that does not parse is refused before anything is done. @throws UsageError */
async function checkQuery({ query }: Globals): Promise<void> {
  if (query === undefined) return;
  const { compileQuery } = await import('./aws-input/query.ts');
  await compileQuery(query);
}

/** Prompts for what is missing if there is a person to ask. @throws UsageError that names it if there is not. */
async function complete(spec: CommandSpec, typed: CommandValues, session: Session, io: Io): Promise<CommandValues> {
  const nothingAsked: ReadonlySet<string> = new Set();
  if (missingIn(spec, typed, session.globals, nothingAsked).length === 0) return typed;
  if (!io.mayAsk) {
    requireWhole(spec, typed, session.globals);
    return typed;
  }
  const { askForMissing } = await import('./questions.ts');
  return askForMissing(spec, typed, session, io);
}

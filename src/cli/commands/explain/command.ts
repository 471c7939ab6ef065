/** `ssebox explain -- COMMAND`: any command that calls AWS services, as it would run. */

import { UsageError } from '../../../api/errors.ts';
import { type CommandSpec, command, type Program } from '../../command.ts';
import { readCommandLine } from '../../command-line.ts';
import { checkFits } from '../../execute.ts';
import type { Globals } from '../../globals.ts';
import { requireWhole } from '../../left-out.ts';
import { serviceGroups } from '../../service-groups.ts';
import { showOptions } from './page.ts';
import { assumingOptions } from './proposed.ts';
import { type Asked, explainCommand } from './rehearse.ts';

/** The groups whose commands make calls, and change nothing that is not a service's except files of a person. */
const EXPLAINED: ReadonlySet<string> = new Set(['s3', 'bucket', ...Object.keys(serviceGroups)]);

const programNames: ReadonlySet<string> = new Set(['ssebox', 'aws']);

const options = { ...assumingOptions('s3'), ...showOptions };

export const anyCommand = command({
  name: 'command',
  hasPage: true,
  summary: 'Explain a command as it would run: ssebox explain -- COMMAND',
  description:
    'The command runs to its end, and what it changes is forgotten: every operation that it would call is explained, with the changes of those before it. Files are read, but none is written or deleted. With --fix it continues after a denial, so that every missing permission is shown, and what would refuse the command even then. Calls with the same outcome are shown once.',
  args: { words: { about: 'a command of ssebox with its options, after --', many: true } },
  options,
  isOperation: true,
  examples: [
    'ssebox explain -- s3 sync s3://reports s3://drafts/reports',
    'ssebox explain command --fix -- kms rotate alias/app --as user/bob',
  ],
  async run(values, session, program) {
    const words = await separateWords(values.args.words);
    const line = await commandToTry(words, session.globals, program, 'explain');
    return explainCommand(line, values, session, program);
  },
});

/**
 * Reads a command whose calls can be tried, without global options.
 * @param taker what takes it, as messages call it
 * @throws UsageError for any other command, and for what is wrong with the words
 */
export async function commandToTry(
  given: readonly string[],
  globals: Globals,
  program: Pick<Program, 'name' | 'tree'>,
  taker: string,
): Promise<Asked> {
  // A line that was copied begins with the program.
  const words = programNames.has(given[0] ?? '') ? given.slice(1) : given;
  const [name = ''] = words;
  if (!EXPLAINED.has(name)) {
    throw new UsageError(`${taker} takes a command of ${[...EXPLAINED].join(', ')}, not "${name}"`, 'ssebox --help');
  }
  const line = await readCommandLine(words, program, { isTerminal: false, width: 80, color: false });
  if (line.kind === 'bare') throw new UsageError('a command is missing', `ssebox ${line.path.join(' ')} --help`);
  if (line.kind === 'help') throw new UsageError(`"${words.join(' ')}" shows help: there is nothing to explain`);
  const [unwritten] = Object.keys(line.globals);
  if (unwritten !== undefined) throw new UsageError(`write --${unwritten} out in the command that is explained`);
  // The page is that of whoever tries it.
  checkFits({ ...line.spec, hasPage: true }, globals);
  requireWhole(line.spec, line.values, globals);
  return line;
}

/** An answer to a prompt is a whole line. */
async function separateWords(words: readonly string[]): Promise<readonly string[]> {
  const [line = '', ...others] = words;
  if (others.length > 0 || !/\s/.test(line)) return words;
  const { readLine } = await import('../../docs/shell-words.ts');
  return readLine(line.trim(), '').words;
}

/** A command as one that explains it, with the options of both. */
export function explaining(spec: CommandSpec, above: readonly string[]): CommandSpec {
  const path = [...above, spec.name];
  const name = path.join(' ');
  return {
    ...command<Record<never, never>, typeof options>({
      name: spec.name,
      hasPage: true,
      summary: `Explain what ${name} would be allowed to do`,
      examples: spec.examples.flatMap((example) => {
        const at = `${example} `.lastIndexOf(`ssebox ${name} `);
        // An endpoint decides by its own policies.
        return at < 0 || example.includes('AWS_ENDPOINT_URL')
          ? []
          : [`${example.slice(0, at)}ssebox explain${example.slice(at + 'ssebox'.length)}`];
      }),
      run: (values, session, program) => explainCommand({ path, spec, values }, values, session, program),
    }),
    ...(spec.args && { args: spec.args }),
    takesAnything: spec.takesAnything,
    options: { ...spec.options, ...options },
  };
}

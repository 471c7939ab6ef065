/**
 * Reads a command line: follows its words down the command tree, and lets commander parse the options of the one
 * command that they lead to.
 */

import type { CommanderError } from 'commander';
import { CommandLineError } from '../api/errors.ts';
import { type DealtOut, dealtOut } from './argument-words.ts';
import { asCalled } from './as-called.ts';
import type { CommandNode, CommandSpec, CommandValues, GroupSpec, Program } from './command.ts';
import type { Act, HelpText, Offered, Path } from './commander-program.ts';
import { type Globals, globalSpecs, OPTION } from './globals.ts';
import type { Screen } from './io.ts';

/** What a command line asks for: a command with what was typed for it, or a text of help. */
export type CommandLine =
  | {
      readonly kind: 'command';
      /** The names that lead to it: `s3`, `cp`. */
      readonly path: readonly string[];
      readonly spec: CommandSpec;
      readonly values: CommandValues;
      /** Global options that were not written out. */
      readonly globals: Globals;
    }
  | { readonly kind: 'help'; readonly text: string }
  /** No command: the words name the program or a group, by these names. */
  | { readonly kind: 'bare'; readonly path: readonly string[] };

/**
 * Reads the words of a command line, without global options that are written out.
 * @throws UsageError for an unknown command or option, or a value of another type than the option's.
 */
export async function readCommandLine(
  words: readonly string[],
  program: Pick<Program, 'name' | 'tree'>,
  screen: Screen,
  options: 'as typed' | 'written out' = 'as typed',
): Promise<CommandLine> {
  const asked = await withHelpOption(words, program.tree);
  const path = await follow(program.tree, asked);
  // An unknown command has no help page, so report it as unknown.
  const named = path.unknown !== undefined ? asked.filter((word) => word !== '--help') : asked;
  const whole = path.added === undefined ? named : withAdded(named, path, path.added);
  const { words: wanted, emptyLists } = operationWords(whole, path);
  const commandLine = (spec: CommandSpec, values: CommandValues): CommandLine => {
    const options = { ...values.options, ...Object.fromEntries(emptyLists.map((name) => [name, []])) };
    return { kind: 'command', path: namesOn(path), spec, values: { ...values, options }, globals: {} };
  };
  const plain = plainValues(wanted, path);
  if (plain) return commandLine(plain.spec, plain.values);
  let read: CommandLine | undefined;
  let text = '';
  const shows = path.command === undefined || wanted.includes('--help');
  const shown: HelpText = {
    screen,
    layout: shows ? (await import('./help-layout.ts')).helpLayout(screen) : undefined,
    write: (more) => (text += more),
  };
  const act: Act = (spec, values) => {
    read = commandLine(spec, values);
  };
  const parse = async (offered: Offered) => {
    const { commanderProgram } = await import('./commander-program.ts');
    await commanderProgram(path, program.name, shown, offered, act).parseAsync(wanted, { from: 'user' });
  };
  try {
    if (!shows) {
      await parse('own options').catch((error) => {
        // Its message may have to suggest a global option.
        if (!isCommanders(error)) throw error;
        return parse('all options');
      });
    } else {
      await parse('all options');
    }
  } catch (error) {
    if (!isCommanders(error)) throw error;
    if (error.exitCode === 0) return { kind: 'help', text: asCalled(text, program) };
    if (error.code === 'commander.unknownOption' && path.command && options === 'as typed') {
      const { writtenOut } = await import('./abbreviations.ts');
      const { words: full, globals } = writtenOut(asked, path.command);
      const line = await readCommandLine(full, program, screen, 'written out');
      return line.kind === 'command' ? { ...line, globals } : line;
    }
    if (error.code === 'commander.help') return { kind: 'bare', path: namesOn(path) };
    throw new CommandLineError((await elsewhereText(path)) ?? (await usageText(error, path)), helpHint(path));
  }
  return read ?? { kind: 'help', text: asCalled(text, program) };
}

/**
 * What was typed for an operation, if behind its names there are only whole options of which each has one value; any
 * other words are read by commander, which takes a millisecond to load and to make its program.
 */
function plainValues(words: readonly string[], path: Path): { spec: CommandSpec; values: CommandValues } | undefined {
  const { command: spec } = path;
  const names = namesOn(path);
  if (!spec?.isOperation || spec.takesAnything || !names.every((name, i) => words[i] === name)) return undefined;
  if (Object.keys(spec.args ?? {}).length > 0) return undefined;
  const { options = {} } = spec;
  const given = new Map<string, string>();
  for (const word of words.slice(names.length)) {
    const [, name = '', inline] = OPTION.exec(word) ?? [];
    const option = Object.hasOwn(options, name) ? options[name] : undefined;
    const isPlain = option?.type === 'string' && option.bare === undefined && !Array.isArray(option.choices);
    // Commander takes `--no-…` for the opposite of an option.
    if (!isPlain || inline === undefined || name.startsWith('no-')) return undefined;
    given.set(name, inline.slice(1));
  }
  const all = Object.entries(options).map(([name, { type }]) => [
    name,
    given.get(name) ?? (type === 'boolean' ? false : undefined),
  ]);
  return { spec, values: { args: {}, options: Object.fromEntries(all), repeated: [] } };
}

/** The words with a command's name behind that of its group, whose options follow. */
function withAdded(words: readonly string[], path: Path, added: string): readonly string[] {
  const at = path.groups.length - 1;
  return [...words.slice(0, at), added, ...words.slice(at)];
}

/** The words as the AWS CLI takes them, if they are for one of its operations. */
function operationWords(words: readonly string[], path: Path): DealtOut {
  const { command } = path;
  if (!command?.isOperation || command.takesAnything || words.includes('--help'))
    return { words: [...words], emptyLists: [] };
  return dealtOut(words, command, helpHint(path));
}

/**
 * The words with `--help` for what else asks for it: `-h`, `help kms create-key`, and the AWS CLI's `kms help` and
 * `kms create-key help`, where nothing else follows the command.
 */
async function withHelpOption(words: readonly string[], tree: GroupSpec): Promise<readonly string[]> {
  const end = words.indexOf('--');
  const own = end < 0 ? words : words.slice(0, end);
  if (own.includes('-h')) return words.map((word, i) => (word === '-h' && i < own.length ? '--help' : word));
  if (words[0] === 'help') return [...words.slice(1), '--help'];
  const named = words.slice(0, -1);
  if (words.at(-1) !== 'help' || named.some((word) => word.startsWith('-'))) return words;
  // With --help a group that is named alone is a group.
  const asking = [...named, '--help'];
  return namesOn(await follow(tree, asking)).length === named.length ? asking : words;
}

async function follow(root: GroupSpec, words: readonly string[]): Promise<Path> {
  const groups: { group: GroupSpec; nodes: readonly CommandNode[] }[] = [];
  let group = root;
  const left = words.filter((word) => !word.startsWith('-'));
  const prose = words.includes('--help') || left.length < 2;
  while (true) {
    const word = left.shift();
    const nodes: readonly CommandNode[] = await group.load({ prose, word });
    groups.push({ group, nodes });
    // An option behind the name of a group is one of the command that the group runs alone.
    const isAlone = word === undefined || words[groups.length - 1]?.startsWith('-') === true;
    const added = isAlone && !words.includes('--help') ? group.alone : undefined;
    const node = nodes.find(({ name }) => name === (added ?? word));
    if (node?.kind === 'command' && added !== undefined) return { groups, command: node, added };
    if (node?.kind === 'command') return { groups, command: node };
    if (!node) return { groups, unknown: word, missing: await group.missing?.() };
    group = node;
  }
}

/** Commander's class has another name once names are minified. */
const isCommanders = (error: unknown): error is CommanderError =>
  error instanceof Error && 'code' in error && String(error.code).startsWith('commander.');

/** What is said of an unknown word that is known elsewhere. */
const elsewhereText = async ({ groups, unknown }: Path): Promise<string | undefined> =>
  unknown === undefined ? undefined : groups.at(-1)?.group.elsewhere?.(unknown);

// Commander's words. A short form of the option may stand before its name: `option '-q, --quiet <WORD>' argument missing`.
const notAllowed = /^option '(?:-\w, )?(--[^ ]+)[^']*' argument '(.*)' is invalid\. Allowed choices are (.*)\.$/s;
const withoutValue = /^option '(?:-\w, )?(--[^ ]+) <([^.>]+)(?:\.\.\.)?>' argument missing$/;

/** What is wrong, and what may have been meant. */
async function usageText(error: CommanderError, path: Path): Promise<string> {
  const text = error.message.replace(/^error: /, '');
  const { afterCommand, afterOption, afterValue } = await import('./suggestions.ts');
  switch (error.code) {
    case 'commander.unknownCommand': {
      const { nodes = [] } = path.groups.at(-1) ?? {};
      const names = nodes.flatMap((node) => (node.kind === 'command' && node.hidden ? [] : [node.name]));
      return `${text}${afterCommand(path.unknown ?? '', [...names, ...(path.missing ?? [])])}`;
    }
    case 'commander.unknownOption': {
      const [, flag = ''] = /^unknown option '([^']*)'/.exec(text) ?? [];
      return `${text}${afterOption(flag.split('=', 1).join(), optionNames(path))}`;
    }
    case 'commander.invalidArgument': {
      const [, flag, typed = '', listed = ''] = notAllowed.exec(text) ?? [];
      if (flag === undefined) return text;
      return `${flag} takes one of ${listed}, not "${typed}"${afterValue(typed, listed.split(', '))}`;
    }
    case 'commander.optionMissingArgument':
      return text.replace(withoutValue, '$1 needs a value: $2');
    default:
      return text;
  }
}

/** The options that a command has, and those that every command has. */
const optionNames = ({ command }: Path): string[] => [
  ...Object.entries(command?.options ?? {}).flatMap(([name, { hidden }]) => (hidden ? [] : [name])),
  ...Object.entries(globalSpecs).flatMap(([name, spec]) => ('hidden' in spec ? [] : [name])),
];

function helpHint(path: Path): string {
  const hint = path.command ? undefined : path.groups.at(-1)?.group.hint;
  if (hint !== undefined) return hint;
  return ['ssebox', ...namesOn(path), '--help'].join(' ');
}

/** The names of the groups below the program, and of the command. */
const namesOn = ({ groups, command }: Path): string[] => [
  ...groups.slice(1).map(({ group }) => group.name),
  ...(command ? [command.name] : []),
];

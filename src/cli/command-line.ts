/**
 * Reads a command line: follows its words down the command tree, and lets commander parse the options of the one
 * command that they lead to.
 */

import { Command, CommanderError, Option } from 'commander';
import { CommandLineError, UsageError } from '../api/errors.ts';
import type { ProgramName } from '../program-name.ts';
import { type DealtOut, dealtOut } from './argument-words.ts';
import { asCalled } from './as-called.ts';
import type {
  CommandNode,
  CommandSpec,
  CommandValues,
  GroupSpec,
  OptionSpec,
  OptionValue,
  Program,
  Repeated,
} from './command.ts';
import { type GlobalSpec, type Globals, globalSpecs } from './globals.ts';
import type { HelpLayout } from './help-layout.ts';
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
  const whole = path.added === undefined ? named : [...named, path.added];
  const { words: wanted, emptyLists } = operationWords(whole, path);
  let read: CommandLine | undefined;
  let text = '';
  const shows = path.command === undefined || wanted.includes('--help');
  const shown: HelpText = {
    screen,
    layout: shows ? (await import('./help-layout.ts')).helpLayout(screen) : undefined,
    write: (more) => (text += more),
  };
  const parse = (offered: Offered) => {
    const parser = build(path, program.name, shown, offered, (spec, values) => {
      const options = { ...values.options, ...Object.fromEntries(emptyLists.map((name) => [name, []])) };
      read = { kind: 'command', path: namesOn(path), spec, values: { ...values, options }, globals: {} };
    });
    return parser.parseAsync(wanted, { from: 'user' });
  };
  try {
    if (!shows) {
      await parse('own options').catch((error) => {
        // Its message may have to suggest a global option.
        if (!(error instanceof CommanderError)) throw error;
        return parse('all options');
      });
    } else {
      await parse('all options');
    }
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
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

/** Where the words of a command line lead: down the tree as far as they name groups and commands. */
interface Path {
  readonly groups: readonly { readonly group: GroupSpec; readonly nodes: readonly CommandNode[] }[];
  readonly command?: CommandSpec | undefined;
  /** The name of that command, if the words only name its group. */
  readonly added?: string | undefined;
  /** The next word, if it is not the name of a command or group. */
  readonly unknown?: string | undefined;
  /** Where the path ends before a command: names that AWS has there and ssebox does not. */
  readonly missing?: readonly string[] | undefined;
}

/** The text of `--help`, which most commands do not need. */
interface HelpText {
  readonly screen: Screen;
  readonly layout: HelpLayout | undefined;
  readonly write: (text: string) => void;
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
    const added = word === undefined && !words.includes('--help') ? group.alone : undefined;
    const node = nodes.find(({ name }) => name === (word ?? added));
    if (node?.kind === 'command' && word === undefined) return { groups, command: node, added };
    if (node?.kind === 'command') return { groups, command: node };
    if (!node) return { groups, unknown: word, missing: await group.missing?.() };
    group = node;
  }
}

type Act = (spec: CommandSpec, values: CommandValues) => void;

/** Global options have been taken out of the words: help lists them and errors suggest them, but nothing parses them. */
type Offered = 'all options' | 'own options';

/**
 * Commander's program for one path: the command with its flags. If the path ends before a command, the possible next
 * words are included by name, for help and suggestions.
 */
function build(path: Path, name: ProgramName, help: HelpText, offered: Offered, act: Act): Command {
  const program = configure(new Command(name), help);
  let parent = program;
  path.groups.forEach(({ group, nodes }, depth) => {
    const next = path.groups[depth + 1]?.group;
    const command = depth === 0 ? program : configure(new Command(group.name), help);
    if (depth > 0) parent.addCommand(command);
    command.description(group.summary).helpCommand(false);
    if (depth === 0 && offered === 'all options') {
      for (const [name, spec] of Object.entries(globalSpecs)) {
        if (!('hidden' in spec)) command.addOption(globalOption(name, spec));
      }
    }
    for (const node of nodes) {
      if (node.kind === 'group' && node === next) continue;
      if (node === path.command) command.addCommand(leaf(node, help, act));
      else if (!path.command && !(node.kind === 'command' && node.hidden)) command.addCommand(bare(node, help));
    }
    if (!next) for (const name of path.missing ?? []) command.addCommand(missing(name, help));
    parent = command;
  });
  return program;
}

function configure(command: Command, help: HelpText): Command {
  return (
    command
      .exitOverride()
      // Commander's own only compare letters.
      .showSuggestionAfterError(false)
      .configureOutput({
        writeOut: help.write,
        // An error in the command line is reported once, in the one place that reports errors.
        writeErr: () => {},
        getOutHelpWidth: () => help.screen.width,
        getOutHasColors: () => help.screen.color,
      })
      .configureHelp(help.layout?.parts ?? {})
      .helpOption('--help', 'show this help')
  );
}

/** A name that AWS has and ssebox does not, for help and suggestions. */
const missing = (name: string, help: HelpText): Command =>
  configure(new Command(name), help)
    .helpOption(false)
    .helpCommand(false)
    .helpGroup(help.layout?.missing ?? '');

const globalOption = (name: string, { about, value }: GlobalSpec): Option =>
  new Option(`--${name}${value === undefined ? '' : ` <${value}>`}`, about);

const bare = (node: CommandNode, help: HelpText): Command =>
  configure(new Command(node.name), help)
    .description(node.kind === 'command' && node.unavailable ? `${node.summary} (not part of ssebox)` : node.summary)
    .helpOption(false)
    .helpCommand(false);

function leaf(spec: CommandSpec, help: HelpText, act: Act): Command {
  const command = configure(new Command(spec.name), help).summary(spec.summary).helpCommand(false);
  const about = spec.unavailable ? 'AWS has this operation; ssebox does not, and refuses it.' : spec.description;
  command.description(about ? `${spec.summary}\n\n${about}` : spec.summary);
  if (spec.takesAnything) command.allowUnknownOption().allowExcessArguments();
  const args = Object.entries(spec.args ?? {});
  for (const [name, { about, optional, many }] of args) {
    const word = many ? `${name}...` : name;
    // Any argument may be missing here: on a terminal ssebox prompts for it.
    command.argument(`[${word}]`, optional ? `${about} (optional)` : about);
  }
  const options = Object.entries(spec.options ?? {});
  const repeated: Repeated[] = [];
  for (const [name, option] of options) {
    const about = help.layout?.ofOption(option) ?? '';
    for (const made of commanderOptions(name, option, about, repeated)) command.addOption(made);
  }
  // They have been taken out of the words with the other global options, so they are only shown.
  for (const name of help.layout ? (spec.inputOptions ?? []) : []) {
    command.addOption(globalOption(name, globalSpecs[name]));
  }
  if (help.layout && spec.examples.length > 0) command.addHelpText('after', help.layout.ofExamples(spec.examples));
  command.action(() => {
    const values = command.processedArgs as (string | string[] | undefined)[];
    const given = command.opts<Record<string, OptionValue | undefined>>();
    act(spec, {
      args: Object.fromEntries(args.map(([name, { many }], i) => [name, values[i] ?? (many ? [] : undefined)])),
      options: Object.fromEntries(
        options.map(([name, { type }]) => [name, given[attribute(name)] ?? (type === 'boolean' ? false : undefined)]),
      ),
      repeated,
    });
  });
  return command;
}

const attribute = (name: string): string => new Option(`--${name}`).attributeName();

function commanderOptions(name: string, spec: OptionSpec, about: string, repeated: Repeated[]): Option[] {
  const flags = spec.short ? `-${spec.short}, --${name}` : `--${name}`;
  const word = spec.value ?? 'VALUE';
  const make = (text: string, description: string) => {
    const option = new Option(text, description);
    if (spec.hidden) option.hideHelp();
    if (Array.isArray(spec.choices)) option.choices(spec.choices);
    return option;
  };
  switch (spec.type) {
    case 'boolean':
      return [make(flags, about)];
    case 'boolean-pair':
      return [make(flags, about), make(`--no-${name}`, '')];
    case 'list':
      return [make(`${flags} <${word}...>`, about)];
    case 'integer':
      return [make(`${flags} <${word}>`, about).argParser((text: string) => integerOf(name, text))];
    case 'repeat': {
      const take = (value: string, others: readonly string[] = []) => {
        repeated.push({ name, value });
        return [...others, value];
      };
      return [make(`${flags} <${word}>`, about).argParser(take)];
    }
    case 'string':
      return [
        spec.bare === undefined
          ? make(`${flags} <${word}>`, about)
          : make(`${flags} [${word}]`, about).preset(spec.bare),
      ];
  }
}

function integerOf(name: string, text: string): number {
  if (!/^-?\d+$/.test(text)) throw new UsageError(`--${name} takes a whole number, not "${text}"`);
  return Number(text);
}

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

/**
 * Commander's program for one path down the command tree. Most operations are called with whole options alone, and need
 * no commander.
 */

import { Command, Option } from 'commander';
import { UsageError } from '../api/errors.ts';
import type { ProgramName } from '../program-name.ts';
import type {
  CommandNode,
  CommandSpec,
  CommandValues,
  GroupSpec,
  OptionSpec,
  OptionValue,
  Repeated,
} from './command.ts';
import { endpointOptions, type GlobalSpec, globalSpecs } from './globals.ts';
import type { HelpLayout } from './help-layout.ts';
import type { Screen } from './io.ts';

/** Where the words of a command line lead: down the tree as far as they name groups and commands. */
export interface Path {
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
export interface HelpText {
  readonly screen: Screen;
  readonly layout: HelpLayout | undefined;
  readonly write: (text: string) => void;
}

/** Takes the command that the words named, and what they said. */
export type Act = (spec: CommandSpec, values: CommandValues) => void;

/** Global options have been taken out of the words: help lists them and errors suggest them, but nothing parses them. */
export type Offered = 'all options' | 'own options';

/**
 * Commander's program for one path: the command with its flags. If the path ends before a command, the possible next
 * words are included by name, for help and suggestions.
 */
export function commanderProgram(path: Path, name: ProgramName, help: HelpText, offered: Offered, act: Act): Command {
  const program = configure(new Command(name), help);
  let parent = program;
  path.groups.forEach(({ group, nodes }, depth) => {
    const next = path.groups[depth + 1]?.group;
    const command = depth === 0 ? program : configure(new Command(group.name), help);
    if (depth > 0) parent.addCommand(command);
    command.description(group.summary).helpCommand(false);
    if (depth === 0 && offered === 'all options') {
      for (const [name, spec] of Object.entries(globalSpecs)) {
        if (!('hidden' in spec || 'endpoint' in spec)) command.addOption(globalOption(name, spec));
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
  const shown = [...(spec.inputOptions ?? []), ...(spec.callsEndpoint ? endpointOptions : [])];
  for (const name of help.layout ? shown : []) {
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

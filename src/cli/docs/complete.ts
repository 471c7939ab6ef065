/**
 * Completion: what can be typed at the cursor. The shell scripts, in `completion-scripts.ts`, pass the words up to the
 * cursor and show the answer.
 */

import { AwsError, EndpointError, StoreError, UsageError } from '../../api/errors.ts';
import { callerChoices, objectChoices, regionChoices } from '../choices.ts';
import type {
  ArgumentSpec,
  CommandNode,
  CommandSpec,
  CommandValues,
  GroupSpec,
  OptionSpec,
  Typing,
} from '../command.ts';
import { type Globals, globalSpecs, globalsBefore, isGlobal } from '../globals.ts';
import { forms } from '../output/render.ts';
import { hasHidden, spelledOut } from '../output/spelled-out.ts';
import { openProfiles } from '../profiles.ts';
import type { Choice, Session } from '../session.ts';
import { pathChoices } from './path-choices.ts';
import { fishText, shellText, type TypedLine } from './shell-words.ts';

export interface Completion {
  readonly choices: readonly Choice[];
  /** Tells the shell to add file names. */
  readonly files: boolean;
}

const nothing: Completion = { choices: [], files: false };

/**
 * Opens the place where the names of a line with these global options are: an endpoint that its command calls, or the
 * store. Undefined when there is none, since completion does not create one.
 * @param command absent: the names are the store's
 */
export type OpenSession = (globals: Globals, command: CompletedCommand | undefined) => Promise<Session | undefined>;

/** A command that is being typed. */
export interface CompletedCommand {
  readonly path: readonly string[];
  readonly spec: CommandSpec;
}

/**
 * The completions of the last word, which may be empty. The store is opened only when names in it are needed, as the
 * options before the cursor say; if these do not lead to a store and a caller, no names are offered.
 */
export async function complete(
  words: readonly string[],
  tree: GroupSpec,
  openSession: OpenSession,
): Promise<Completion> {
  const typed = words.at(-1) ?? '';
  const before = words.slice(0, -1);
  const place = await follow(tree, before);
  const found = await candidates(place, typed, () => {
    const { profile, ...others } = globalsBefore(before);
    const { command: spec, path } = place;
    // A caller is named of the store.
    const isOfStore = spec === undefined || place.option?.name === 'as';
    return openSession(spec?.ignoresSettings ? others : { ...others, profile }, isOfStore ? undefined : { path, spec });
  });
  // A name that begins like an option would be taken for one.
  const mayBegin = (value: string) => place.isPlain || typed.startsWith('-') || !value.startsWith('-');
  return { ...found, choices: found.choices.filter(({ value }) => value.startsWith(typed) && mayBegin(value)) };
}

/** How a shell asks, and so what it can read. */
export type Asking =
  | { readonly shell: 'bash'; readonly line: TypedLine }
  | { readonly shell: 'zsh' | 'fish' }
  /** A script of an older version, which takes a name as it is. */
  | { readonly shell: undefined };

/**
 * The completions as the scripts read them: one choice per line, quoted for the shell, its description after a tab, and
 * one line for files.
 */
export function completionLines({ choices, files }: Completion, asking: Asking): readonly string[] {
  // No shell can pass NUL to a program.
  const lines = choices.filter(({ value }) => !value.includes('\0')).flatMap((choice) => choiceLine(choice, asking));
  return files ? [...lines, filesLine(asking)] : lines;
}

function choiceLine({ value, about }: Choice, asking: Asking): string[] {
  const description = about === undefined ? '' : spelledOut(about.replace(/\s+/g, ' '));
  switch (asking.shell) {
    case 'bash': {
      const { words, quote, replaced } = asking.line;
      return [replaced + shellText(value.slice(words.at(-1)?.length ?? 0), quote)];
    }
    case 'zsh':
      return [`${shellText(value)}\t${spelledOut(value)}${description && `  -- ${description}`}`];
    case 'fish':
      return [`${fishText(value)}\t${description}`];
    case undefined:
      return shellText(value) === value ? [description ? `${value}\t${description}` : value] : [];
  }
}

/** For bash with the word without its quotes, and how much of it is not replaced. */
function filesLine(asking: Asking): string {
  if (asking.shell !== 'bash') return FILES;
  const { words, kept } = asking.line;
  const word = words.at(-1) ?? '';
  return hasHidden(word) ? FILES : `${FILES}\t${kept}\t${word}`;
}

/** No name in the store begins with a colon. */
export const FILES = ':files';

/** The place in the command tree that the words before the cursor lead to. */
interface Cursor {
  readonly nodes: readonly CommandNode[];
  /** The names of the groups, and of the command. */
  readonly path: readonly string[];
  readonly command?: CommandSpec | undefined;
  /** The words between the command's name and the cursor. */
  readonly argumentsBefore: readonly string[];
  /** The option whose value the cursor is at. */
  readonly option?: NamedOption | undefined;
  /** The options before the cursor that have a value, by name. */
  readonly given: Readonly<Record<string, string>>;
  /** Whether `--` has been passed, after which no word is an option. */
  readonly isPlain: boolean;
}

interface NamedOption extends Valued {
  readonly name: string;
  readonly takesMany: boolean;
}

/** What takes a value. */
type Valued = Pick<OptionSpec, 'choices' | 'joinedBy'> & Pick<ArgumentSpec, 'isPath'>;

async function follow(tree: GroupSpec, words: readonly string[]): Promise<Cursor> {
  let nodes = await tree.load({ prose: true });
  let command: CommandSpec | undefined;
  const path: string[] = [];
  const argumentsBefore: string[] = [];
  let option: NamedOption | undefined;
  const given: Record<string, string> = {};
  for (const [i, word] of words.entries()) {
    if (word === '--') {
      const rest = words.slice(i + 1);
      return { nodes, path, command, argumentsBefore: [...argumentsBefore, ...rest], given, isPlain: true };
    }
    if (word.startsWith('-')) {
      const [, name = '', value] = /^--?([^=]*)(?:=(.*))?$/s.exec(word) ?? [];
      option = value === undefined ? optionNamed(name, command) : undefined;
      if (value !== undefined) given[name] = value;
    } else if (option) {
      given[option.name] = word;
      if (!option.takesMany) option = undefined;
    } else if (command) {
      argumentsBefore.push(word);
    } else {
      const node = nodes.find(({ name }) => name === word);
      if (!node) return { nodes: [], path, argumentsBefore, given, isPlain: false };
      path.push(node.name);
      if (node.kind === 'command') command = node;
      else nodes = await node.load({ prose: true });
    }
  }
  return { nodes, path, command, argumentsBefore, option, given, isPlain: false };
}

/** The option of that name if it takes a value; otherwise undefined. */
function optionNamed(name: string, command: CommandSpec | undefined): NamedOption | undefined {
  const own = Object.entries(command?.options ?? {}).find(([long, { short }]) => long === name || short === name);
  if (own) {
    const [long, { type, choices, joinedBy }] = own;
    const isSwitch = type === 'boolean' || type === 'boolean-pair';
    return isSwitch ? undefined : { name: long, takesMany: type === 'list', choices, joinedBy };
  }
  const spec = isGlobal(name) ? globalSpecs[name] : undefined;
  if (!spec || !('value' in spec)) return undefined;
  if (name === 'output' && command && !command.hasPage) return { name, takesMany: false, choices: forms };
  return { name, takesMany: false, choices: 'choices' in spec ? spec.choices : globalChoices[name] };
}

const globalChoices: Readonly<Record<string, OptionSpec['choices']>> = {
  as: callerChoices,
  profile: async ({ environment }) => (await openProfiles(environment.variables)).names.map((value) => ({ value })),
  region: regionChoices,
  'generate-cli-skeleton': ['input', 'yaml-input', 'output'],
};

async function candidates(place: Cursor, typed: string, openSession: OpenPlace): Promise<Completion> {
  const { command, option, given } = place;
  const at: Typing = { typed, values: { args: argumentsNamed(place), options: given }, isBeginning: true };
  if (typed.startsWith('-') && !place.isPlain) {
    const [start = '', name = ''] = /^--([^=]+)=/.exec(typed) ?? [];
    if (start === '') return { choices: flags(command), files: false };
    const inline = optionNamed(name, command);
    return inline ? after(start, inline, at, openSession) : nothing;
  }
  if (option) return valuesOf(option, at, openSession);
  if (!command) return { choices: place.nodes.filter(isOffered).map(nodeChoice), files: false };
  const argument = argumentAt(command, place.argumentsBefore.length);
  return argument ? valuesOf(argument, at, openSession) : nothing;
}

type OpenPlace = () => Promise<Session | undefined>;

function argumentsNamed({ command, argumentsBefore }: Cursor): CommandValues['args'] {
  return Object.fromEntries(
    Object.entries(command?.args ?? {}).map(([name, { many }], i) => [
      name,
      many ? argumentsBefore.slice(i) : argumentsBefore[i],
    ]),
  );
}

/** What goes on after the first part of a word, which stays; names of files are found here, as no shell looks for them. */
async function after(start: string, spec: Valued, at: Typing, openSession: OpenPlace): Promise<Completion> {
  const typed = at.typed.slice(start.length);
  const { choices, files } = await valuesOf(spec, { ...at, typed }, openSession);
  const all = files ? [...choices, ...pathChoices(typed)] : choices;
  return { choices: all.map(({ value, about }) => ({ value: start + value, about })), files: false };
}

/** Free text may be a file name; a value with choices is one only if it says so. */
async function valuesOf(spec: Valued, at: Typing, openSession: OpenPlace): Promise<Completion> {
  const { choices, joinedBy, isPath = false } = spec;
  const [start = ''] = /^fileb?:\/\//.exec(at.typed) ?? [];
  if (start !== '') return after(start, {}, at, openSession);
  const [before = ''] = (joinedBy !== undefined && at.typed.match(new RegExp(`^.*${joinedBy}`, 's'))) || [];
  if (before !== '') {
    const taken = before.split(joinedBy ?? '');
    const more = await after(before, { choices }, at, openSession);
    return { ...more, choices: more.choices.filter(({ value }) => !taken.includes(value.slice(before.length))) };
  }
  if (typeof choices === 'object') return { choices: choices.map((value) => ({ value })), files: false };
  const read = at.typed.startsWith('s3:') ? objectChoices : choices;
  if (!read) return { choices: [], files: true };
  const files = !at.typed.startsWith('s3:') && (typeof isPath === 'function' ? isPath(at.values) : isPath);
  try {
    const session = await openSession();
    return { choices: session ? await read(session, at) : [], files };
  } catch (error) {
    if (isNoPlace(error)) return { choices: [], files };
    throw error;
  }
}

/** Whether an error only says that no names are to be had. */
const isNoPlace = (error: unknown): boolean =>
  error instanceof UsageError ||
  error instanceof StoreError ||
  error instanceof AwsError ||
  error instanceof EndpointError;

function argumentAt({ args = {} }: CommandSpec, at: number): ArgumentSpec | undefined {
  const all = Object.values(args);
  const last = all.at(-1);
  return all[at] ?? (last?.many ? last : undefined);
}

function flags(command: CommandSpec | undefined): Choice[] {
  const own = Object.entries(command?.options ?? {}).flatMap(([name, { about, type, hidden }]) => {
    if (hidden) return [];
    const positive = { value: `--${name}`, about };
    return type === 'boolean-pair'
      ? [positive, { value: `--no-${name}`, about: `the opposite of --${name}` }]
      : [positive];
  });
  const general = Object.entries(globalSpecs).flatMap(([name, spec]) =>
    'hidden' in spec || ('endpoint' in spec && !command?.callsEndpoint)
      ? []
      : [{ value: `--${name}`, about: spec.about }],
  );
  return [...own, ...general, { value: '--help', about: 'show help' }];
}

const isOffered = (node: CommandNode): boolean => node.kind === 'group' || !(node.unavailable || node.hidden);

const nodeChoice = ({ name, summary }: CommandNode): Choice => ({ value: name, about: summary });

/** The global options: accepted before or after the command, each with its environment variable. */

import { CommandLineError } from '../api/errors.ts';

export interface GlobalSpec {
  readonly about: string;
  /** The word that help shows for the value; absent for a switch. */
  readonly value?: string;
  readonly choices?: readonly string[];
  /** Only meaningful for the 1:1 commands; not listed by the others' help. */
  readonly service?: true;
  /** Accepted because scripts written for the AWS CLI use it; ssebox behaves this way anyway. */
  readonly hidden?: true;
}

export const globalSpecs = {
  store: { about: "the store's folder, created on first use", value: 'DIR' },
  region: { about: 'the region of regional commands', value: 'NAME' },
  as: {
    about:
      'who is calling: an ARN, user/NAME, role/NAME, role/NAME/SESSION, root, ACCOUNT:…, or the id of an access key',
    value: 'PRINCIPAL',
  },
  profile: { about: 'a named caller with its region and settings, from the config', value: 'NAME' },
  output: {
    about: 'the output format; tree is the page that a terminal shows, for commands that have one',
    value: 'FORM',
    choices: ['json', 'table', 'text', 'yaml', 'tree'],
  },
  query: { about: 'a JMESPath expression to apply to the JSON result', value: 'EXPR' },
  'error-format': { about: 'the error format', value: 'FORM', choices: ['text', 'json'] },
  color: { about: 'when to use colours', value: 'WHEN', choices: ['on', 'off', 'auto'] },
  'no-color': { about: 'use no colours' },
  'no-input': { about: 'never prompt; a missing argument is an error' },
  raw: { about: 'write binary results to standard output as bytes' },
  yes: { about: 'answer yes to confirmations' },
  debug: { about: "show each call's request with its headers, and its steps, on standard error" },
  'max-items': {
    about: 'the most items to list in total; a longer list ends with the token for the rest',
    value: 'N',
    service: true,
  },
  'starting-token': {
    about: 'the token at the end of a list that --max-items cut off, to continue it',
    value: 'TOKEN',
    service: true,
  },
  'page-size': {
    about: 'how many items to request at a time, which does not change the list',
    value: 'N',
    service: true,
  },
  'no-paginate': { about: 'show a single page, as the service returns it', service: true },
  'cli-input-json': {
    about: 'the input as JSON, or from a file (file://input.json); options replace its members',
    value: 'JSON',
    service: true,
  },
  'generate-cli-skeleton': { about: 'print a template of the input and call nothing', value: 'KIND', service: true },
  'cli-binary-format': {
    about: 'the format of binary values',
    value: 'FORM',
    choices: ['base64', 'raw-in-base64-out'],
    service: true,
  },
  'no-sign-request': { about: 'call anonymously, without credentials', service: true },
  'no-cli-pager': { about: 'no pager', hidden: true },
  'no-cli-auto-prompt': { about: 'no prompts', hidden: true },
} as const satisfies Record<string, GlobalSpec>;

/** Without dashes. */
export type GlobalName = keyof typeof globalSpecs;
type Value<Spec> = Spec extends { readonly choices: readonly (infer C)[] }
  ? C
  : Spec extends { readonly value: string }
    ? string
    : true;

/** The global options as they were typed. */
export type Globals = { readonly [Name in GlobalName]?: Value<(typeof globalSpecs)[Name]> | undefined };

/**
 * Takes the global options out of a command line, wherever they are; the rest belongs to the command. After `--`
 * nothing is a global option.
 * @throws CommandLineError when a value is missing or not one of the choices.
 */
export function takeGlobals(argv: readonly string[]): { globals: Globals; rest: string[] } {
  const globals: Record<string, string | true> = {};
  const rest: string[] = [];
  for (let i = 0; i < argv.length; i++) {
    const word = argv[i] ?? '';
    if (word === '--') {
      rest.push(...argv.slice(i));
      break;
    }
    const [, name = '', inline] = /^--([a-z-]+)(?:=(.*))?$/s.exec(word) ?? [];
    if (!isGlobal(name)) {
      rest.push(word);
      continue;
    }
    const spec: GlobalSpec = globalSpecs[name];
    if (spec.value === undefined) {
      if (inline !== undefined) throw new CommandLineError(`--${name} does not take a value`);
      globals[name] = true;
      continue;
    }
    // The AWS CLI's skeleton flag may come without a value, which is then `input`.
    const alone = name === 'generate-cli-skeleton' && (argv[i + 1] ?? '-').startsWith('-');
    const value = inline ?? (alone ? 'input' : argv[++i]);
    if (value === undefined) throw new CommandLineError(`--${name} needs a value: ${spec.value}`);
    globals[name] = checkChoice(name, spec, value);
  }
  // Each name has a value of the type that its specification declares.
  return { globals: globals as Globals, rest };
}

/**
 * The global options in the words before the one that is being typed; an option whose value is being typed does not
 * count yet.
 * @throws CommandLineError as `takeGlobals` does.
 */
export function globalsBefore(words: readonly string[]): Globals {
  const name = words.at(-1)?.replace(/^--/, '') ?? '';
  const isOpen = isGlobal(name) && 'value' in globalSpecs[name];
  return takeGlobals(isOpen ? words.slice(0, -1) : words).globals;
}

export function isGlobal(name: string): name is GlobalName {
  return Object.hasOwn(globalSpecs, name);
}

function checkChoice(name: string, { choices }: GlobalSpec, value: string): string {
  if (choices && !choices.includes(value)) {
    throw new CommandLineError(`--${name} takes one of ${choices.join(', ')}, not "${value}"`);
  }
  return value;
}

/** The global options: accepted before or after the command, each with its environment variable. */

import { CommandLineError } from '../api/errors.ts';
import { didYouMean } from '../api/nearest.ts';

export interface GlobalSpec {
  readonly about: string;
  /** The word that help shows for the value; absent for a switch. */
  readonly value?: string;
  readonly choices?: readonly string[];
  /** Takes a whole number; others check their value where it is used. */
  readonly integer?: true;
  /** Only meaningful for the 1:1 commands; not listed by the others' help. */
  readonly service?: true;
  /** Only meaningful for commands whose calls can go to an endpoint: listed by the help and the manuals of these. */
  readonly endpoint?: true;
  /** Accepted because scripts written for the AWS CLI use it; ssebox behaves this way anyway. */
  readonly hidden?: true;
}

export const globalSpecs = {
  store: { about: "the store's folder, created on first use", value: 'DIR' },
  region: { about: 'the region of regional commands', value: 'NAME' },
  as: {
    about:
      'who is calling: an ARN, user/NAME, role/NAME, role/NAME/SESSION, federated-user/NAME, root, ACCOUNT:…, or the id of an access key',
    value: 'PRINCIPAL',
  },
  profile: { about: 'a named caller with its region and settings, from the config', value: 'NAME' },
  output: {
    about:
      'the output format; off prints no result; tree is the page that a terminal shows, for commands that have one',
    value: 'FORM',
    choices: ['json', 'table', 'text', 'yaml', 'yaml-stream', 'off', 'tree'],
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
  'cli-input-yaml': { about: 'the same as YAML', value: 'YAML', service: true },
  'generate-cli-skeleton': {
    about: 'print a template of the input (input, yaml-input) or of the result (output), and call nothing',
    value: 'KIND',
    service: true,
  },
  'cli-binary-format': {
    about: 'the format of binary values',
    value: 'FORM',
    choices: ['base64', 'raw-in-base64-out'],
    service: true,
  },
  'no-sign-request': { about: 'call anonymously, without credentials', service: true },
  version: { about: 'print the version' },
  'no-cli-pager': { about: 'no pager', hidden: true },
  'no-cli-auto-prompt': { about: 'no prompts', hidden: true },
  'cli-auto-prompt': { about: 'prompts', hidden: true },
  'cli-error-format': {
    about: 'the format of refusals, in the words of the AWS CLI',
    value: 'FORM',
    choices: ['enhanced', 'legacy', 'json', 'yaml', 'text', 'table'],
    hidden: true,
  },
  'v2-debug': { about: 'what the AWS CLI version 2 would do', hidden: true },
  'endpoint-url': {
    about: 'call the services at this endpoint instead of the store on this machine; aws is AWS itself',
    value: 'URL',
    endpoint: true,
  },
  'no-verify-ssl': { about: 'accept any certificate of the endpoint', endpoint: true },
  'ca-bundle': {
    about: 'the certificate authorities to trust for the endpoint, in PEM',
    value: 'FILE',
    endpoint: true,
  },
  'cli-connect-timeout': {
    about: 'how long to wait for a connection to the endpoint (default 60; 0 never gives up)',
    value: 'SECONDS',
    integer: true,
    endpoint: true,
  },
  'cli-read-timeout': {
    about: 'how long to wait for the next byte of an answer (default 60; 0 never gives up)',
    value: 'SECONDS',
    integer: true,
    endpoint: true,
  },
} as const satisfies Record<string, GlobalSpec>;

/** The AWS CLI's global options in its order, which it looks for before it knows the command. */
const OF_AWS: readonly GlobalName[] = [
  'debug',
  'endpoint-url',
  'no-verify-ssl',
  'no-paginate',
  'output',
  'query',
  'profile',
  'region',
  'version',
  'color',
  'no-sign-request',
  'ca-bundle',
  'cli-read-timeout',
  'cli-connect-timeout',
  'cli-binary-format',
  'no-cli-pager',
  'cli-auto-prompt',
  'no-cli-auto-prompt',
  'cli-error-format',
  'v2-debug',
];

/** Those of the calls to an endpoint. */
export const endpointOptions: readonly GlobalName[] = [
  'endpoint-url',
  'no-verify-ssl',
  'ca-bundle',
  'cli-connect-timeout',
  'cli-read-timeout',
];

/** Without dashes. */
export type GlobalName = keyof typeof globalSpecs;
type Value<Spec> = Spec extends { readonly choices: readonly (infer C)[] }
  ? C
  : Spec extends { readonly value: string }
    ? string
    : true;

/** The global options as they were typed. */
export type Globals = { readonly [Name in GlobalName]?: Value<(typeof globalSpecs)[Name]> | undefined };

/** An option without its dashes, and the equals sign with the value behind it. */
export const OPTION = /^--([a-z0-9-]+)(=.*)?$/s;

/**
 * Whether a word looks like an option, so that it is not the value of the option before it: one that begins with a dash,
 * but not a dash alone, a negative number, or a text with spaces. Python's argparse, "Arguments containing -".
 */
export const isOptionWord = (word: string): boolean =>
  OPTION.test(word) || (/^-[^ ]+$/s.test(word) && !/^-(?:\d+|\d*\.\d+)$/.test(word));

/**
 * Takes the global options out of a command line, wherever they are; the rest belongs to the command. After `--`
 * nothing is a global option.
 * @throws CommandLineError when a value is missing or not one of the choices, or a beginning could be several options.
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
    const [, typed, equals] = OPTION.exec(word) ?? [];
    const name = typed === undefined ? undefined : globalNamed(typed, word, rest);
    if (name === undefined) {
      rest.push(word);
      continue;
    }
    const inline = equals?.slice(1);
    const spec: GlobalSpec = globalSpecs[name];
    if (spec.value === undefined) {
      if (inline !== undefined) throw new CommandLineError(`--${name} does not take a value`);
      globals[name] = true;
      continue;
    }
    // The AWS CLI's skeleton flag may come without a value, which is then `input`.
    const alone = name === 'generate-cli-skeleton' && (argv[i + 1] ?? '-').startsWith('-');
    const value = inline ?? (alone ? 'input' : argv[++i]);
    if (value === undefined || (inline === undefined && isOptionWord(value))) {
      throw new CommandLineError(`--${name} needs a value: ${spec.value}`);
    }
    globals[name] = checkValue(name, spec, value);
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

/**
 * The global option that was typed, if it is one: by its name, or by a beginning that is only one's. After the name of a
 * command only the AWS CLI's are looked for, since the command can have options that begin alike.
 */
function globalNamed(typed: string, word: string, before: readonly string[]): GlobalName | undefined {
  if (isGlobal(typed)) return typed;
  const ofAws = onlyOne(word, OF_AWS);
  if (ofAws !== undefined || before.some((each) => !each.startsWith('-'))) return ofAws;
  // `--help` is the program's, too.
  const names: readonly GlobalName[] = Object.keys(globalSpecs).filter(isGlobal);
  return 'help'.startsWith(typed) ? undefined : onlyOne(word, names);
}

/**
 * The only one of these names that begins as the option that was typed; undefined if none does.
 * @throws CommandLineError in the AWS CLI's words if several do
 */
export function onlyOne<Name extends string>(typed: string, names: readonly Name[]): Name | undefined {
  const [, begun = ''] = OPTION.exec(typed) ?? [];
  const found = names.filter((name) => name.startsWith(begun));
  if (found.length > 1) {
    const candidates = found.map((name) => `--${name}`).join(', ');
    throw new CommandLineError(`ambiguous option: ${typed} could match ${candidates}`);
  }
  return found[0];
}

export function isGlobal(name: string): name is GlobalName {
  return Object.hasOwn(globalSpecs, name);
}

function checkValue(name: string, { choices, integer }: GlobalSpec, value: string): string {
  if (integer && !/^-?\d+$/.test(value)) throw new CommandLineError(`--${name} takes a whole number, not "${value}"`);
  if (choices && !choices.includes(value)) {
    throw new CommandLineError(
      `--${name} takes one of ${choices.join(', ')}, not "${value}"`,
      didYouMean(value, choices),
    );
  }
  return value;
}

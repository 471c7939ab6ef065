/**
 * Manual pages from the command tree: one for the program and one for each group. They are written without a store,
 * from the same facts that `--help` shows.
 */

import type { CommandNode, CommandSpec, GroupSpec, OptionSpec } from '../command.ts';
import { exitStatuses } from '../exit-codes.ts';
import { globalSpecs } from '../globals.ts';
import { optionText } from './option-text.ts';
import { bold, entry, italic, literal, paragraphs, roffText } from './roff.ts';

const SECTION = 1;

/** Every page by its file name: `ssebox.1`, `ssebox-kms.1`. */
export async function manualPages(tree: GroupSpec, version: string): Promise<ReadonlyMap<string, string>> {
  const nodes = await tree.load({ prose: true });
  const groups = nodes.filter((node) => node.kind === 'group');
  const names = groups.map(({ name }) => `${tree.name}-${name}`);
  const pages = new Map([[`${tree.name}.${SECTION}`, programPage(tree, nodes, names, version)]]);
  for (const group of groups) {
    const commands = await commandsIn(group, [group.name]);
    const others = (await group.missing?.()) ?? [];
    pages.set(`${tree.name}-${group.name}.${SECTION}`, groupPage(tree, group, { commands, others }, version));
  }
  return pages;
}

/** A command and the words that lead to it. */
interface Placed {
  readonly path: readonly string[];
  readonly spec: CommandSpec;
}

async function commandsIn(group: GroupSpec, path: readonly string[]): Promise<Placed[]> {
  const found: Placed[] = [];
  for (const node of await group.load({ prose: true })) {
    const here = [...path, node.name];
    if (node.kind === 'command') found.push(...(node.hidden ? [] : [{ path: here, spec: node }]));
    else found.push(...(await commandsIn(node, here)));
  }
  return found;
}

function programPage(
  tree: GroupSpec,
  nodes: readonly CommandNode[],
  names: readonly string[],
  version: string,
): string {
  const own = nodes.flatMap((node) => (node.kind === 'command' ? [{ path: [node.name], spec: node }] : []));
  return page(tree.name, version, [
    section('NAME', [roffText(`${tree.name} - ${tree.summary}`)]),
    section('SYNOPSIS', [
      `${bold(tree.name)} [${italic('options')}] ${italic('group')} ${italic('command')} [${italic('arguments')}]`,
    ]),
    section('DESCRIPTION', [...paragraphs(PROGRAM)]),
    section('COMMANDS', [
      ...nodes.flatMap((node) => (node.kind === 'group' ? entry(bold(node.name), node.summary) : [])),
      ...own.flatMap((placed) => commandText(tree.name, placed)),
    ]),
    section('OPTIONS', globalOptions(own)),
    section('EXAMPLES', examples(own)),
    ...closing(names),
  ]);
}

const PROGRAM = `Real buckets, real KMS keys and really encrypted objects in a store on this machine, with the decisions that AWS
would make about who may use which key, and the reason for each. There is no account and no network.

Operations, options, answers, error codes and messages are those of the AWS CLI and of AWS.

On a terminal, a command asks for what its command line leaves out, checks each answer as it is given, and asks before it destroys something, which --yes answers. A script is never asked. After questions, the end names the command that does the same without them.

ssebox shim makes a link named aws, by which scripts written for the AWS CLI call ssebox. Called by that name, it answers in JSON on a terminal too, never prompts, and has aws in its messages.`;

/** The commands of a group, and the names of those that AWS has besides. */
interface Contents {
  readonly commands: readonly Placed[];
  readonly others: readonly string[];
}

function groupPage(tree: GroupSpec, group: GroupSpec, { commands, others }: Contents, version: string): string {
  const name = `${tree.name}-${group.name}`;
  const offered = commands.filter(({ spec }) => !spec.unavailable);
  const refused = commands.filter(({ spec }) => spec.unavailable).map(({ path }) => path.slice(1).join(' '));
  return page(name, version, [
    section('NAME', [roffText(`${name} - ${group.summary}`)]),
    section('SYNOPSIS', [
      `${bold(`${tree.name} ${group.name}`)} ${italic('command')} [${italic('options')}] [${italic('arguments')}]`,
    ]),
    section('DESCRIPTION', [
      ...paragraphs(`${sentence(group.summary)} Its commands are listed below.`),
      ...notHere(tree, [...refused, ...others].toSorted()),
    ]),
    section(
      'COMMANDS',
      offered.flatMap((placed) => commandText(tree.name, placed)),
    ),
    section('OPTIONS', globalOptions(offered)),
    section('EXAMPLES', examples(offered)),
    ...closing([tree.name]),
  ]);
}

const notHere = ({ name }: GroupSpec, names: readonly string[]): string[] =>
  names.length === 0 ? [] : ['.PP', roffText(`In AWS but not part of ${name}: ${names.join(', ')}.`)];

function commandText(program: string, { path, spec }: Placed): string[] {
  const options = Object.entries(spec.options ?? {}).filter(([, { hidden }]) => !hidden);
  const args = Object.entries(spec.args ?? {});
  const words = args.map(([name, { optional, many }]) => {
    const word = `${italic(name)}${many ? ' ...' : ''}`;
    return optional ? `[${word}]` : word;
  });
  const required = options.filter(([, option]) => option.required).map(([name, option]) => optionTerm(name, option));
  const rest = options.length > required.length ? [`[${italic('options')}]`] : [];
  return [
    `.SS ${roffText(path.join(' '))}`,
    [bold([program, ...path].join(' ')), ...required, ...rest, ...words].join(' '),
    ...(spec.summary ? ['.PP', roffText(sentence(spec.summary))] : []),
    ...(spec.description ? ['.PP', ...paragraphs(spec.description)] : []),
    ...args.flatMap(([name, { about }]) => entry(italic(name), about)),
    ...options.flatMap(([name, option]) => entry(optionTerm(name, option), optionText(option))),
  ];
}

function optionTerm(name: string, { type, value, short }: OptionSpec): string {
  const flags = [...(short ? [bold(`-${short}`)] : []), bold(`--${name}`)];
  if (type === 'boolean') return flags.join(', ');
  if (type === 'boolean-pair') return [...flags, bold(`--no-${name}`)].join(', ');
  return `${flags.join(', ')} ${italic(value ?? 'VALUE')}${type === 'list' ? ' ...' : ''}`;
}

function globalOptions(commands: readonly Placed[]): string[] {
  const haveEndpoint = commands.some(({ spec }) => spec.callsEndpoint);
  return Object.entries(globalSpecs).flatMap(([name, spec]) => {
    if ('hidden' in spec || ('endpoint' in spec && !haveEndpoint)) return [];
    const choices = 'choices' in spec ? `; one of ${spec.choices.join(', ')}` : '';
    const term = `${bold(`--${name}`)}${'value' in spec ? ` ${italic(spec.value)}` : ''}`;
    return entry(term, `${spec.about}${choices}`);
  });
}

function examples(commands: readonly Placed[]): string[] {
  return commands.flatMap(({ spec }) =>
    spec.examples.length === 0
      ? []
      : [
          '.PP',
          roffText(`${sentence(spec.summary).slice(0, -1)}:`),
          ...literal(spec.examples.map((lines) => `$ ${lines.replaceAll('\n', '\n  ')}`)),
        ],
  );
}

const environment: readonly (readonly [string, string])[] = [
  ['SSEBOX_STORE', "the store's folder, as --store"],
  [
    'SSEBOX_AS',
    'who is calling, as --as; the id of an access key that nobody can call with is a usage error, and a session that has expired is refused as in AWS',
  ],
  [
    'SSEBOX_PASSPHRASE',
    'opens a store whose root key is sealed with a passphrase; otherwise a terminal prompts for it',
  ],
  [
    'AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN',
    'who is calling, if the access key belongs to the store; one that is deleted, inactive or expired is refused, and one that never belonged to it is ignored. Calls to an endpoint are signed with it, whosever it is',
  ],
  ['AWS_REGION, AWS_DEFAULT_REGION', 'the region of regional commands, as --region'],
  ['AWS_PROFILE, AWS_DEFAULT_PROFILE', 'a profile: a named caller with its region and settings, as --profile'],
  [
    'AWS_CONFIG_FILE',
    "the AWS CLI's config file, from which profiles are read as well (default: ~/.aws/config); it is never written",
  ],
  [
    'AWS_SHARED_CREDENTIALS_FILE',
    "the AWS CLI's file of credentials (default: ~/.aws/credentials), which only counts for calls to an endpoint; it is never written",
  ],
  ['AWS_DEFAULT_OUTPUT', 'the output format, as --output'],
  ['AWS_MAX_ATTEMPTS', 'how often a call is made in all while it is throttled (default 3)'],
  ['AWS_RETRY_MODE', 'how a throttled call is made again: standard, legacy or adaptive (default standard)'],
  [
    'AWS_ENDPOINT_URL, AWS_ENDPOINT_URL_S3, AWS_ENDPOINT_URL_KMS, ...',
    'the endpoint of all services, or of one, as --endpoint-url, for commands that only make calls; --as, --store, SSEBOX_AS and SSEBOX_STORE mean the store on this machine all the same, and commands that need a store always use that one. The endpoint_url of a profile and its services count likewise. Neither may be AWS itself, which takes --endpoint-url aws',
  ],
  [
    'AWS_IGNORE_CONFIGURED_ENDPOINT_URLS',
    'true: the endpoints of variables and profiles do not count, but --endpoint-url does',
  ],
  ['AWS_CA_BUNDLE', 'the certificate authorities to trust for an endpoint, as --ca-bundle'],
  [
    'AWS_EC2_METADATA_DISABLED',
    'true: no metadata service is asked for the credentials of calls to an endpoint, as it is where there are no others',
  ],
  [
    'SSEBOX_ENDPOINT_STORE, SSEBOX_ENDPOINT_AS, SSEBOX_ENDPOINT_URL',
    'set by exec and env: the store behind their endpoint and the caller there, for commands that need a store, as long as AWS_ENDPOINT_URL is that endpoint',
  ],
  ['NO_COLOR, FORCE_COLOR', 'no colours; colours even if the output is not a terminal'],
  ['CI', 'never prompt, as --no-input; a command that writes to the endpoint of a variable or a profile says so'],
  ['SHELL', 'the shell for which shim prints its line'],
  ['XDG_CONFIG_HOME, XDG_DATA_HOME', 'where the config file, the default store and the default folder of shim are'],
  ['XDG_STATE_HOME', 'where s3 put --resume remembers uploads to an endpoint'],
];

function closing(seeAlso: readonly string[]): string[] {
  return [
    section(
      'EXIT STATUS',
      exitStatuses.flatMap(([code, meaning]) => entry(bold(String(code)), meaning)),
    ),
    section(
      'ENVIRONMENT',
      environment.flatMap(([names, meaning]) => entry(bold(names), meaning)),
    ),
    section('SEE ALSO', [
      [...seeAlso.map((name) => `${bold(name)}(${SECTION})`), `${bold('aws')}(${SECTION})`].join(', '),
    ]),
  ];
}

function page(name: string, version: string, sections: readonly string[]): string {
  const title = `.TH ${name.toUpperCase()} ${SECTION} "" "ssebox ${version}" "ssebox manual"`;
  return `${[title, ...sections.filter((text) => text !== '')].join('\n')}\n`;
}

const section = (name: string, lines: readonly string[]): string =>
  lines.length === 0 ? '' : [`.SH ${name}`, ...lines].join('\n');

/** A summary as a sentence: with a capital letter and a full stop. */
const sentence = (summary: string): string =>
  `${summary.charAt(0).toUpperCase()}${summary.slice(1)}${/[.!?]$/.test(summary) ? '' : '.'}`;

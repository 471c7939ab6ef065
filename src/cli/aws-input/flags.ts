/**
 * The flags of a 1:1 command, made from its operation's model by the AWS CLI's rules: AWS CLI Command Reference. A
 * member is a flag of its name, a boolean a pair of flags, a list operation is paged by the command line itself.
 */

import { type OperationModel, operationModel, operationNames } from '../../api/model/loader.ts';
import type { ServiceName } from '../../api/model/operations.ts';
import type { Shape, ShapeRef } from '../../api/model/shapes.ts';

/** One flag, or a word without dashes: `outfile`. */
export interface Flag {
  /** With its dashes: `--key-id`. */
  readonly flag: string;
  /** The member of the input that it sets; for paging the name that the AWS CLI gives the setting; else empty. */
  readonly member: string;
  readonly type: Shape['type'];
  readonly required: boolean;
  /**
   * `member`: sets a member of the input. `paging`: how the command line follows pages. `form`: the input as a whole.
   * `outfile`: where bytes are written. `shortcut`: a short way to set part of a member.
   */
  readonly kind: 'member' | 'paging' | 'form' | 'outfile' | 'shortcut';
  /** The `--no-` half of a pair. */
  readonly negated?: boolean | undefined;
  /** What a shortcut sets: a noun with its article. */
  readonly about?: string | undefined;
  /** Works, but is not shown: the operation's own token and page size, when the command line handles the pages. */
  readonly hidden?: boolean | undefined;
}

/**
 * The flags of an operation's command in the AWS CLI's order.
 * @throws Error when the service has no such operation.
 */
export function flagsOf(service: ServiceName, operation: string): readonly Flag[] {
  const model = operationModel(service, operation);
  if (!model) throw new Error(`the model of ${service} has no operation ${operation}`);
  const paging = pagingFlags(model);
  const shortcuts = shortcutsOf(model);
  const members = memberFlags(model, new Set(paging.map(({ flag }) => flag)));
  const outfile = outfileOf(model);
  // A command with a positional argument has no skeleton: there the AWS CLI cannot know what is required.
  if (outfile) return [...members, ...shortcuts, outfile];
  // A paging flag with a member's name takes the member's place: IAM's `--max-items`.
  const names = new Map(members.map(({ flag }, i) => [flag, i]));
  const replaced = members.map((member) => paging.find(({ flag }) => flag === member.flag) ?? member);
  const added = paging.filter(({ flag }) => !names.has(flag));
  return [...replaced, ...shortcuts, form('--cli-input-json'), ...added, form('--generate-cli-skeleton')];
}

/** The command of an operation: `DescribeKey` → `describe-key`. */
export const commandName = (operation: string): string => hyphenated(operation);

/** The operation of a command: `describe-key` → `DescribeKey`; undefined when the service has none. */
export function operationNamed(service: ServiceName, command: string): string | undefined {
  // Apart from hyphens, both have the same letters: looking at these first spares the other names their hyphens.
  const letters = command.replaceAll('-', '');
  return operationNames(service).find((name) => name.toLowerCase() === letters && hyphenated(name) === command);
}

function memberFlags(model: OperationModel, pagingNames: ReadonlySet<string>): Flag[] {
  const input = model.input && model.shapes[model.input.shape];
  if (input?.type !== 'structure') return [];
  const ownPaging = pagingMembers(model);
  return Object.entries(input.members).flatMap(([member, ref]) => {
    const isRequired = input.required?.includes(member) === true && ref.idempotencyToken !== true;
    const isHidden = ownPaging.has(member) && !pagingNames.has(`--${hyphenated(member)}`);
    return flagsOfMember(member, ref, model, {
      required: isRequired,
      ...(isHidden && { hidden: true }),
    });
  });
}

function flagsOfMember(
  member: string,
  ref: ShapeRef,
  model: OperationModel,
  facts: Pick<Flag, 'required' | 'hidden'>,
): Flag[] {
  const type = model.shapes[ref.shape]?.type ?? 'string';
  const name = hyphenated(member);
  const flag: Flag = { flag: `--${name}`, member, type, kind: 'member', ...facts };
  if (type !== 'boolean') return [flag];
  return [flag, { ...flag, flag: `--no-${name}`, required: false, negated: true }];
}

/** The input members for paging on the wire: the token or tokens, and the page size. */
function pagingMembers({ pages }: OperationModel): ReadonlySet<string> {
  if (!pages) return new Set();
  const { input_token: tokens, limit_key: limit } = pages;
  return new Set([...(typeof tokens === 'string' ? [tokens] : tokens), ...(limit === undefined ? [] : [limit])]);
}

/** AWS CLI User Guide, "Using the pagination options in the AWS CLI". */
function pagingFlags(model: OperationModel): Flag[] {
  if (!model.pages) return [];
  const { limit_key: limit } = model.pages;
  const make = (flag: string, member: string, type: Shape['type']): Flag => ({
    flag,
    member,
    type,
    required: false,
    kind: 'paging',
  });
  return [
    make('--starting-token', 'StartingToken', 'string'),
    ...(limit === undefined ? [] : [make('--page-size', 'PageSize', 'integer')]),
    make('--max-items', 'MaxItems', 'integer'),
  ];
}

/** The word that names the file for an output that streams. */
function outfileOf({ output, shapes, name }: OperationModel): Flag | undefined {
  const shape = output && shapes[output.shape];
  if (shape?.type !== 'structure') return undefined;
  const outfile: Flag = { flag: 'outfile', member: '', type: 'string', required: true, kind: 'outfile' };
  if (Object.values(shape.members).some(({ streaming }) => streaming)) return outfile;
  // An event stream's records go to the file one after the other; the AWS CLI declares it as not required.
  return name === 'SelectObjectContent' ? { ...outfile, required: false } : undefined;
}

/** PutMetricData takes one datum by flags of its own: AWS CLI Command Reference, cloudwatch put-metric-data. */
function shortcutsOf({ service, name }: OperationModel): Flag[] {
  if (service !== 'cloudwatch' || name !== 'PutMetricData') return [];
  return datumFlags.map(([flag, about]) => ({
    flag,
    about,
    member: '',
    type: 'string',
    required: false,
    kind: 'shortcut',
  }));
}

const datumFlags = [
  ['--metric-name', 'the name of the metric of the one value or set that the next options give'],
  ['--timestamp', 'the time of the value, from two weeks ago to two hours ahead (default: now)'],
  ['--unit', 'the unit of the value, such as Count, Bytes or Milliseconds (default: None)'],
  ['--value', 'the value, a number'],
  ['--dimensions', 'the dimensions of the metric, as NAME=VALUE,NAME=VALUE'],
  ['--statistic-values', 'what several values add up to, as Sum=9,Minimum=1,Maximum=5,SampleCount=3'],
  ['--storage-resolution', 'the seconds in which values are added up: 1 or 60 (default 60)'],
] as const;

const form = (flag: string): Flag => ({ flag, member: '', type: 'string', required: false, kind: 'form' });

/**
 * A name of a model as the AWS CLI writes it: a hyphen before each capitalized word and after each run of capitals or
 * digits (`SSEKMSKeyId` → `ssekms-key-id`); an acronym in the plural is one word (`PolicyARNs` → `policy-arns`).
 */
function hyphenated(name: string): string {
  return name
    .replace(/[A-Z]{2,}s$/, (plural, at: number) => `${at > 0 ? '-' : ''}${plural.toLowerCase()}`)
    .replace(/(.)([A-Z][a-z]+)/g, '$1-$2')
    .replace(/([a-z0-9])([A-Z])/g, '$1-$2')
    .toLowerCase();
}

/** What a file of policy tests says: `tests`, `defaults` and `given`. */

import { errorCodes, isErrorCode } from '../../../api/error-codes.ts';
import { UsageError } from '../../../api/errors.ts';
import { didYouMean } from '../../../api/nearest.ts';
import { type Region, regions } from '../../../api/regions.ts';
import type { PlacedJson } from '../../../policy/json-places.ts';
import type { StatedContext } from '../../../policy/stated-context.ts';
import { type Given, given } from './given.ts';
import {
  byName,
  type Faults,
  members,
  type Named,
  oneOrMore,
  placed,
  type Read,
  takes,
  text,
  word,
} from './reading.ts';

/** A file of tests, read. */
export interface TestFile {
  /** What there is; absent: what the store has. */
  readonly given: Given | undefined;
  readonly tests: readonly Assertion[];
}

/** `allow`, `deny`, or the code of an error of AWS. */
export type Expected = string;

/** One test: who does what, and what is expected of it. */
export interface Assertion {
  /** Its place in the text. */
  readonly at: number;
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly name: string;
  readonly as: string | undefined;
  readonly region: Region | undefined;
  /** The command line, with its place in the text. */
  readonly command: { readonly at: number; readonly value: string };
  readonly expect: Expected;
  /** All of these have to be among what decided; none: whatever did. */
  readonly because: readonly string[];
  readonly stated: StatedContext | undefined;
}

/** What the command line says for tests that do not say it themselves. */
export interface FromCommandLine {
  /** `KEY=VALUE` */
  readonly context: readonly string[];
  readonly as: string | undefined;
}

/** Reads the content of a file. What is wrong with it is noted; undefined if nothing could be read. */
export async function testFileOf(faults: Faults, own: FromCommandLine): Promise<TestFile | undefined> {
  const { root } = faults.source;
  const read = content(root, 'the file', faults);
  if (!read) return undefined;
  if (read.tests?.length === 0 || !('tests' in read)) {
    faults.add(root.at, 'the file needs "tests", a list of one test at least');
  }
  const context = contextOf(own.context.map(pairOf));
  const tests: Assertion[] = [];
  for (const test of read.tests ?? []) {
    const made = await assertionOf(test, read.defaults ?? {}, { context, as: own.as }, faults);
    if (made) tests.push(made);
  }
  return { given: read.given, tests };
}

const expected: Read<Expected> = (json, name, faults) => {
  const value = json.kind === 'scalar' ? json.value : undefined;
  if (value === 'allow' || value === 'deny') return value;
  if (typeof value === 'string' && isErrorCode(value)) return value;
  const near = typeof value === 'string' ? didYouMean(value, ['allow', 'deny', ...errorCodes()]) : undefined;
  const what = 'allow, deny or the code of an AWS error such as NoSuchKey';
  return faults.add(json.at, `${takes(name, what, json)}${near === undefined ? '' : `: ${near}`}`);
};

const asDefault = {
  as: text,
  do: placed(text),
  expect: expected,
  region: word(...regions),
  context: placed(byName(oneOrMore(text))),
} as const;

const test = members({ name: text, ...asDefault, because: oneOrMore(text) });

const tests = (json: PlacedJson, name: string, faults: Faults) => {
  if (json.kind !== 'list') return faults.add(json.at, takes(name, 'a list of tests', json));
  return json.items.flatMap((item) => placed(test)(item, 'a test', faults) ?? []);
};

const content = members({ tests, defaults: members(asDefault), given });

type ReadTest = NonNullable<ReturnType<typeof test>>;

async function assertionOf(
  { at, value: own }: { readonly at: number; readonly value: ReadTest },
  defaults: Pick<ReadTest, keyof typeof asDefault>,
  given: { readonly context: Context; readonly as: string | undefined },
  faults: Faults,
): Promise<Assertion | undefined> {
  const { source } = faults;
  const read = { ...defaults, ...own };
  // What is there and at fault is not missing, too.
  if (!('do' in read)) faults.add(at, 'the test needs "do", a command line without ssebox');
  if (!('expect' in read)) faults.add(at, 'the test needs "expect": allow, deny or the code of an AWS error');
  const context = new Map([
    ...given.context,
    ...contextOf(defaults.context?.value ?? []),
    ...contextOf(own.context?.value ?? []),
  ]);
  const stated = await statedOf(context, read.context?.at ?? at, faults);
  const { as = given.as, do: command, expect, region, name, because = [] } = read;
  if (command === undefined || expect === undefined) return undefined;
  return {
    at,
    file: source.file,
    ...source.place(at),
    name: name ?? (as === undefined ? command.value : `${as}: ${command.value}`),
    as,
    region,
    command,
    expect,
    because,
    stated,
  };
}

/** Condition keys with their values, by the key in lower case. */
type Context = ReadonlyMap<string, Pick<Named<readonly string[]>, 'name' | 'value'>>;

const contextOf = (values: readonly Pick<Named<readonly string[]>, 'name' | 'value'>[]): Context =>
  new Map(values.map(({ name, value }) => [name.toLowerCase(), { name, value }]));

/** `KEY=VALUE`, which was checked. */
function pairOf(text: string): { readonly name: string; readonly value: readonly string[] } {
  const at = text.indexOf('=');
  return { name: text.slice(0, at), value: [text.slice(at + 1)] };
}

async function statedOf(context: Context, at: number, faults: Faults): Promise<StatedContext | undefined> {
  if (context.size === 0) return undefined;
  const { statedContext } = await import('../../../policy/request-keys.ts');
  const pairs = [...context.values()].flatMap(({ name, value }) => value.map((each) => `${name}=${each}`));
  try {
    return statedContext(pairs, 's3');
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    return faults.add(at, error.message);
  }
}

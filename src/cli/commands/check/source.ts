/** A file in YAML or JSON, in which every name and value knows its place. */

import { UsageError } from '../../../api/errors.ts';
import { isTooDeep } from '../../../api/json-depth.ts';
import {
  JsonFault,
  type PlacedJson,
  type PlacedMember,
  placesIn,
  readPlaces,
  type TextPlace,
} from '../../../policy/json-places.ts';
import { type WithoutPlain, withoutPlainTests } from './plain-tests.ts';

/** A file with what is in it. */
export interface Source {
  /** The file as messages call it. */
  readonly file: string;
  readonly text: string;
  readonly root: PlacedJson;
  /** Line and column of an index of the text, both from 1; a column is a character. */
  place(at: number): TextPlace;
}

/** Something in a file that is not as it should be. */
export interface Fault {
  readonly file: string;
  readonly place: TextPlace;
  /** Which value is wrong and what is allowed, as a clause. */
  readonly says: string;
}

/** Files that cannot be used: every fault on a line of its own, behind its place, as compilers write it. */
export class FaultyFiles extends UsageError {
  readonly faults: readonly Fault[];
  constructor(faults: readonly Fault[]) {
    const shown = faults
      .slice(0, MOST_SHOWN)
      .map(({ file, place: { line, column }, says }) => `${file}:${line}:${column}: ${oneLine(says)}`);
    const more = faults.length - shown.length;
    super(more > 0 ? [...shown, `and ${more} more`] : shown);
    this.faults = faults;
  }
}

const MOST_SHOWN = 20;

/** The AWS CLI's complaints about parameters have several lines. */
const oneLine = (text: string): string => text.replaceAll(/:?\s*\n\s*/g, ': ');

/** Reads a file: JSON by its name or if it is JSON, YAML otherwise. @throws FaultyFiles that names the place of a fault */
export async function readSource(file: string, text: string): Promise<Source> {
  const place = placesIn(text);
  const fail = (at: number, says: string): never => {
    throw new FaultyFiles([{ file, place: place(at), says }]);
  };
  const root = file.endsWith('.json') ? jsonOf(text, fail) : await yamlOf(text, fail);
  return { file, text, root, place };
}

type Fail = (at: number, says: string) => never;

function jsonOf(text: string, fail: Fail): PlacedJson {
  try {
    return readPlaces(text);
  } catch (error) {
    if (!(error instanceof JsonFault)) throw error;
    return fail(error.at, error.message);
  }
}

/** Aliases repeat what they stand for; beyond this number of values, a file is refused. */
const MOST_VALUES = 1_000_000;

/** YAML 1.2, as far as JSON can say the same: mappings with texts as names, lists, texts, numbers, true, false and null. */
async function yamlOf(text: string, fail: Fail): Promise<PlacedJson> {
  // The parser would find out late.
  if (isTooDeep(text) || DEEP_BLOCKS.test(text)) return fail(0, TOO_DEEP);
  const plain = withoutPlainTests(text);
  return (plain && (await quicklyRead(plain))) ?? parsedYaml(text, fail);
}

/** A file whose plain tests are not parsed; undefined if that makes a difference, as where something is wrong. */
async function quicklyRead({ rest, tests, nameAt, listAt }: WithoutPlain): Promise<PlacedJson | undefined> {
  let root: PlacedJson;
  try {
    root = await parsedYaml(rest, (at, says) => {
      throw new RestFault(`${says} at ${at}`);
    });
  } catch (error) {
    if (error instanceof RestFault) return undefined;
    throw error;
  }
  if (root.kind !== 'object') return undefined;
  const { members } = root;
  const list = members.find(({ name, at }) => name === 'tests' && at === nameAt);
  const others = list && itemsOf(list.value);
  if (!list || !others) return undefined;
  const items = [...others, ...tests].sort((a, b) => a.at - b.at);
  const value: PlacedJson = { kind: 'list', at: listAt, end: items.at(-1)?.end ?? listAt, items };
  return { ...root, members: members.map((member) => (member === list ? { ...list, value } : member)) };
}

/** What is wrong with a file without its plain tests: the parser may say something else of the whole. */
class RestFault extends Error {}

/** The items of a list, of which nothing may be left. */
function itemsOf(json: PlacedJson): readonly PlacedJson[] | undefined {
  if (json.kind === 'list') return json.items;
  return json.kind === 'scalar' && json.value === null ? [] : undefined;
}

async function parsedYaml(text: string, fail: Fail): Promise<PlacedJson> {
  const { parseDocument, isAlias, isMap, isScalar, isSeq } = await import('yaml');
  // The parser compares every name of a mapping with every other one.
  const { contents, errors } = parseDocument(text, { prettyErrors: false, uniqueKeys: false, logLevel: 'error' });
  const [error] = errors;
  if (error) return fail(error.pos[0], yamlFault(error.code, error.message));

  const anchors = new Map<string, Sized>();

  function placed(node: unknown, around: number): Sized {
    if (isAlias(node)) {
      const at = node.range?.[0] ?? around;
      const known = anchors.get(node.source);
      if (known) return known;
      return fail(at, `the alias *${node.source} needs an anchor &${node.source} before it`);
    }
    const found = withoutAlias(node, around);
    const anchor = isScalar(node) || isMap(node) || isSeq(node) ? node.anchor : undefined;
    if (anchor !== undefined) anchors.set(anchor, found);
    return found;
  }

  function withoutAlias(node: unknown, around: number): Sized {
    if (isMap(node)) {
      const [at, end] = node.range ?? [around, around];
      const members: PlacedMember[] = [];
      const names = new Set<string>();
      let size = 1;
      for (const { key, value } of node.items) {
        const nameAt = isScalar(key) ? (key.range?.[0] ?? at) : at;
        if (!isScalar(key)) return fail(at, 'the name of a member is a text, not a mapping or a list');
        const name = scalarText(key.value, key.source);
        if (names.has(name)) return fail(nameAt, `the name ${JSON.stringify(name)} appears twice in one mapping`);
        names.add(name);
        const inner = placed(value, nameAt);
        size = counted(size + inner.size, nameAt);
        members.push({ name, at: nameAt, value: inner.json });
      }
      return { json: { kind: 'object', at, end, members }, size };
    }
    if (isSeq(node)) {
      const [at, end] = node.range ?? [around, around];
      let size = 1;
      const items: PlacedJson[] = [];
      for (const item of node.items) {
        const inner = placed(item, at);
        size = counted(size + inner.size, at);
        items.push(inner.json);
      }
      return { json: { kind: 'list', at, end, items }, size };
    }
    if (isScalar(node)) {
      const [at, end] = node.range ?? [around, around];
      return { json: { kind: 'scalar', at, end, value: scalarValue(node.value, node.source) }, size: 1 };
    }
    return { json: { kind: 'scalar', at: around, end: around, value: null }, size: 1 };
  }

  function counted(size: number, at: number): number {
    return size <= MOST_VALUES
      ? size
      : fail(at, `aliases make more than ${MOST_VALUES.toLocaleString('en')} values of this`);
  }

  return placed(contents, 0).json;
}

/** A value with the number of values that it consists of. */
interface Sized {
  readonly json: PlacedJson;
  readonly size: number;
}

/** A number that YAML would write otherwise is a text, such as the id of an account that begins with 0. */
function scalarValue(value: unknown, source: string | undefined): string | number | boolean | null {
  if (typeof value === 'string' || typeof value === 'boolean' || value === null) return value;
  const text = scalarText(value, source);
  return typeof value === 'number' && String(value) === text ? value : text;
}

const scalarText = (value: unknown, source: string | undefined): string =>
  typeof value === 'string' ? value : (source ?? String(value));

const TOO_DEEP = 'it is nested too deeply';

/** Lists in lists, or mappings in mappings, all begun on one line. */
const DEEP_BLOCKS = /(?:[-?:][ \t]+){1000}/;

/** The parser's words, where they are about how it is called or built. */
function yamlFault(code: string, message: string): string {
  if (code === 'MULTIPLE_DOCS') return 'a file has one document: remove what follows "---"';
  if (/call stack/i.test(message)) return TOO_DEEP;
  return `it is not YAML: ${message}`;
}

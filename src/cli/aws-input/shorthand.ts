/**
 * The AWS CLI's shorthand for structures, maps and lists: `A=1,B=[x,y],C={D=2}`. It is parsed without a shape;
 * `flag-value.ts` does what depends on the shape (numbers, one value for a list of one). AWS CLI User Guide, "Using
 * shorthand syntax with the AWS CLI".
 */

import { MAX_JSON_DEPTH } from '../../api/json-depth.ts';

/** A parsed value: everything that is not a list or a structure is still text, or what `@=` loaded. */
export type Shorthand = string | Uint8Array | readonly Shorthand[] | { readonly [key: string]: Shorthand };

/** Loads the value of a key that is written `KEY@=file://PATH`; other text is the value itself. */
export type LoadFile = (text: string) => string | Uint8Array;

/** Thrown when the text is not shorthand. The message is the AWS CLI's and points at the place. */
export class ShorthandError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'ShorthandError';
  }
}

/** Parses `KEY=VALUE,KEY=VALUE,…`. Throws ShorthandError. */
export function parseShorthand(text: string, loadFile: LoadFile = (value) => value): Record<string, Shorthand> {
  const cursor: Cursor = { text, at: 0, depth: 0, loadFile };
  const pairs = new Map<string, Shorthand>();
  let end = 0;
  do {
    if (pairs.size > 0) expect(cursor, ',');
    const { key, load } = readKey(cursor);
    const value = readValue(cursor, load);
    if (pairs.has(key)) throw duplicateKey(text, key, end + 1);
    pairs.set(key, value);
    end = cursor.at;
  } while (cursor.at < text.length);
  return Object.fromEntries(pairs);
}

interface Cursor {
  readonly text: string;
  readonly loadFile: LoadFile;
  at: number;
  /** How many brackets and braces are open. */
  depth: number;
}

// A word may begin with anything but white space, a quote, a comma, an equals sign or an opening bracket. What may
// follow depends on whether another KEY= can come next: after the first value of a list an equals sign ends the word,
// so that in A=b,c,D=e the D is seen to be a key.
function wordPatterns(): { readonly first: RegExp; readonly later: RegExp } {
  patterns ??= {
    first: /(?:\\,|[^\s\p{Cc}"',=[{])(?:\\,|[^"',\]}])*/uy,
    later: /(?:\\,|[^\s\p{Cc}"',=[{])(?:\\,|[^"',=])*/uy,
  };
  return patterns;
}

// Sets of characters take long to compile, and few commands are given shorthand.
let patterns: ReturnType<typeof wordPatterns> | undefined;

const KEY = /[A-Za-z0-9\-_.#/:]*/y;
const SPACE = /\s*/y;

function readKey(cursor: Cursor): { key: string; load: LoadFile } {
  const key = take(cursor, KEY) ?? '';
  take(cursor, SPACE);
  const isLoaded = current(cursor) === '@';
  if (isLoaded) expect(cursor, '@');
  expect(cursor, '=');
  return { key, load: isLoaded ? cursor.loadFile : (value) => value };
}

function readValue(cursor: Cursor, load: LoadFile): Shorthand {
  return current(cursor) === '[' || current(cursor) === '{' ? readItem(cursor, load) : readCommaList(cursor, load);
}

/** `a` is a text, `a,b` a list; in `a,B=c` the list ends before the key. */
function readCommaList(cursor: Cursor, load: LoadFile): Shorthand {
  const first = readText(cursor, load);
  const rest: Shorthand[] = [];
  for (;;) {
    take(cursor, SPACE);
    const comma = cursor.at;
    if (current(cursor) !== ',') break;
    expect(cursor, ',');
    const item = readLaterText(cursor, load);
    take(cursor, SPACE);
    if (item !== undefined && (isAtEnd(cursor) || current(cursor) === ',')) {
      rest.push(item);
      continue;
    }
    if (isAtEnd(cursor)) throw unexpected(cursor, '<second>', '<none>');
    // This is not a value but a key: it is read again after its comma. The AWS CLI skips one of two commas in a row.
    if (current(cursor) !== ',') cursor.at = comma;
    break;
  }
  return rest.length === 0 ? first : [first, ...rest];
}

/** Inside brackets and braces each value ends at its own comma. */
function readItem(cursor: Cursor, load: LoadFile): Shorthand {
  if (current(cursor) === '[') return readList(cursor, load);
  if (current(cursor) === '{') return readMap(cursor);
  return readText(cursor, load);
}

function readList(cursor: Cursor, load: LoadFile): Shorthand {
  const items: Shorthand[] = [];
  descend(cursor);
  expect(cursor, '[');
  while (current(cursor) !== ']') {
    items.push(readItem(cursor, load));
    take(cursor, SPACE);
    if (current(cursor) !== ']') expect(cursor, ',');
  }
  cursor.depth -= 1;
  cursor.at += 1;
  return items;
}

function readMap(cursor: Cursor): Shorthand {
  const pairs = new Map<string, Shorthand>();
  descend(cursor);
  expect(cursor, '{');
  while (current(cursor) !== '}') {
    const { key, load } = readKey(cursor);
    pairs.set(key, readItem(cursor, load));
    take(cursor, SPACE);
    if (current(cursor) !== '}') expect(cursor, ',');
  }
  cursor.depth -= 1;
  cursor.at += 1;
  return Object.fromEntries(pairs);
}

function descend(cursor: Cursor): void {
  cursor.depth += 1;
  if (cursor.depth > MAX_JSON_DEPTH) {
    throw new ShorthandError(`it is nested more than ${MAX_JSON_DEPTH} levels deep`);
  }
}

function readText(cursor: Cursor, load: LoadFile): string | Uint8Array {
  return load(readQuoted(cursor) ?? unescaped(take(cursor, wordPatterns().first) ?? ''));
}

function readLaterText(cursor: Cursor, load: LoadFile): string | Uint8Array | undefined {
  const quoted = readQuoted(cursor);
  if (quoted !== undefined) return load(quoted);
  const word = take(cursor, wordPatterns().later);
  return word === undefined ? undefined : load(unescaped(word));
}

function unescaped(word: string): string {
  return word.replaceAll('\\,', ',').trimEnd();
}

/**
 * A text in quotes: `\` keeps a quote of the same kind, or another `\`, from meaning anything. A last `\` in front of
 * the only closing quote is itself, so that "C:\dir\" can be written.
 */
function readQuoted(cursor: Cursor): string | undefined {
  const quote = current(cursor);
  if (quote !== '"' && quote !== "'") return undefined;
  const start = cursor.at + 1;
  let end = start;
  while (end < cursor.text.length && cursor.text[end] !== quote) {
    const isEscape = cursor.text[end] === '\\' && (cursor.text[end + 1] === quote || cursor.text[end + 1] === '\\');
    end += isEscape ? 2 : 1;
  }
  if (end >= cursor.text.length) end = cursor.text.lastIndexOf(quote);
  if (end < start) throw unexpected(cursor, quote === '"' ? '<double quoted>' : '<singled quoted>', '<none>');
  cursor.at = end + 1;
  const escapes = quote === '"' ? /\\(["\\])/g : /\\(['\\])/g;
  return cursor.text.slice(start, end).replace(escapes, '$1');
}

/** Steps over one character and the white space around it. */
function expect(cursor: Cursor, wanted: string): void {
  take(cursor, SPACE);
  if (current(cursor) !== wanted) throw unexpected(cursor, wanted, current(cursor) ?? 'EOF');
  cursor.at += 1;
  take(cursor, SPACE);
}

function take(cursor: Cursor, pattern: RegExp): string | undefined {
  pattern.lastIndex = cursor.at;
  const found = pattern.exec(cursor.text)?.[0];
  cursor.at += found?.length ?? 0;
  return found;
}

function current(cursor: Cursor): string | undefined {
  const point = cursor.text.codePointAt(cursor.at);
  return point === undefined ? undefined : String.fromCodePoint(point);
}

function isAtEnd(cursor: Cursor): boolean {
  return cursor.at >= cursor.text.length;
}

function unexpected(cursor: Cursor, wanted: string, received: string): ShorthandError {
  return new ShorthandError(
    `Expected: '${wanted}', received: '${received}' for input:\n${pointAt(cursor.text, cursor.at)}`,
  );
}

function duplicateKey(text: string, key: string, at: number): ShorthandError {
  return new ShorthandError(
    `Second instance of key "${key}" encountered for input:\n${pointAt(text, at)}\n` +
      'This is often because there is a preceding "," instead of a space.',
  );
}

/** The text with a caret under the place, also when it has several lines. */
function pointAt(text: string, at: number): string {
  const lineStart = text.lastIndexOf('\n', at - 1) + 1;
  const lineEnd = text.indexOf('\n', at);
  const [above, below] = lineEnd < 0 ? [text, ''] : [text.slice(0, lineEnd), text.slice(lineEnd)];
  return `${above}\n${' '.repeat(at - lineStart)}^${below}`;
}

/**
 * Words as shells read and write them: what is typed up to the cursor, and how a name goes on there without meaning
 * anything else. Bash Reference Manual, "Quoting" and "Programmable Completion".
 */

import { hasHidden } from '../output/spelled-out.ts';

/** The quote that is open at the cursor: `$'` begins the one of ANSI C. */
export type Quote = '' | "'" | '"' | "$'";

export interface TypedLine {
  /** Without their quotes; the last one is at the cursor and may be empty. */
  readonly words: readonly string[];
  readonly quote: Quote;
  /** What readline replaces, as it is typed, except an escape that is not finished. */
  readonly replaced: string;
  /** The number of characters of the last word, without its quotes, that come before what is replaced. */
  readonly kept: number;
}

// The quotes end at their like, or with the line. A backslash at the end of the line escapes nothing yet.
const TOKEN =
  /(?<blank>[ \t\n]+)|\\(?<escaped>[\s\S]?)|'(?<single>[^']*)(?<singleEnd>'?)|"(?<double>(?:\\[\s\S]|[^"\\])*)(?<doubleEnd>"|\\?)|\$'(?<ansi>(?:\\[\s\S]|[^'\\])*)(?<ansiEnd>'|\\?)|(?<plain>[\s\S])/g;

/** An escape of ANSI C that ends with the line before it is whole; its backslash is not itself escaped. */
const UNFINISHED = /(?<=(?:^|[^\\])(?:\\\\)*)\\(?:x[0-9a-fA-F]?|u[0-9a-fA-F]{0,3})$/;

/**
 * Reads a line up to the cursor, without expanding anything.
 * @param breaks the value of COMP_WORDBREAKS: readline replaces what follows the last of them that is not quoted, or the
 * quote that is open.
 */
export function readLine(line: string, breaks: string): TypedLine {
  const words: string[] = [];
  let word: string | undefined;
  let quote: Quote = '';
  let [start, kept, end] = [0, 0, line.length];
  for (const { 0: token, index, groups = {} } of line.matchAll(TOKEN)) {
    const { blank, escaped, single, double, ansi, plain } = groups;
    const before: string = word ?? '';
    const after = index + token.length;
    if (blank !== undefined) {
      if (word !== undefined) words.push(word);
      word = undefined;
      [start, kept] = [after, 0];
    } else if (escaped !== undefined) {
      word = before + escaped;
      if (escaped === '') end = index;
    } else if (plain !== undefined) {
      word = before + plain;
      if (breaks.includes(plain)) [start, kept] = [after, word.length];
    } else {
      const part = quoted({ single, double, ansi, closing: groups.singleEnd ?? groups.doubleEnd ?? groups.ansiEnd });
      word = before + part.value;
      if (!part.isOpen) continue;
      quote = part.quote;
      [start, kept] = [index + quote.length, before.length];
      end = after - part.unfinished;
    }
  }
  return { words: [...words, word ?? ''], quote, replaced: line.slice(start, end), kept };
}

interface QuotedPart {
  readonly quote: Quote;
  readonly value: string;
  readonly isOpen: boolean;
  /** The characters of an escape that the end of the line cuts off. */
  readonly unfinished: number;
}

/** One part in quotes; at most one of its contents is there. */
function quoted(part: Readonly<Record<'single' | 'double' | 'ansi' | 'closing', string | undefined>>): QuotedPart {
  const { single, double, ansi, closing = '' } = part;
  const isOpen = closing === '' || closing === '\\';
  if (single !== undefined) return { quote: "'", value: single, isOpen, unfinished: 0 };
  if (double !== undefined) {
    return {
      quote: '"',
      value: double.replace(/\\([$`"\\])|\\\n/g, '$1'),
      isOpen,
      unfinished: closing === '\\' ? 1 : 0,
    };
  }
  const text = ansi ?? '';
  const [rest = ''] = (isOpen && UNFINISHED.exec(text)) || [];
  const whole = text.slice(0, text.length - rest.length);
  return { quote: "$'", value: ansiValue(whole), isOpen, unfinished: rest.length + (closing === '\\' ? 1 : 0) };
}

const ansiLetters: Readonly<Record<string, string>> = {
  ...{ a: '\u0007', b: '\b', e: '\u001b', E: '\u001b', f: '\f', n: '\n', r: '\r', t: '\t', v: '\v' },
};

/** The text that bytes and letters escaped in `$'…'` stand for. */
function ansiValue(text: string): string {
  const bytes: Buffer[] = [];
  for (const [token, hex, octal, code] of text.matchAll(
    /\\x([0-9a-fA-F]{1,2})|\\([0-7]{1,3})|\\u([0-9a-fA-F]{1,4})|\\?[\s\S]/gu,
  )) {
    if (hex !== undefined) bytes.push(Buffer.of(Number.parseInt(hex, 16)));
    else if (octal !== undefined) bytes.push(Buffer.of(Number.parseInt(octal, 8)));
    else if (code !== undefined) bytes.push(Buffer.from(String.fromCharCode(Number.parseInt(code, 16))));
    else if (token.startsWith('\\')) bytes.push(Buffer.from(ansiLetters[token.slice(1)] ?? token.slice(1)));
    else bytes.push(Buffer.from(token));
  }
  return Buffer.concat(bytes).toString();
}

/** Text that goes on within a word of bash or zsh, after what is typed with this quote still open. */
export function shellText(text: string, quote: Quote = ''): string {
  return [...text].map((char) => shellChar(char, quote)).join('');
}

function shellChar(char: string, quote: Quote): string {
  if (hasHidden(char)) return inAnsi(char, quote);
  switch (quote) {
    case '':
      return /[\w@%+,./:=-]|[^\0-\x7f]/.test(char) ? char : `\\${char}`;
    case "'":
      return char === "'" ? "'\\''" : char;
    case '"':
      // A backslash before it would stay, and without one it recalls a line of the history.
      if (char === '!') return '"\\!"';
      return '$`"\\'.includes(char) ? `\\${char}` : char;
    case "$'":
      if (char === '!') return hexEscapes(char);
      return char === "'" || char === '\\' ? `\\${char}` : char;
  }
}

/** A character by its bytes, in quotes of its own: the one that is open ends before them and begins again. */
function inAnsi(char: string, quote: Quote): string {
  return quote === "$'" ? hexEscapes(char) : `${quote}$'${hexEscapes(char)}'${quote}`;
}

/** The bytes of a character, which mean the same in every locale. */
const hexEscapes = (char: string): string =>
  [...Buffer.from(char)].map((byte) => `\\x${byte.toString(16).padStart(2, '0')}`).join('');

/** A word that fish reads as this text. */
export function fishText(text: string): string {
  // Its \\X is a byte, where its \\x is a code point.
  return [...text]
    .map((char) => (hasHidden(char) ? hexEscapes(char).replaceAll('x', 'X') : shellChar(char, '')))
    .join('');
}

/**
 * Patterns of file names: Python Standard Library, fnmatch, which the AWS CLI uses. `*` and `?` match slashes too, `[…]`
 * matches one of a set of characters and ranges, `[!…]` one that is not in it.
 */

import { type CharSet, type Glob, type GlobPiece, globMatches, globOf } from '../../../policy/glob.ts';

/** Where names of files are the same in upper and lower case, and are written with either slash. */
const FOLDS_CASE = process.platform === 'win32';

/** Parses a pattern. A `[` that is not closed is literal. */
export function parseFilePattern(pattern: string, foldsCase = FOLDS_CASE): Glob {
  const text = normal(pattern, foldsCase);
  const pieces: GlobPiece[] = [];
  for (let at = 0; at < text.length; ) {
    const char = text.charAt(at);
    const end = char === '[' ? setEnd(text, at + 1) : -1;
    if (end >= 0) pieces.push({ oneOf: charSet(text.slice(at + 1, end)) });
    else pieces.push(char === '*' || char === '?' ? { wildcard: char } : { literal: char });
    at = end >= 0 ? end + 1 : at + 1;
  }
  return globOf(pieces);
}

/** Whether the path of a file or an object matches a pattern, in time that grows with pattern × path. */
export const fileMatches = (pattern: Glob, path: string, foldsCase = FOLDS_CASE): boolean =>
  globMatches(pattern, normal(path, foldsCase));

const normal = (path: string, foldsCase: boolean): string =>
  foldsCase ? path.toLowerCase().replaceAll('\\', '/') : path;

/** Where a set ends: at the first `]` that is not its first character; -1 if there is none. */
function setEnd(text: string, from: number): number {
  const first = text[from] === '!' ? from + 1 : from;
  return text.indexOf(']', text[first] === ']' ? first + 1 : first);
}

interface Range {
  readonly low: number;
  readonly high: number;
}

function charSet(content: string): CharSet {
  const isNegated = content.startsWith('!');
  const ranges = rangesOf([...content.slice(isNegated ? 1 : 0)].map((char) => char.codePointAt(0) ?? 0));
  return (code) => ranges.some(({ low, high }) => low <= code && code <= high) !== isNegated;
}

const HYPHEN = 0x2d;

/** A hyphen makes a range unless it is first or last; a range whose end comes before its start is empty. */
function rangesOf(codes: readonly number[]): Range[] {
  const ranges: Range[] = [];
  for (let at = 0; at < codes.length; ) {
    const [low = 0, middle, high] = codes.slice(at, at + 3);
    const isRange = middle === HYPHEN && high !== undefined;
    ranges.push({ low, high: isRange ? high : low });
    at += isRange ? 3 : 1;
  }
  return ranges;
}

/**
 * Strings with wildcards: `*` for any run of characters, `?` for exactly one, as in policies; and sets of which exactly
 * one character must be, which file names have.
 */

import { ANY, LITERAL, longPatternMatches, ONE } from './long-pattern.ts';

/** A string in which each position is a literal character or a wildcard. */
export type Glob =
  | { readonly kind: 'all' }
  | { readonly kind: 'literal'; readonly text: string }
  /** A literal followed by a `*`: by far the most common form. */
  | { readonly kind: 'prefix'; readonly text: string }
  | {
      readonly kind: 'pattern';
      readonly text: string;
      readonly wild: Uint8Array;
      /** By their position; undefined where there are none. */
      readonly sets: readonly CharSet[] | undefined;
    };

/** Whether a character, given by its code point, is in a set. */
export type CharSet = (codePoint: number) => boolean;

/** A part of a glob: literal characters, a wildcard, or a set. */
export type GlobPiece = { readonly literal: string } | { readonly wildcard: '*' | '?' } | { readonly oneOf: CharSet };

/** Parses a string in which every `*` and `?` is a wildcard. */
export function parseGlob(text: string): Glob {
  const star = text.includes('?') ? 0 : text.indexOf('*');
  if (star < 0) return { kind: 'literal', text };
  // Where a `?` is, or a `*` that is not the last character, it takes a look at the pieces.
  if (star === 0 || star < text.length - 1) return globOf(globPieces(text));
  return { kind: 'prefix', text: text.slice(0, star) };
}

/** The pieces of a string in which every `*` and `?` is a wildcard. */
export function globPieces(text: string): GlobPiece[] {
  const pieces: GlobPiece[] = [];
  for (const [part] of text.matchAll(/[*?]|[^*?]+/gs)) {
    pieces.push(part === '*' || part === '?' ? { wildcard: part } : { literal: part });
  }
  return pieces;
}

/** Joins pieces into a glob. */
export function globOf(pieces: readonly GlobPiece[]): Glob {
  return simpleGlob(pieces) ?? patternOf(pieces);
}

/** Literals with at most a `*` at their end, which need no look at each position; undefined for other pieces. */
function simpleGlob(pieces: readonly GlobPiece[]): Glob | undefined {
  let text = '';
  for (const [at, piece] of pieces.entries()) {
    if ('literal' in piece) text += piece.literal;
    else if ('oneOf' in piece || piece.wildcard === '?' || at < pieces.length - 1) return undefined;
    else return text === '' ? { kind: 'all' } : { kind: 'prefix', text };
  }
  return { kind: 'literal', text };
}

function patternOf(pieces: readonly GlobPiece[]): Glob {
  let text = '';
  const wild: number[] = [];
  const sets: CharSet[] = [];
  for (const piece of pieces) {
    if ('oneOf' in piece) {
      sets[text.length] = piece.oneOf;
      text += '?';
      wild.push(ONE);
    } else if ('wildcard' in piece) {
      text += piece.wildcard;
      wild.push(piece.wildcard === '*' ? ANY : ONE);
    } else {
      text += piece.literal;
      for (let at = 0; at < piece.literal.length; at += 1) wild.push(LITERAL);
    }
  }
  return { kind: 'pattern', text, wild: Uint8Array.from(wild), sets: sets.length > 0 ? sets : undefined };
}

/** Whether a string, from an index on, matches a glob. */
export function globMatches(glob: Glob, subject: string, from = 0): boolean {
  switch (glob.kind) {
    case 'all':
      return true;
    case 'literal':
      return subject.length - from === glob.text.length && subject.endsWith(glob.text);
    case 'prefix':
      return subject.startsWith(glob.text, from);
    case 'pattern':
      return patternMatches(glob.text, glob.wild, subject, from, glob.sets);
  }
}

/** How often, on average, a match may go back to a character before it takes many steps at once. */
const RETURNS = 8;

/** Resumes after the last `*` whenever the rest does not match. */
function patternMatches(
  text: string,
  wild: Uint8Array,
  subject: string,
  from: number,
  sets: readonly CharSet[] | undefined,
): boolean {
  let returns = RETURNS * (subject.length + wild.length);
  let at = from;
  let place = 0;
  let star = -1;
  let resume = from;
  while (at < subject.length) {
    const kind = wild[place];
    if (kind === ANY) {
      star = place;
      resume = at;
      place += 1;
    } else if (kind === ONE && (sets === undefined || isOneOf(sets[place], subject, at))) {
      at += widthAt(subject, at);
      place += 1;
    } else if (kind === LITERAL && text.charCodeAt(place) === subject.charCodeAt(at)) {
      at += 1;
      place += 1;
    } else if (star >= 0) {
      returns -= place - star;
      if (returns < 0 && sets === undefined) return longPatternMatches(text, wild, subject, from);
      resume += widthAt(subject, resume);
      at = resume;
      place = star + 1;
    } else return false;
  }
  while (wild[place] === ANY) place += 1;
  return place === wild.length;
}

/** A `?` has no set, and takes every character. */
const isOneOf = (set: CharSet | undefined, subject: string, at: number): boolean =>
  set === undefined || set(subject.codePointAt(at) ?? 0);

/** A character outside the basic plane takes two positions of a JavaScript string. */
function widthAt(subject: string, at: number): number {
  const code = subject.charCodeAt(at);
  return code >= 0xd800 && code <= 0xdbff && at + 1 < subject.length ? 2 : 1;
}

/**
 * Tables on a terminal that is too narrow for their columns. Words stay whole, since ARNs, ids and tokens are there to be
 * copied: one that is wider than the terminal runs out of the frame, where the terminal wraps it and copies it as one.
 */

import { displayWidth } from './display-width.ts';

/** A part of a table under a title of its own. */
export interface Section {
  readonly title: string;
  /** The number of bars at each side. */
  readonly depth: number;
  /** Absent, as an empty list, where each row begins with a name or is a plain list. */
  readonly headers: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

/**
 * The rows of a section one below the other, with a line for each value; a value that needs more begins on the next. A
 * line without a bar at its end leaves the frame.
 */
export function drawCards(section: Section, width: number, paint: (text: string) => string): string[] {
  const cards = cardsOf(section);
  const names = Math.max(0, ...cards.flat().map(([name]) => displayWidth(name)));
  const drawn = cards.map((card) => card.flatMap((entry) => drawEntry(entry, names, width - 2, paint)));
  return [ruleOf(width), ...drawn.flatMap((lines) => [...lines, ruleOf(width)])];
}

export const ruleOf = (width: number): string => `+${'-'.repeat(Math.max(0, width - 2))}+`;

type Entry = readonly [name: string, value: string];

function cardsOf({ headers, rows }: Section): (readonly Entry[])[] {
  if (headers.length > 0) return rows.map((row) => headers.map((header, i) => [header, row[i] ?? '']));
  // Names beside values, or a list of values, are one card.
  const isPlain = rows.every(({ length }) => length <= 2);
  const entries = rows.map((row): Entry[] =>
    isPlain ? [row.length === 2 ? [row[0] ?? '', row[1] ?? ''] : ['', row[0] ?? '']] : row.map((cell) => ['', cell]),
  );
  return isPlain ? [entries.flat()] : entries;
}

function drawEntry([name, value]: Entry, names: number, inner: number, paint: (text: string) => string): string[] {
  const beside = names === 0 ? inner - 3 : inner - names - 7;
  if (longestWord(value) <= beside) {
    const room = beside + 3;
    return linesOf(value, beside).map((line, i) =>
      names === 0
        ? `|${padded('', line, room, paint)}|`
        : `|${padded('', i === 0 ? name : '', names + 3, paint)}|${padded('', line, room, paint)}|`,
    );
  }
  const below = linesOf(value, inner - 5).map((line) =>
    displayWidth(line) > inner - 5 ? `|  ${paint(line)}` : `|${padded('  ', line, inner, paint)}|`,
  );
  return name === '' ? below : [`|${padded('', name, inner, paint)}|`, ...below];
}

/** A text behind two blanks and an indentation, as wide as this. */
const padded = (indent: string, text: string, width: number, paint: (text: string) => string): string =>
  `  ${indent}${paint(text)}${' '.repeat(Math.max(0, width - 2 - indent.length - displayWidth(text)))}`;

const linesOf = (value: string, room: number): string[] =>
  value.split('\n').flatMap((line) => foldedAtBlanks(line, room));

/** The columns of the widest word, between blanks and line breaks. */
export const longestWord = (text: string): number => Math.max(...text.split(/[ \n]/).map(displayWidth));

/** Breaks a line at blanks into pieces of so many columns; a wider word is a piece of its own. */
export function foldedAtBlanks(text: string, room: number): string[] {
  if (displayWidth(text) <= room) return [text];
  const pieces: string[] = [];
  let piece: string | undefined;
  let width = 0;
  for (const word of text.split(' ')) {
    const columns = displayWidth(word);
    if (piece !== undefined && width + 1 + columns > room) {
      pieces.push(piece.trimEnd());
      piece = undefined;
    }
    piece = piece === undefined ? word : `${piece} ${word}`;
    width = piece === word ? columns : width + 1 + columns;
  }
  return [...pieces, piece ?? ''];
}

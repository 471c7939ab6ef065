/**
 * Rows under headers for pages meant for people: without a frame, as wide as their content. On a terminal that is too
 * narrow, columns give way as the page says; if that is not enough, each row continues on lines of its own, so that
 * names, ids and ARNs stay whole.
 */

import type { Painter } from '../command.ts';
import { displayWidth } from '../output/display-width.ts';
import type { Shown } from '../output/painted.ts';
import { spelledOut } from '../output/spelled-out.ts';
import { wrapped } from '../output/wrap.ts';

/**
 * What happens to a column if the terminal is too narrow: it loses a part of its text, down to its least width; its text
 * is broken between words; or it is left out.
 */
export type GivesWay =
  | readonly [column: number, how: 'shortened' | 'wrapped', least: number]
  | readonly [column: number, how: 'dropped'];

/** The lines of a small table; without rows, a sentence that says so. Columns give way one after the other. */
export function columns(
  headers: readonly string[],
  rows: readonly (readonly string[])[],
  empty: string,
  painter: Painter,
  giveWay: readonly GivesWay[] = [],
): Shown[] {
  if (rows.length === 0) return empty === '' ? [] : [painter.faint(empty)];
  const shown = rows.map((row) => row.map(spelledOut));
  const widths = headers.map((header, i) =>
    Math.max(...[header, ...shown.map((row) => row[i] ?? '')].map(displayWidth)),
  );
  const width = painter.isTerminal ? painter.width : Number.POSITIVE_INFINITY;
  const layout = layoutOf(widths, width, giveWay);
  const isShown = new Set(layout.flatMap((line) => line.map(({ column }) => column)));
  const missing = headers.filter((_, i) => !isShown.has(i) && shown.some((row) => row[i] !== ''));
  const note = `… and ${missing.join(', ')}: on a wider terminal, or with --output json`;
  return [
    ...draw(headers, layout).map(painter.strong),
    ...shown.flatMap((row) => draw(row, layout)),
    ...(missing.length === 0 ? [] : wrapped(note, width).map(painter.faint)),
  ];
}

/** The lines of one row without headers, whose cells are as wide as their text, and absent if they are empty. */
export function rowLines(cells: readonly string[], width: number, giveWay: readonly GivesWay[]): string[] {
  const shown = cells.map(spelledOut);
  const layout = layoutOf(shown.map(displayWidth), width, giveWay);
  return draw(
    shown,
    layout.map((line) => line.filter(({ column }) => shown[column] !== '')),
  );
}

const GAP = 2;

/** Of the lines of a row after its first. */
const INDENT = 2;

interface Placed {
  readonly column: number;
  readonly width: number;
  readonly isWrapped: boolean;
}

/** The columns on each line of a row: on one line, if enough of them give way, and else on several. */
function layoutOf(widths: readonly number[], width: number, giveWay: readonly GivesWay[]): Placed[][] {
  for (let ways = 0; ways <= giveWay.length; ways++) {
    const giving = giveWay.slice(0, ways);
    const dropped = new Set(giving.flatMap(([column, how]) => (how === 'dropped' ? [column] : [])));
    const line = placed(
      [...widths.keys()].filter((column) => !dropped.has(column)),
      widths,
      width,
      giving,
    );
    if (sumOf(line) <= width) return [line];
  }
  return linesOf(widths, width, giveWay).map((line, i) =>
    placed(line, widths, i === 0 ? width : width - INDENT, giveWay),
  );
}

/** These columns at their widths, of which some give way until all fit on a line, or cannot any more. */
function placed(
  line: readonly number[],
  widths: readonly number[],
  width: number,
  giveWay: readonly GivesWay[],
): Placed[] {
  const result = new Map(line.map((column) => [column, { column, width: widths[column] ?? 0, isWrapped: false }]));
  for (const [column, how, least = 0] of giveWay) {
    const cell = result.get(column);
    if (!cell || how === 'dropped') continue;
    const taken = Math.min(sumOf([...result.values()]) - width, cell.width - least);
    if (taken > 0) result.set(column, { column, width: cell.width - taken, isWrapped: how === 'wrapped' });
  }
  return [...result.values()];
}

/** As many columns a line as fit at their least widths. */
function linesOf(widths: readonly number[], width: number, giveWay: readonly GivesWay[]): number[][] {
  const lines: number[][] = [];
  let room = 0;
  for (const [column, whole] of widths.entries()) {
    const least = Math.min(whole, ...giveWay.flatMap(([given, , min]) => (given === column && min ? [min] : [])));
    const last = lines.at(-1);
    if (last && least + GAP <= room) {
      last.push(column);
      room -= least + GAP;
    } else {
      room = width - least - (last ? INDENT : 0);
      lines.push([column]);
    }
  }
  return lines;
}

const sumOf = (line: readonly Placed[]): number => line.reduce((sum, { width }) => sum + width + GAP, -GAP);

/** The lines of a row; one of them that would be blank is left out. */
function draw(cells: readonly string[], layout: readonly (readonly Placed[])[]): string[] {
  return layout.flatMap((line, i) => {
    const texts = line.map(({ column, width, isWrapped }) => {
      const text = cells[column] ?? '';
      return isWrapped ? wrapped(text, width) : [fitted(text, width)];
    });
    const height = Math.max(0, ...texts.map(({ length }) => length));
    const drawn = Array.from({ length: height }, (_, k) =>
      line.map(({ width }, at) => padded(texts[at]?.[k] ?? '', width)).join(' '.repeat(GAP)),
    );
    const lines = drawn.map((each) => `${' '.repeat(i === 0 ? 0 : INDENT)}${each}`.trimEnd());
    return i === 0 ? lines : lines.filter((each) => each !== '');
  });
}

const padded = (text: string, width: number): string => text + ' '.repeat(Math.max(0, width - displayWidth(text)));

/**
 * Shortens what is too long: ARNs and ids keep their end, where they differ, a name with an id at its end some of both,
 * anything else its beginning.
 */
function fitted(text: string, width: number): string {
  if (displayWidth(text) <= width) return text;
  const letters = [...text];
  const isId = /^arn:|^[0-9a-f-]{36}$|^[0-9a-f]{64}$/.test(text);
  const end = !isId && width > 2 * ID_END && /-[0-9a-f-]{36}$/.test(text) ? letters.splice(-ID_END).join('') : '';
  while (letters.length > 0 && displayWidth(letters.join('')) > width - 1 - end.length) {
    if (isId) letters.shift();
    else letters.pop();
  }
  return isId ? `…${letters.join('')}` : `${letters.join('')}…${end}`;
}

/** How much of the id at the end of a name is kept. */
const ID_END = 6;

/** Rows under headers for pages meant for people: without a frame, as wide as their content. */

import type { Painter } from '../command.ts';
import { displayWidth } from '../output/display-width.ts';
import type { Shown } from '../output/painted.ts';
import { spelledOut } from '../output/spelled-out.ts';

/** A column that shrinks if the terminal is too narrow, and its least width. */
export type GivesWay = readonly [column: number, least: number];

/** The lines of a small table; without rows, a sentence that says so. Columns shrink one after the other. */
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
  shrink(widths, painter.isTerminal ? painter.width : Number.POSITIVE_INFINITY, giveWay);
  const line = (cells: readonly string[]) =>
    cells
      .map((text, i) => fitted(text, widths[i] ?? 0))
      .join(' '.repeat(GAP))
      .trimEnd();
  return [painter.strong(line(headers)), ...shown.map(line)];
}

const GAP = 2;

/** Shrinks these columns, in order, until the table fits. */
export function shrink(widths: number[], width: number, giveWay: readonly GivesWay[]): void {
  let excess = widths.reduce((sum, each) => sum + each + GAP, -GAP) - width;
  for (const [column, least] of giveWay) {
    const taken = Math.min(excess, (widths[column] ?? 0) - least);
    if (taken <= 0) continue;
    widths[column] = (widths[column] ?? 0) - taken;
    excess -= taken;
  }
}

/** Shortens what is too long, and is spelled out: ARNs and ids keep their end, where they differ, anything else its beginning. */
export function fitted(text: string, width: number): string {
  const shown = displayWidth(text) > width ? shortened(text, width) : text;
  return shown + ' '.repeat(Math.max(0, width - displayWidth(shown)));
}

function shortened(text: string, width: number): string {
  const letters = [...text];
  const isId = /^arn:|^[0-9a-f-]{36}$|^[0-9a-f]{64}$/.test(text);
  while (letters.length > 0 && displayWidth(letters.join('')) > width - 1) {
    if (isId) letters.shift();
    else letters.pop();
  }
  return isId ? `…${letters.join('')}` : `${letters.join('')}…`;
}

/** Rows under headers for pages meant for people: without a frame, as wide as their content. */

import type { Painter } from '../command.ts';
import { displayWidth } from '../output/display-width.ts';

/** A column that shrinks if the terminal is too narrow, and its least width. */
export type GivesWay = readonly [column: number, least: number];

/** The text of a small table; without rows, a sentence that says so. Columns shrink one after the other. */
export function columns(
  headers: readonly string[],
  rows: readonly (readonly string[])[],
  empty: string,
  painter: Painter,
  giveWay: readonly GivesWay[] = [],
): string {
  if (rows.length === 0) return `${painter.faint(empty)}\n`;
  const widths = headers.map((header, i) =>
    Math.max(...[header, ...rows.map((row) => row[i] ?? '')].map(displayWidth)),
  );
  shrink(widths, painter.width, giveWay);
  const line = (cells: readonly string[]) =>
    cells
      .map((text, i) => fitted(text, widths[i] ?? 0))
      .join(' '.repeat(GAP))
      .trimEnd();
  return `${[painter.strong(line(headers)), ...rows.map(line)].join('\n')}\n`;
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

/** Shortens what is too long: ARNs and ids keep their end, where they differ, anything else its beginning. */
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

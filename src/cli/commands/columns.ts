/** Rows under headers for pages that are made for reading: no frame, as wide as what is in them. */

import type { Painter } from '../command.ts';
import { displayWidth } from '../output/display-width.ts';

/** The text of a small table; with no rows the sentence that says so. `flexible` is the column that gives way. */
export function columns(
  headers: readonly string[],
  rows: readonly (readonly string[])[],
  empty: string,
  painter: Painter,
  flexible?: number,
): string {
  if (rows.length === 0) return `${painter.faint(empty)}\n`;
  const widths = headers.map((header, i) =>
    Math.max(...[header, ...rows.map((row) => row[i] ?? '')].map(displayWidth)),
  );
  const excess = widths.reduce((sum, width) => sum + width + GAP, -GAP) - painter.width;
  if (flexible !== undefined && excess > 0) {
    widths[flexible] = Math.max(MIN_WIDTH, (widths[flexible] ?? 0) - excess);
  }
  const line = (cells: readonly string[]) =>
    cells
      .map((text, i) => fitted(text, widths[i] ?? 0))
      .join(' '.repeat(GAP))
      .trimEnd();
  return `${[painter.strong(line(headers)), ...rows.map(line)].join('\n')}\n`;
}

const GAP = 2;
const MIN_WIDTH = 12;

/** What is too long shows its end, where ARNs and ids differ. */
function fitted(text: string, width: number): string {
  const shown = displayWidth(text) > width ? `…${text.slice(text.length - width + 1)}` : text;
  return shown + ' '.repeat(Math.max(0, width - displayWidth(shown)));
}

/** Rows under headers for pages that are made for reading: no frame, as wide as what is in them. */

import type { Painter } from '../command.ts';
import { displayWidth } from '../output/display-width.ts';

/** The text of a small table; with no rows the sentence that says so. */
export function columns(
  headers: readonly string[],
  rows: readonly (readonly string[])[],
  empty: string,
  painter: Painter,
): string {
  if (rows.length === 0) return `${painter.faint(empty)}\n`;
  const widths = headers.map((header, i) =>
    Math.max(...[header, ...rows.map((row) => row[i] ?? '')].map(displayWidth)),
  );
  const line = (cells: readonly string[]) =>
    cells
      .map((text, i) => text + ' '.repeat((widths[i] ?? 0) - displayWidth(text)))
      .join('  ')
      .trimEnd();
  return `${[painter.strong(line(headers)), ...rows.map(line)].join('\n')}\n`;
}

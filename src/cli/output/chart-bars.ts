/** Bar charts for terminals: a bar for each row, whole or put together from parts. */

import type { Pen } from './chart.ts';
import { quantity } from './chart-axis.ts';
import { displayWidth } from './display-width.ts';
import { type Painted, painted, type Shown } from './painted.ts';
import { spelledOut } from './spelled-out.ts';

export interface Bar {
  readonly label: string;
  /** None of them is below 0. */
  readonly parts: readonly number[];
  /** What stands behind the bar; the sum of its parts if absent. */
  readonly text?: string | undefined;
}

export interface BarChart {
  readonly bars: readonly Bar[];
  /** The names of the parts, for the legend; with a single one there is none. */
  readonly parts: readonly string[];
  /** As CloudWatch names it: `Count`, `Milliseconds`, `Bytes`; other text stands behind each value. */
  readonly unit: string;
  /** Columns of all of it. */
  readonly width: number;
}

/** The columns that a bar has at least, however long the texts beside it are. */
const LEAST_BAR = 8;

/** The lines of a bar chart: labels take half of it at most, and the longest bar what is left. */
export function barChart({ bars, parts, unit, width }: BarChart, pen: Pen): Shown[] {
  const rows = bars.map((bar) => ({ ...bar, sum: bar.parts.reduce((sum, part) => sum + part, 0) }));
  const texts = rows.map(({ text, sum }) => text ?? quantity(sum, unit, pen.isUtf8));
  const textColumns = Math.max(0, ...texts.map(displayWidth));
  const room = Math.max(LEAST_BAR, Math.floor((width - textColumns) / 2));
  const labels = rows.map(({ label }) => fitted(spelledOut(label), room, pen));
  const labelColumns = Math.max(0, ...labels.map(displayWidth));
  const longest = Math.max(LEAST_BAR, width - textColumns - labelColumns - GAPS);
  const most = Math.max(0, ...rows.map(({ sum }) => sum));
  const scale = most > 0 ? longest / most : 0;
  const lines = rows.map((row, i) => {
    const label = `${labels[i] ?? ''}${' '.repeat(labelColumns - displayWidth(labels[i] ?? ''))}`;
    const bar = parts.length > 1 ? stack(row.parts, scale, pen) : pen.hue(whole(row.sum * scale, pen), 0);
    return painted`${label} ${pen.faint(pen.isUtf8 ? '│' : '|')}${bar} ${texts[i] ?? ''}`;
  });
  return [...lines, ...(parts.length > 1 ? [legend(parts, labelColumns + 2, pen)] : [])];
}

/** Between label, axis, bar and text. */
const GAPS = 3;

const EIGHTHS = ['', '▏', '▎', '▍', '▌', '▋', '▊', '▉'];

/** A bar to an eighth of a column; what is not nothing is visible. */
function whole(columns: number, { isUtf8 }: Pen): string {
  if (!isUtf8) return '#'.repeat(columns > 0 ? Math.max(1, Math.round(columns)) : 0);
  const eighths = columns > 0 ? Math.max(1, Math.round(columns * 8)) : 0;
  return `${'█'.repeat(Math.floor(eighths / 8))}${EIGHTHS[eighths % 8] ?? ''}`;
}

const fillsOf = ({ isUtf8 }: Pen): readonly string[] =>
  isUtf8 ? ['█', '▒', '░', '▓', '▄', '▀'] : ['#', '=', '.', '%', '+', '~'];

/** Parts end where their sum ends, so that the bar is as long as all of them together. */
function stack(parts: readonly number[], scale: number, pen: Pen): Painted {
  const fills = fillsOf(pen);
  let sum = 0;
  let drawn = 0;
  let bar = painted``;
  for (const [i, part] of parts.entries()) {
    sum += part;
    const columns = Math.round(sum * scale) - drawn;
    drawn += columns;
    if (columns > 0) bar = painted`${bar}${pen.hue((fills[i % fills.length] ?? '#').repeat(columns), i)}`;
  }
  return bar;
}

function legend(parts: readonly string[], margin: number, pen: Pen): Painted {
  const fills = fillsOf(pen);
  return parts
    .map((name, i) => painted`${pen.hue(fills[i % fills.length] ?? '#', i)} ${name}`)
    .reduce((line, each, i) => painted`${line}${i === 0 ? '' : '  '}${each}`, painted`${' '.repeat(margin)}`);
}

/** The beginning of a label that is too long. */
function fitted(label: string, room: number, { isUtf8 }: Pen): string {
  if (displayWidth(label) <= room) return label;
  const letters = [...label];
  while (letters.length > 0 && displayWidth(letters.join('')) > room - 1) letters.pop();
  return `${letters.join('')}${isUtf8 ? '…' : '~'}`;
}

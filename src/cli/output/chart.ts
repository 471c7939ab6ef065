/** Line charts for terminals: values over time or over another quantity, in braille or in ASCII. */

import type { Painter } from '../command.ts';
import { type Axis, quantityAxis, type ScaleKind, timeAxis } from './chart-axis.ts';
import { brailleCanvas, type Canvas, type Cell, markCanvas, marksOf } from './chart-canvas.ts';
import { displayWidth } from './display-width.ts';
import { type Painted, painted, type Shown } from './painted.ts';
import { timeText } from './time.ts';

/** What a chart needs to know of where it is shown. */
export type Pen = Pick<Painter, 'isUtf8' | 'hasColor' | 'hue' | 'faint'>;

export interface ChartSeries {
  readonly name: string;
  /** In the order of `x`. An absent value breaks the line. */
  readonly points: readonly ChartPoint[];
}

export interface ChartPoint {
  readonly x: number;
  readonly y: number | undefined;
}

export type AcrossAxis =
  /** Times in milliseconds since 1970. */
  | { readonly kind: 'time'; readonly from: number; readonly to: number }
  | { readonly kind: 'quantity'; readonly unit: string; readonly scale: ScaleKind };

export interface LineChart {
  readonly series: readonly ChartSeries[];
  readonly across: AcrossAxis;
  /** Of the values, as CloudWatch names it: `Count`, `Milliseconds`, `Bytes`; other text stands behind each value. */
  readonly unit: string;
  /** On a logarithmic scale, a value that is not above 0 is drawn at the bottom. */
  readonly scale: ScaleKind;
  /** Columns of all of it. */
  readonly width: number;
  /** Lines of the values, without what is below them; 12 if absent. */
  readonly height?: number | undefined;
}

/** The least width in which a chart can be read. */
export const LEAST_CHART_WIDTH = 30;

const HEIGHT = 12;

/**
 * The lines of a chart: the values with their axes, the stretch of time, and a legend if there are several series.
 * Series are told apart by colour, or by marks where there is none.
 */
export function lineChart({ series, across, unit, scale, ...size }: LineChart, pen: Pen): Shown[] {
  const height = size.height ?? HEIGHT;
  const points = series.flatMap((each) => each.points);
  const up = quantityAxis(
    points.flatMap(({ y }) => y ?? []),
    { kind: scale, unit, isUtf8: pen.isUtf8, most: Math.max(2, Math.floor(height / 3)) },
  );
  const margin = Math.max(...up.ticks.map(({ text }) => displayWidth(text))) + 2;
  const width = Math.max(LEAST_CHART_WIDTH, size.width) - margin;
  const along = acrossAxis(across, points, width, pen);
  const isFine = pen.isUtf8 && (series.length === 1 || pen.hasColor);
  const drawn = isFine ? brailleCanvas(width, height) : markCanvas(width, height, pen.isUtf8);
  for (const [i, { points: own }] of series.entries()) drawLine(own, i, { up, along }, drawn);
  return [
    ...drawn.rows().map((row, i) => painted`${leftOf(i, height, up, margin, pen)}${paintedRow(row, pen)}`),
    ...belowOf(along, width, margin, pen),
    ...(across.kind === 'time' ? [pen.faint(`${' '.repeat(margin)}${stretchText(across.from, across.to)}`)] : []),
    ...(series.length > 1 ? legend(series, isFine, margin, pen) : []),
  ];
}

/** Columns that the text of a tick takes, with some room. */
const TICK_COLUMNS = 12;

function acrossAxis(across: AcrossAxis, points: readonly ChartPoint[], width: number, { isUtf8 }: Pen): Axis {
  const most = Math.max(2, Math.floor(width / TICK_COLUMNS));
  if (across.kind === 'time') return timeAxis(across.from, across.to, most);
  return quantityAxis(
    points.map(({ x }) => x),
    { kind: across.scale, unit: across.unit, isUtf8, most },
  );
}

function drawLine(
  points: readonly ChartPoint[],
  series: number,
  { up, along }: { readonly up: Axis; readonly along: Axis },
  canvas: Canvas,
): void {
  for (const [i, { x, y }] of points.entries()) {
    if (y === undefined) continue;
    const at = { x: along.placeOf(x), y: up.placeOf(y) };
    const before = points[i - 1];
    if (before?.y !== undefined) canvas.line({ x: along.placeOf(before.x), y: up.placeOf(before.y) }, at, series);
    else if (points[i + 1]?.y === undefined) canvas.mark(at, series);
  }
}

/** The axis at the left of a line, with the tick that belongs there. */
function leftOf(
  row: number,
  height: number,
  { ticks, placeOf }: Axis,
  margin: number,
  { isUtf8, faint }: Pen,
): Painted {
  const tick = ticks.find(({ value }) => Math.round((1 - placeOf(value)) * (height - 1)) === row);
  const bar = isUtf8 ? (tick ? '┤' : '│') : tick ? '+' : '|';
  return faint(`${blanks(margin - 2 - displayWidth(tick?.text ?? ''))}${tick?.text ?? ''} ${bar}`);
}

/** Cells that were drawn for the same series are painted at once. */
function paintedRow(row: readonly Cell[], { hue }: Pen): Painted {
  const runs: { text: string; series: number | undefined }[] = [];
  for (const { char, series } of row) {
    const last = runs.at(-1);
    if (last && last.series === series) last.text += char;
    else runs.push({ text: char, series });
  }
  return runs
    .map(({ text, series }, i) => (series === undefined ? (i === runs.length - 1 ? '' : text) : hue(text, series)))
    .reduce<Painted>((line, run) => painted`${line}${run}`, painted``);
}

/** The lower axis and what its ticks say. A text for which there is no room is left out. */
function belowOf({ ticks, placeOf }: Axis, width: number, margin: number, { isUtf8, faint }: Pen): Painted[] {
  const axis = Array.from<string>({ length: width }).fill(isUtf8 ? '─' : '-');
  let texts = '';
  for (const { value, text } of ticks) {
    const column = Math.round(placeOf(value) * (width - 1));
    axis[column] = isUtf8 ? '┬' : '+';
    const start = Math.min(column + margin - Math.floor(displayWidth(text) / 2), margin + width - displayWidth(text));
    if (start >= (texts === '' ? 0 : texts.length + 1)) texts = `${texts.padEnd(start)}${text}`;
  }
  return [faint(`${blanks(margin - 1)}${isUtf8 ? '└' : '+'}${axis.join('')}`), faint(texts)];
}

function stretchText(fromMs: number, toMs: number): string {
  const [from, to] = [fromMs, toMs].map((ms) => timeText(new Date(ms)).slice(0, 16));
  return `${from} to ${to?.slice(0, 10) === from?.slice(0, 10) ? to?.slice(11) : to} UTC`;
}

function legend(series: readonly ChartSeries[], isFine: boolean, margin: number, { isUtf8, hue }: Pen): Painted[] {
  const marks = marksOf(isUtf8);
  return series.map(({ name }, i) => {
    const mark = isFine ? '•' : (marks[i % marks.length] ?? '*');
    return painted`${blanks(margin)}${hue(mark, i)} ${name}`;
  });
}

const blanks = (count: number): string => ' '.repeat(Math.max(0, count));

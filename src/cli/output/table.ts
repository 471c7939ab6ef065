/**
 * `--output table`: the AWS CLI's tables. Every structure and list is a section with its name above it; a nested one is
 * a section of its own, one bar further in. AWS CLI User Guide, "Table output format".
 */

import { Chalk } from 'chalk';
import { pythonText } from '../aws-input/python-text.ts';
import type { Screen } from '../io.ts';
import { displayWidth } from './display-width.ts';
import { drawCards, foldedAtBlanks, longestWord, ruleOf, type Section } from './narrow-table.ts';
import { isList, isMap, isScalar, type Plain, type PlainMap, scalarText } from './plain.ts';
import { spelledLines, spelledOut } from './spelled-out.ts';

/** A table under a title, which is the operation's name for a 1:1 command. */
export function renderTable(value: Plain, title: string, screen: Screen): string {
  let sections = sectionsOf(title, value, 0).map(spelled);
  if (sections.length === 0) return '';
  if (outerWidth(sections) > screen.width) sections = sections.map(turned);
  const wanted = outerWidth(sections);
  // In a pipe the table is the AWS CLI's; a terminal would break lines that are too long anywhere, and the frame with it.
  const width = screen.isTerminal ? Math.min(wanted, screen.width) : wanted;
  const lines = sections.flatMap((section) => drawSection(section, width, screen));
  return `${['-'.repeat(width), ...lines].join('\n')}\n`;
}

function sectionsOf(title: string, value: Plain, depth: number): Section[] {
  if (isList(value)) return isMap(value[0]) ? recordSections(title, value, depth) : listSections(title, value, depth);
  if (isMap(value)) return mapSections(title, value, depth);
  return [{ title, depth, headers: [], rows: [[scalarText(value)]] }];
}

/** A title and a header are one line each; a value may be a document of several. */
function spelled({ title, depth, headers, rows }: Section): Section {
  return {
    title: spelledOut(title),
    depth,
    headers: headers.map(spelledOut),
    rows: rows.map((row) => row.map(spelledLines)),
  };
}

function listSections(title: string, list: readonly Plain[], depth: number): Section[] {
  if (list.length === 0) return [];
  const isRow = (item: Plain) => isScalar(item) || (isList(item) && item.every(isScalar));
  const rows = list.filter(isRow).map((item) => (isList(item) ? item.map(scalarText) : [scalarText(item)]));
  const nested = list.filter((item) => !isRow(item)).flatMap((item) => sectionsOf(title, item, depth));
  return rows.length > 0 ? [{ title, depth, headers: [], rows: levelled(rows) }, ...nested] : nested;
}

/** A list of records is one section with a row for each; if records contain lists, each is a section. */
function recordSections(title: string, list: readonly Plain[], depth: number): Section[] {
  const records = list.filter(isMap);
  const names = [...new Set(records.flatMap((record) => Object.keys(record)))].sort();
  const headers = names.filter((name) =>
    records.some((record) => Object.hasOwn(record, name) && isScalar(record[name])),
  );
  const nested = names.filter((name) =>
    records.some((record) => Object.hasOwn(record, name) && !isScalar(record[name])),
  );
  const row = (record: PlainMap) => headers.map((name) => (Object.hasOwn(record, name) ? cellText(record[name]) : ''));
  if (nested.length === 0) return [{ title, depth, headers, rows: records.map(row) }];
  return records.flatMap((record) => [
    { title, depth, headers, rows: [row(record)] },
    ...nestedSections(record, nested, depth),
  ]);
}

function mapSections(title: string, map: PlainMap, depth: number): Section[] {
  const names = Object.keys(map).sort();
  if (names.length === 0) return [];
  const headers = names.filter((name) => isScalar(map[name]));
  const values = headers.map((name) => cellText(map[name]));
  const [first, ...others] = headers;
  const section: Section =
    first !== undefined && others.length === 0
      ? { title, depth, headers: [], rows: [[first, ...values]] }
      : { title, depth, headers, rows: first === undefined ? [] : [values] };
  return [
    section,
    ...nestedSections(
      map,
      names.filter((name) => !isScalar(map[name])),
      depth,
    ),
  ];
}

function nestedSections(map: PlainMap, names: readonly string[], depth: number): Section[] {
  return names.flatMap((name) => {
    const value = map[name];
    return value === undefined || isScalar(value) ? [] : sectionsOf(name, value, depth + 1);
  });
}

const cellText = (value: Plain | undefined): string => (isScalar(value) ? scalarText(value) : pythonText(value));

function levelled(rows: readonly (readonly string[])[]): string[][] {
  const columns = Math.max(...rows.map((row) => row.length));
  return rows.map((row) => [...row, ...Array<string>(columns - row.length).fill('')]);
}

/** A single row under headers, as a column of headers beside a column of values: for tables wider than the screen. */
function turned(section: Section): Section {
  const [row, ...others] = section.rows;
  if (section.headers.length === 0 || row === undefined || others.length > 0) return section;
  return { ...section, headers: [], rows: section.headers.map((header, i) => [header, row[i] ?? '']) };
}

// Each cell has two blanks before it and at least one after, beside its bar.
const PADDING = 4;

function contentWidths({ headers, rows }: Section): number[] {
  const all = headers.length > 0 ? [headers, ...rows] : rows;
  return (all[0] ?? []).map((_, i) => Math.max(...all.map((row) => displayWidth(row[i] ?? ''))) + PADDING);
}

/** The least widths of columns whose values are folded between words. */
function leastWidths({ headers, rows }: Section): number[] {
  const all = headers.length > 0 ? [headers, ...rows] : rows;
  return (all[0] ?? []).map((_, i) => Math.max(...all.map((row) => longestWord(row[i] ?? ''))) + PADDING);
}

function outerWidth(sections: readonly Section[]): number {
  const widths = sections.map((section) => {
    const content = sumOf(contentWidths(section));
    return Math.max(content, displayWidth(section.title)) + 2 + 2 * section.depth;
  });
  return Math.max(...widths);
}

const sumOf = (widths: readonly number[]): number => widths.reduce((sum, width) => sum + width, 0);

function drawSection(section: Section, outer: number, screen: Screen): string[] {
  const paint = new Chalk({ level: screen.color ? 1 : 0 });
  const width = outer - 2 * section.depth;
  const bars = paint.dim.yellow('|').repeat(section.depth);
  const title = centered(section.title, width);
  const isBare = section.headers.length === 0 && section.rows.length === 0;
  const lines = [
    `|${title}${' '.repeat(Math.max(0, width - 2 - displayWidth(title)))}|`,
    ...(isBare ? [ruleOf(width)] : draw(section, width, (text) => paint.bold.blue(text))),
  ];
  return lines.map((line) => (/[|+]$/.test(line) ? `${bars}${line}${bars}` : `${bars}${line}`));
}

/** As columns, if no word is wider than there is room for. */
const draw = (section: Section, width: number, paint: (text: string) => string): string[] =>
  sumOf(leastWidths(section)) > width ? drawCards(section, width, paint) : drawGrid(section, width, paint);

function drawGrid(section: Section, width: number, paint: (text: string) => string): string[] {
  const content = contentWidths(section);
  const isTooWide = sumOf(content) > width;
  const widths = isTooWide ? shrunk(content, leastWidths(section), width) : scaled(content, width);
  const roomOf = (i: number): number => (isTooWide ? (widths[i] ?? 0) - PADDING : Number.POSITIVE_INFINITY);
  if (widths.length === 0) return [];
  // The first column's width counts the bars at both its sides, the others' the bar at their right.
  const inner = widths.map((each, i) => (i === 0 ? each - 2 : each - 1));
  const rule = `+${inner.map((each) => '-'.repeat(each)).join('+')}+`;
  const line = (cells: readonly string[]) => `|${cells.join('|')}|`;
  const heads = section.headers.map((header, i) => padded(centered(header, widths[i] ?? 0), inner[i] ?? 0));
  const rows = section.rows.flatMap((row) => linesOf(row.map((text, i) => cell(text, roomOf(i)))));
  return [
    rule,
    ...(heads.length > 0 ? [line(heads), rule] : []),
    ...rows.map((cells) => line(inner.map((each, i) => padded(`  ${cells[i] ?? ''}`, each, paint)))),
    rule,
  ];
}

/** Text in its colour, with its blanks before it and those that fill the cell behind it. */
function padded(text: string, width: number, paint = (plain: string) => plain): string {
  const blanks = ' '.repeat(Math.max(0, width - displayWidth(text)));
  return text.replace(/[^ ].*/, (shown) => paint(shown)) + blanks;
}

/** A row of cells of several lines as rows of one line each. */
function linesOf(cells: readonly (readonly string[])[]): string[][] {
  const height = Math.max(...cells.map(({ length }) => length));
  return Array.from({ length: height }, (_, line) => cells.map((lines) => lines[line] ?? ''));
}

const cell = (text: string, room: number): string[] =>
  text.split('\n').flatMap((line) => (room === Number.POSITIVE_INFINITY ? [line] : foldedAtBlanks(line, room)));

/** Pads the text on the left to centre it, rounding as the AWS CLI does. */
function centered(text: string, width: number): string {
  return ' '.repeat(Math.max(0, Math.floor(width / 2) - Math.floor(displayWidth(text) / 2) - 1)) + text;
}

/** Shrinks the widest column until all fit, none below its minimum. */
function shrunk(widths: readonly number[], least: readonly number[], width: number): number[] {
  const result = [...widths];
  for (let excess = sumOf(result) - width; excess > 0; excess--) {
    const spare = result.map((each, i) => (each > (least[i] ?? 0) ? each : 0));
    const widest = spare.indexOf(Math.max(...spare));
    if (spare[widest] === 0) break;
    result[widest] = (result[widest] ?? 0) - 1;
  }
  return result;
}

/** Stretches columns to a width in proportion; the rounding error is distributed column by column. */
function scaled(widths: readonly number[], width: number): number[] {
  const factor = width / sumOf(widths);
  const result = widths.map((each) => roundHalfToEven(factor * each));
  let excess = sumOf(result) - width;
  for (let i = 0; excess !== 0 && result.length > 0; i = (i + 1) % result.length) {
    const at = excess > 0 ? i : result.length - 1 - i;
    result[at] = (result[at] ?? 0) - Math.sign(excess);
    excess -= Math.sign(excess);
  }
  return result;
}

/** Python's rounding, from which the AWS CLI's widths result. */
function roundHalfToEven(value: number): number {
  const floor = Math.floor(value);
  if (value - floor !== 0.5) return Math.round(value);
  return floor % 2 === 0 ? floor : floor + 1;
}

/**
 * Text for people. What it is made of is spelled out as it is put in, so that no name can act on a terminal; colours and
 * line breaks are only those of the page itself.
 */

import { spelledJson, spelledOut } from './spelled-out.ts';

/** Text that is safe on a terminal. Only the functions of this file make it. */
export interface Painted {
  readonly painted: string;
}

/** What may be put into a text: strings are spelled out. */
export type Shown = string | number | Painted;

/** A template whose own text stays as it is written, with its values spelled out. */
export function painted(parts: TemplateStringsArray, ...values: readonly Shown[]): Painted {
  return { painted: parts.map((part, i) => part + (i < values.length ? plain(values[i] ?? '') : '')).join('') };
}

/** Lines below one another, each with its line break. */
export function paintedLines(lines: readonly Shown[]): Painted {
  return { painted: lines.map((line) => `${plain(line)}\n`).join('') };
}

/** JSON over several lines, its inner ones indented. */
export function paintedJson(value: unknown, indent: number | undefined, margin = ''): Painted {
  const json = spelledJson(JSON.stringify(value, undefined, indent) ?? 'null');
  return { painted: json.replaceAll(/^/gm, margin) };
}

/** The text in a colour or a weight. */
export function styled(text: Shown, style: (text: string) => string): Painted {
  return { painted: style(plain(text)) };
}

function plain(text: Shown): string {
  if (typeof text === 'string') return spelledOut(text);
  return typeof text === 'number' ? String(text) : text.painted;
}

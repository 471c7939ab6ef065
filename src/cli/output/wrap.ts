/** Text in lines that fit: broken between words only, so that what is copied from it, such as an ARN, is whole. */

import type { Screen } from '../io.ts';
import { displayWidth } from './display-width.ts';
import { spelledOut } from './spelled-out.ts';

/**
 * The lines of a text, spelled out. A word that is wider than a line has a line of its own, and goes beyond it.
 * @param width the columns of the first line, and of the others if these are not given
 */
export function wrapped(text: string, width: number, others = width): string[] {
  const lines: string[] = [];
  let line = '';
  let used = 0;
  for (const [piece] of spelledOut(text).matchAll(/ *[^ ]+| +$/g)) {
    const columns = displayWidth(piece);
    if (used > 0 && used + columns > (lines.length === 0 ? width : others)) {
      lines.push(line);
      line = piece.trimStart();
      used = displayWidth(line);
    } else {
      line += piece;
      used += columns;
    }
  }
  return [...lines, line];
}

/**
 * The lines of a text on a page: broken to fit a terminal, and whole in a pipe.
 * @param indent the columns that stand before each line
 */
export const onPage = (
  text: string,
  { isTerminal, width }: Pick<Screen, 'isTerminal' | 'width'>,
  indent = 0,
): string[] => (isTerminal ? wrapped(text, width - indent) : [text]);

/** Colours by role, for pages meant for people. */

import { Chalk } from 'chalk';
import type { Painter } from '../command.ts';
import type { Screen } from '../io.ts';
import { styled } from './painted.ts';

/** When colour is off, every role only spells the text out. */
export function painterOf({ color, width, isTerminal, isUtf8 = false }: Screen): Painter {
  const paint = new Chalk({ level: color ? 1 : 0 });
  const hues = [paint.cyan, paint.yellow, paint.magenta, paint.green, paint.blue, paint.red];
  return {
    good: (text) => styled(text, paint.green),
    bad: (text) => styled(text, paint.red),
    strong: (text) => styled(text, paint.bold),
    faint: (text) => styled(text, paint.dim),
    hue: (text, series) => styled(text, hues[series % hues.length] ?? paint.cyan),
    hasColor: color,
    isUtf8,
    width,
    isTerminal,
  };
}

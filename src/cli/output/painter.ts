/** Colours by role, for pages meant for people. */

import { Chalk } from 'chalk';
import type { Painter } from '../command.ts';
import type { Screen } from '../io.ts';

/** When colour is off, every role returns the text itself. */
export function painterOf({ color, width }: Screen): Painter {
  const paint = new Chalk({ level: color ? 1 : 0 });
  return {
    good: (text) => paint.green(text),
    bad: (text) => paint.red(text),
    strong: (text) => paint.bold(text),
    faint: (text) => paint.dim(text),
    width,
  };
}

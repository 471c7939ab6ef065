/** Commands in the program's own texts, with the name by which it was called. */

import type { Program } from './command.ts';

/** A text of help, or of a message, in which `ssebox COMMAND` begins as the user would type it. */
export function asCalled(text: string, program: Pick<Program, 'name' | 'tree'> | undefined): string {
  if (program === undefined || program.name === 'ssebox' || !text.includes('ssebox')) return text;
  const { name, tree } = program;
  const words = ['--', ...(tree.names ?? []).map((each) => `${each}\\b`)];
  return text.replaceAll(new RegExp(`(?<![\\w./-])ssebox(?=\\s+(?:${words.join('|')}))`, 'g'), name);
}

/** Who may change a store besides the user who runs the program, as far as its folder allows it. */

import { statSync } from 'node:fs';
import { shellWord } from '../api/shell-word.ts';

/** A line about each way in which others may change what is in a store's folder; none on systems without such modes. */
export function folderWarnings(folder: string): readonly string[] {
  const self = process.geteuid?.();
  const facts = statSync(folder, { throwIfNoEntry: false });
  if (self === undefined || !facts) return [];
  const warnings: string[] = [];
  if (facts.uid !== self) {
    warnings.push(
      `the folder "${folder}" belongs to another user (${facts.uid}), who can read and change everything in it`,
    );
  }
  // chmod(1): write access to a folder is what adding, replacing and removing files in it takes.
  const others = [...(facts.mode & 0o020 ? ['its group'] : []), ...(facts.mode & 0o002 ? ['everybody'] : [])];
  if (others.length > 0) {
    const mode = (facts.mode & 0o777).toString(8);
    warnings.push(
      `the folder "${folder}" has mode ${mode}, so ${others.join(' and ')} can replace files in it: chmod 700 ${shellWord(folder)}`,
    );
  }
  return warnings;
}

/** What the owner of a store should know about its folder: who else may change it, and what lies in it for too long. */

import { statSync } from 'node:fs';
import { shellWord } from '../api/shell-word.ts';
import { hasOtherRootKey } from '../store/root-key-file.ts';

/** A line about each fact that the owner of a store in a folder should change. */
export const folderWarnings = (folder: string): readonly string[] => [
  ...accessWarnings(folder),
  ...(hasOtherRootKey(folder) ? [OTHER_ROOT_KEY] : []),
];

const OTHER_ROOT_KEY =
  'what a change of the root key has left is still beside it, and is removed by the next command that can write to the folder';

/** A line about each way in which others may change what is in the folder; none on systems without such modes. */
function accessWarnings(folder: string): readonly string[] {
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

/** The licences of the packages whose code is in the bundle: most of them ask to come along with every copy. */

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * One text with the licence of each package that these files, named from the project's root, belong to.
 * @throws Error for a package without a licence.
 */
export function noticesOf(files) {
  const folders = new Set();
  for (const file of files) {
    const folder = /^.*\bnode_modules\/(?:@[^/]+\/)?[^/]+/.exec(file)?.[0];
    if (folder !== undefined) folders.add(folder);
  }
  return [...folders]
    .toSorted()
    .map(noticeOf)
    .join(`\n${'-'.repeat(80)}\n\n`);
}

function noticeOf(folder) {
  const { name, version, license } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  const file = readdirSync(folder).find((each) => /^licen[cs]e/i.test(each));
  if (file === undefined && license === undefined) throw new Error(`${name} has no licence`);
  const text = file === undefined ? '' : `\n${readFileSync(join(folder, file), 'utf8').trim()}\n`;
  return `${name} ${version}, ${license}\n${text}`;
}

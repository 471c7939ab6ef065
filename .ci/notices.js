/** The licences of the packages whose code is in the bundle: most of them ask to come along with every copy. */

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * One text with the licence of each package that these files, named from the project's root, belong to.
 * @throws Error for a package that names neither its licence nor its author.
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
  const { name, version, license, author } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  const own = readdirSync(folder).find((each) => /^licen[cs]e/i.test(each));
  // What a package has in its repository and leaves out of what is installed.
  const kept = join(import.meta.dirname, 'licenses', `${name.replace('/', '-')}.txt`);
  const file = own === undefined ? existsSync(kept) && kept : join(folder, own);
  if (!file && (license === undefined || author === undefined)) throw new Error(`${name} has no licence`);
  const text = file ? readFileSync(file, 'utf8').trim() : `Copyright ${author.name ?? author}`;
  return `${name} ${version}, ${license}\n\n${text}\n`;
}

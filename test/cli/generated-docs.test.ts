import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { completionScript, shells } from '../../src/cli/docs/completion-scripts.ts';
import { manualPages } from '../../src/cli/docs/manual.ts';
import { commandTree } from '../../src/cli/tree.ts';

// `npm run generate` rewrites whatever differs.
const { version } = JSON.parse(readFileSync('package.json', 'utf8'));
const pages = await manualPages(commandTree, version);

test.for([...pages])('man/%s matches the command tree', async ([name, text]) => {
  await expect(text).toMatchFileSnapshot(`../../man/${name}`);
});

/** The names under which each shell looks for a program's completions. */
const files = { bash: 'ssebox.bash', zsh: '_ssebox', fish: 'ssebox.fish' };

test.for(shells)('completions/ has the script for %s', async (shell) => {
  await expect(completionScript(shell, 'ssebox')).toMatchFileSnapshot(`../../completions/${files[shell]}`);
});

test.for([
  ['man', [...pages.keys()]],
  ['completions', Object.values(files)],
] as const)('%s/ has nothing else', ([folder, names]) => {
  const others = readdirSync(folder).filter((file) => !names.includes(file));
  expect(others).toEqual([]);
});

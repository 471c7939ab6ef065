import { expect, test } from 'vitest';
import type { GroupSpec } from '../../src/cli/command.ts';
import { commandTree } from '../../src/cli/tree.ts';
import { newCommandLine } from '../support/command-line.ts';

/** Every group of commands below one, with the words that lead to it. */
async function groupsBelow(group: GroupSpec, words: readonly string[] = []): Promise<[string[], GroupSpec][]> {
  const found: [string[], GroupSpec][] = [];
  for (const node of await group.load({ prose: true })) {
    if (node.kind !== 'group') continue;
    const path = [...words, node.name];
    found.push([path, node], ...(await groupsBelow(node, path)));
  }
  return found;
}

const groups = await groupsBelow(commandTree);

/** A text without its line breaks and columns. */
const inOneLine = (text: string): string => text.replace(/\s+/g, ' ').trim();

test.for(groups)(
  'the help of %s says what it is about, with each of its commands and no other',
  async ([words, group]) => {
    const nodes = await group.load({ prose: true });
    const commands = nodes.flatMap((node) => {
      if (node.kind === 'group') return [`${node.name} ${node.summary}`];
      const end = node.unavailable ? ' (not part of ssebox)' : '';
      return node.hidden ? [] : [`${node.name} ${node.summary}${end}`];
    });
    const { out, err } = await newCommandLine().ok([...words, '--help']);
    expect(err).toBe('');
    // Where every command works and none is listed, the summary says how they are called.
    const missing = (await group.missing?.()) ?? [];
    const others = missing.length > 0 ? ` In AWS and not part of ssebox: ${missing.join(', ')}` : '';
    const [usage, list] = commands.length > 0 ? [' [command]', ` Commands: ${commands.join(' ')}`] : ['', ''];
    expect(inOneLine(out)).toBe(
      inOneLine(
        `Usage: ssebox ${words.join(' ')} [options]${usage} ${group.summary} Options: --help show this help${list}${others}`,
      ),
    );
  },
);

test('the help of the program has each of its groups', async () => {
  const { out } = await newCommandLine().ok(['--help']);
  for (const node of await commandTree.load({ prose: true })) {
    if (node.kind === 'group' || !node.hidden) expect(inOneLine(out)).toContain(` ${node.name} ${node.summary}`);
  }
  expect(inOneLine(out)).toContain(`Usage: ssebox [options] [command] ${commandTree.summary} Options: `);
});

/** `ssebox completion`: scripts for shells, and the question that they ask. */

import { existsSync } from 'node:fs';
import { type CommandNode, command } from '../command.ts';
import { complete, completionLines } from '../complete.ts';
import { completionScript, type Shell } from '../completion-scripts.ts';
import { storeFolder } from '../open-assembly.ts';
import { argumentList } from './given.ts';

const script = (shell: Shell, use: string, examples: readonly string[]) =>
  command({
    name: shell,
    summary: `Print the completion script for ${shell}`,
    description: `It completes commands, options and the names that are in the store. To use it: ${use}`,
    examples,
    run: async () => ({ kind: 'bytes', bytes: Buffer.from(completionScript(shell)) }),
  });

const query = command({
  name: 'query',
  summary: 'Print what could stand where the cursor is, for the scripts',
  args: { words: { about: 'the words up to the cursor, the last of which may be empty', many: true, optional: true } },
  examples: ['ssebox completion query -- kms des', "ssebox completion query -- bucket show ''"],
  async run(values, session) {
    const { commandTree } = await import('../tree.ts');
    const folder = storeFolder(session.globals, session.environment, session.settings);
    const open = async () => (existsSync(folder) ? session : undefined);
    const words = argumentList(values, 'words').filter((word, i) => word !== '--' || i > 0);
    return { kind: 'lines', lines: completionLines(await complete(words, commandTree, open)) };
  },
});

export const completionCommands: readonly CommandNode[] = [
  script('bash', 'source <(ssebox completion bash)', [
    'source <(ssebox completion bash)',
    'ssebox completion bash > ssebox.bash',
  ]),
  script('zsh', 'source <(ssebox completion zsh)', [
    'mkdir -p ~/.zfunc && ssebox completion zsh > ~/.zfunc/_ssebox',
    'ssebox completion zsh > _ssebox',
  ]),
  script('fish', 'ssebox completion fish | source', [
    'mkdir -p ~/.config/fish/completions && ssebox completion fish > ~/.config/fish/completions/ssebox.fish',
    'ssebox completion fish > ssebox.fish',
  ]),
  query,
];

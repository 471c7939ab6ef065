/** The examples that help and manual show: every command's, with what tells how to run them. */

import type { CommandNode, CommandSpec, GroupSpec } from '../../src/cli/command.ts';
import { commandTree } from '../../src/cli/tree.ts';

/** A command with the words that lead to it: `kms encrypt`. */
export interface Documented {
  readonly path: string;
  readonly spec: CommandSpec;
}

/** Every command that there is. */
export async function documentedCommands(): Promise<Documented[]> {
  return within(commandTree, []);
}

async function within(group: GroupSpec, path: readonly string[]): Promise<Documented[]> {
  const found: Documented[] = [];
  for (const node of await group.load({ prose: true })) found.push(...(await under(node, [...path, node.name])));
  return found;
}

const under = async (node: CommandNode, path: readonly string[]): Promise<Documented[]> =>
  node.kind === 'group' ? within(node, path) : [{ path: path.join(' '), spec: node }];

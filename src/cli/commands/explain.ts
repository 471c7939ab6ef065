/** `ssebox explain`: the whole decision about a call without making it: every gate, policy, statement, condition. */

import { type CommandNode, type GroupSpec, group } from '../command.ts';
import { missingCommand } from '../missing.ts';
import { type ServiceGroup, serviceGroups } from '../service-groups.ts';
import { anyCommand, explaining } from './explain/command.ts';
import { event, eventNamed } from './explain/event.ts';
import { last } from './explain/last.ts';
import { s3Explained } from './explain/s3.ts';

/**
 * Explains every operation of a service, and our own commands beside them; the operations of KMS also take the key as a
 * plain argument.
 */
function operations(name: string, { service, title, own }: ServiceGroup): GroupSpec {
  return group({
    name,
    summary:
      service === 'kms'
        ? 'Explain these and all other KMS operations: explain kms OPERATION [KEY] [flags]'
        : `Explain any ${title} operation: explain ${name} OPERATION [flags]`,
    load: async ({ word }) => {
      const [{ explainedOperations }, commands = []] = await Promise.all([import('./explain/operations.ts'), own?.()]);
      const explained = commands.flatMap((node) =>
        node.kind === 'command' && !node.makesNoCalls ? [explaining(node, [name])] : [],
      );
      const missing = missingCommand(service, word).map((spec) => explaining(spec, [name]));
      return [...explainedOperations(service), ...explained, ...missing];
    },
  });
}

const commands: readonly CommandNode[] = [
  anyCommand,
  last,
  event,
  group({
    name: 's3',
    summary: 'Explain reading, writing, listing and deleting objects',
    load: async () => s3Explained,
  }),
  ...Object.entries(serviceGroups).map(([name, row]) => operations(name, row)),
];

/** The commands, and the one that the next word stands for if it is the id of an event. */
export function explainCommands(word: string | undefined): readonly CommandNode[] {
  const named = word === undefined ? undefined : eventNamed(word);
  return named ? [...commands, named] : commands;
}

/** `ssebox explain`: the whole decision about a call without making it: every gate, policy, statement, condition. */

import { type CommandNode, type GroupSpec, group } from '../command.ts';
import { type ServiceGroup, serviceGroups } from '../service-groups.ts';
import { anyCommand, explaining } from './explain/command.ts';
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
    load: async () => {
      const [{ explainedOperations }, commands = []] = await Promise.all([import('./explain/operations.ts'), own?.()]);
      const explained = commands.flatMap((node) => (node.kind === 'command' ? [explaining(node, [name])] : []));
      return [...explainedOperations(service), ...explained];
    },
  });
}

export const explainCommands: readonly CommandNode[] = [
  anyCommand,
  last,
  group({
    name: 's3',
    summary: 'Explain reading, writing, listing and deleting objects',
    load: async () => s3Explained,
  }),
  ...Object.entries(serviceGroups).map(([name, row]) => operations(name, row)),
];

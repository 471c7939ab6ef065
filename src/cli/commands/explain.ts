/** `ssebox explain`: the whole decision about a call without making it: every gate, policy, statement, condition. */

import { type CommandNode, type GroupSpec, group } from '../command.ts';
import { type ServiceGroup, serviceGroups } from '../service-groups.ts';
import { last } from './explain/last.ts';
import { s3Explained } from './explain/s3.ts';

/** Explains every operation of a service; those of KMS also take the key as a plain argument. */
function operations(name: string, { service, title }: ServiceGroup): GroupSpec {
  return group({
    name,
    summary:
      service === 'kms'
        ? 'Explain these and all other KMS operations: explain kms OPERATION [KEY] [flags]'
        : `Explain any ${title} operation: explain ${name} OPERATION [flags]`,
    load: async () => (await import('./explain/operations.ts')).explainedOperations(service),
  });
}

export const explainCommands: readonly CommandNode[] = [
  last,
  group({
    name: 's3',
    summary: 'Explain reading, writing, listing and deleting objects',
    load: async () => s3Explained,
  }),
  ...Object.entries(serviceGroups).map(([name, row]) => operations(name, row)),
];

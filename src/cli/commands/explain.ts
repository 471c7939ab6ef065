/** `ssebox explain`: the whole decision about a call without making it: every gate, policy, statement, condition. */

import { type CommandNode, type GroupSpec, group } from '../command.ts';
import { type ServiceGroup, serviceGroups } from '../service-groups.ts';
import { last } from './explain/last.ts';
import { s3Explained } from './explain/s3.ts';

/** Every operation of a service, explained; of KMS also with the key as a plain word. */
function operations(name: string, { service, title }: ServiceGroup): GroupSpec {
  const every = `every operation of ${title}: explain ${name} OPERATION`;
  return group({
    name,
    summary:
      service === 'kms' ? `these and ${every.replace(/^every/, 'every other')} [KEY] [flags]` : `${every} [flags]`,
    load: async () => (await import('./explain/operations.ts')).explainedOperations(service),
  });
}

export const explainCommands: readonly CommandNode[] = [
  last,
  group({ name: 's3', summary: 'reading and writing objects', load: async () => s3Explained }),
  ...Object.entries(serviceGroups).map(([name, row]) => operations(name, row)),
];

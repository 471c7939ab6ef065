/** The command tree: every group on one page, each loaded when the command line names it. */

import type { ServiceName } from '../api/model/operations.ts';
import { type CommandNode, type GroupSpec, group } from './command.ts';

/** A group of an AWS service: its operations as the AWS CLI has them, and ours beside them. */
const service = (
  name: string,
  of: ServiceName,
  summary: string,
  own: () => Promise<readonly CommandNode[]> = async () => [],
): GroupSpec =>
  group({
    name,
    summary,
    load: async ({ prose }) => {
      const [{ serviceCommands }, ours] = await Promise.all([import('./aws-input/service-commands.ts'), own()]);
      return [...ours, ...(await serviceCommands(of, prose))];
    },
  });

/** A group of our own, in a file of its name. */
const own = (name: string, summary: string, load: () => Promise<readonly CommandNode[]>): GroupSpec =>
  group({ name, summary, load });

export const commandTree: GroupSpec = group({
  name: 'ssebox',
  summary: 'Amazon S3 server-side encryption and AWS KMS on one machine',
  load: async () => [
    service(
      'kms',
      'kms',
      'AWS KMS: keys, aliases, policies, encryption',
      async () => (await import('./commands/kms.ts')).kmsCommands,
    ),
    own('s3', 'objects: put, get, list, inspect', async () => (await import('./commands/s3.ts')).s3Commands),
    service('s3api', 's3', 'Amazon S3, operation by operation'),
    own('bucket', 'buckets and their encryption', async () => (await import('./commands/bucket.ts')).bucketCommands),
    service('iam', 'iam', 'users, groups, roles and their policies'),
    service('sts', 'sts', 'who am I, and assuming roles'),
    own(
      'explain',
      'why a call is allowed or denied',
      async () => (await import('./commands/explain.ts')).explainCommands,
    ),
    own('trail', 'the audit log', async () => (await import('./commands/trail.ts')).trailCommands),
    service('cloudtrail', 'cloudtrail', 'the audit log, operation by operation'),
    own('clock', "the store's clock", async () => (await import('./commands/clock.ts')).clockCommands),
    own('store', 'the store itself', async () => (await import('./commands/store.ts')).storeCommands),
    own('config', 'settings and profiles', async () => (await import('./commands/config.ts')).configCommands),
    own(
      'completion',
      'completion for shells',
      async () => (await import('./commands/completion.ts')).completionCommands,
    ),
    (await import('./commands/demo.ts')).demo,
    (await import('./commands/compare.ts')).compare,
  ],
});

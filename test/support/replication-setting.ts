/** Two versioned buckets in two regions with a replication rule between them, and the queue worked off. */

import type { ReplicationRule } from '../../src/api/model/s3.types.ts';
import { assemble } from '../../src/assemble.ts';
import { resolveCaller } from '../../src/iam/principal.ts';
import { queueExistingObjects } from '../../src/s3/replication/queue-existing.ts';
import type { ReplicationOutcome } from '../../src/s3/replication/replicate-object.ts';
import { replicateQueue } from '../../src/s3/replication/replicate-queue.ts';
import { ACCOUNT, type World } from './harness.ts';
import { looseEnds } from './loose-ends.ts';
import { ROLE, roleActions, trust } from './replication-role.ts';

export const SOURCE = 'source';
export const COPY = 'copy';
const EU = { region: 'eu-west-1' } as const;

interface Setting {
  readonly keyArn: string;
}

/**
 * Two versioned buckets in two regions, a key in the destination's, the role and one rule that takes everything.
 * @param without actions that the role is not granted.
 */
export async function newSetting(
  world: World,
  rule: Partial<ReplicationRule> = {},
  without: string[] = [],
): Promise<Setting> {
  await world.call('s3', 'CreateBucket', { Bucket: SOURCE });
  await world.call(
    's3',
    'CreateBucket',
    { Bucket: COPY, CreateBucketConfiguration: { LocationConstraint: 'eu-west-1' } },
    EU,
  );
  for (const Bucket of [SOURCE, COPY]) {
    await world.call('s3', 'PutBucketVersioning', { Bucket, VersioningConfiguration: { Status: 'Enabled' } });
    await unblock(world, Bucket);
  }
  const { KeyMetadata } = await world.call('kms', 'CreateKey', {}, EU);
  const keyArn = KeyMetadata?.Arn ?? '';
  await world.call('iam', 'CreateRole', { RoleName: 'replicator', AssumeRolePolicyDocument: trust });
  const Action = roleActions.filter((action) => !without.includes(action));
  await world.call('iam', 'PutRolePolicy', {
    RoleName: 'replicator',
    PolicyName: 'replicate',
    PolicyDocument: JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action, Resource: '*' }] }),
  });
  await configure(world, keyArn, rule);
  return { keyArn };
}

const unblock = (world: World, Bucket: string) =>
  world.call('s3', 'PutBucketEncryption', {
    Bucket,
    ServerSideEncryptionConfiguration: { Rules: [{ BlockedEncryptionTypes: { EncryptionType: ['NONE'] } }] },
  });

export const configure = (world: World, keyArn: string, rule: Partial<ReplicationRule>) =>
  world.call('s3', 'PutBucketReplication', {
    Bucket: SOURCE,
    ReplicationConfiguration: {
      Role: ROLE,
      Rules: [
        {
          ID: 'all',
          Priority: 1,
          Status: 'Enabled',
          Filter: {},
          DeleteMarkerReplication: { Status: 'Enabled' },
          SourceSelectionCriteria: { SseKmsEncryptedObjects: { Status: 'Enabled' } },
          Destination: { Bucket: `arn:aws:s3:::${COPY}`, EncryptionConfiguration: { ReplicaKmsKeyID: keyArn } },
          ...rule,
        },
      ],
    },
  });

/** One more versioned bucket, and in the place of the rules that there were one to `COPY` and one to it, by these names. */
export async function addThird(world: World, names: readonly [copy: string, third: string]): Promise<void> {
  await world.call('s3', 'CreateBucket', { Bucket: 'third' });
  await world.call('s3', 'PutBucketVersioning', { Bucket: 'third', VersioningConfiguration: { Status: 'Enabled' } });
  const Rules = [COPY, 'third'].map(
    (bucket, i): ReplicationRule => ({
      ID: names[i],
      Priority: i + 1,
      Status: 'Enabled',
      Filter: {},
      DeleteMarkerReplication: { Status: 'Disabled' },
      Destination: { Bucket: `arn:aws:s3:::${bucket}` },
    }),
  );
  await world.call('s3', 'PutBucketReplication', {
    Bucket: SOURCE,
    ReplicationConfiguration: { Role: ROLE, Rules },
  });
}

/** Works off the queue, as another process would; several at once take turns at every step that waits. */
export async function replicate(world: World, workers = 1): Promise<ReplicationOutcome[]> {
  await world.reopen();
  const assembly = assemble({ folder: world.folder, environment: world.environment });
  await assembly.load('s3');
  const outcomes: ReplicationOutcome[] = [];
  const work = async () => {
    for await (const outcome of replicateQueue(assembly, { region: 'us-east-1' })) outcomes.push(outcome);
  };
  await Promise.all(Array.from({ length: workers }, work));
  await assembly.close();
  return outcomes;
}

/** Puts into the queue what was there before its rule, or failed. */
export async function queueExisting(world: World): Promise<unknown> {
  await world.reopen();
  const assembly = assemble({ folder: world.folder, environment: world.environment });
  await assembly.load('s3');
  const { random } = world.environment;
  const { output } = await assembly.pipeline.perform(
    queueExistingObjects,
    { Bucket: SOURCE },
    { caller: (tx, now) => resolveCaller('user/admin', ACCOUNT, { tx, now, random }), region: 'us-east-1' },
  );
  await assembly.close();
  return output;
}

/** What the store has that no row names, or names that it does not have. */
export async function looseEndsOf(world: World): Promise<string[]> {
  const assembly = assemble({ folder: world.folder, environment: world.environment });
  const found = looseEnds(assembly);
  await assembly.close();
  return found;
}

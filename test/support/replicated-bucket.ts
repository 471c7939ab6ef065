/** A bucket whose objects are under a KMS key and are to be replicated to other regions, under keys of there. */

import type { BucketLocationConstraint, ReplicationRule } from '../../src/api/model/s3.types.ts';
import type { Region } from '../../src/api/regions.ts';
import { roleActions, trust } from './replication-role.ts';
import type { StoreSession } from './store-session.ts';

/** A bucket for replicas, and its region. */
export interface Destination {
  readonly Bucket: string;
  readonly region: Region & BucketLocationConstraint;
}

export const destinationsOf = (Bucket: string): readonly [Destination, Destination] => [
  { Bucket: `${Bucket}-copy`, region: 'eu-west-1' },
  { Bucket: `${Bucket}-copy-2`, region: 'us-west-2' },
];

/**
 * Makes the bucket and those for the replicas, with a rule to each, which takes delete markers too. A rule of lower
 * priority to the same bucket would give replicas another storage class.
 */
export async function newReplication(
  { call }: StoreSession,
  Bucket: string,
  destinations: readonly Destination[],
): Promise<void> {
  const VersioningConfiguration = { Status: 'Enabled' } as const;
  await call('s3', 'CreateBucket', { Bucket });
  await call('s3', 'PutBucketVersioning', { Bucket, VersioningConfiguration });
  await call('s3', 'PutBucketEncryption', {
    Bucket,
    ServerSideEncryptionConfiguration: {
      Rules: [{ ApplyServerSideEncryptionByDefault: { SSEAlgorithm: 'aws:kms' } }],
    },
  });
  const Rules: ReplicationRule[] = [];
  for (const { Bucket, region } of destinations) {
    await call('s3', 'CreateBucket', { Bucket, CreateBucketConfiguration: { LocationConstraint: region } }, region);
    await call('s3', 'PutBucketVersioning', { Bucket, VersioningConfiguration }, region);
    const { KeyMetadata } = await call('kms', 'CreateKey', {}, region);
    const rule = (StorageClass: 'STANDARD' | 'STANDARD_IA'): ReplicationRule => ({
      Priority: Rules.length + 1,
      Status: 'Enabled',
      Filter: {},
      DeleteMarkerReplication: { Status: 'Enabled' },
      SourceSelectionCriteria: { SseKmsEncryptedObjects: { Status: 'Enabled' } },
      Destination: {
        Bucket: `arn:aws:s3:::${Bucket}`,
        StorageClass,
        EncryptionConfiguration: { ReplicaKmsKeyID: KeyMetadata?.Arn ?? '' },
      },
    });
    Rules.push(rule('STANDARD'));
    Rules.push(rule('STANDARD_IA'));
  }
  const { Role } = await call('iam', 'CreateRole', { RoleName: 'replicator', AssumeRolePolicyDocument: trust });
  const Statement = [{ Effect: 'Allow', Action: roleActions, Resource: '*' }];
  const PolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement });
  await call('iam', 'PutRolePolicy', { RoleName: 'replicator', PolicyName: 'replicate', PolicyDocument });
  await call('s3', 'PutBucketReplication', { Bucket, ReplicationConfiguration: { Role: Role?.Arn ?? '', Rules } });
}

/** A bucket whose objects are under a KMS key and are to be replicated to another region, under a key of there. */

import type { StoreSession } from './store-session.ts';

const EU = 'eu-west-1';

const statement = (action: string | readonly string[], more: object) =>
  JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: action, ...more }] });

/** Amazon S3 User Guide, "Setting up permissions for live replication". */
const roleActions = [
  's3:GetReplicationConfiguration',
  's3:ListBucket',
  's3:GetObjectVersionForReplication',
  's3:GetObjectVersionAcl',
  's3:GetObjectVersionTagging',
  's3:ReplicateObject',
  's3:ReplicateDelete',
  's3:ReplicateTags',
  'kms:Decrypt',
  'kms:Encrypt',
];

/** Makes the bucket, and `BUCKET-copy` for the replicas. */
export async function newReplication({ call }: StoreSession, Bucket: string): Promise<void> {
  const copy = `${Bucket}-copy`;
  await call('s3', 'CreateBucket', { Bucket });
  await call('s3', 'CreateBucket', { Bucket: copy, CreateBucketConfiguration: { LocationConstraint: EU } }, EU);
  const VersioningConfiguration = { Status: 'Enabled' } as const;
  await call('s3', 'PutBucketVersioning', { Bucket, VersioningConfiguration });
  await call('s3', 'PutBucketVersioning', { Bucket: copy, VersioningConfiguration }, EU);
  await call('s3', 'PutBucketEncryption', {
    Bucket,
    ServerSideEncryptionConfiguration: {
      Rules: [{ ApplyServerSideEncryptionByDefault: { SSEAlgorithm: 'aws:kms' } }],
    },
  });
  const { KeyMetadata } = await call('kms', 'CreateKey', {}, EU);
  const Principal = { Service: 's3.amazonaws.com' };
  const AssumeRolePolicyDocument = statement('sts:AssumeRole', { Principal });
  const { Role } = await call('iam', 'CreateRole', { RoleName: 'replicator', AssumeRolePolicyDocument });
  const PolicyDocument = statement(roleActions, { Resource: '*' });
  await call('iam', 'PutRolePolicy', { RoleName: 'replicator', PolicyName: 'replicate', PolicyDocument });
  const ReplicaKmsKeyID = KeyMetadata?.Arn ?? '';
  await call('s3', 'PutBucketReplication', {
    Bucket,
    ReplicationConfiguration: {
      Role: Role?.Arn ?? '',
      Rules: [
        {
          Priority: 1,
          Status: 'Enabled',
          Filter: {},
          DeleteMarkerReplication: { Status: 'Disabled' },
          SourceSelectionCriteria: { SseKmsEncryptedObjects: { Status: 'Enabled' } },
          Destination: { Bucket: `arn:aws:s3:::${copy}`, EncryptionConfiguration: { ReplicaKmsKeyID } },
        },
      ],
    },
  });
}

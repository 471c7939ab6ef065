/** The role that replicates, in tests: Amazon S3 User Guide, "Setting up permissions for live replication". */

export const ROLE = 'arn:aws:iam::111122223333:role/replicator';

/** Who may take the role on. */
export const trust = JSON.stringify({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Principal: { Service: 's3.amazonaws.com' }, Action: 'sts:AssumeRole' }],
});

/** What the role may do. */
export const roleActions: readonly string[] = [
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

/** Replication configurations: Amazon S3 User Guide, "Replicating objects within and across Regions". */

import { parseArn } from '../../api/arn.ts';
import { AwsError } from '../../api/errors.ts';
import type { ReplicationRule } from '../../api/model/s3.types.ts';
import type { Call } from '../../call/operation.ts';
import { operation } from '../../call/operation.ts';
import type { BucketRecord } from '../../store/records/s3.ts';
import { findBucket } from '../request/bucket.ts';
import { requestParameters } from '../request/event-fields.ts';
import { invalidArgument } from '../request/invalid-argument.ts';
import { invalidRequest } from '../request/invalid-request.ts';
import { malformedXml, notCounted, notInList } from '../request/malformed-xml.ts';
import { isStorageClass, storageClasses } from '../request/object-headers.ts';
import { bucketAccess } from '../request/permissions.ts';
import { requestDocument } from '../request/request-document.ts';
import { replaceMetrics } from './replication-metrics.ts';

/**
 * Replaces the configuration. The caller needs `iam:PassRole` on the role; the keys and the role's permissions are not
 * checked, and a mistake in them shows as a failed replication. S3 API Reference, PutBucketReplication.
 */
export const PutBucketReplication = operation('s3', 'PutBucketReplication', {
  resolve: (input, call) => findBucket(input, call),
  authorizesBody: true,
  authorize(bucket, { ReplicationConfiguration: { Role } }, call) {
    const role = parseArn(Role);
    return [
      bucketAccess('s3:PutReplicationConfiguration', bucket, call),
      ...(role?.service === 'iam'
        ? [
            {
              action: 'iam:PassRole',
              resource: Role,
              owner: role.account,
              context: { 'iam:PassedToService': 's3.amazonaws.com' },
            },
          ]
        : []),
    ];
  },
  run(bucket, { ReplicationConfiguration: { Role, Rules } }, call) {
    if (bucket.versioning !== 'Enabled') {
      throw invalidRequest("Versioning must be 'Enabled' on the bucket to apply a replication configuration");
    }
    if (!/^arn:aws:iam::\d{12}:role\/.+$/.test(Role)) {
      throw invalidArgument('Invalid Role specified in replication configuration', 'Role', Role);
    }
    if (Rules.length === 0 || Rules.length > 1000) throw notCounted('Rules', 1, 1000, Rules.length);
    for (const rule of Rules) requireKnownValues(rule);
    for (const rule of Rules) requireRule(rule, bucket, call);
    requireDistinct(Rules);
    const named = Rules.map((rule) => ({ ...rule, ID: rule.ID ?? newRuleId(call) }));
    const { replicationConfigurations } = call.tx;
    const before = replicationConfigurations.get([bucket.name])?.configuration;
    const configuration = { Role, Rules: named };
    replicationConfigurations.put([bucket.name], { v: 1, configuration });
    replaceMetrics(before, configuration, bucket, call);
  },
  parameters: (input) =>
    requestParameters(input, { replication: '', ...requestDocument('PutBucketReplication', input) }),
});

const newRuleId = ({ random }: Call): string => Buffer.from(random(18)).toString('base64url');

const schemaText = (text: string) =>
  `${text} for this version of Cross Region Replication configuration schema. Please refer to S3 Developer Guide for more information.`;

/** Every value is in the schema: a rule with an invalid status would have no effect. */
function requireKnownValues({
  Status,
  DeleteMarkerReplication,
  SourceSelectionCriteria: criteria,
  Destination,
}: ReplicationRule): void {
  const settings = [DeleteMarkerReplication, criteria?.SseKmsEncryptedObjects, criteria?.ReplicaModifications];
  const times = [Destination.ReplicationTime, Destination.Metrics];
  const statuses = [Status, ...[...settings, ...times].flatMap((setting) => setting?.Status ?? [])];
  const { StorageClass, AccessControlTranslation } = Destination;
  const wrong = statuses.find((status) => status !== 'Enabled' && status !== 'Disabled');
  if (wrong !== undefined) throw notInList('Status', wrong, ['Enabled', 'Disabled']);
  if (StorageClass !== undefined && !isStorageClass(StorageClass)) {
    throw notInList('StorageClass', StorageClass, storageClasses);
  }
  if (AccessControlTranslation !== undefined && AccessControlTranslation.Owner !== 'Destination') {
    throw notInList('AccessControlTranslation.Owner', AccessControlTranslation.Owner, ['Destination']);
  }
}

function requireRule(rule: ReplicationRule, bucket: BucketRecord, call: Call): void {
  requireDestination(rule, bucket, call);
  requireSchema(rule);
  requireKmsSettings(rule);
  requireTimeControl(rule);
}

function requireDestination({ Destination }: ReplicationRule, bucket: BucketRecord, { tx }: Call): void {
  const arn = parseArn(Destination.Bucket);
  if (arn?.service !== 's3' || arn.resource.includes('/')) {
    throw invalidArgument('Invalid bucket ARN', 'Bucket', Destination.Bucket);
  }
  if (arn.resource === bucket.name) {
    throw invalidRequest('Destination bucket cannot be the same as the source bucket.');
  }
  const destination = tx.buckets.get([arn.resource]);
  if (!destination) throw invalidRequest('Destination bucket must exist.');
  if (destination.versioning !== 'Enabled') throw invalidRequest('Destination bucket must have versioning enabled.');
  const { Account, AccessControlTranslation } = Destination;
  if (AccessControlTranslation && Account === undefined) {
    throw invalidRequest('Account must be specified if the Owner in AccessControlTranslation has a value');
  }
  if (Account !== undefined && Account !== destination.owner) {
    throw invalidArgument(`Account ${Account} is not the owner of the destination bucket`, 'Account', Account);
  }
}

/** A rule with a filter uses the second version of the schema, one with a prefix the first. */
function requireSchema({ ID, Filter, Priority, DeleteMarkerReplication }: ReplicationRule): void {
  if (ID !== undefined && ID.length > 255) throw invalidArgument('Rule Id cannot be greater than 255', 'ID', ID);
  if (Filter === undefined) {
    if (Priority !== undefined) throw invalidRequest(schemaText('Priority cannot be used'));
    if (DeleteMarkerReplication) throw invalidRequest(schemaText('DeleteMarkerReplication cannot be used'));
    return;
  }
  if ([Filter.Prefix, Filter.Tag, Filter.And].filter((part) => part !== undefined).length > 1) {
    throw malformedXml('a Filter has one of Prefix, Tag and And: put Prefix and Tags into And to use both');
  }
  if (Priority === undefined) throw invalidRequest(schemaText('Priority must be specified'));
  if (Priority < 0 || Priority > 2_147_483_647) throw invalidRequest('Priority must be between 0 and 2147483647.');
  if (!DeleteMarkerReplication) throw invalidRequest(schemaText('DeleteMarkerReplication must be specified'));
  const hasTags = Filter.Tag !== undefined || (Filter.And?.Tags?.length ?? 0) > 0;
  if (hasTags && DeleteMarkerReplication.Status === 'Enabled') {
    throw invalidRequest(
      'Delete marker replication is not supported if any Tag filter is specified. Please refer to S3 Developer Guide for more information.',
    );
  }
}

function requireKmsSettings({ SourceSelectionCriteria: criteria, Destination }: ReplicationRule): void {
  if (criteria && !criteria.SseKmsEncryptedObjects && !criteria.ReplicaModifications) {
    throw invalidRequest('SourceSelectionCriteria cannot be empty.');
  }
  const takesKms = criteria?.SseKmsEncryptedObjects?.Status === 'Enabled';
  const keyId = Destination.EncryptionConfiguration?.ReplicaKmsKeyID;
  if (Destination.EncryptionConfiguration && !criteria?.SseKmsEncryptedObjects) {
    throw invalidRequest('SseKmsEncryptedObjects must be specified if EncryptionConfiguration is present.');
  }
  if (takesKms && !keyId) {
    throw invalidRequest('ReplicaKmsKeyID must be specified if SseKmsEncryptedObjects tag is present.');
  }
  if (keyId !== undefined && !/^(arn:aws:kms:[a-z0-9-]+:\d{12}:(key|alias)\/.+|(mrk-)?[0-9a-f-]{32,36})$/.test(keyId)) {
    throw invalidArgument('Invalid ReplicaKmsKeyID ARN.', 'ReplicaKmsKeyID', keyId);
  }
}

function requireTimeControl({ Destination: { ReplicationTime: time, Metrics: metrics } }: ReplicationRule): void {
  if (time && time.Status !== metrics?.Status) {
    throw invalidRequest('Replication destination must contain both ReplicationTime and Metrics or neither.');
  }
  if (time?.Time.Minutes !== undefined && time.Time.Minutes !== 15) {
    throw invalidArgument('Invalid time minute value', 'Minutes', String(time.Time.Minutes));
  }
  const threshold = metrics?.EventThreshold;
  if (threshold?.Minutes !== undefined && threshold.Minutes !== 15) {
    throw invalidArgument('Invalid event threshold minute value', 'Minutes', String(threshold.Minutes));
  }
  const isTimed = time?.Status === 'Enabled';
  if (isTimed && !threshold) throw invalidRequest('ReplicationMetrics must contain an event threshold');
  if (!isTimed && threshold && metrics.Status === 'Enabled') {
    throw invalidRequest('Metrics cannot contain an event threshold when ReplicationTime is not specified or Disabled');
  }
}

function requireDistinct(rules: readonly ReplicationRule[]): void {
  const ids = rules.flatMap(({ ID }) => (ID === undefined ? [] : [ID]));
  const again = ids.find((id, i) => ids.indexOf(id) < i);
  if (again !== undefined) throw invalidArgument('Rule Id must be unique', 'ID', again);
  const seen = new Set<string>();
  for (const { Priority, Destination } of rules) {
    if (Priority === undefined) continue;
    const place = `${Priority} ${Destination.Bucket}`;
    if (seen.has(place)) throw invalidRequest(`Found duplicate priority ${Priority}.`);
    seen.add(place);
  }
}

/** S3 API Reference, GetBucketReplication. */
export const GetBucketReplication = operation('s3', 'GetBucketReplication', {
  resolve: (input, call) => findBucket(input, call),
  authorize: (bucket, _input, call) => [bucketAccess('s3:GetReplicationConfiguration', bucket, call)],
  run({ name }, _input, { tx }) {
    const stored = tx.replicationConfigurations.get([name]);
    if (stored) return { ReplicationConfiguration: stored.configuration };
    throw new AwsError('ReplicationConfigurationNotFoundError', 'The replication configuration was not found', {
      BucketName: name,
    });
  },
  parameters: (input) => requestParameters(input, { replication: '' }),
});

/** S3 API Reference, DeleteBucketReplication. */
export const DeleteBucketReplication = operation('s3', 'DeleteBucketReplication', {
  resolve: (input, call) => findBucket(input, call),
  authorize: (bucket, _input, call) => [bucketAccess('s3:PutReplicationConfiguration', bucket, call)],
  run(bucket, _input, call) {
    const { replicationConfigurations } = call.tx;
    replaceMetrics(replicationConfigurations.get([bucket.name])?.configuration, undefined, bucket, call);
    replicationConfigurations.remove([bucket.name]);
  },
  parameters: (input) => requestParameters(input, { replication: '' }),
});

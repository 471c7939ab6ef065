/** Versioning of buckets: Amazon S3 User Guide, "Retaining multiple versions of objects with S3 Versioning". */

import { AwsError } from '../../api/errors.ts';
import { operation } from '../../call/operation.ts';
import { findBucket, putBucket } from '../request/bucket.ts';
import { notImplementedHeader } from '../request/conditions.ts';
import { requestParameters } from '../request/event-fields.ts';
import { notInList } from '../request/malformed-xml.ts';
import { bucketAccess } from '../request/permissions.ts';
import { requestDocument } from '../request/request-document.ts';

/** Enables or suspends versioning; it cannot return to unversioned. S3 API Reference, PutBucketVersioning. */
export const PutBucketVersioning = operation('s3', 'PutBucketVersioning', {
  resolve: (input, call) => findBucket(input, call),
  authorize: (bucket, _input, call) => [bucketAccess('s3:PutBucketVersioning', bucket, call)],
  run(bucket, { VersioningConfiguration: { Status, MFADelete } }, { tx }) {
    if (MFADelete === 'Enabled') throw notImplementedHeader('x-amz-mfa');
    if (Status === undefined) {
      throw new AwsError('IllegalVersioningConfigurationException', 'The Versioning element must be specified');
    }
    if (Status !== 'Enabled' && Status !== 'Suspended') throw notInList('Status', Status, ['Enabled', 'Suspended']);
    if (Status === 'Suspended' && tx.replicationConfigurations.get([bucket.name])) {
      throw new AwsError(
        'InvalidBucketState',
        'A replication configuration is present on this bucket, so you cannot change the versioning state. To change the versioning state, first delete the replication configuration.',
      );
    }
    putBucket({ ...bucket, versioning: Status }, tx);
  },
  parameters: (input) => requestParameters(input, { versioning: '', ...requestDocument('PutBucketVersioning', input) }),
});

/** Returns nothing for a bucket that never had versioning. S3 API Reference, GetBucketVersioning. */
export const GetBucketVersioning = operation('s3', 'GetBucketVersioning', {
  resolve: (input, call) => findBucket(input, call),
  authorize: (bucket, _input, call) => [bucketAccess('s3:GetBucketVersioning', bucket, call)],
  run: ({ versioning }) => (versioning ? { Status: versioning } : {}),
  parameters: (input) => requestParameters(input, { versioning: '' }),
});

/** What S3 answers a request that is not one to any of its operations. */

import { AwsError } from '../../api/errors.ts';

/** What a path of S3 is about. */
export type Level = 'service' | 'bucket' | 'object';

/**
 * S3 has a name for what each of its sub-resources is, which its error and its access log show: Amazon S3 User Guide,
 * "Amazon S3 server access log format", operation. These are not their names in capitals.
 */
const resourceTypes: Readonly<Record<Level, Readonly<Record<string, string>>>> = {
  service: {},
  bucket: {
    abac: 'BUCKET_ABAC',
    delete: 'MULTI_OBJECT_DELETE',
    logging: 'LOGGING_STATUS',
    metadataConfiguration: 'BUCKET_METADATA_CONFIGURATION',
    metadataTable: 'BUCKET_METADATA_TABLE_CONFIGURATION',
    'object-lock': 'OBJECT_LOCK_CONFIGURATION',
    policy: 'BUCKETPOLICY',
    versions: 'BUCKETVERSIONS',
  },
  object: {
    annotation: 'OBJECT_ANNOTATIONS',
    attributes: 'OBJECT_ATTRIBUTES',
    'legal-hold': 'OBJECT_LOCK_LEGALHOLD',
    partNumber: 'PART',
    retention: 'OBJECT_LOCK_RETENTION',
    tagging: 'OBJECT_TAGGING',
    uploadId: 'UPLOAD',
  },
};

/** S3 API Reference, "Error responses", MethodNotAllowed; RFC 9110, section 15.5.6. */
export const methodNotAllowed = (
  method: string,
  level: Level,
  subresource: string | undefined,
  allowed: readonly string[],
): AwsError =>
  new AwsError(
    'MethodNotAllowed',
    'The specified method is not allowed against this resource.',
    { Method: method, ResourceType: resourceType(level, subresource) },
    undefined,
    allowed.length > 0 ? { allow: allowed.join(', ') } : {},
  );

function resourceType(level: Level, subresource: string | undefined): string {
  if (subresource === undefined) return level.toUpperCase();
  const known = resourceTypes[level];
  return Object.hasOwn(known, subresource)
    ? `${known[subresource]}`
    : subresource.replace(/[A-Z]/g, '_$&').replaceAll('-', '_').toUpperCase();
}

/** A bucket's sub-resource that is asked of a key, as S3 answers. */
export function notOfKey(method: string, subresource: string): AwsError {
  if (subresource === 'uploads' && method === 'GET') {
    return new AwsError('InvalidRequest', 'Key is not expected for the GET method ?uploads subresource');
  }
  const message = `There is no such thing as the ?${subresource} sub-resource for a key`;
  if (subresource === 'logging') return new AwsError('NoLoggingStatusForKey', message);
  return new AwsError('InvalidRequest', message);
}

/** A sub-resource of objects that is asked of a bucket, as S3 answers. */
export const keyNeeded = (): AwsError => new AwsError('InvalidRequest', 'A key must be specified');

/** Several sub-resources at once, as S3 answers. */
export const conflicting = (subresources: readonly string[]): AwsError => {
  const sorted = [...subresources].sort();
  return new AwsError('InvalidArgument', `Conflicting query string parameters: ${sorted.join(', ')}`, {
    ArgumentName: 'ResourceType',
    ArgumentValue: `${sorted[0]}`,
  });
};

/** A POST to a bucket that is not a browser's form, as S3 answers. */
export const notAForm = (): AwsError =>
  new AwsError('PreconditionFailed', 'At least one of the pre-conditions you specified did not hold', {
    Condition: 'Bucket POST must be of the enclosure-type multipart/form-data',
  });

/** A method that S3 does not know, as S3 answers. */
export const unknownMethod = (): AwsError =>
  new AwsError('BadRequest', 'An error occurred when parsing the HTTP request.');

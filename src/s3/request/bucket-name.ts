/** Names of buckets: Amazon S3 User Guide, "General purpose bucket naming rules". */

import { AwsError } from '../../api/errors.ts';

const forbiddenPrefixes = ['xn--', 'sthree-', 'amzn-s3-demo-'];
const forbiddenSuffixes = ['-s3alias', '--ol-s3', '.mrap', '--x-s3', '--table-s3'];

/** Whether a general purpose bucket may have this name. */
export function isBucketName(name: string): boolean {
  return (
    /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/.test(name) &&
    !name.includes('..') &&
    !/^\d+\.\d+\.\d+\.\d+$/.test(name) &&
    !forbiddenPrefixes.some((prefix) => name.startsWith(prefix)) &&
    !forbiddenSuffixes.some((suffix) => name.endsWith(suffix))
  );
}

/** @throws AwsError InvalidBucketName, at creation and at every use. */
export function requireBucketName(name: string): void {
  if (!isBucketName(name)) {
    throw new AwsError('InvalidBucketName', 'The specified bucket is not valid.', { BucketName: name });
  }
}

/**
 * A name ending in `-an` belongs permanently to one account and region, and is created only with the header for it:
 * Amazon S3 User Guide, "Namespaces for general purpose buckets".
 */
export function requireNamespace(name: string, namespace: string | undefined, account: string, region: string): void {
  if (namespace !== 'account-regional') {
    if (name.endsWith('-an')) requireBucketName('');
    return;
  }
  const suffix = `-${account}-${region}-an`;
  if (name.endsWith(suffix) && name.length > suffix.length) return;
  throw new AwsError(
    'InvalidNamespaceHeader',
    `The requested bucket name did not include the account-regional namespace suffix, but the provided x-amz-bucket-namespace header value is account-regional. Specify ${suffix} as the bucket name suffix to create a bucket in your account-regional namespace, or remove the header.`,
  );
}

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

/** Which of the naming rules a name breaks. */
function nameFault(name: string): string {
  const rule = 'a bucket name has 3 to 63 lowercase letters, digits, hyphens and dots';
  const prefix = forbiddenPrefixes.find((each) => name.startsWith(each));
  const suffix = [...forbiddenSuffixes, '-an'].find((each) => name.endsWith(each));
  const other = /[^a-z0-9.-]/.exec(name)?.[0];
  if (name.length < 3 || name.length > 63) {
    const length = name.length === 1 ? '1 character' : `${name.length} characters`;
    return `${rule}, and ${JSON.stringify(name)} has ${length}`;
  }
  if (other !== undefined) return `${rule}, and ${JSON.stringify(name)} has ${JSON.stringify(other)}`;
  if (!/^[a-z0-9].*[a-z0-9]$/.test(name)) return `a bucket name begins and ends with a letter or digit, not "${name}"`;
  if (name.includes('..')) return `a bucket name cannot have two dots in a row, as "${name}" does`;
  if (prefix !== undefined) return `AWS reserves bucket names that begin with ${prefix}`;
  if (suffix !== undefined) return `AWS reserves bucket names that end with ${suffix}`;
  return `a bucket name cannot look like an IP address, as "${name}" does`;
}

/** @throws AwsError InvalidBucketName, at creation and at every use. */
export function requireBucketName(name: string): void {
  if (!isBucketName(name)) throw invalidBucketName(name, name);
}

const invalidBucketName = (name: string, shown: string) =>
  new AwsError('InvalidBucketName', 'The specified bucket is not valid.', { BucketName: shown }, nameFault(name));

/**
 * A name ending in `-an` belongs permanently to one account and region, and is created only with the header for it:
 * Amazon S3 User Guide, "Namespaces for general purpose buckets".
 */
export function requireNamespace(name: string, namespace: string | undefined, account: string, region: string): void {
  if (namespace !== 'account-regional') {
    if (name.endsWith('-an')) throw invalidBucketName(name, '');
    return;
  }
  const suffix = `-${account}-${region}-an`;
  if (name.endsWith(suffix) && name.length > suffix.length) return;
  throw new AwsError(
    'InvalidNamespaceHeader',
    `The requested bucket name did not include the account-regional namespace suffix, but the provided x-amz-bucket-namespace header value is account-regional. Specify ${suffix} as the bucket name suffix to create a bucket in your account-regional namespace, or remove the header.`,
  );
}

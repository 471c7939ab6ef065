/** `s3://BUCKET/KEY`, as the AWS CLI's s3 commands write a place in a bucket. */

import { UsageError } from '../../../api/errors.ts';

export interface S3Uri {
  readonly bucket: string;
  /** Empty for the bucket itself. */
  readonly key: string;
}

/** Whether a path names a place in a bucket, and not in this machine's files. */
export const isS3Uri = (path: string): boolean => path.startsWith('s3://');

/** Undefined if the text does not begin with `s3://`. */
function parseS3Uri(text: string): S3Uri | undefined {
  const [, bucket, key = ''] = /^s3:\/\/([^/]+)(?:\/(.*))?$/s.exec(text) ?? [];
  return bucket === undefined ? undefined : { bucket, key };
}

/** @throws UsageError when the text is not `s3://BUCKET…`. */
export function s3Uri(text: string): S3Uri {
  const uri = parseS3Uri(text);
  if (uri) return uri;
  throw new UsageError(`"${text}" is not an S3 URI: write s3://BUCKET/KEY`);
}

/** The same with a key. @throws UsageError */
export function objectUri(text: string): S3Uri {
  const uri = s3Uri(text);
  if (uri.key !== '') return uri;
  throw new UsageError(`"${text}" does not name an object: write s3://BUCKET/KEY`);
}

export const printS3Uri = ({ bucket, key }: S3Uri): string => `s3://${bucket}/${key}`;

/** The prefix of all keys in a folder; empty for the bucket itself. */
export const folderKey = ({ key }: S3Uri): string => (key === '' || key.endsWith('/') ? key : `${key}/`);

/** What follows the last slash of the key. */
export const nameOf = ({ key }: S3Uri): string => key.slice(key.lastIndexOf('/') + 1);

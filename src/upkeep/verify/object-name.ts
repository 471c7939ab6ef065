/** What objects and uploads are called in a report. */

export const objectName = (bucket: string, key: string, versionId = 'null'): string =>
  `s3://${bucket}/${key}${versionId === 'null' ? '' : ` (version ${versionId})`}`;

/** What is said of something that is in a bucket which does not exist. */
export const withoutBucket = (what: string): string => `${what} is in a bucket that does not exist`;

export const uploadName = (bucket: string, key: string): string =>
  `the unfinished upload of ${objectName(bucket, key)}`;

export const uploadedPartName = ([bucket, key, , number]: readonly [string, string, string, number]): string =>
  `part ${number} of ${uploadName(bucket, key)}`;

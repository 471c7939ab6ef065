/** The errors for an object that does not exist: S3 API Reference, "Error responses", NoSuchKey and NoSuchVersion. */

import { AwsError } from '../../api/errors.ts';

export const noSuchKey = (key: string, detail: Readonly<Record<string, string>> = {}) =>
  new AwsError('NoSuchKey', 'The specified key does not exist.', { Key: key, ...detail });

export const noSuchVersion = (key: string, versionId: string, detail: Readonly<Record<string, string>> = {}) =>
  new AwsError('NoSuchVersion', 'The specified version does not exist.', { Key: key, VersionId: versionId, ...detail });

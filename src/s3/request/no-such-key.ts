/** The errors for an object that does not exist: S3 API Reference, "Error responses", NoSuchKey and NoSuchVersion. */

import { AwsError } from '../../api/errors.ts';

type Texts = Readonly<Record<string, string>>;

/** @param headers of the answer, which identify the delete marker that hides the object */
export const noSuchKey = (key: string, detail: Texts = {}, headers: Texts = {}) =>
  new AwsError('NoSuchKey', 'The specified key does not exist.', { Key: key, ...detail }, undefined, headers);

export const noSuchVersion = (key: string, versionId: string, detail: Texts = {}) =>
  new AwsError('NoSuchVersion', 'The specified version does not exist.', { Key: key, VersionId: versionId, ...detail });

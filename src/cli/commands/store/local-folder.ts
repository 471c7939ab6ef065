/** The folder of another store, as a person names it for a backup. */

import { resolve } from 'node:path';
import { UsageError } from '../../../api/errors.ts';
import { isS3Uri } from '../s3/uri.ts';

/** Its absolute path. @throws UsageError for an S3 URI, of which a folder named `s3:` would be made. */
export function localFolder(path: string): string {
  if (isS3Uri(path)) throw new UsageError(`"${path}" is an S3 URI: use a folder of this machine`);
  return resolve(path);
}

/** Objects of a bucket that a policy joins to prefixes, with the condition keys that name them. */

import { bucketArn } from '../api/arn.ts';
import type { Join } from './least-privilege.ts';

/** A prefix of the objects of a bucket; `''` for all of them. */
export interface ObjectPrefix {
  readonly bucket: string;
  readonly prefix: string;
}

/**
 * Joins each object to its folder: `reports/2026/a.csv` to `reports/2026/`. Objects at the top of a bucket stay as they
 * are, since their folder is the bucket.
 */
export const joinedToFolders: Join = (text, { key }) => {
  if (key === 's3:prefix') return folderOf(text);
  const { bucket, name } = objectIn(text) ?? {};
  const folder = name === undefined ? undefined : folderOf(name);
  return bucket === undefined || folder === undefined ? undefined : `${bucketArn(bucket)}/${folder}`;
};

/** Joins objects under the longest of these prefixes that they have. */
export function joinedTo(prefixes: readonly ObjectPrefix[]): Join {
  const longestFirst = prefixes.toSorted((one, other) => other.prefix.length - one.prefix.length);
  return (text, { key, resource }) => {
    if (key === 's3:prefix') {
      return longestFirst.find(({ bucket, prefix }) => resource === bucketArn(bucket) && text.startsWith(prefix))
        ?.prefix;
    }
    const object = objectIn(text);
    const found = object && longestFirst.find(({ bucket, prefix }) => isUnder(object, bucket, prefix));
    return found && `${bucketArn(found.bucket)}/${found.prefix}`;
  };
}

interface NamedObject {
  readonly bucket: string;
  readonly name: string;
}

const isUnder = (object: NamedObject, bucket: string, prefix: string): boolean =>
  object.bucket === bucket && object.name.startsWith(prefix);

/** Undefined for a text that is not the ARN of an object. */
function objectIn(text: string): NamedObject | undefined {
  const [, bucket, name] = /^arn:aws:s3:::([^/]+)\/(.+)$/s.exec(text) ?? [];
  return bucket === undefined || name === undefined ? undefined : { bucket, name };
}

function folderOf(name: string): string | undefined {
  const slash = name.lastIndexOf('/');
  return slash < 0 ? undefined : name.slice(0, slash + 1);
}

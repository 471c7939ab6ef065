/** Objects and folders of a bucket, page by page. */

import type { CommonPrefix, Object as ListedObject } from '../../../api/model/s3.types.ts';
import { pages } from '../../pages.ts';
import type { Session } from '../../session.ts';
import type { S3Uri } from './uri.ts';

export interface ListPage {
  readonly objects: readonly ListedObject[];
  readonly folders: readonly CommonPrefix[];
}

/** Pages of what begins with the key; with `isDeep`, without stopping at slashes. @throws AwsError */
export async function* listPages(
  { bucket, key }: S3Uri,
  session: Pick<Session, 'aws'>,
  { isDeep }: { readonly isDeep: boolean },
): AsyncGenerator<ListPage> {
  const input = { Bucket: bucket, Prefix: key, ...(!isDeep && { Delimiter: '/' }) };
  for await (const { Contents = [], CommonPrefixes = [] } of pages(session.aws, 's3', 'ListObjectsV2', input)) {
    yield { objects: Contents, folders: CommonPrefixes };
  }
}

/** Every object that begins with the key. */
export async function* listObjects(
  uri: S3Uri,
  session: Pick<Session, 'aws'>,
): AsyncGenerator<ListedObject & { readonly Key: string }> {
  for await (const { objects } of listPages(uri, session, { isDeep: true })) {
    for (const object of objects) if (object.Key !== undefined) yield { ...object, Key: object.Key };
  }
}

/** A download as the AWS CLI does it: creates the folders, and gives the file the object's time. */

import { stat, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { noBytes } from '../../body.ts';
import { makeFolderOf, type SaveBytes, type SaveTarget } from '../../save-bytes.ts';
import type { Session } from '../../session.ts';
import { counted, type OnBytes } from './file-body.ts';
import type { ObjectInput } from './object-options.ts';
import type { S3Uri } from './uri.ts';

/** Creates the folder for a download of many objects, as the AWS CLI does even if there are none. @throws UsageError */
export async function makeTargetFolder(folder: string, { rehearses }: Pick<Session, 'rehearses'>): Promise<void> {
  if (!rehearses && !(await stat(folder).catch(() => undefined))) makeFolderOf({ path: join(folder, 'any') });
}

/** The file appears only after its last byte has been authenticated. @throws AwsError, StoreError */
export async function download(
  { bucket, key }: S3Uri,
  file: SaveTarget,
  { input, grouped, save }: { readonly input: ObjectInput; readonly grouped: boolean; readonly save: SaveBytes },
  session: Session,
  onBytes: OnBytes,
): Promise<void> {
  const place = { Bucket: bucket, Key: key };
  const { Body, LastModified } = await session.aws.call('s3', 'GetObject', { ...input, ...place }, { grouped });
  if (!session.rehearses) makeFolderOf(file);
  const isFile = await save(file, counted(Body ?? noBytes(), onBytes));
  if (isFile && LastModified) await utimes(file.path, LastModified, LastModified);
}

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
  const bytes = Body ?? noBytes();
  let isFile: boolean;
  try {
    if (!session.rehearses) makeFolderOf(file);
    isFile = await save(file, counted(bytes, onBytes));
  } catch (error) {
    await giveUp(bytes);
    throw error;
  }
  if (isFile && LastModified) await utimes(file.path, LastModified, LastModified);
}

/** Ends a stream that may not have been begun, so that what it comes from is closed: a file, or a connection. */
async function giveUp(bytes: AsyncIterable<Uint8Array>): Promise<void> {
  try {
    for await (const _ of bytes) break;
  } catch {
    // It has ended, too.
  }
}

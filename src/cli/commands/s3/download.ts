/** A download as the AWS CLI does it: the folders are made, and the file has the object's time. */

import { mkdir, utimes } from 'node:fs/promises';
import { dirname } from 'node:path';
import { saveBytes } from '../../save-bytes.ts';
import type { Session } from '../../session.ts';
import { counted, type OnBytes } from './file-body.ts';
import type { ObjectInput } from './object-options.ts';
import type { S3Uri } from './uri.ts';

/** The file is there when its last byte has been authenticated, and not before. @throws AwsError, StoreError */
export async function download(
  { bucket, key }: S3Uri,
  file: string,
  input: ObjectInput,
  session: Session,
  onBytes: OnBytes,
): Promise<void> {
  const { Body, LastModified } = await session.call('s3', 'GetObject', { ...input, Bucket: bucket, Key: key });
  await mkdir(dirname(file), { recursive: true });
  const unique = session.environment.uuid().slice(0, 8);
  const isFile = await saveBytes(file, counted(Body ?? noBytes(), onBytes), unique, session.signal);
  if (isFile && LastModified) await utimes(file, LastModified, LastModified);
}

async function* noBytes(): AsyncGenerator<Uint8Array, void> {}

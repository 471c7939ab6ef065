/** The sources of a transfer: files below a folder, objects under a prefix, or one of either. */

import { constants, type Stats } from 'node:fs';
import { access, lstat, readdir, stat } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import type { HeadObjectOutput } from '../../../api/model/s3.types.ts';
import { isPartName } from '../../part-file.ts';
import type { Session } from '../../session.ts';
import { listObjects } from './listing.ts';
import { type Skipped, skipped } from './transfer.ts';
import { folderKey, type S3Uri } from './uri.ts';

/** A file or an object, with its path relative to the start of the source, with forward slashes. */
export interface Source {
  readonly path: string;
  readonly place: FilePlace | ObjectPlace;
  readonly size: number | undefined;
  readonly modifiedMs: number;
}

interface FilePlace {
  readonly kind: 'file';
  /** Ends in a slash if it is a folder, which a transfer of one file cannot read. */
  readonly file: string;
}

interface ObjectPlace {
  readonly kind: 'object';
  readonly uri: S3Uri;
  readonly etag: string | undefined;
  readonly storageClass?: string | undefined;
  /** The answer of HeadObject, if it was called. */
  readonly head?: HeadObjectOutput | undefined;
}

/** Every file below a folder, in the order in which S3 lists. Links are followed unless disabled. */
export async function* filesBelow(folder: string, followsLinks: boolean): AsyncGenerator<Source | Skipped> {
  if (!followsLinks && (await isLink(folder))) return;
  yield* filesIn(folder, followsLinks);
}

/** The files of a folder that is a target: what is behind a link below it is elsewhere, and a download replaces the link. */
export const ownFilesBelow = (folder: string): AsyncGenerator<Source | Skipped> => filesIn(folder, false);

async function* filesIn(folder: string, followsLinks: boolean): AsyncGenerator<Source | Skipped> {
  const facts = await stat(folder).catch(() => undefined);
  if (facts?.isDirectory()) yield* walk(folder, '', followsLinks);
  else yield skipped(`${resolve(folder)}/`, 'File does not exist.');
}

const isLink = async (path: string): Promise<boolean> =>
  (await lstat(path.replace(/\/+$/, '')).catch(() => undefined))?.isSymbolicLink() ?? false;

async function* walk(folder: string, prefix: string, followsLinks: boolean): AsyncGenerator<Source | Skipped> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => undefined);
  if (!entries) return yield skipped(resolve(folder), 'File/Directory is not readable.');
  const named = entries
    .filter((entry) => followsLinks || !entry.isSymbolicLink())
    // Half a download, which may still go on, is not one of the person's files.
    .filter((entry) => !(entry.isFile() && isPartName(entry.name)))
    .map(({ name }) => ({ name, file: join(folder, name) }));
  const found: { readonly name: string; readonly file: string; readonly source: Source | Skipped | undefined }[] = [];
  for (const { name, file } of named) {
    const source = await fileSource(file, `${prefix}${name}`);
    // A folder sorts as S3 sorts its contents.
    found.push(source ? { name, file, source } : { name: `${name}/`, file, source });
  }
  found.sort((a, b) => Buffer.compare(Buffer.from(a.name), Buffer.from(b.name)));
  for (const { name, file, source } of found) {
    if (source) yield source;
    else yield* walk(file, `${prefix}${name}`, followsLinks);
  }
}

/** Undefined: it is a folder. */
async function fileSource(file: string, path: string): Promise<Source | Skipped | undefined> {
  const facts = await stat(file).catch(() => undefined);
  if (!facts) return skipped(resolve(file), 'File does not exist.');
  return facts.isDirectory() ? undefined : readable(file, path, facts);
}

async function readable(file: string, path: string, facts: Stats): Promise<Source | Skipped> {
  if (!facts.isFile()) {
    const why = 'File is character special device, block special device, FIFO, or socket.';
    return skipped(resolve(file), why);
  }
  const isReadable = await access(file, constants.R_OK).then(
    () => true,
    () => false,
  );
  if (!isReadable) return skipped(resolve(file), 'File/Directory is not readable.');
  return { path, place: { kind: 'file', file }, size: facts.size, modifiedMs: facts.mtimeMs };
}

/** One file, or a folder in its place, whose name is then empty; nothing if it is a link that is not followed. */
export async function* oneFile(file: string, followsLinks: boolean): AsyncGenerator<Source | Skipped> {
  if (file === '-') {
    yield { path: '-', place: { kind: 'file', file }, size: undefined, modifiedMs: 0 };
    return;
  }
  if (!followsLinks && (await isLink(file))) return;
  const source = await fileSource(file, basename(file));
  const folder = file.endsWith('/') ? file : `${file}/`;
  yield source ?? { path: '', place: { kind: 'file', file: folder }, size: 0, modifiedMs: 0 };
}

/** Every object under a prefix, which counts as a folder. */
export async function* objectsUnder(uri: S3Uri, session: Pick<Session, 'aws'>): AsyncGenerator<Source> {
  const prefix = folderKey(uri);
  for await (const { Key, Size, LastModified, ETag, StorageClass } of listObjects({ ...uri, key: prefix }, session)) {
    // The placeholder with which consoles show an empty folder is not a file.
    if (Key.endsWith('/') && Size === 0) continue;
    yield {
      path: Key.slice(prefix.length),
      place: { kind: 'object', uri: { bucket: uri.bucket, key: Key }, etag: ETag, storageClass: StorageClass },
      size: Size,
      modifiedMs: LastModified?.getTime() ?? 0,
    };
  }
}

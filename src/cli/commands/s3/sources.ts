/** What a transfer begins with: files below a folder, objects under a prefix, or one of either. */

import { constants } from 'node:fs';
import { access, readdir, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { UsageError } from '../../../api/errors.ts';
import type { Session } from '../../session.ts';
import { listObjects } from './listing.ts';
import type { Skipped } from './transfer.ts';
import type { S3Uri } from './uri.ts';

/** A file or an object, with its path relative to where the source begins, in S3's slashes. */
export interface Source {
  readonly path: string;
  readonly place: { readonly kind: 'file'; readonly file: string } | { readonly kind: 'object'; readonly uri: S3Uri };
  readonly size: number | undefined;
  readonly modifiedMs: number;
}

/** Every file below a folder, in the order in which S3 lists. Links are followed, unless told not to. */
export async function* filesBelow(folder: string, followsLinks: boolean): AsyncGenerator<Source | Skipped> {
  yield* walk(folder, '', followsLinks);
}

async function* walk(folder: string, prefix: string, followsLinks: boolean): AsyncGenerator<Source | Skipped> {
  const entries = await readdir(folder, { withFileTypes: true });
  const named = entries
    .filter((entry) => followsLinks || !entry.isSymbolicLink())
    .map(({ name }) => ({ name, file: join(folder, name) }));
  const found: { readonly name: string; readonly file: string; readonly source: Source | Skipped | undefined }[] = [];
  for (const { name, file } of named) {
    const source = await fileSource(file, `${prefix}${name}`);
    // A folder sorts as S3 sorts what is in it.
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
  try {
    const facts = await stat(file);
    if (facts.isDirectory()) return undefined;
    if (!facts.isFile()) {
      return {
        warning: `Skipping file ${file}. File is character special device, block special device, FIFO, or socket.`,
      };
    }
    await access(file, constants.R_OK);
    return { path, place: { kind: 'file', file }, size: facts.size, modifiedMs: facts.mtimeMs };
  } catch (error) {
    const isMissing = error instanceof Error && 'code' in error && error.code === 'ENOENT';
    return {
      warning: `Skipping file ${file}. ${isMissing ? 'File does not exist.' : 'File/Directory is not readable.'}`,
    };
  }
}

/** One file. @throws UsageError when it is not there. */
export async function oneFile(file: string): Promise<Source> {
  if (file === '-') return { path: '-', place: { kind: 'file', file }, size: undefined, modifiedMs: 0 };
  const facts = await stat(file).catch(() => undefined);
  if (!facts) throw new UsageError(`The user-provided path ${file} does not exist.`);
  if (facts.isDirectory()) throw new UsageError(`"${file}" is a folder: add --recursive`);
  return { path: basename(file), place: { kind: 'file', file }, size: facts.size, modifiedMs: facts.mtimeMs };
}

/** Every object under a prefix, which counts as a folder. */
export async function* objectsUnder(uri: S3Uri, session: Session): AsyncGenerator<Source> {
  const prefix = uri.key === '' || uri.key.endsWith('/') ? uri.key : `${uri.key}/`;
  for await (const { Key, Size, LastModified } of listObjects({ ...uri, key: prefix }, session)) {
    // What consoles put there to show an empty folder is no file.
    if (Key.endsWith('/') && Size === 0) continue;
    yield {
      path: Key.slice(prefix.length),
      place: { kind: 'object', uri: { bucket: uri.bucket, key: Key } },
      size: Size,
      modifiedMs: LastModified?.getTime() ?? 0,
    };
  }
}

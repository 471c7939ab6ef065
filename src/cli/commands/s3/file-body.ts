/** Local files as bodies of uploads, with their bytes counted as they move. */

import { createReadStream } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { UsageError } from '../../../api/errors.ts';
import { giveBack } from '../../../crypto/memory.ts';
import { readable, readBlocks, unreadable } from '../../../files.ts';
import { SMALL_BYTES, settleBody } from '../../body.ts';

/** Receives the number of bytes that have just moved. */
export type OnBytes = (count: number) => void;

export interface FileBody {
  readonly Body: Uint8Array | AsyncIterable<Uint8Array>;
  readonly ContentLength?: number;
}

/** The bytes of a stream, read as the upload needs them. */
export async function streamBody(stream: AsyncIterable<Uint8Array>, onBytes: OnBytes): Promise<FileBody> {
  const Body = await settleBody(counted(stream, onBytes));
  return { Body: Body instanceof Uint8Array ? Body : givenBack(Body) };
}

/**
 * A file's bytes, or a range of them, read as the upload needs them.
 * @throws UsageError when there is no such file.
 */
export async function fileBody(
  path: string,
  onBytes: OnBytes,
  range?: { start: number; end: number },
): Promise<FileBody> {
  const size = range ? range.end - range.start : await fileSize(path);
  // Of a device or a pipe the size is not known before its end.
  if (size === 0) return streamBody(readable(`the file "${path}"`, createReadStream(path)), onBytes);
  if (size <= SMALL_BYTES && !range) {
    const Body = await readFile(path).catch((error: unknown) => {
      throw unreadable(`the file "${path}"`, error);
    });
    onBytes(Body.length);
    return { Body };
  }
  return { Body: counted(readBlocks(path, range), onBytes), ContentLength: size };
}

/** @throws UsageError when there is no such file, or it is a folder. */
export async function fileSize(path: string): Promise<number> {
  const facts = await stat(path).catch((error: NodeJS.ErrnoException) => {
    throw new UsageError(
      error.code === 'ENOENT'
        ? `The user-provided path ${path} does not exist.`
        : `the file "${path}" cannot be read: ${error.message}`,
    );
  });
  if (facts.isDirectory())
    throw new UsageError(`"${path}" is a folder: use a file, or copy the folder with s3 cp --recursive`);
  return facts.size;
}

/** The same bytes, counted as they pass. */
export async function* counted(bytes: AsyncIterable<Uint8Array>, onBytes: OnBytes): AsyncGenerator<Uint8Array, void> {
  for await (const chunk of bytes) {
    onBytes(chunk.length);
    yield chunk;
  }
}

/** The same chunks, each of whose memory is freed when the next one is requested. */
async function* givenBack(pieces: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array, void> {
  for await (const piece of pieces) {
    yield piece;
    giveBack(piece);
  }
}

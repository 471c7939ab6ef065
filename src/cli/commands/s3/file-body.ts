/** Local files as bodies of uploads, with their bytes counted as they move. */

import { type BigIntStats, createReadStream } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { UsageError } from '../../../api/errors.ts';
import type { Rereadable } from '../../../api/message.ts';
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

/** A file as it was when its upload began. */
export interface FileState {
  readonly size: number;
  /** Which file it is, and when it was last written. */
  readonly mark: string;
}

/** @throws UsageError when there is no such file, or it is a folder. */
export async function fileState(path: string): Promise<FileState> {
  const { size, ino, dev, mtimeNs } = await factsOf(path);
  return { size: Number(size), mark: [size, dev, ino, mtimeNs].join() };
}

/** A range of a file as it was. */
export interface FilePart {
  readonly state: FileState;
  readonly start: number;
  readonly end: number;
}

/**
 * A file's bytes, or a range of them, read as the upload needs them, and read again if it has to be sent again.
 * @throws UsageError when there is no such file, and from its bytes when it is another one at their end.
 */
export async function fileBody(path: string, onBytes: OnBytes, part?: FilePart): Promise<FileBody> {
  const state = part?.state ?? (await fileState(path));
  const { start, end } = part ?? { start: 0, end: state.size };
  const size = end - start;
  // Of a device or a pipe the size is not known before its end.
  if (size === 0) return streamBody(readable(`the file "${path}"`, createReadStream(path)), onBytes);
  if (size <= SMALL_BYTES && !part) {
    const Body = await readFile(path).catch((error: unknown) => {
      throw unreadable(`the file "${path}"`, error);
    });
    await requireSame(path, state);
    onBytes(Body.length);
    return { Body };
  }
  return { Body: rereadable(() => unchanged(path, { state, start, end }), onBytes), ContentLength: size };
}

/** The bytes of a range, and an error instead of their end if the file is not the one that it was. */
async function* unchanged(path: string, { state, start, end }: FilePart): AsyncGenerator<Uint8Array, void> {
  let read = 0;
  for await (const block of readBlocks(path, { start, end })) {
    read += block.length;
    yield block;
  }
  await requireSame(path, state);
  if (read !== end - start) throw changed(path);
}

async function requireSame(path: string, { mark }: FileState): Promise<void> {
  if ((await fileState(path)).mark !== mark) throw changed(path);
}

const changed = (path: string): UsageError => new UsageError(`the file "${path}" changed while it was read`);

/** Bytes that are counted as they pass; what is read again is counted once. */
function rereadable(open: () => AsyncIterable<Uint8Array>, onBytes: OnBytes): Rereadable {
  let passed = 0;
  return {
    isRereadable: true,
    async *[Symbol.asyncIterator]() {
      if (passed > 0) onBytes(-passed);
      passed = 0;
      for await (const piece of open()) {
        passed += piece.length;
        onBytes(piece.length);
        yield piece;
      }
    },
  };
}

/** @throws UsageError when there is no such file, or it is a folder. */
export const fileSize = async (path: string): Promise<number> => (await fileState(path)).size;

async function factsOf(path: string): Promise<BigIntStats> {
  const facts = await stat(path, { bigint: true }).catch((error: NodeJS.ErrnoException) => {
    throw new UsageError(
      error.code === 'ENOENT'
        ? `The user-provided path ${path} does not exist.`
        : `the file "${path}" cannot be read: ${error.message}`,
    );
  });
  if (facts.isDirectory())
    throw new UsageError(`"${path}" is a folder: use a file, or copy the folder with s3 cp --recursive`);
  return facts;
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

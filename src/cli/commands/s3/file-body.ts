/** Local files as bodies of uploads, with their bytes counted as they move. */

import { createReadStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { giveBack } from '../../../crypto/memory.ts';
import { readable, unreadable } from '../../../files.ts';
import { SMALL_BYTES, settleBody } from '../../body.ts';
import { type FilePart, fileState, requireUnchanged, sentFile } from '../../sent-file.ts';

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
 * A file's bytes, or a range of them, read as the upload needs them, and read again if it has to be sent again.
 * @throws UsageError when there is no such file, and from its bytes when it is another one at their end.
 */
export async function fileBody(path: string, onBytes: OnBytes, part?: FilePart): Promise<FileBody> {
  const state = part?.state ?? (await fileState(path));
  // Of a device or a pipe the size is not known before its end.
  if (state.size === 0) return streamBody(pipe(path), onBytes);
  if (state.size <= SMALL_BYTES && !part) {
    const Body = await readFile(path).catch((error: unknown) => {
      throw unreadable(`the file "${path}"`, error);
    });
    await requireUnchanged(path, state);
    onBytes(Body.length);
    return { Body };
  }
  const Body = sentFile(path, part ?? { state, start: 0, end: state.size }, onBytes);
  return { Body, ContentLength: Body.size };
}

/** The bytes of what is no file on a disk. */
export const pipe = (path: string): AsyncIterable<Uint8Array> => readable(`the file "${path}"`, createReadStream(path));

/** @throws UsageError when there is no such file, or it is a folder. */
export const fileSize = async (path: string): Promise<number> => (await fileState(path)).size;

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

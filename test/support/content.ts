/** Bytes that say who made them, so that a reader can tell whether they are whole and whose they are. */

import { createHash } from 'node:crypto';

/** Makes content of a size; the same name and size give the same bytes. */
export function contentOf(name: string, size: number): Buffer {
  const head = Buffer.from(`${name} ${size}\n`);
  // Of a length that no segment is a multiple of: no two segments are alike.
  const filling = createHash('sha256').update(head).digest().subarray(0, 31);
  const bytes = Buffer.alloc(size, filling);
  head.copy(bytes);
  return bytes;
}

/** The name of content; undefined when a single byte is not as it was made. */
export function nameOf(bytes: Uint8Array): string | undefined {
  const content = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const [name = '', size] = content.subarray(0, 200).toString('latin1').split('\n', 1)[0]?.split(' ') ?? [];
  return Number(size) === content.length && contentOf(name, content.length).equals(content) ? name : undefined;
}

export async function bytesOf(body: AsyncIterable<Uint8Array> | undefined): Promise<Buffer> {
  const pieces: Uint8Array[] = [];
  for await (const piece of body ?? []) pieces.push(Uint8Array.from(piece));
  return Buffer.concat(pieces);
}

/** Bytes that probes send, and those that come back. */

/** All bytes of a short body. */
export async function bytesOf(body: Uint8Array | AsyncIterable<Uint8Array> | undefined): Promise<Uint8Array> {
  if (body === undefined) return new Uint8Array();
  if (body instanceof Uint8Array) return body;
  const pieces: Uint8Array[] = [];
  // A piece may lie in memory that is used again.
  for await (const piece of body) pieces.push(Uint8Array.from(piece));
  return Buffer.concat(pieces);
}

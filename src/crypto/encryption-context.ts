/**
 * The encryption context as associated data: the same bytes for equal maps, different ones for maps that differ.
 * AWS KMS Developer Guide, "Encryption context".
 */

export type EncryptionContext = Readonly<Record<string, string>>;

/**
 * The canonical bytes of a context: its pairs sorted by the UTF-8 bytes of their names, each name and value with its
 * length before it. An absent context is the empty one; an empty value is not an absent one.
 */
export function canonicalContext(context: EncryptionContext = {}): Uint8Array {
  const pairs = Object.entries(context).map(([name, value]) => [bytesOf(name), bytesOf(value)] as const);
  pairs.sort(([a], [b]) => Buffer.compare(a, b));
  return Buffer.concat(pairs.flat().flatMap((text) => [lengthOf(text), text]));
}

/** JSON can hold halves of surrogate pairs, which UTF-8 would make all the same: they become three bytes each. */
function bytesOf(text: string): Buffer {
  const parts = text.split(/(\p{Cs})/u);
  return Buffer.concat(parts.map((part, i) => (i % 2 === 0 ? Buffer.from(part) : halfPair(part.charCodeAt(0)))));
}

const halfPair = (unit: number): Buffer =>
  Buffer.from([0xe0 | (unit >> 12), 0x80 | ((unit >> 6) & 63), 0x80 | (unit & 63)]);

function lengthOf(text: Buffer): Buffer {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(text.length);
  return length;
}

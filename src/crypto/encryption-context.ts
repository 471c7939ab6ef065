/**
 * The encryption context as associated data: equal maps give the same bytes, different maps different ones. AWS KMS
 * Developer Guide, "Encryption context".
 */

export type EncryptionContext = Readonly<Record<string, string>>;

/**
 * The canonical bytes of a context: its pairs sorted by the UTF-8 bytes of their names, each name and value preceded by
 * its length. An absent context equals an empty one; an absent value differs from an empty one.
 */
export function canonicalContext(context: EncryptionContext = {}): Uint8Array {
  const pairs = Object.entries(context).map(([name, value]) => [bytesOf(name), bytesOf(value)] as const);
  pairs.sort(([a], [b]) => Buffer.compare(a, b));
  return Buffer.concat(pairs.flat().flatMap((text) => [lengthOf(text), text]));
}

/** JSON can contain unpaired surrogates, which UTF-8 would make all the same: encode each as three bytes. */
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

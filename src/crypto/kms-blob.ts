/**
 * The ciphertext blob of KMS: it names the key and the generation of its material, so that Decrypt needs no key id
 * and no knowledge of rotations. AWS KMS API Reference, Encrypt and Decrypt. AWS does not publish its own format.
 *
 *     header   magic 5 · version 1 · key id 1 + 16 · generation 4
 *     wrapped  nonce 12 · ciphertext · tag 16
 */

import { NONCE_BYTES, TAG_BYTES } from './aes-gcm.ts';
import { AuthenticationError } from './authentication-error.ts';
import { canonicalContext, type EncryptionContext } from './encryption-context.ts';
import { unwrap, wrap } from './wrap.ts';

export interface BlobHeader {
  /** A UUID, or `mrk-` followed by 32 hexadecimal digits. */
  readonly keyId: string;
  /** The generation of the backing key that encrypted; from 1. */
  readonly generation: number;
}

/** In base64 this is `AQICAH`, with which AWS's blobs also begin. */
const MAGIC = Buffer.from([0x01, 0x02, 0x02, 0x00, 0x78]);
const VERSION = 1;
const VERSION_AT = MAGIC.length;
const KEY_ID_AT = VERSION_AT + 1;
const GENERATION_AT = KEY_ID_AT + 17;
const HEADER_BYTES = GENERATION_AT + 4;

/** Encrypts under one generation of a symmetric KMS key. */
export function sealBlob(
  backingKey: Uint8Array,
  plaintext: Uint8Array,
  header: BlobHeader,
  context: EncryptionContext | undefined,
  random: (size: number) => Uint8Array,
): Uint8Array {
  const head = writeHeader(header);
  return Buffer.concat([head, wrap(backingKey, plaintext, associatedData(head, context), random)]);
}

/** A blob's header, not yet authenticated; undefined if it is not a blob of ssebox. */
export function parseBlob(blob: Uint8Array): BlobHeader | undefined {
  if (blob.length < HEADER_BYTES + NONCE_BYTES + TAG_BYTES) return undefined;
  const bytes = Buffer.from(blob.buffer, blob.byteOffset, blob.length);
  if (MAGIC.compare(bytes, 0, MAGIC.length) !== 0 || bytes[VERSION_AT] !== VERSION) return undefined;
  const keyId = readKeyId(bytes.subarray(KEY_ID_AT, GENERATION_AT));
  const generation = bytes.readUInt32BE(GENERATION_AT);
  return keyId === undefined || generation === 0 ? undefined : { keyId, generation };
}

/**
 * Decrypts with the generation that `parseBlob` returned.
 * @throws AuthenticationError if the key, the context or any byte differs from the encryption.
 */
export function openBlob(backingKey: Uint8Array, blob: Uint8Array, context: EncryptionContext | undefined): Uint8Array {
  if (!parseBlob(blob)) throw new AuthenticationError('the ciphertext');
  const head = blob.subarray(0, HEADER_BYTES);
  return unwrap(backingKey, blob.subarray(HEADER_BYTES), associatedData(head, context));
}

/** The header has a fixed length, so no two pairs of header and context give the same bytes. */
const associatedData = (head: Uint8Array, context: EncryptionContext | undefined): Uint8Array =>
  Buffer.concat([head, canonicalContext(context)]);

function writeHeader({ keyId, generation }: BlobHeader): Buffer {
  const head = Buffer.alloc(HEADER_BYTES);
  MAGIC.copy(head);
  head[VERSION_AT] = VERSION;
  writeKeyId(keyId).copy(head, KEY_ID_AT);
  head.writeUInt32BE(generation, GENERATION_AT);
  return head;
}

const SINGLE_REGION = 0;
const MULTI_REGION = 1;

function writeKeyId(keyId: string): Buffer {
  const kind = keyId.startsWith('mrk-') ? MULTI_REGION : SINGLE_REGION;
  const digits = kind === MULTI_REGION ? keyId.slice(4) : keyId.replaceAll('-', '');
  const bytes = Buffer.concat([Buffer.from([kind]), Buffer.from(digits, 'hex')]);
  if (readKeyId(bytes) !== keyId) throw new TypeError(`"${keyId}" is not a KMS key id`);
  return bytes;
}

function readKeyId(bytes: Buffer): string | undefined {
  const digits = bytes.toString('hex', 1);
  if (digits.length !== 32) return undefined;
  if (bytes[0] === MULTI_REGION) return `mrk-${digits}`;
  if (bytes[0] !== SINGLE_REGION) return undefined;
  return digits.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}

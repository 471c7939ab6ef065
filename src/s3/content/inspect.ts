/** The stored form of an object version, without opening it: the envelope, byte by byte. Nothing here is secret. */

import { parseBlob } from '../../crypto/kms-blob.ts';
import { SEGMENT_BYTES, SEGMENT_CIPHER } from '../../crypto/segments.ts';
import type { Blobs } from '../../store/blobs.ts';
import type { BucketRecord, ObjectVersion, Piece, StoredEncryption } from '../../store/records/s3.ts';
import type { TransactionalStore } from '../../store/store.ts';
import type { Tx } from '../../store/tables.ts';
import { findBucket } from '../request/bucket.ts';
import { modeOf } from '../request/encryption-members.ts';
import { noSuchKey, noSuchVersion } from '../request/no-such-key.ts';
import type { ObjectPlace } from '../request/object-key.ts';
import { fileOf, wholePiece } from './object-record.ts';

/** A key in its stored form: wrapped, with the facts needed to open it. */
export interface WrappedKey {
  /** Its kind: `data key`, `bucket-level key`, `outer data key`. */
  readonly name: string;
  /** The wrapping key: a KMS key's ARN, or ssebox's name for one of S3's own keys. */
  readonly wrappedBy: string;
  /** For a KMS key: the generation of its material that encrypted. */
  readonly generation: number | undefined;
  readonly context: Readonly<Record<string, string>> | undefined;
  readonly bytes: Uint8Array;
}

/** The ciphertext of an object or of one of its parts. */
export interface StoredPiece {
  readonly id: string;
  /** In the database, or in a file of its own. */
  readonly place: Piece['place'];
  readonly plaintextBytes: number;
  readonly storedBytes: number;
  readonly segments: number;
  readonly segmentBytes: number;
  /** One per layer, the inner one first. */
  readonly salts: readonly Uint8Array[];
  /** The first bytes of the ciphertext. */
  readonly firstBytes: Uint8Array;
}

export interface Envelope {
  readonly bucket: string;
  readonly key: string;
  readonly versionId: string;
  readonly mode: ReturnType<typeof modeOf>;
  readonly bucketKey: boolean;
  /** What seals the segments of every layer. */
  readonly cipher: typeof SEGMENT_CIPHER;
  /** Bytes of plaintext in every segment but the last. */
  readonly segmentBytes: number;
  readonly layers: number;
  readonly keys: readonly WrappedKey[];
  /** For a customer's key, which is not stored: the facts that identify it. */
  readonly verifier: { readonly salt: Uint8Array; readonly hash: Uint8Array } | undefined;
  readonly size: number;
  readonly etag: string;
  readonly pieces: readonly StoredPiece[];
  /** Over the permanent facts of the write, under the object's own key. */
  readonly metadataTag: Uint8Array;
  /** Over the whole row, under a key derived from the root key. */
  readonly rowTag: Uint8Array;
}

const FIRST_BYTES = 32;

/**
 * Describes the stored form; no key is opened, and no permission is needed.
 * @throws AwsError if the bucket, object or version does not exist.
 */
export async function inspectObject(
  input: { readonly Bucket: string; readonly Key: string; readonly VersionId?: string | undefined },
  { store, blobs }: { readonly store: Pick<TransactionalStore, 'transact'>; readonly blobs: Blobs },
): Promise<Envelope> {
  const { bucket, version, rowTag, pieces, rows } = store.transact((tx) => {
    const bucket = findBucket(input, { tx });
    const version = findVersion({ bucket, key: input.Key }, input.VersionId, tx);
    const pieces = piecesOf(version, { bucket, key: input.Key }, tx);
    const rows = new Map(
      pieces.flatMap(({ id }) => {
        const row = tx.objectData.get([bucket.name, input.Key, id]);
        return row ? [[id, Uint8Array.from(row.subarray(0, FIRST_BYTES))] as const] : [];
      }),
    );
    return { bucket, version, rowTag: tagOf(version, { bucket, key: input.Key }, tx), pieces, rows };
  });
  const { encryption, fixed } = version;
  return {
    bucket: bucket.name,
    key: input.Key,
    versionId: version.versionId,
    mode: modeOf(encryption),
    bucketKey: encryption.kind === 'SSE-KMS-bucket-key',
    cipher: SEGMENT_CIPHER,
    segmentBytes: SEGMENT_BYTES,
    layers: pieces[0]?.salts.length ?? 1,
    keys: wrappedKeys(encryption, bucket),
    verifier: encryption.kind === 'SSE-C' ? { salt: encryption.salt, hash: encryption.verifier } : undefined,
    size: fixed.size,
    etag: fixed.etag,
    pieces: await Promise.all(
      pieces.map(async (piece) => describePiece(piece, rows.get(piece.id) ?? (await firstBytes(piece, blobs)))),
    ),
    metadataTag: version.fixedTag,
    rowTag,
  };
}

function findVersion({ bucket, key }: ObjectPlace, versionId: string | undefined, tx: Tx): ObjectVersion {
  const current = tx.objects.get([bucket.name, key]);
  if (versionId === undefined || current?.versionId === versionId) {
    if (current?.kind === 'object') return current;
    throw noSuchKey(key, { BucketName: bucket.name });
  }
  const order = tx.versionOrders.get([bucket.name, key, versionId]);
  const older = order === undefined ? undefined : tx.olderVersions.get([bucket.name, key, order]);
  if (older?.kind === 'object') return older;
  throw noSuchVersion(key, versionId, { BucketName: bucket.name });
}

const NO_TAG = new Uint8Array();

function tagOf({ versionId, order }: ObjectVersion, { bucket, key }: ObjectPlace, tx: Tx): Uint8Array {
  const isNewest = tx.objects.get([bucket.name, key])?.versionId === versionId;
  const tag = isNewest ? tx.objects.tagOf([bucket.name, key]) : tx.olderVersions.tagOf([bucket.name, key, order]);
  return tag ?? NO_TAG;
}

function piecesOf(version: ObjectVersion, { bucket, key }: ObjectPlace, tx: Tx): Piece[] {
  const piece = wholePiece(version);
  if (piece) return [piece];
  return Array.from(tx.objectParts.under([bucket.name, key, version.writeId]), ({ value }) => value.piece);
}

async function firstBytes(piece: Piece, blobs: Blobs): Promise<Uint8Array> {
  const { storedSize } = piece;
  const file = blobs.open(fileOf(piece));
  try {
    return await file.read(0, Math.min(FIRST_BYTES, storedSize));
  } finally {
    file.close();
  }
}

const describePiece = ({ id, place, size, storedSize, salts }: Piece, firstBytes: Uint8Array): StoredPiece => ({
  id,
  place,
  plaintextBytes: size,
  storedBytes: storedSize,
  segments: Math.max(1, Math.ceil(size / SEGMENT_BYTES)),
  segmentBytes: SEGMENT_BYTES,
  salts,
  firstBytes,
});

function wrappedKeys(encryption: StoredEncryption, bucket: BucketRecord): WrappedKey[] {
  const byBucket = (name: string, bytes: Uint8Array): WrappedKey => ({
    name,
    wrappedBy: `the S3 key of bucket ${bucket.name}`,
    generation: undefined,
    context: undefined,
    bytes,
  });
  switch (encryption.kind) {
    case 'SSE-S3':
      return [byBucket('data key', encryption.wrapped)];
    case 'SSE-KMS':
      return [byKms('data key', encryption)];
    case 'SSE-KMS-bucket-key':
      return [
        byKms('bucket-level key', encryption),
        {
          name: 'data key',
          wrappedBy: 'the bucket-level key',
          generation: undefined,
          context: undefined,
          bytes: encryption.wrapped,
        },
      ];
    case 'DSSE-KMS':
      return [byKms('inner data key', encryption), byBucket('outer data key', encryption.wrapped)];
    case 'SSE-C':
      return [];
  }
}

const byKms = (
  name: string,
  { keyArn, context, ciphertext }: Extract<StoredEncryption, { ciphertext: Uint8Array }>,
): WrappedKey => ({
  name,
  wrappedBy: keyArn,
  generation: parseBlob(ciphertext)?.generation,
  context,
  bytes: ciphertext,
});

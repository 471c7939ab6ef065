/** Opens what is stored of an object with only the root key, and compares all of it. */

import type { AccountId } from '../../api/arn.ts';
import { StoreError } from '../../api/errors.ts';
import { fileError, systemCode } from '../../api/file-error.ts';
import type { Region } from '../../api/regions.ts';
import type { Assembly } from '../../assemble.ts';
import { AuthenticationError } from '../../crypto/authentication-error.ts';
import { openBlob, parseBlob } from '../../crypto/kms-blob.ts';
import { getBackingKey, openBackingKey } from '../../kms/backing-key.ts';
import {
  type DataKeys,
  identityOf,
  type UnderKms,
  unwrapDataKeys,
  type WriteIdentity,
} from '../../s3/content/envelope.ts';
import { requirePart } from '../../s3/content/object-parts.ts';
import {
  MAX_OPEN_FILES,
  type OpenedObject,
  openKeysWith,
  openUploadedPart,
  openWith,
  type Shelves,
} from '../../s3/content/object-reader.ts';
import { damagedObject, wholePiece } from '../../s3/content/object-record.ts';
import type { ObjectPlace } from '../../s3/request/object-key.ts';
import type { KeyRecord } from '../../store/records/kms.ts';
import type {
  MultipartUpload,
  ObjectVersion,
  PartRecord,
  Piece,
  StoredEncryption,
  VersionRecord,
} from '../../store/records/s3.ts';
import type { Tx } from '../../store/tables.ts';
import { isInFull } from './blob-files.ts';

/** The store, with its blob files and its root key. */
export type Opened = Pick<Assembly, 'store' | 'blobs' | 'rootKey'>;

export type Look =
  | { readonly kind: 'delete-marker' }
  /** All its bytes were read; they are this many. */
  | { readonly kind: 'read'; readonly bytes: number }
  /** Its files are open and still to be read. */
  | { readonly kind: 'open'; readonly body: OpenedObject['body'] }
  /** Its KMS key is deleted or has no material. */
  | { readonly kind: 'closed' }
  | { readonly kind: 'under-customer-key' }
  | { readonly kind: 'damaged' };

/** The KMS key of a ciphertext no longer exists. */
class KeyGone extends Error {}

/** Looks at a version in one state of the store. */
export function lookAt(version: VersionRecord, place: ObjectPlace, { store, blobs, rootKey }: Opened, tx: Tx): Look {
  const shelves = { tx, blobs, rootKey };
  return judged(() => {
    if (version.kind === 'delete-marker') return { kind: 'delete-marker' };
    const identity = identityOf(version, place);
    const pieces = requirePieces(version, identity, shelves);
    requireFiles(pieces, identity, store.folder);
    const look = openedOf(version, identity, shelves);
    // The rows of what is read are checked by that.
    if (look.kind !== 'read' && look.kind !== 'open') requireRows(pieces, identity, shelves);
    return look;
  });
}

/** Looks at a part of an unfinished upload, whose row has been compared with others. */
export function lookAtPart(
  part: PartRecord,
  { encryption, writeId }: MultipartUpload,
  place: ObjectPlace,
  { blobs, rootKey }: Opened,
  tx: Tx,
): Look {
  const shelves = { tx, blobs, rootKey };
  return judged(() => {
    if (encryption.kind === 'SSE-C') return { kind: 'under-customer-key' };
    const identity = { ...place, writeId };
    return opened(openUploadedPart(openKeysOf(encryption, identity, shelves), part, identity, shelves));
  });
}

function openedOf(version: ObjectVersion, identity: WriteIdentity, shelves: Shelves): Look {
  if (version.encryption.kind === 'SSE-C') return { kind: 'under-customer-key' };
  try {
    return opened(openWhole(version, version.encryption, identity, shelves));
  } catch (error) {
    if (error instanceof KeyGone) return { kind: 'closed' };
    throw error;
  }
}

const opened = ({ small, body }: OpenedObject): Look =>
  small ? { kind: 'read', bytes: small.length } : { kind: 'open', body };

function judged(look: () => Look): Look {
  try {
    return look();
  } catch (error) {
    if (error instanceof KeyGone) return { kind: 'closed' };
    if (isDamage(error)) return { kind: 'damaged' };
    throw fileError('cannot read the store', error);
  }
}

/** Whether reading failed because of what is stored, rather than because the system does not let this process read. */
export const isDamage = (error: unknown): boolean =>
  error instanceof AuthenticationError ||
  (error instanceof StoreError && !refusals.includes(systemCode(error.cause) ?? ''));

const refusals: readonly string[] = ['EACCES', 'EPERM', 'EMFILE', 'ENFILE'];

/** The pieces of a version, whose parts are all there, one after the other. @throws StoreError */
function requirePieces(version: ObjectVersion, identity: WriteIdentity, shelves: Shelves): Piece[] {
  const whole = wholePiece(version);
  const pieces = whole ? [whole] : [];
  const { size, content } = version.fixed;
  let end = whole?.size ?? 0;
  for (let index = 0; content.kind === 'parts' && index < content.count; index++) {
    const part = requirePart(version, index, identity, shelves);
    if (part.offset !== end) throw damagedObject(identity, version.versionId);
    pieces.push(part.piece);
    end += part.size;
  }
  if (end !== size) throw damagedObject(identity, version.versionId);
  return pieces;
}

/** Every file has just the bytes that it should have. @throws StoreError */
function requireFiles(pieces: readonly Piece[], identity: WriteIdentity, folder: string): void {
  for (const piece of pieces) {
    if (piece.place === 'file' && !isInFull(piece, folder)) throw damagedObject(identity, 'null');
  }
}

/** The same for rows. @throws StoreError */
function requireRows(pieces: readonly Piece[], identity: WriteIdentity, { tx }: Shelves): void {
  for (const { place, id, storedSize } of pieces) {
    const isThere =
      place === 'file' || tx.objectData.get([identity.bucket.name, identity.key, id])?.length === storedSize;
    if (!isThere) throw damagedObject(identity, 'null');
  }
}

type OwnEncryption = Exclude<StoredEncryption, { kind: 'SSE-C' }>;

/** The bytes of a version. */
function openWhole(
  version: ObjectVersion,
  encryption: OwnEncryption,
  identity: WriteIdentity,
  shelves: Shelves,
): OpenedObject {
  const keys = openKeysWith(version, identity, () => openKeysOf(encryption, identity, shelves));
  return openWith(keys, version, identity, { start: 0, end: version.fixed.size }, MAX_OPEN_FILES, shelves);
}

/** The data keys of a write; bucket-level keys are not cached. */
const openKeysOf = (encryption: OwnEncryption, identity: WriteIdentity, shelves: Shelves): DataKeys =>
  unwrapDataKeys(encryption, identity, shelves, (under) => decrypt(under, identity.bucket.region, shelves));

/** Does KMS's part with the root key, without checking permissions. @throws KeyGone */
function decrypt({ ciphertext, context }: UnderKms, region: Region, { tx, rootKey }: Shelves): Uint8Array {
  const header = parseBlob(ciphertext);
  if (!header) throw new AuthenticationError('the wrapped data key');
  const key = keyIn(region, header.keyId, tx);
  const backing = key && getBackingKey(tx, key, header.generation);
  if (!key || !backing?.wrapped) throw new KeyGone();
  return openBlob(openBackingKey({ rootKey }, key, backing), ciphertext, context);
}

function keyIn(region: Region, keyId: string, tx: Tx): KeyRecord | undefined {
  const owner: AccountId | undefined = tx.kmsKeyOwners.get([region, keyId]);
  return owner === undefined ? undefined : tx.kmsKeys.get([owner, region, keyId]);
}

/** What holds between the rows of objects: versions, ciphertext, parts and unfinished uploads. */

import { unwrapMetadataKey } from '../../s3/content/multipart-record.ts';
import { fileOf, wholePiece } from '../../s3/content/object-record.ts';
import type { TableName } from '../../store/databases.ts';
import type { PartRecord, Piece, VersionRecord } from '../../store/records/s3.ts';
import type { Row, TableKey } from '../../store/table.ts';
import type { Tx } from '../../store/tables.ts';
import { objectName, uploadedPartName, uploadName, withoutBucket } from './object-name.ts';
import { type Evidence, opens, perPlace, type Rule, rule } from './rule.ts';

/** The tables of files that no row names, or not yet. */
const fileTables: readonly TableName[] = ['unneededBlobs', 'blobWrites'];
const pieceTables: readonly TableName[] = ['objects', 'olderVersions', 'objectParts', 'multipartParts'];

export const objectRules: readonly Rule[] = [
  rule('objects', 'every object is in a bucket', ['buckets'], function* ({ key, value }, { tx }) {
    if (!tx.buckets.get([key[0]])) yield withoutBucket(objectName(...key, value.versionId));
  }),
  rule('objects', 'the newest version is the newest', ['olderVersions', 'versionOrders'], function* (row, { tx }) {
    const [next] = tx.olderVersions.under([...row.key], { limit: 1 });
    const isOlder = tx.versionOrders.get([...row.key, row.value.versionId]) !== undefined;
    if (isOlder || (next && next.key[2] <= row.value.order)) yield `the newest version of ${objectName(...row.key)}`;
  }),
  rule('olderVersions', 'every older version has a newer one', ['objects'], function* ({ key, value }, { tx }) {
    const [bucket, name] = key;
    if (tx.objects.get([bucket, name])) return;
    yield `the newest version of ${objectName(bucket, name)} is missing: it still has the version ${value.versionId}`;
  }),
  rule('olderVersions', 'every older version is in its place', ['versionOrders'], function* ({ key, value }, { tx }) {
    const [bucket, name, order] = key;
    const isFound = tx.versionOrders.get([bucket, name, value.versionId]) === order;
    if (isFound && value.order === order) return;
    yield `the version ${value.versionId} of ${objectName(bucket, name)} is not in its place`;
  }),
  rule('versionOrders', 'every version id is that of a version', ['olderVersions'], function* ({ key, value }, { tx }) {
    const [bucket, name, versionId] = key;
    if (tx.olderVersions.get([bucket, name, value])?.versionId === versionId) return;
    yield `the version ${versionId} of ${objectName(bucket, name)} is missing`;
  }),
  rule('objects', 'no version has a file that is to be removed', fileTables, versionFiles),
  rule('olderVersions', 'no older version has a file that is to be removed', fileTables, versionFiles),
  rule('objectParts', 'no part has a file that is to be removed', fileTables, ({ key, value }, evidence) =>
    fileFindings(value.piece, `a part of ${objectName(key[0], key[1])}`, evidence),
  ),
  rule('objectParts', 'every part is that of a version', ['objects', 'olderVersions'], function* ({ key }, evidence) {
    const [bucket, name, writeId, index] = key;
    if (index < (namedAt([bucket, name], evidence).writes.get(writeId) ?? 0)) return;
    yield `part ${index + 1} of a version of ${objectName(bucket, name)} that does not exist`;
  }),
  rule('objectData', 'all bytes are those of a version or part', pieceTables, function* ({ key }, evidence) {
    const [bucket, name, id] = key;
    const newest = evidence.tx.objects.get([bucket, name]);
    // Most objects have one version, in one piece.
    if (newest?.kind === 'object' && wholePiece(newest)?.id === id) return;
    if (namedAt([bucket, name], evidence).pieces.has(id)) return;
    yield `bytes of a version of ${objectName(bucket, name)} that does not exist`;
  }),
  rule('multipartUploads', 'every upload is for a bucket', ['buckets'], function* ({ key, value }, { tx }) {
    const [name, objectKey, uploadId] = key;
    const bucket = tx.buckets.get([name]);
    if (!bucket) yield withoutBucket(uploadName(name, objectKey));
    else if (value.uploadId !== uploadId) yield uploadName(name, objectKey);
  }),
  rule('multipartUploads', 'every key of an upload opens under the root key', [], function* ({ key, value }, evidence) {
    const { metadataKey, writeId } = value;
    if (!metadataKey || opens(() => unwrapMetadataKey(metadataKey, writeId, evidence))) return;
    yield `the key of ${uploadName(key[0], key[1])}`;
  }),
  rule('multipartParts', 'every uploaded part is that of an upload', ['multipartUploads'], function* (row, { tx }) {
    const [bucket, name, uploadId] = row.key;
    if (tx.multipartUploads.get([bucket, name, uploadId])) return;
    yield `${uploadedPartName(row.key)} belongs to an upload that does not exist`;
  }),
  rule(
    'multipartParts',
    'every uploaded part is stored in full',
    ['buckets', 'objectData', ...fileTables],
    uploadedPart,
  ),
  rule('resumableUploads', 'every upload to resume is there', ['multipartUploads'], function* ({ key, value }, { tx }) {
    const [bucket, name] = key;
    if (tx.multipartUploads.get([bucket, name, value.uploadId])) return;
    yield `${uploadName(bucket, name)}, which "ssebox s3 put --resume" would resume, does not exist`;
  }),
];

function versionFiles({ key, value }: Row<TableKey, VersionRecord>, evidence: Evidence): Iterable<string> {
  const [bucket, name] = key;
  const piece = value.kind === 'object' ? wholePiece(value) : undefined;
  return piece ? fileFindings(piece, objectName(String(bucket), String(name), value.versionId), evidence) : [];
}

/** Its file is named now; it must not be among those that the next sweep removes. */
function* fileFindings(piece: Piece, whose: string, { tx, files }: Evidence): Iterable<string> {
  if (piece.place === 'row') return;
  files.name(piece);
  const id = fileOf(piece);
  if (tx.unneededBlobs.get([id]) || tx.blobWrites.get([id])) yield `${whose} has a file that is to be removed`;
}

/** An unfinished upload's part must be there in full, even where its bytes cannot be read. */
function* uploadedPart(
  { key, value }: Row<[string, string, string, number], PartRecord>,
  evidence: Evidence,
): Iterable<string> {
  const { tx, files } = evidence;
  const [bucket, name, , number] = key;
  const { piece } = value;
  const whose = uploadedPartName(key);
  yield* fileFindings(piece, whose, evidence);
  if (piece.place === 'file') {
    files.require({ piece, whose, isNamed: (later: Tx) => later.multipartParts.get(key)?.piece.id === piece.id });
  }
  const isThere = piece.place === 'file' || tx.objectData.get([bucket, name, piece.id])?.length === piece.storedSize;
  if (value.number !== number || !isThere) yield whose;
}

/** What the versions and uploads of a key name. */
interface Named {
  /** Ids of pieces. */
  readonly pieces: Set<string>;
  /** Id of a write in parts → the number of its parts. */
  readonly writes: Map<string, number>;
}

const namedAt = perPlace(([bucket, key]: readonly [string, string], { tx }: Evidence): Named => {
  const named: Named = { pieces: new Set(), writes: new Map() };
  const addVersion = (version: VersionRecord | undefined) => {
    if (version?.kind !== 'object') return;
    const { content } = version.fixed;
    if (content.kind === 'whole') named.pieces.add(content.piece.id);
    else named.writes.set(version.writeId, content.count);
  };
  addVersion(tx.objects.get([bucket, key]));
  for (const { value } of tx.olderVersions.under([bucket, key])) addVersion(value);
  for (const parts of [tx.objectParts, tx.multipartParts]) {
    for (const { value } of parts.under([bucket, key])) named.pieces.add(value.piece.id);
  }
  return named;
});

/** `ssebox s3 inspect`: how an object is stored, byte by byte, as somebody with the disk would see it. */

import type { Envelope, StoredPiece, WrappedKey } from '../../../s3/content/inspect.ts';
import { command, type Painter } from '../../command.ts';
import { displayWidth } from '../../output/display-width.ts';
import { painted, type Shown } from '../../output/painted.ts';
import { spelledOut } from '../../output/spelled-out.ts';
import { onPage } from '../../output/wrap.ts';
import { humanSize } from '../../progress.ts';
import { object } from './object-argument.ts';
import { objectUri } from './uri.ts';

export const inspect = command({
  name: 'inspect',
  hasPage: true,
  summary: 'Show how an object is stored: its wrapped keys, context and ciphertext',
  description:
    'Nothing is decrypted and no permission is checked: this is what anyone with the disk can see. Without the keys named here, the object cannot be read.',
  args: { object },
  options: { 'version-id': { about: 'a version other than the newest', type: 'string', value: 'ID' } },
  examples: [
    'ssebox s3 inspect s3://reports/2026/q1.csv',
    "ssebox s3 inspect s3://photos/harbour.txt --query 'Keys[0]'",
  ],
  async run(values, session) {
    const { bucket, key } = objectUri(values.args.object);
    const VersionId = values.options['version-id'];
    const [{ inspectObject }, { store, blobs }] = await Promise.all([
      import('../../../s3/content/inspect.ts'),
      session.store.workplace(),
    ]);
    const input = { Bucket: bucket, Key: key, ...(VersionId !== undefined && { VersionId }) };
    const envelope = await inspectObject(input, { store, blobs });
    return { kind: 'page', value: described(envelope), page: (painter) => pageOf(envelope, painter) };
  },
});

function described(envelope: Envelope) {
  const { mode, bucketKey, layers, keys, verifier, pieces } = envelope;
  return {
    Bucket: envelope.bucket,
    Key: envelope.key,
    VersionId: envelope.versionId,
    Encryption: mode,
    BucketKeyEnabled: bucketKey,
    Cipher: envelope.cipher,
    SegmentBytes: envelope.segmentBytes,
    Layers: layers,
    Size: envelope.size,
    ETag: envelope.etag,
    Keys: keys.map(({ name, wrappedBy, generation, context, bytes }) => ({
      Name: name,
      WrappedBy: wrappedBy,
      Generation: generation,
      EncryptionContext: context,
      Bytes: bytes,
    })),
    CustomerKeyVerifier: verifier && { Salt: verifier.salt, Hash: verifier.hash },
    Pieces: pieces.map(({ id, place, plaintextBytes, storedBytes, segments, segmentBytes, salts, firstBytes }) => ({
      Id: id,
      Place: place,
      PlaintextBytes: plaintextBytes,
      StoredBytes: storedBytes,
      Segments: segments,
      SegmentBytes: segmentBytes,
      Salts: salts,
      FirstBytes: firstBytes,
    })),
    MetadataTag: envelope.metadataTag,
    RowTag: envelope.rowTag,
  };
}

function pageOf(envelope: Envelope, painter: Painter): Shown[] {
  const { mode, bucketKey, keys, verifier, pieces } = envelope;
  const { strong, faint } = painter;
  const uri = `s3://${envelope.bucket}/${envelope.key}`;
  const version = envelope.versionId === 'null' ? '' : `version ${envelope.versionId}`;
  const isBeside =
    version !== '' &&
    displayWidth(spelledOut(`${uri} ${version}`)) <= (painter.isTerminal ? painter.width : Number.POSITIVE_INFINITY);
  return [
    painted`${strong(uri)}${faint(isBeside ? ` ${version}` : '')}`,
    ...(isBeside || version === '' ? [] : [faint(`  ${version}`)]),
    ...field(
      'encryption',
      `${mode}${bucketKey ? ' with a bucket key' : ''}${envelope.layers > 1 ? `, ${envelope.layers} layers` : ''}`,
      painter,
    ),
    ...field('cipher', `${envelope.cipher}, in segments of ${envelope.segmentBytes / 1024} KiB`, painter),
    ...field('plaintext', `${envelope.size} bytes (never stored)`, painter),
    ...keys.flatMap((key) => ['', ...keyLines(key, painter)]),
    ...(verifier
      ? [
          '',
          strong("the caller's key"),
          ...field('stored', 'not stored; only a value that recognizes it', painter),
          ...hexField('salt', verifier.salt, painter),
          ...hexField('hash', verifier.hash, painter),
        ]
      : []),
    ...pieces.flatMap((piece, i) => ['', ...pieceLines(piece, pieces.length > 1 ? i + 1 : undefined, painter)]),
    '',
    strong('authentication'),
    ...hexField('metadata', envelope.metadataTag, painter),
    ...hexField('row', envelope.rowTag, painter),
  ];
}

function keyLines({ name, wrappedBy, generation, context, bytes }: WrappedKey, painter: Painter): Shown[] {
  return [
    painter.strong(`${name}, wrapped`),
    ...field('by', wrappedBy, painter),
    ...(generation === undefined ? [] : field('generation', `${generation} of the key material`, painter)),
    ...Object.entries(context ?? {}).flatMap(([key, value], i) =>
      field(i === 0 ? 'context' : '', `${key} = ${value}`, painter),
    ),
    ...hexField(`${bytes.length} bytes`, bytes, painter),
  ];
}

function pieceLines(piece: StoredPiece, part: number | undefined, painter: Painter): Shown[] {
  const { plaintextBytes, storedBytes, segments, segmentBytes, place, salts, firstBytes } = piece;
  const where = place === 'row' ? 'a row of the database' : `the file blobs/…/${piece.id}`;
  const layout = `${segments} of up to ${humanSize(segmentBytes)}, each with a tag of 16 bytes, in ${salts.length === 1 ? 'one layer' : `${salts.length} layers`}`;
  return [
    painter.strong(part === undefined ? 'ciphertext' : `ciphertext of part ${part}`),
    ...field('stored', `${storedBytes} bytes for ${plaintextBytes}, in ${where}`, painter),
    ...field('segments', layout, painter),
    ...salts.flatMap((salt, i) => hexField(salts.length === 1 ? 'salt' : `salt ${i + 1}`, salt, painter)),
    ...hexField('begins', firstBytes, painter),
  ];
}

const LABEL = 12;
const HEX_BYTES = 16;

/** A value beside its label, broken between words on a terminal. */
const field = (label: string, text: string, painter: Painter): Shown[] =>
  onPage(text, painter, 2 + LABEL).map((line, i) => labelled(i === 0 ? label : '', line));

const labelled = (label: string, text: Shown): Shown => painted`  ${label.padEnd(LABEL)}${text}`;

/** Bytes in rows of sixteen, as in a hex dump. */
function hexField(label: string, bytes: Uint8Array, { faint }: Painter): Shown[] {
  const rows: Shown[] = [];
  for (let at = 0; at < Math.max(1, bytes.length); at += HEX_BYTES) {
    const pairs = Array.from(bytes.subarray(at, at + HEX_BYTES), (byte) => byte.toString(16).padStart(2, '0'));
    rows.push(labelled(at === 0 ? label : '', faint(pairs.join(' '))));
  }
  return rows;
}

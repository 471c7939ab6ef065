import { appendFileSync, rmSync } from 'node:fs';
import { fileOf, wholePiece } from '../../../src/s3/content/object-record.ts';
import { blobPath } from '../../../src/store/blobs.ts';
import type { Piece, VersionRecord } from '../../../src/store/records/s3.ts';
import type { Row, TableKey } from '../../../src/store/table.ts';
import type { Tx } from '../../../src/store/tables.ts';
import { type Breaks, change, rowIn } from './break.ts';

const newest = (tx: Tx, name: string) => rowIn(tx.objects, ({ key }) => key[1] === name);
/** The second newest version. */
const older = (tx: Tx, name: string) => rowIn(tx.olderVersions, ({ key }) => key[1] === name);
const uploadedPart = (tx: Tx, number: number) => rowIn(tx.multipartParts, ({ key }) => key[3] === number);

/** Lets the next sweep remove a file. */
function giveUp(piece: Piece | undefined, tx: Tx): void {
  if (piece?.place !== 'file') throw new Error('there is no file');
  tx.unneededBlobs.put([fileOf(piece)], true);
}

function pieceOf({ value }: Row<TableKey, VersionRecord>): Piece | undefined {
  return value.kind === 'object' ? wholePiece(value) : undefined;
}

export const objectBreaks: Breaks = {
  'every object is in a bucket': (tx) => {
    const { value } = newest(tx, 'small');
    tx.objects.put(['gone', 'small'], value);
    return [`s3://gone/small (version ${value.versionId}) is in a bucket that does not exist`];
  },
  'the newest version is the newest': (tx) => {
    tx.objects.put(['photos', 'small'], older(tx, 'small').value);
    return [
      'the newest version of s3://photos/small',
      'bytes of a version of s3://photos/small that does not exist',
      'the totals of the bucket "photos"',
    ];
  },
  'every older version has a newer one': (tx) => {
    tx.objects.remove(['photos', 'small']);
    const others = Array.from(tx.olderVersions.under(['photos', 'small']), ({ value }) => value.versionId);
    return [
      ...others.map((id) => `the newest version of s3://photos/small is missing: it still has the version ${id}`),
      'bytes of a version of s3://photos/small that does not exist',
      'the totals of the bucket "photos"',
    ];
  },
  'every older version is in its place': [
    (tx) => {
      const { value } = older(tx, 'small');
      tx.versionOrders.remove(['photos', 'small', value.versionId]);
      return [`the version ${value.versionId} of s3://photos/small is not in its place`];
    },
    (tx) => {
      const { key, value } = older(tx, 'small');
      tx.olderVersions.remove(key);
      tx.olderVersions.put([key[0], key[1], 0], value);
      return [
        `the version ${value.versionId} of s3://photos/small is not in its place`,
        `the version ${value.versionId} of s3://photos/small is missing`,
      ];
    },
  ],
  'every version id is that of a version': (tx) => {
    tx.versionOrders.put(['photos', 'small', 'gone'], -9);
    return ['the version gone of s3://photos/small is missing'];
  },
  'no version has a file that is to be removed': [
    (tx) => {
      const row = newest(tx, 'twice');
      giveUp(pieceOf(row), tx);
      return [`s3://photos/twice (version ${row.value.versionId}) has a file that is to be removed`];
    },
    (tx) => {
      const row = newest(tx, 'twice');
      tx.blobWrites.put([pieceOf(row)?.id ?? ''], rowIn(tx.blobWrites).value);
      return [`s3://photos/twice (version ${row.value.versionId}) has a file that is to be removed`];
    },
  ],
  'no older version has a file that is to be removed': (tx) => {
    const row = older(tx, 'large');
    giveUp(pieceOf(row), tx);
    return [`s3://photos/large (version ${row.value.versionId}) has a file that is to be removed`];
  },
  'no part has a file that is to be removed': (tx) => {
    giveUp(rowIn(tx.objectParts).value.piece, tx);
    return ['a part of s3://photos/in-parts has a file that is to be removed'];
  },
  'every part is that of a version': [
    (tx) => {
      tx.objectParts.put(['photos', 'in-parts', 'gone', 0], rowIn(tx.objectParts).value);
      return ['part 1 of a version of s3://photos/in-parts that does not exist'];
    },
    (tx) => {
      const { key, value } = rowIn(tx.objectParts);
      tx.objectParts.put([key[0], key[1], key[2], 2], value);
      return ['part 3 of a version of s3://photos/in-parts that does not exist'];
    },
  ],
  'all bytes are those of a version or part': [
    (tx) => {
      tx.objectData.put(['photos', 'small', 'stray'], Buffer.from('stray'));
      return ['bytes of a version of s3://photos/small that does not exist'];
    },
    (tx) => {
      tx.objectData.put(['photos', 'nowhere', 'stray'], Buffer.from('stray'));
      return ['bytes of a version of s3://photos/nowhere that does not exist'];
    },
  ],
  'every upload is for a bucket': [
    (tx) => {
      const { key, value } = rowIn(tx.multipartUploads);
      tx.multipartUploads.put(['gone', 'key', key[2]], value);
      return ['the unfinished upload of s3://gone/key is in a bucket that does not exist'];
    },
    (tx) => {
      change(tx.multipartUploads, rowIn(tx.multipartUploads), { uploadId: 'another' });
      return ['the unfinished upload of s3://photos/unfinished'];
    },
  ],
  'every key of an upload opens under the root key': (tx) => {
    const row = rowIn(tx.multipartUploads, ({ value }) => value.metadataKey !== undefined);
    change(tx.multipartUploads, row, { metadataKey: new Uint8Array(60) });
    return ['the key of the unfinished upload of s3://private/unfinished'];
  },
  'every uploaded part is that of an upload': (tx) => {
    tx.multipartUploads.remove(rowIn(tx.multipartUploads).key);
    return [
      'part 1 of the unfinished upload of s3://photos/unfinished belongs to an upload that does not exist',
      'part 2 of the unfinished upload of s3://photos/unfinished belongs to an upload that does not exist',
      'the unfinished upload of s3://photos/unfinished, which "ssebox s3 put --resume" would resume, does not exist',
      'the totals of the bucket "photos"',
    ];
  },
  'every uploaded part is stored in full': [
    (tx) => {
      tx.objectData.remove(['photos', 'unfinished', uploadedPart(tx, 2).value.piece.id]);
      return ['part 2 of the unfinished upload of s3://photos/unfinished'];
    },
    (tx) => {
      change(tx.multipartParts, uploadedPart(tx, 2), { number: 3 });
      return ['part 2 of the unfinished upload of s3://photos/unfinished'];
    },
    (tx, folder) => {
      rmSync(blobPath(folder, uploadedPart(tx, 1).value.piece.id));
      return ['part 1 of the unfinished upload of s3://photos/unfinished'];
    },
    (tx, folder) => {
      appendFileSync(blobPath(folder, uploadedPart(tx, 1).value.piece.id), 'more');
      return ['part 1 of the unfinished upload of s3://photos/unfinished'];
    },
    (tx) => {
      giveUp(uploadedPart(tx, 1).value.piece, tx);
      return ['part 1 of the unfinished upload of s3://photos/unfinished has a file that is to be removed'];
    },
  ],
  'every upload to resume is there': (tx) => {
    tx.resumableUploads.put(['photos', 'key', 'digest'], { v: 1, uploadId: 'gone' });
    return ['the unfinished upload of s3://photos/key, which "ssebox s3 put --resume" would resume, does not exist'];
  },
};

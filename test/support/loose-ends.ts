/** What is in a store that nothing names, and what is named and not there: nothing of it, when nobody is at work. */

import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileOf, wholePiece } from '../../src/s3/content/object-record.ts';
import { isMarked } from '../../src/store/placing.ts';
import type { Piece, VersionRecord } from '../../src/store/records/s3.ts';
import type { Store } from '../../src/store/store.ts';
import type { Tx } from '../../src/store/tables.ts';

/** One line for each loose end. */
export function looseEnds({ store, folder = store.folder }: { store: Store; folder?: string }): string[] {
  return store.transact<string[]>((tx) => {
    const named = namesIn(tx);
    const rows = new Set(Array.from(tx.objectData.range(), ({ key }) => rowName(...key)));
    const partRows = new Set(Array.from(tx.objectParts.range(), ({ key }) => key.join(' ')));
    return [
      ...differences('blob file', filesIn(folder), named.files),
      ...differences('row of ciphertext', rows, named.rows),
      ...differences('row of a part', partRows, named.partRows),
      ...differences('order of a version', ordersIn(tx), named.orders),
      ...readdirSync(folder).flatMap((name) => (isMarked(name) ? [`${name} is left`] : [])),
      ...Array.from(tx.blobWrites.range(), ({ key }) => `a write of blob file ${key[0]} is noted`),
      ...Array.from(tx.unneededBlobs.range(), ({ key }) => `blob file ${key[0]} waits to go`),
      ...Array.from(tx.multipartParts.range()).flatMap(({ key: [bucket, key, uploadId, number] }) =>
        tx.multipartUploads.get([bucket, key, uploadId]) ? [] : [`part ${number} is of no upload: ${uploadId}`],
      ),
    ];
  });
}

interface Named {
  readonly files: Set<string>;
  readonly rows: Set<string>;
  readonly partRows: Set<string>;
  readonly orders: Set<string>;
}

const rowName = (bucket: string, key: string, id: string) => `${bucket} ${key} ${id}`;

function namesIn(tx: Tx): Named {
  const named: Named = { files: new Set(), rows: new Set(), partRows: new Set(), orders: new Set() };
  const addPiece = (piece: Piece, bucket: string, key: string) => {
    if (piece.place === 'file') named.files.add(fileOf(piece));
    else named.rows.add(rowName(bucket, key, piece.id));
  };
  const addVersion = (version: VersionRecord, bucket: string, key: string) => {
    if (version.kind !== 'object') return;
    const whole = wholePiece(version);
    if (whole) addPiece(whole, bucket, key);
    if (version.fixed.content.kind === 'whole') return;
    for (let i = 0; i < version.fixed.content.count; i++) {
      const part = tx.objectParts.get([bucket, key, version.writeId, i]);
      named.partRows.add([bucket, key, version.writeId, i].join(' '));
      if (part) addPiece(part.piece, bucket, key);
    }
  };
  for (const { key, value } of tx.objects.range()) addVersion(value, ...key);
  for (const { key: place, value } of tx.olderVersions.range()) {
    const [bucket, key, order] = place;
    addVersion(value, bucket, key);
    named.orders.add(`${bucket} ${key} ${value.versionId} ${order}`);
  }
  for (const { key, value } of tx.multipartParts.range()) addPiece(value.piece, key[0], key[1]);
  return named;
}

const ordersIn = (tx: Tx): Set<string> =>
  new Set(Array.from(tx.versionOrders.range(), ({ key, value }) => `${key.join(' ')} ${value}`));

function filesIn(folder: string): Set<string> {
  const blobs = join(folder, 'blobs');
  if (!existsSync(blobs)) return new Set();
  return new Set(readdirSync(blobs).flatMap((shard) => readdirSync(join(blobs, shard))));
}

const differences = (what: string, there: ReadonlySet<string>, named: ReadonlySet<string>): string[] => [
  ...[...there].filter((one) => !named.has(one)).map((one) => `${what} that nothing names: ${one}`),
  ...[...named].filter((one) => !there.has(one)).map((one) => `${what} that is not there: ${one}`),
];

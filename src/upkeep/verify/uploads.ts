/** Reads the parts of unfinished uploads to their last byte: whoever completes one would find damage too late. */

import { isDeepStrictEqual } from 'node:util';
import type { LongWork } from '../../store/long-work.ts';
import type { Tx } from '../../store/tables.ts';
import { uploadedPartName } from './object-name.ts';
import { readable, UNREADABLE } from './readable.ts';
import { inTurn, readAll, type Sight } from './reading.ts';
import type { Findings } from './report.ts';
import { lookAtPart, type Opened } from './version-reader.ts';

type PartKey = [bucket: string, key: string, uploadId: string, number: number];

/** Reads the parts of a store, and adds what it finds. */
export function readUploads(opened: Opened, findings: Findings, work: LongWork): Promise<void> {
  const nextPart = inTurn((tx) => tx.multipartParts, findings.unreadable.get('multipartParts'));
  const next = (tx: Tx) => {
    const row = nextPart(tx);
    return row && sightOf(row.key, opened, tx);
  };
  return readAll(next, opened.store, findings, work);
}

function sightOf(place: PartKey, opened: Opened, tx: Tx): Sight | 'skipped' {
  const [bucketName, key, uploadId] = place;
  const part = readable(() => tx.multipartParts.get(place));
  const upload = readable(() => tx.multipartUploads.get([bucketName, key, uploadId]));
  const bucket = readable(() => tx.buckets.get([bucketName]));
  // What is missing has been found where the rows were compared.
  if (part === UNREADABLE || upload === UNREADABLE || bucket === UNREADABLE) return 'skipped';
  if (!part || !upload || !bucket) return 'skipped';
  return {
    name: uploadedPartName(place),
    look: lookAtPart(part, upload, { bucket, key }, opened, tx),
    isSame(later) {
      const now = readable(() => later.multipartParts.get(place));
      return now === UNREADABLE || isDeepStrictEqual(now, part);
    },
  };
}

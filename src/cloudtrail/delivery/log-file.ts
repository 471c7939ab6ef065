/**
 * Log files: which events of a trail's queue are in the next one, and its bytes. CloudTrail User Guide, "How CloudTrail
 * works" (about every five minutes) and "CloudTrail record contents" (at most 50 MB before compression).
 */

import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { createGzip, gzipSync } from 'node:zlib';
import type { Region } from '../../api/regions.ts';
import { callAt } from '../../call/call-log.ts';
import type { DeliveredLogFile } from '../../store/records/trail.ts';
import type { TransactionalStore } from '../../store/store.ts';
import type { KeyRange } from '../../store/table.ts';
import type { Tx } from '../../store/tables.ts';
import { cloudTrailEvent, isEvent } from '../event.ts';
import { FILE_MS } from './file-time.ts';

/** Of how many events a file is made at most, so that the transaction that takes them out of the queue is short. */
const MOST_EVENTS = 10_000;

/** How many rows of a queue are looked at before files are made of them, and in one transaction. */
const MOST_SCANNED = 100_000;
const SCANNED_AT_ONCE = 5000;

/** How many events are read in one transaction; a file of so few is written in one. */
export const READ_AT_ONCE = 400;

/** The size of a file before it is compressed. */
const MOST_BYTES = 50 * 1000 * 1000;

/** Events of one region and five minutes that wait in a trail's queue. */
export interface WaitingFile {
  readonly region: Region;
  /** Their positions in the queue, in order; the first one is the first of the region. */
  readonly positions: readonly number[];
  /** When the first of them happened, and where their five minutes begin, by the store's clock. */
  readonly firstMs: number;
  readonly windowMs: number;
}

/** The files that a trail's queue makes, by region and in order, of its rows before a position. */
export function waitingFiles(
  trail: number,
  before: number,
  store: Pick<TransactionalStore, 'transact'>,
): Map<Region, WaitingFile[]> {
  const files = new Map<Region, Gathered[]>();
  let start: number | undefined = 0;
  for (let scanned = 0; scanned < MOST_SCANNED && start !== undefined; scanned += SCANNED_AT_ONCE) {
    const range: KeyRange = { start: [trail, start], end: [trail, before], limit: SCANNED_AT_ONCE };
    start = store.transact<number | undefined>((tx) => {
      let read = 0;
      let last = 0;
      for (const { key, value } of tx.trailQueue.range(range)) {
        [, last] = key;
        read += 1;
        const [, region, timeMs, , , under = region] = value;
        gather(files, under, last, timeMs);
      }
      return read < SCANNED_AT_ONCE ? undefined : last + 1;
    });
  }
  return files;
}

interface Gathered extends WaitingFile {
  readonly positions: number[];
}

function gather(files: Map<Region, Gathered[]>, region: Region, position: number, timeMs: number): void {
  const ofRegion = files.get(region) ?? [];
  files.set(region, ofRegion);
  const windowMs = Math.floor(timeMs / FILE_MS) * FILE_MS;
  const last = ofRegion.at(-1);
  if (last?.windowMs === windowMs && last.positions.length < MOST_EVENTS) last.positions.push(position);
  else ofRegion.push({ region, positions: [position], firstMs: timeMs, windowMs });
}

/** What is known of a file's content once it is written. */
export interface WrittenLog extends Omit<DeliveredLogFile, 'bucket' | 'key'> {
  /** How many positions of the queue it covers. */
  readonly covered: number;
  readonly events: number;
}

/** A few events as a compressed file. */
export function smallLog(
  trail: number,
  positions: readonly number[],
  tx: Tx,
): { body: Uint8Array; written: WrittenLog } {
  const writing = newWriting(MOST_BYTES);
  const pieces = [writing.add(readEvents(trail, positions, tx)), writing.end()];
  return { body: gzipSync(Buffer.concat(pieces)), written: writing.written() };
}

/**
 * A file of any number of events, which are read as they are compressed; what was written is known at its end. A full
 * file does not cover all of them.
 */
export function longLog(
  trail: number,
  positions: readonly number[],
  store: Pick<TransactionalStore, 'transact'>,
  mostBytes = MOST_BYTES,
): { body: AsyncIterable<Uint8Array>; written(): WrittenLog } {
  const writing = newWriting(mostBytes);
  function* pieces(): Generator<Buffer> {
    for (let at = 0; at < positions.length && !writing.isFull(); at += READ_AT_ONCE) {
      const some = positions.slice(at, at + READ_AT_ONCE);
      yield writing.add(store.transact<(QueuedEvent | undefined)[]>((tx) => readEvents(trail, some, tx)));
    }
    yield writing.end();
  }
  async function* body() {
    const gzip = createGzip();
    const source = Readable.from(pieces(), { objectMode: false });
    source.once('error', (error) => gzip.destroy(error));
    yield* source.pipe(gzip);
  }
  return { body: body(), written: writing.written };
}

interface QueuedEvent {
  readonly timeMs: number;
  readonly text: string;
}

/** Events as the log shows them; undefined for one whose record is missing, as verifying the store reports. */
function readEvents(trail: number, positions: readonly number[], tx: Tx): (QueuedEvent | undefined)[] {
  return positions.map((position) => {
    const row = tx.trailQueue.get([trail, position]);
    const record = row && callAt([row[0], row[1], row[2], row[3]], tx);
    return record && isEvent(record)
      ? { timeMs: record.timeMs, text: JSON.stringify(cloudTrailEvent(record)) }
      : undefined;
  });
}

const HEAD = '{"Records":[';
const END = ']}';

/** The text of a file in the making, on one line. */
function newWriting(mostBytes: number) {
  const hash = createHash('sha256');
  let bytes = 0;
  let events = 0;
  let covered = 0;
  let oldestEventMs = 0;
  let newestEventMs = 0;
  let sha256 = '';
  let isFull = false;
  const taken = (text: string): Buffer => {
    const piece = Buffer.from(text);
    hash.update(piece);
    bytes += piece.length;
    return piece;
  };
  return {
    isFull: () => isFull,
    add(found: readonly (QueuedEvent | undefined)[]): Buffer {
      let text = covered === 0 ? HEAD : '';
      let size = bytes + HEAD.length + END.length;
      for (const event of found) {
        if (event) {
          size += Buffer.byteLength(event.text) + 1;
          isFull = size > mostBytes && events > 0;
          if (isFull) break;
          text += events === 0 ? event.text : `,${event.text}`;
          events += 1;
        }
        covered += 1;
        if (!event) continue;
        oldestEventMs = events === 1 ? event.timeMs : Math.min(oldestEventMs, event.timeMs);
        newestEventMs = Math.max(newestEventMs, event.timeMs);
      }
      return taken(text);
    },
    end(): Buffer {
      const piece = taken(END);
      sha256 = hash.digest('hex');
      return piece;
    },
    written: (): WrittenLog => ({ covered, events, sha256, oldestEventMs, newestEventMs }),
  };
}

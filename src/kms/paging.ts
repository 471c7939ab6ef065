/**
 * Pages of KMS's lists. A marker holds the last key of its page, so that entries added or removed meanwhile neither
 * repeat nor hide another. KMS API Reference, Limit and Marker of the list operations.
 */

import { createHash } from 'node:crypto';
import { AwsError } from '../api/errors.ts';
import { takePage } from '../api/page.ts';
import type { KeyPart, KeyRange, Row, TableKey } from '../store/table.ts';

interface Page<T> {
  readonly items: readonly T[];
  readonly more: { readonly NextMarker?: string; readonly Truncated: boolean };
}

interface PageRequest {
  readonly Limit?: number | undefined;
  readonly Marker?: string | undefined;
}

/** Identifies a list: a marker of one list is not valid for another. */
export interface ListFacts {
  readonly list: string;
  readonly defaultLimit: number;
  /** The maximum page size, even if the request asks for more. */
  readonly maxLimit: number;
}

/** Takes one page of the rows that `read` yields from a given key on. */
export function pageOf<K extends TableKey, V>(
  facts: ListFacts,
  { Limit = facts.defaultLimit, Marker }: PageRequest,
  read: (range: KeyRange) => Iterable<Row<K, V>>,
): Page<Row<K, V>> {
  const limit = Math.min(Limit, facts.maxLimit);
  const after = Marker === undefined ? undefined : readMarker(Marker, facts.list);
  const range: KeyRange = after === undefined ? { limit: limit + 1 } : { start: after, after: true, limit: limit + 1 };
  const { items, hasMore } = takePage(read(range), limit);
  const last = items.at(-1);
  const more =
    hasMore && last !== undefined
      ? { NextMarker: writeMarker(last.key, facts.list), Truncated: true }
      : { Truncated: false };
  return { items, more };
}

/** The same for a list within one record, in its order. */
export function pageOfArray<T>(facts: ListFacts, request: PageRequest, all: readonly T[]): Page<T> {
  const page = pageOf<[number], T>(facts, request, ({ start, limit }) => {
    const from = start === undefined ? 0 : Number(start[0]) + 1;
    return all.slice(from, from + (limit ?? all.length)).map((value, i) => ({ key: [from + i], value }));
  });
  return { items: page.items.map(({ value }) => value), more: page.more };
}

const CHECK_BYTES = 6;

function writeMarker(key: TableKey, list: string): string {
  const body = Buffer.from(JSON.stringify(key));
  return Buffer.concat([checkOf(body, list), body]).toString('base64url');
}

function readMarker(marker: string, list: string): KeyPart[] {
  const bytes = Buffer.from(marker, 'base64url');
  const body = bytes.subarray(CHECK_BYTES);
  if (bytes.toString('base64url') !== marker || !checkOf(body, list).equals(bytes.subarray(0, CHECK_BYTES))) {
    throw invalidMarker();
  }
  // The check proves that writeMarker wrote the text.
  return JSON.parse(body.toString()) as KeyPart[];
}

/** Distinguishes markers from other texts, and markers of different lists; it is not secret. */
const checkOf = (body: Uint8Array, list: string) =>
  createHash('sha256').update(`${list}\0`).update(body).digest().subarray(0, CHECK_BYTES);

const invalidMarker = () =>
  new AwsError(
    'InvalidMarkerException',
    '',
    {},
    'a marker is the NextMarker of the page before, unchanged, for the same list',
  );

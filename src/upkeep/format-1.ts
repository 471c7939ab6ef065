/** Rows as stores of format 1 have them. Those of five tables had a tag as a member, of which the rest was sealed. */

import { type Format1RowKind, format1RowLabel } from '../crypto/labels.ts';
import type { RootKey } from '../crypto/root-key.ts';
import { hashKey, isTagOf } from '../s3/content/record-tag.ts';
import type { TableName } from '../store/databases.ts';
import type { TableKey } from '../store/table.ts';

/** What the tag of a row is about; and how many parts of the key after the bucket's name it was sealed for. */
const sealedTables: Partial<Record<TableName, { readonly kind: Format1RowKind; readonly parts: number }>> = {
  objects: { kind: 'version', parts: 1 },
  olderVersions: { kind: 'version', parts: 1 },
  objectParts: { kind: 'part', parts: 3 },
  multipartUploads: { kind: 'upload', parts: 1 },
  multipartParts: { kind: 'uploaded-part', parts: 2 },
};

/** The tables whose rows have a tag; their keys begin with a bucket's name. */
export const taggedTables = Object.keys(sealedTables) as readonly TableName[];

/** Whether a row of such a table is what was sealed in this place. */
export function isGenuineRow(
  table: TableName,
  key: TableKey,
  row: unknown,
  bucketId: string,
  rootKey: RootKey,
): boolean {
  const sealed = sealedTables[table];
  if (!sealed || !isTagged(row)) return false;
  const { tag, ...rest } = row;
  const place = [bucketId, ...key.slice(1, 1 + sealed.parts)];
  return isTagOf(tag, hashKey(rootKey, format1RowLabel(sealed.kind)), place, rest);
}

/** A row without the tag that only format 1 has. */
export function withoutTag(table: TableName, row: unknown): unknown {
  if (!sealedTables[table] || !isTagged(row)) return row;
  const { tag: _, ...rest } = row;
  return rest;
}

const isTagged = (row: unknown): row is { readonly tag: Uint8Array } =>
  typeof row === 'object' && row !== null && 'tag' in row && row.tag instanceof Uint8Array;

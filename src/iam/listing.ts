/** Pages of IAM's lists: IAM API Reference, "Common parameters": MaxItems, Marker, IsTruncated. */

import type { AccountId } from '../api/arn.ts';
import { AwsError } from '../api/errors.ts';
import { takePage } from '../api/page.ts';
import type { Row, TableKey } from '../store/table.ts';

interface PageRequest {
  readonly Marker?: string | undefined;
  readonly MaxItems?: number | undefined;
}

export interface Page<T> {
  readonly items: readonly T[];
  readonly IsTruncated: boolean;
  readonly Marker?: string | undefined;
}

const DEFAULT_ITEMS = 100;

/**
 * One page of a list in the order of names. The marker names the last item of the previous page, so additions and
 * removals in between shift nothing. `from` returns the items whose name comes after the given one.
 */
export function pageOf<T>(
  { Marker, MaxItems = DEFAULT_ITEMS }: PageRequest,
  from: (after: string | undefined) => Iterable<T>,
  nameOf: (item: T) => string,
): Page<T> {
  const { items, hasMore } = takePage(from(Marker === undefined ? undefined : readMarker(Marker)), MaxItems);
  if (!hasMore) return { items, IsTruncated: false };
  const last = items.at(-1);
  return { items, IsTruncated: true, Marker: last === undefined ? undefined : writeMarker(nameOf(last)) };
}

/** The same for items within one record. */
export function pageOfNames(request: PageRequest, names: readonly string[]): Page<string> {
  return pageOf(
    request,
    (after) => {
      const at = after === undefined ? -1 : names.indexOf(after);
      return names.slice(at + 1);
    },
    (name) => name,
  );
}

const writeMarker = (name: string): string => Buffer.from(`after:${name}`).toString('base64');

function readMarker(marker: string): string {
  const text = Buffer.from(marker, 'base64').toString();
  if (!text.startsWith('after:')) throw new AwsError('InvalidInput', `Invalid Marker: ${marker}`);
  return text.slice('after:'.length);
}

interface Named {
  readonly name: string;
  readonly path: string;
}

/** The name that rows are ordered by. */
export const lowerName = ({ name }: Pick<Named, 'name'>): string => name.toLowerCase();

/** The range of an account's rows after a name. */
export const startAfter = (account: AccountId, after: string | undefined) =>
  after === undefined ? {} : { start: [account, after], after: true };

/** The values of the rows whose path begins with a prefix. */
export function* inPath<V extends Named>(rows: Iterable<Row<TableKey, V>>, prefix: string): Iterable<V> {
  for (const { value } of rows) if (value.path.startsWith(prefix)) yield value;
}

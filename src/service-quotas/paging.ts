/** Pages of the lists of Service Quotas: Service Quotas API Reference, MaxResults and NextToken. */

import { AwsError } from '../api/errors.ts';
import { takePage } from '../api/page.ts';

interface PageRequest {
  readonly MaxResults?: number | undefined;
  readonly NextToken?: string | undefined;
}

interface Page<T> {
  readonly items: readonly T[];
  readonly more: { readonly NextToken?: string };
}

/** As many as one page may have. */
const MAX_RESULTS = 100;

/**
 * Takes one page. The token names the last item of the page before it and the list, so that what is added meanwhile
 * shifts nothing and a token of another list is refused.
 * @param from the items after the one with this id, or all
 * @throws InvalidPaginationTokenException for a token of another list
 */
export function pageOf<T>(
  list: string,
  { MaxResults = MAX_RESULTS, NextToken }: PageRequest,
  from: (after: string | undefined) => Iterable<T>,
  idOf: (item: T) => string,
): Page<T> {
  const after = NextToken === undefined ? undefined : readToken(NextToken, list);
  const { items, hasMore } = takePage(from(after), MaxResults);
  const last = items.at(-1);
  return { items, more: hasMore && last !== undefined ? { NextToken: writeToken(idOf(last), list) } : {} };
}

/** The same for a list in memory. */
export const pageOfList = <T>(list: string, request: PageRequest, all: readonly T[], idOf: (item: T) => string) =>
  pageOf(list, request, (after) => (after === undefined ? all : itemsAfter(after, all, idOf)), idOf);

function itemsAfter<T>(after: string, all: readonly T[], idOf: (item: T) => string): readonly T[] {
  const at = all.findIndex((item) => idOf(item) === after);
  if (at < 0) throw invalidToken();
  return all.slice(at + 1);
}

const writeToken = (id: string, list: string): string => Buffer.from(JSON.stringify([list, id])).toString('base64');

function readToken(token: string, list: string): string {
  try {
    const [ofList, id]: unknown[] = JSON.parse(Buffer.from(token, 'base64').toString());
    if (ofList === list && typeof id === 'string') return id;
  } catch {
    // What cannot be read is not a token either.
  }
  throw invalidToken();
}

const invalidToken = () =>
  new AwsError('InvalidPaginationTokenException', 'The request failed because the pagination token is invalid.');

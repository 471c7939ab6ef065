/** Pages of lists: AWS Organizations API Reference, "Common parameters" of the operations: NextToken, MaxResults. */

import { createHash } from 'node:crypto';
import { AwsError } from '../api/errors.ts';
import { takePage } from '../api/page.ts';

interface PageRequest {
  readonly NextToken?: string | undefined;
  readonly MaxResults?: number | undefined;
}

export interface Page<T> {
  readonly items: readonly T[];
  readonly NextToken?: string | undefined;
}

/** As many as AWS puts on a page at most. */
const MOST = 20;

/**
 * One page of a list. A token names the last item of the page before, and is valid for the same question only.
 * @param from the items whose name comes after the given one
 * @throws InvalidInputException for a text that is not a token of this list
 */
export function pageOf<T>(
  operation: string,
  { NextToken, MaxResults = MOST, ...question }: PageRequest,
  from: (after: string | undefined) => Iterable<T>,
  nameOf: (item: T) => string,
): Page<T> {
  const digest = createHash('sha256')
    .update(JSON.stringify([operation, question]))
    .digest('base64url')
    .slice(0, 16);
  const after = NextToken === undefined ? undefined : readToken(NextToken, digest);
  const { items, hasMore } = takePage(from(after), MaxResults);
  const last = items.at(-1);
  if (!hasMore || last === undefined) return { items };
  return { items, NextToken: Buffer.from(`${digest} ${nameOf(last)}`).toString('base64url') };
}

function readToken(token: string, digest: string): string {
  const text = Buffer.from(token, 'base64url').toString();
  if (text.startsWith(`${digest} `)) return text.slice(digest.length + 1);
  throw new AwsError(
    'InvalidInputException',
    'Get the value for the NextToken parameter from the response to a previous call of the operation.',
    { Reason: 'INVALID_NEXT_TOKEN' },
    'the token is not one that this list returned',
  );
}

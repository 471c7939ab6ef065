/**
 * The position of a lookup; a token is valid only for its own lookup: CloudTrail API Reference, LookupEvents,
 * NextToken.
 */

import { createHash } from 'node:crypto';
import { AwsError } from '../api/errors.ts';
import type { LookupEventsRequest } from '../api/model/cloudtrail.types.ts';

/** Time and id of the last record read. */
export type Position = readonly [timeMs: number, eventId: string];

export function encodeToken([timeMs, eventId]: Position, request: LookupEventsRequest): string {
  return Buffer.from(JSON.stringify([timeMs, eventId, lookupDigest(request)])).toString('base64url');
}

/** @throws AwsError InvalidNextTokenException for a text that is not a token of this lookup. */
export function decodeToken(token: string, request: LookupEventsRequest): Position {
  const parts = parsed(token);
  if (Array.isArray(parts) && parts.length === 3) {
    const [timeMs, eventId, digest]: unknown[] = parts;
    if (typeof timeMs === 'number' && typeof eventId === 'string' && digest === lookupDigest(request)) {
      return [timeMs, eventId];
    }
  }
  throw new AwsError('InvalidNextTokenException', 'Invalid NextToken: it is not one that this lookup gave.');
}

function parsed(token: string): unknown {
  try {
    return JSON.parse(Buffer.from(token, 'base64url').toString());
  } catch {
    return undefined;
  }
}

/** A digest of the parameters that must be the same for every page; the page size may differ. */
function lookupDigest({ LookupAttributes, StartTime, EndTime, EventCategory }: LookupEventsRequest): string {
  const lookup = JSON.stringify([LookupAttributes ?? [], StartTime ?? null, EndTime ?? null, EventCategory ?? null]);
  return createHash('sha256').update(lookup).digest('base64url').slice(0, 16);
}

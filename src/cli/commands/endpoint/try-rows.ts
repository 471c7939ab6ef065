/** Tries the rows of a check one after the other, each for a limited time. */

import { EndpointError, ReceivedRefusal } from '../../../api/errors.ts';
import { UnreadableAnswer } from '../../../wire/codecs/codec.ts';
import { placeOf } from '../bucket/place.ts';
import { type Outcome, outcomeOf } from './outcome.ts';
import type { Peer, Site } from './peer.ts';
import type { Row, RowGroup } from './row.ts';

export interface Tried {
  readonly group: string;
  readonly name: string;
  readonly outcome: Outcome;
}

export interface Trying {
  readonly groups: readonly RowGroup[];
  /** Ends all of it. */
  readonly signal: AbortSignal;
  /** A signal that is aborted when a row has had its time. */
  readonly limit: () => AbortSignal;
  /** Is told what is tried next. */
  readonly show: (name: string) => void;
}

/**
 * Finds out whether anything answers, and with these credentials.
 * @throws EndpointError if nothing does, ReceivedRefusal of the credentials
 */
export async function reach(peer: Peer): Promise<void> {
  try {
    await peer.call('s3', 'ListBuckets', {});
  } catch (error) {
    if (error instanceof ReceivedRefusal && !CREDENTIAL_CODES.has(error.code)) return;
    if (error instanceof EndpointError && error.cause instanceof UnreadableAnswer) return;
    throw error;
  }
}

/** Refusals of the credentials themselves, after which no call would succeed. */
const CREDENTIAL_CODES: ReadonlySet<string> = new Set([
  ...['InvalidAccessKeyId', 'SignatureDoesNotMatch', 'InvalidClientTokenId', 'UnrecognizedClientException'],
  ...['ExpiredToken', 'ExpiredTokenException', 'InvalidToken', 'RequestTimeTooSkewed'],
]);

/** @throws what the signal was aborted with, or an error that is not the endpoint's */
export async function tryRows(site: Site, { groups, signal, limit, show }: Trying): Promise<Tried[]> {
  const tried: Tried[] = [];
  let silent = 0;
  const attempt = async (probe: Row['probe']): Promise<Outcome> => {
    if (silent >= MOST_SILENT) return { kind: 'not tried', why: 'the endpoint has stopped answering' };
    const limited = limit();
    try {
      const detail = await probe(site.during(AbortSignal.any([signal, limited])));
      silent = 0;
      return { kind: 'works', detail: typeof detail === 'string' ? detail : undefined };
    } catch (error) {
      signal.throwIfAborted();
      if (limited.aborted) {
        silent += 1;
        return { kind: 'wrong', answered: 'no answer in time', expected: 'an answer' };
      }
      const outcome = outcomeOf(error);
      if (!outcome) throw error;
      silent = error instanceof EndpointError && error.isTransient ? silent + 1 : 0;
      return outcome;
    }
  };
  const bucket = await attempt(({ call, bucket: Bucket, region }) =>
    call('s3', 'CreateBucket', { Bucket, ...placeOf(region) }).then(() => undefined),
  );
  for (const { name: group, needsBucket, rows } of groups) {
    for (const { name, probe } of rows) {
      show(`${group}: ${name}`);
      const outcome =
        needsBucket && bucket.kind !== 'works'
          ? ({ kind: 'not tried', why: `there is no bucket for it: ${saidOf(bucket)}` } as const)
          : await attempt(probe);
      tried.push({ group, name, outcome });
    }
  }
  return tried;
}

/** After so many rows without an answer, the others are not waited for. */
const MOST_SILENT = 3;

/** An outcome other than success, in words. */
export function saidOf(outcome: Outcome): string {
  switch (outcome.kind) {
    case 'works':
      return outcome.detail ?? '';
    case 'refused': {
      const { operation, code, status, message } = outcome;
      return `${operation}: ${code} (${status})${message && `: ${shortened(message)}`}`;
    }
    case 'wrong':
      return `${shortened(outcome.answered)}; AWS: ${outcome.expected}`;
    case 'not tried':
      return outcome.why;
    default:
      return outcome satisfies never;
  }
}

const LONGEST = 160;

const shortened = (text: string): string => (text.length > LONGEST ? `${text.slice(0, LONGEST - 1)}…` : text);

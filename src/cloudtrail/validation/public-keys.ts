/**
 * The public keys of a region by their fingerprints. AWS CloudTrail API Reference, ListPublicKeys: a key is the DER of
 * PKCS #1.
 */

import { AbsenceError } from '../../api/errors.ts';
import type { Region } from '../../api/regions.ts';
import type { MakeCall } from './buckets.ts';
import { secondsText } from './digest-names.ts';

/** The DER of each key. */
export type PublicKeys = ReadonlyMap<string, Uint8Array>;

/** The keys that were valid at some time in between. @throws AbsenceError if there are none */
export async function publicKeysBetween(
  startMs: number,
  endMs: number,
  region: Region | undefined,
  call: MakeCall,
): Promise<PublicKeys> {
  const keys = new Map<string, Uint8Array>();
  const times = { StartTime: new Date(startMs), EndTime: new Date(endMs) };
  let NextToken: string | undefined;
  do {
    const page = await call(
      'cloudtrail',
      'ListPublicKeys',
      { ...times, ...(NextToken !== undefined && { NextToken }) },
      { region },
    );
    for (const { Fingerprint, Value } of page.PublicKeyList ?? []) {
      if (Fingerprint !== undefined && Value !== undefined) keys.set(Fingerprint, Value);
    }
    NextToken = page.NextToken;
  } while (NextToken !== undefined);
  if (keys.size > 0) return keys;
  throw new AbsenceError(`No public keys found between ${secondsText(startMs)} and ${secondsText(endMs)}`);
}

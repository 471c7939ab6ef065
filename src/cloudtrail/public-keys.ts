/** The public keys of digests: CloudTrail API Reference, ListPublicKeys. */

import { AwsError } from '../api/errors.ts';
import type { PublicKey } from '../api/model/cloudtrail.types.ts';
import { operation } from '../call/operation.ts';
import { fingerprintOf, VALIDITY_MS } from './delivery/signing-key.ts';
import { accountAccess, requireAccount } from './find-trail.ts';

/**
 * Lists the keys of a region that digests of a time were signed with; absent times are now. All are in one page, since
 * a region has about one a month.
 */
export const ListPublicKeys = operation('cloudtrail', 'ListPublicKeys', {
  resolve({ StartTime, EndTime, NextToken }, call) {
    if (NextToken !== undefined) {
      throw new AwsError('InvalidTokenException', 'Reserved for future use.');
    }
    const fromMs = (StartTime ?? call.now).getTime();
    const toMs = (EndTime ?? call.now).getTime();
    if (fromMs > toMs) {
      throw new AwsError('InvalidTimeRangeException', 'The start time must not be after the end time.');
    }
    return { account: requireAccount(call), fromMs, toMs };
  },
  authorize: ({ account }) => [accountAccess('ListPublicKeys', account)],
  run({ fromMs, toMs }, _input, { region, tx }) {
    const keys: PublicKey[] = [];
    for (const { key, value } of tx.trailSigningKeys.under([region])) {
      const [, startMs] = key;
      const endMs = startMs + VALIDITY_MS;
      if (startMs > toMs || endMs <= fromMs) continue;
      keys.push({
        Value: value.publicKey,
        ValidityStartTime: new Date(startMs),
        ValidityEndTime: new Date(endMs),
        Fingerprint: fingerprintOf(value.publicKey),
      });
    }
    return { PublicKeyList: keys };
  },
});

/** What was used of the quotas, for people. */

import type { QuotaUse } from '../store/records/quota.ts';
import type { Tx } from '../store/tables.ts';
import { isOfPrefixes } from './optional-rates.ts';
import type { PlacedQuota } from './settings.ts';
import { inLastMinute, type Requests } from './windows.ts';

/** The use of a rate by all of an account in a region; of a rate of prefixes, by all prefixes together. */
export interface RateUse {
  /** In the last minute; `peak` is the most in one window, of one prefix. */
  readonly lastMinute: Requests;
  /** How many requests were ever over the rate, refused or not, since it is counted. */
  readonly overEver: number;
  /** When the last one was, by the machine's clock, in milliseconds. */
  readonly lastOverMs?: number | undefined;
}

/** The use of a rate at a time of the machine's clock, in milliseconds. */
export function useOf({ account, region, service, name }: PlacedQuota, machineMs: number, tx: Tx): RateUse {
  const uses: QuotaUse[] = [];
  const own = tx.quotaUses.get([account, region, service, name]);
  if (own) uses.push(own);
  if (service === 's3') {
    for (const { key, value } of tx.quotaUses.under([account, region, service])) {
      if (isOfPrefixes(name, key[3])) uses.push(value);
    }
  }
  const minutes = uses.map((use) => inLastMinute(use, machineMs));
  const lastOver = Math.max(0, ...uses.map(({ lastOverMs }) => lastOverMs));
  return {
    lastMinute: {
      granted: minutes.reduce((sum, { granted }) => sum + granted, 0),
      over: minutes.reduce((sum, { over }) => sum + over, 0),
      peak: Math.max(0, ...minutes.map(({ peak }) => peak)),
    },
    overEver: uses.reduce((sum, { overEver }) => sum + overEver, 0),
    ...(lastOver > 0 && { lastOverMs: lastOver }),
  };
}

/** Everything that an account used in a month and pays for, as far as the store knows: counters and running totals. */

import type { AccountId } from '../api/arn.ts';
import type { Tx } from '../store/tables.ts';
import { countedUsage } from './counted-usage.ts';
import { keyUsage } from './key-usage.ts';
import { storageUsage } from './storage-usage.ts';
import type { Period, Used } from './usage.ts';
import { watchingUsage } from './watching-usage.ts';

export function* usageOf(account: AccountId, period: Period, tx: Tx): Generator<Used> {
  yield* keyUsage(account, period, tx);
  yield* countedUsage(account, period, tx);
  yield* storageUsage(account, period, tx);
  yield* watchingUsage(account, period, tx);
}

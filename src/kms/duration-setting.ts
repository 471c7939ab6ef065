/** Settings of the config file that are durations: `90s`, `5m`, `1h`. */

import { UsageError } from '../api/errors.ts';
import type { Call } from '../call/operation.ts';

const unitMs: Readonly<Record<string, number>> = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** The setting in milliseconds; 0 where it is not set. @throws UsageError for what is no duration. */
function durationSetting(name: string, { settings }: Pick<Call, 'settings'>): number {
  const text = settings[name];
  if (text === undefined) return 0;
  const [, count = '', unit = ''] = /^(\d+)([smhd])$/.exec(text) ?? [];
  const perUnit = unitMs[unit];
  if (perUnit === undefined) throw new UsageError(`${name} is "${text}", not a duration such as 90s, 5m or 1h`);
  return Number(count) * perUnit;
}

/** How long a new grant takes until it counts without its token. */
export const grantDelayMs = (call: Pick<Call, 'settings'>): number => durationSetting('kms.grant-delay', call);

/**
 * How long a key stays in Creating or Updating, and how long a rotation on demand takes: seconds in AWS. Where it is
 * not set, the state shows in the answer alone and is over at the next call.
 */
export const settleDelayMs = (call: Pick<Call, 'settings'>): number => durationSetting('kms.settle-delay', call);

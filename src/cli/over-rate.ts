/** Shows a person that AWS would have throttled a command. */

import type { OverRate } from '../call/answer.ts';
import { rateText } from '../quotas/windows.ts';
import type { Session } from './session.ts';

/** One hint for all calls of a command. */
export function hintAtRates(over: readonly OverRate[], session: Pick<Session, 'tell'>): void {
  const [first, ...others] = over;
  if (!first) return;
  const more = others.length === 0 ? '' : ` (and ${others.length} more ${others.length === 1 ? 'rate' : 'rates'})`;
  const { name, region, rate } = first;
  const rule = `it allows ${rateText(rate)} of ${name} in ${region}${more}`;
  session.tell(`hint: AWS would have throttled this: ${rule}: ssebox quota list`);
}

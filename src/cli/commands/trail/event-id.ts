/** The id of an event as a person types it: whole, or the end of it that a page shows. */

import { UsageError } from '../../../api/errors.ts';
import { callRows } from '../../../call/call-log.ts';
import type { Session } from '../../session.ts';

/** With the sign for what was left out, as it is copied from a page. */
const ENDING = /^(?:…|\.\.\.)?([0-9a-f-]{1,35})$/i;

export const isEndingOfId = (text: string): boolean => /^(?:…|\.\.\.)/.test(text) && ENDING.test(text);

/** So many events of the account and region are looked at, newest first. */
const MOST_READ = 10_000;

/**
 * The whole id of the one event that ends like this; what is not the end of an id is answered as it is.
 * @throws UsageError when several of the newest events end like this.
 */
export async function eventIdOf(typed: string, { aws, store, region }: Session): Promise<string> {
  const ending = ENDING.exec(typed)?.[1]?.toLowerCase();
  const account = ending === undefined ? undefined : await aws.account('cloudtrail');
  if (ending === undefined || account === undefined) return typed.toLowerCase();
  const found = await store.transact<string[]>((tx) => {
    const newest = callRows({ under: [account, region], reverse: true, limit: MOST_READ }, tx);
    return Array.from(newest, ({ value }) => value.eventId).filter((id) => id.endsWith(ending));
  });
  const [id, ...others] = found;
  if (id === undefined) return typed.toLowerCase();
  if (others.length === 0) return id;
  const shown = found.slice(0, 5).join(', ');
  throw new UsageError(`${found.length} events end with "${ending}": ${shown}${found.length > 5 ? ', …' : ''}`);
}

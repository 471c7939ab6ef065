/** The time where a command's calls go. */

import type { ServiceName } from '../../api/model/operations.ts';
import type { Session } from '../session.ts';
import { isRemote } from './place.ts';

/** The time by which a service goes, in milliseconds: an endpoint's clock is taken to be this machine's. */
export async function nowThere(service: ServiceName, session: Session): Promise<number> {
  const now = session.environment.now();
  if (isRemote(service, session)) return now;
  const { storeNow } = await import('../../store/clock.ts');
  return session.store.transact((tx) => storeNow(tx, now));
}

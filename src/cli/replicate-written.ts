/**
 * Replicates what a command wrote into buckets with replication rules, if the setting `s3.replication` is `inline`.
 * Otherwise it stays in the queue, and a person is shown the command that replicates it.
 */

import { replicationFailureText } from '../s3/replication/replication-lines.ts';
import { waitingVersions } from '../s3/replication/waiting.ts';
import type { Session } from './session.ts';

/** No more than this many are counted. */
const AT_MOST = 1000;

/** A replication that fails is reported but does not change the command's outcome: what it wrote is written. */
export async function replicateOrHint(queued: readonly string[], session: Session): Promise<void> {
  const waiting = await session.store.transact((tx) => waitingVersions(queued, AT_MOST + 1, tx));
  if (waiting.count === 0) return;
  if (session.settings['s3.replication'] === 'inline') return replicateNow(waiting.buckets, session);
  if (!session.terminal) return;
  const many = waiting.count === 1 ? '1 version is waiting' : `${waiting.count} versions are waiting`;
  const more = waiting.count > AT_MOST ? 'more than 1000 versions are waiting' : many;
  const [only, ...others] = waiting.buckets;
  session.tell(`hint: ${more} to be replicated: ssebox s3 replicate${others.length === 0 ? ` ${only}` : ''}`);
}

async function replicateNow(buckets: readonly string[], session: Session): Promise<void> {
  const [{ replicateQueue }, workplace] = await Promise.all([
    import('../s3/replication/replicate-queue.ts'),
    session.store.workplace(),
  ]);
  const { region, signal } = session;
  for (const bucket of buckets) {
    for await (const outcome of replicateQueue(workplace, { bucket, region, signal })) {
      const failure = replicationFailureText(outcome);
      if (failure !== undefined) session.tell(failure);
    }
  }
}

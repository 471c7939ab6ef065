/** Warns, after the deletion of a user or role, about the KMS keys that nobody can manage any more. */

import type { DeletedPrincipal } from '../call/answer.ts';
import { keysOrphanedBy } from '../kms/orphaned-keys.ts';
import type { Session } from './session.ts';

export async function warnOfOrphanedKeys(deleted: DeletedPrincipal, session: Session): Promise<void> {
  for (const arn of await session.store.transact((tx) => keysOrphanedBy(deleted, tx))) {
    const who = `${deleted.kind}/${deleted.name}`;
    session.tell(`warning: nobody can change the key policy of ${arn} any more: it allowed only ${who} to do so`);
  }
}

/** After the deletion of a user or role a person is told of the KMS keys that nobody can manage any more. */

import { type Deleted, keysOrphanedBy } from '../kms/orphaned-keys.ts';
import type { Session } from './session.ts';

/** Tells nothing after an operation of IAM that deletes neither. */
export async function warnOfOrphanedKeys(operation: string, input: object, session: Session): Promise<void> {
  const deleted = deletedBy(operation, input);
  if (!deleted) return;
  for (const arn of await session.transact((tx) => keysOrphanedBy(deleted, tx))) {
    const who = `${deleted.kind}/${deleted.name}`;
    session.tell(`warning: nobody can change the key policy of ${arn} any more: it let only ${who} do so`);
  }
}

function deletedBy(operation: string, input: object): Deleted | undefined {
  if (operation === 'DeleteUser' && 'UserName' in input && typeof input.UserName === 'string')
    return { kind: 'user', name: input.UserName };
  if (operation === 'DeleteRole' && 'RoleName' in input && typeof input.RoleName === 'string')
    return { kind: 'role', name: input.RoleName };
  return undefined;
}

/** After the deletion of a user or role a person is told of the KMS keys that nobody can manage any more. */

import { type Deleted, keysOrphanedBy } from '../kms/orphaned-keys.ts';
import type { Session } from './session.ts';

/**
 * Looks before an operation of IAM which keys nobody can manage; what it answers warns, after the operation, of those
 * that are new among them. A user of the same name in another account may have orphaned some before. Undefined: the
 * operation deletes neither.
 */
export async function watchForOrphanedKeys(
  operation: string,
  input: object,
  session: Session,
): Promise<(() => Promise<void>) | undefined> {
  const deleted = deletedBy(operation, input);
  if (!deleted) return undefined;
  const find = () => session.transact((tx) => keysOrphanedBy(deleted, tx));
  const before = await find();
  return async () => {
    for (const arn of await find()) {
      if (before.includes(arn)) continue;
      const who = `${deleted.kind}/${deleted.name}`;
      session.tell(`warning: nobody can change the key policy of ${arn} any more: it let only ${who} do so`);
    }
  };
}

function deletedBy(operation: string, input: object): Deleted | undefined {
  if (operation === 'DeleteUser' && 'UserName' in input && typeof input.UserName === 'string')
    return { kind: 'user', name: input.UserName };
  if (operation === 'DeleteRole' && 'RoleName' in input && typeof input.RoleName === 'string')
    return { kind: 'role', name: input.RoleName };
  return undefined;
}

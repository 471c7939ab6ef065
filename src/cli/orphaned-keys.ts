/** After the deletion of a user or role a person is told of the KMS keys that nobody can manage any more. */

import type { ServiceName } from '../api/operation.ts';
import { type Deleted, keysOrphanedBy } from '../kms/orphaned-keys.ts';
import type { Session } from './session.ts';

/** What a call deleted that a key policy may name; undefined: nothing of the kind. */
export function deletedBy(service: ServiceName, operation: string, input: object): Deleted | undefined {
  if (service !== 'iam') return undefined;
  if (operation === 'DeleteUser' && 'UserName' in input && typeof input.UserName === 'string')
    return { kind: 'user', name: input.UserName };
  if (operation === 'DeleteRole' && 'RoleName' in input && typeof input.RoleName === 'string')
    return { kind: 'role', name: input.RoleName };
  return undefined;
}

export async function warnOfOrphanedKeys(deleted: Deleted, session: Session): Promise<void> {
  const { kind, name } = deleted;
  for (const arn of await session.transact((tx) => keysOrphanedBy(deleted, tx))) {
    session.tell(`warning: nobody can change the key policy of ${arn} any more: it let only ${kind}/${name} do so`);
  }
}

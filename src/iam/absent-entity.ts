/**
 * Entities that do not exist. IAM looks at the caller's permission first, so that whoever may not ask for an entity does
 * not learn whether it exists: IAM User Guide, "Troubleshoot access denied error messages".
 */

import { AwsError } from '../api/errors.ts';
import type { AnyOperation } from '../call/operation.ts';
import type { Access } from '../policy/access.ts';

/** The resource of the permission that would let the caller know. */
type Asked = Pick<Access, 'resource' | 'owner' | 'resourcePhrase'>;

/** NoSuchEntity for what an operation is about. Thrown while names are resolved, before permissions are looked at. */
export class AbsentEntity extends AwsError {
  readonly asked: Asked;
  constructor(message: string, asked: Asked) {
    super('NoSuchEntity', message);
    this.asked = asked;
  }
}

/** The same operation, which refuses callers without the permission before it says that an entity is absent. */
export const deniedFirst = (operation: AnyOperation): AnyOperation => ({
  ...operation,
  resolve(input, call) {
    try {
      return operation.resolve(input, call);
    } catch (error) {
      if (error instanceof AbsentEntity) call.require({ action: `iam:${operation.name}`, ...error.asked });
      throw error;
    }
  },
});

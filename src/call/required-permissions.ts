/** The permissions that a recorded call required. */

import { s3Permissions } from '../policy/s3-permissions.ts';
import type { CallRecord, RequiredPermission } from '../store/records/call.ts';

/**
 * In order; the last is the one that it was denied, if it was. Undefined for a record from before they were noted, where
 * the operation's name is not that of its permission.
 */
export function requiredPermissions(record: CallRecord): readonly RequiredPermission[] | undefined {
  const { service, operation, resources, permissions } = record;
  if (permissions) return permissions;
  const action = `${service}:${operation}`;
  if (!isAction(action)) return undefined;
  return [{ action, resource: resources[0]?.arn ?? '*' }];
}

/** Services other than S3 name their permissions like their operations, but for this one of KMS. */
const isAction = (action: string): boolean =>
  action.startsWith('s3:') ? s3Permissions.has(action.toLowerCase()) : action !== 'kms:ReEncrypt';

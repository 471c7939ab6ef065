/** The AWS STS operations in ssebox. */

import type { OperationTable } from '../call/operation.ts';
import { AssumeRole } from './assume-role.ts';
import { GetAccessKeyInfo, GetCallerIdentity, GetSessionToken } from './caller-identity.ts';
import { GetFederationToken } from './federation-token.ts';

export const stsOperations: OperationTable = {
  AssumeRole,
  GetAccessKeyInfo,
  GetCallerIdentity,
  GetFederationToken,
  GetSessionToken,
};

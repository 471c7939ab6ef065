/** The AWS STS operations in ssebox. */

import type { OperationTable } from '../call/operation.ts';
import { AssumeRole } from './assume-role.ts';
import { GetAccessKeyInfo, GetCallerIdentity, GetSessionToken } from './caller-identity.ts';

export const stsOperations: OperationTable = { AssumeRole, GetAccessKeyInfo, GetCallerIdentity, GetSessionToken };

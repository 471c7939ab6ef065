/** Every CloudTrail operation that ssebox has, by AWS's name. */

import type { OperationTable } from '../call/operation.ts';
import { LookupEvents } from './lookup-events.ts';

export const cloudtrailOperations: OperationTable = { LookupEvents };

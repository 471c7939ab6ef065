/** The commands of `ssebox cloudtrail` besides the operations of CloudTrail. */

import type { CommandNode } from '../command.ts';
import { validateLogs } from './cloudtrail/validate-logs.ts';

export const cloudtrailCommands: readonly CommandNode[] = [validateLogs];

/** The commands of `ssebox iam` besides the operations of IAM. */

import type { CommandNode } from '../command.ts';
import { leastPrivilege } from './iam/least-privilege.ts';
import { validate } from './iam/validate.ts';

export const iamCommands: readonly CommandNode[] = [validate, leastPrivilege];

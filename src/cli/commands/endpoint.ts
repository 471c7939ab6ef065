/** `ssebox endpoint`: what is on the other side of a URL. */

import type { CommandNode } from '../command.ts';
import { check } from './endpoint/check.ts';

export const endpointCommands: readonly CommandNode[] = [check];

/** `ssebox metrics`: what was counted and measured, for people and scripts. */

import type { CommandNode } from '../command.ts';
import { get } from './metrics/get.ts';
import { list } from './metrics/list.ts';
import { overview } from './metrics/overview.ts';
import { plot } from './metrics/plot.ts';

export const metricsCommands: readonly CommandNode[] = [overview, list, get, plot];

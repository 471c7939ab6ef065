/** Points that a process passes, at one of which it ends or is interrupted. */

import { namedBelow, watchFileSteps } from './file-steps.ts';

export interface Point {
  readonly name: string;
  /** Counts the points of this name, from 1. */
  readonly turn: number;
}

export interface Points {
  /** The points that were passed. */
  readonly passed: readonly Point[];
  pass(name: string): void;
}

export function newPoints(signalAt: Point | undefined, signal: NodeJS.Signals = 'SIGKILL'): Points {
  const passed: Point[] = [];
  const turns = new Map<string, number>();
  const pass = (name: string): void => {
    const turn = (turns.get(name) ?? 0) + 1;
    turns.set(name, turn);
    passed.push({ name, turn });
    if (name === signalAt?.name && turn === signalAt.turn) process.kill(process.pid, signal);
  };
  return { passed, pass };
}

/**
 * Passes a point before each step on files below a folder, named as `namedBelow` does; not before a sync, of which what
 * a kill leaves shows nothing.
 */
export async function watchFiles({ pass }: Points, folder: string): Promise<void> {
  await watchFileSteps(({ kind, path }) => {
    const name = namedBelow(folder, path);
    if (kind !== 'sync' && !name.startsWith('..')) pass(`${kind} ${name}`);
    return undefined;
  });
}

/** Points that a process passes, at one of which it ends or is interrupted. */

import { createRequire } from 'node:module';
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

interface Root {
  transactionSync(work: () => unknown, flags?: unknown): unknown;
}

/** Passes a point before and after each transaction, also one inside another, of the stores that are opened from now on. */
export function watchTransactions({ pass }: Points): void {
  const lmdb: { open(options: unknown): Root } = createRequire(import.meta.filename)('lmdb');
  const { open } = lmdb;
  lmdb.open = (options) => {
    const root = open(options);
    const transactionSync = root.transactionSync.bind(root);
    root.transactionSync = (work, flags) => {
      pass('transaction');
      const answer = transactionSync(work, flags);
      const passed = (value: unknown) => {
        pass('end of transaction');
        return value;
      };
      return answer instanceof Promise ? answer.then(passed) : passed(answer);
    };
    return root;
  };
}

/** Points that a process passes, at one of which it ends or is interrupted. */

import fs from 'node:fs';
import fsPromises from 'node:fs/promises';
import { syncBuiltinESMExports } from 'node:module';

export interface Point {
  readonly name: string;
  /** Counts the points of this name, from 1. */
  readonly turn: number;
}

export interface Points {
  /** The points that were passed. */
  readonly passed: readonly Point[];
  pass(name: string): void;
  /** Every function of these names passes a point before it works. */
  watch(holder: object, names: readonly string[]): void;
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
  return {
    passed,
    pass,
    watch(holder, names) {
      for (const name of names) {
        const original: unknown = Reflect.get(holder, name);
        if (typeof original !== 'function') throw new TypeError(`there is no ${name}`);
        Reflect.set(holder, name, function (this: unknown, ...given: unknown[]): unknown {
          pass(name);
          return Reflect.apply(original, this, given);
        });
      }
    },
  };
}

/** Passes a point before each of these steps on files. */
export async function watchFiles(
  { watch }: Points,
  names: { readonly handle: readonly string[]; readonly promises: readonly string[]; readonly sync: readonly string[] },
): Promise<void> {
  const handle = await fsPromises.open(process.execPath);
  await handle.close();
  watch(Object.getPrototypeOf(handle), names.handle);
  watch(fsPromises, names.promises);
  watch(fs, names.sync);
  syncBuiltinESMExports();
}

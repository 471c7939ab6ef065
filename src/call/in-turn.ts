/** What has to be done before a call by several parts. */

import type { Before, PipelineParts } from './scope.ts';

type Beforehand = NonNullable<PipelineParts['beforehand']>;

/** Asks each of the parts, and has those that have something to do do it one after the other. */
export function inTurn(parts: readonly Beforehand[]): Beforehand {
  return (asked, tx) => {
    let all: Before[] | undefined;
    for (const part of parts) {
      const before = part(asked, tx);
      if (!before) continue;
      all ??= [];
      all.push(before);
    }
    if (!all) return undefined;
    const tasks = all;
    return async (signal) => {
      for (const task of tasks) await task(signal);
    };
  };
}

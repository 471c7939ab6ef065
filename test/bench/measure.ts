/**
 * Times that can be compared although the machine is not idle: what is compared runs in turns, so that a slow minute
 * hits all of it, and of many turns the median or the least counts.
 */

type Work = () => unknown;

/** Runs each piece of work in turn, so many rounds. @returns the seconds of every run, by name. */
export async function inTurns<Name extends string>(
  rounds: number,
  works: Readonly<Record<Name, Work>>,
): Promise<Record<Name, number[]>> {
  const names = Object.keys(works) as Name[];
  const times = Object.fromEntries(names.map((name) => [name, []])) as unknown as Record<Name, number[]>;
  for (let round = 0; round < rounds; round++) {
    for (const name of names) times[name].push(await seconds(works[name]));
  }
  return times;
}

async function seconds(work: Work): Promise<number> {
  const start = performance.now();
  await work();
  return (performance.now() - start) / 1000;
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[sorted.length >> 1] ?? Number.NaN;
}

export const least = (values: readonly number[]): number => Math.min(...values);

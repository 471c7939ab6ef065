/** How long a simulation of a month takes in which a billion objects are written and read a day. */

import { join } from 'node:path';
import type { Figure } from './figure.ts';
import { inTurns, least } from './measure.ts';
import type { Programs } from './program.ts';

/** A billion in a day. */
const RATE = `${1_000_000_000 / 86_400}`;

export async function simulation(folder: string, { ssebox }: Programs): Promise<Figure[]> {
  const store = join(folder, 'unused');
  const simulate = (region: string) => () =>
    ssebox(store, 'simulate', '--objects-per-second', RATE, '--days', '30', '--regions', region);
  // The quota of the second one is exceeded, so that requests are followed one by one.
  const times = await inTurns(5, { large: simulate('us-east-1'), small: simulate('eu-west-3') });
  const aim = { atMost: 5 };
  return [
    { name: 'simulate a billion objects a day for a month', value: least(times.large), unit: 's', aim },
    { name: 'the same where KMS throttles', value: least(times.small), unit: 's', aim },
  ];
}

/** How long commands take to start, as a multiple of what Node takes for nothing. */

import { join } from 'node:path';
import type { Figure } from './figure.ts';
import { inTurns, median } from './measure.ts';
import type { Programs } from './program.ts';

export async function startUp(folder: string, { ssebox, node }: Programs): Promise<Figure[]> {
  const store = join(folder, 'start');
  const { KeyMetadata } = JSON.parse(ssebox(store, 'kms', 'create-key'));
  const works = {
    node: () => node('-e', '0'),
    version: () => ssebox(store, '--version'),
    describeKey: () => ssebox(store, 'kms', 'describe-key', '--key-id', KeyMetadata.KeyId),
  };
  // What V8 compiled is kept at the first run of a command.
  await inTurns(3, works);
  const times = await inTurns(60, works);
  const base = median(times.node);
  return [
    {
      name: 'ssebox kms describe-key ÷ node -e 0',
      value: median(times.describeKey) / base,
      unit: '÷',
      aim: { atMost: 1.6 },
    },
    { name: 'ssebox --version ÷ node -e 0', value: median(times.version) / base, unit: '÷', aim: { atMost: 1.15 } },
  ];
}

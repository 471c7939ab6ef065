/** A process that gives a store a new root key. */

import { processEnvironment } from '../../../src/env.ts';
import { rekeyStore } from '../../../src/store/rekey.ts';

const [folder = ''] = process.argv.slice(2);
await rekeyStore(
  folder,
  { random: processEnvironment().random },
  {
    prepare:
      () =>
      (_, { value }) =>
        value,
    finish: () => {},
  },
);

/** A process that creates keys until it is killed, and tells its parent the description of each one once it is there. */

import { openSession } from '../store-session.ts';

const [folder = '', maker = '', how = 'alone'] = process.argv.slice(2);
const session = await openSession(folder, { grouped: how === 'grouped' });

for (let turn = 0; ; turn += 5) {
  const five = Array.from({ length: 5 }, (_, i) => `${maker} ${turn + i}`);
  await Promise.all(
    five.map(async (Description) => {
      await session.call('kms', 'CreateKey', { Description });
      process.send?.(Description);
    }),
  );
}

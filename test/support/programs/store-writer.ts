/** A process that writes to a store until it is killed, and tells its parent how many of its turns are committed. */

import { addOne } from '../ledger.ts';
import { openStore } from '../open-store.ts';

const [folder = '', writer = '', how = ''] = process.argv.slice(2);
const store = openStore(folder);

for (let turn = 0; ; turn += 3) {
  const three = [turn, turn + 1, turn + 2];
  if (how === 'grouped') {
    await Promise.all(three.map((each) => store.transactGrouped<void>((tx) => addOne(tx, writer, each))));
  } else {
    for (const each of three) store.transact<void>((tx) => addOne(tx, writer, each));
  }
  process.send?.(turn + 3);
  // Lets the message go.
  await new Promise((resolve) => setImmediate(resolve));
}

/** A process that writes blob files one after the other until it is killed; it tells its parent where it is. */

import { openBlobs } from '../../../src/store/blobs.ts';
import { openStore } from '../open-store.ts';

const [folder = '', writer = ''] = process.argv.slice(2);
const store = openStore(folder);
const blobs = openBlobs(store);
const say = (step: string) =>
  new Promise((resolve) => {
    process.send?.(step, resolve);
  });

for (let turn = 0; ; turn++) {
  const id = `${writer}${turn}`.padEnd(32, '0');
  const file = store.transact((tx) => blobs.beginWrite(id, tx));
  await say('begun');
  for (let i = 0; i < 3; i++) await file.write(new Uint8Array(700_000).fill(turn));
  await say('written');
  await file.finish();
  await say('finished');
  store.transact<void>((tx) => {
    file.keep(tx);
    tx.objectData.put(['blob', id, ''], new Uint8Array());
  });
  await say('kept');
}

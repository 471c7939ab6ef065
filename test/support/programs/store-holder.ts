/** A process that has a store open until it is killed. */

import { openStore } from '../open-store.ts';

openStore(process.argv[2] ?? '');
// Listening to its parent keeps it running.
process.on('message', () => {});
process.send?.('open');

/** A process that wants the root key of a folder, at the same moment as others. */

import { processEnvironment } from '../../../src/env.ts';
import { rootKeyOf } from '../../../src/store/root-key-file.ts';

const [folder = ''] = process.argv.slice(2);
const key = rootKeyOf(folder, processEnvironment().random);
process.send?.(Buffer.from(key.derive('fingerprint')).toString('hex'));
process.disconnect?.();

/** A process that wants the root key of a folder, at the same moment as others. */

import { hashLabels } from '../../../src/crypto/labels.ts';
import { processEnvironment } from '../../../src/env.ts';
import { rootKeyOf } from '../../../src/store/root-key-file.ts';

const [folder = ''] = process.argv.slice(2);
const key = rootKeyOf(folder, processEnvironment().random);
process.send?.(Buffer.from(key.derive(hashLabels.rootKeyCheck)).toString('hex'));
process.disconnect?.();

/** A process that makes calls which a trail logs, and delivers what waits for the trail, turn by turn. */

import { deliverTrails } from '../../../src/cloudtrail/delivery/deliver-trails.ts';
import { processEnvironment } from '../../../src/env.ts';
import { openSession } from '../store-session.ts';

const [folder = '', turns = '0', hoursAhead = '0'] = process.argv.slice(2);
const real = processEnvironment();
const aheadMs = Number(hoursAhead) * 3_600_000;
const environment = { ...real, now: () => real.now() + aheadMs };
const session = await openSession(folder, { environment });
const place = { ...session.assembly, environment };
const deliver = () => deliverTrails(place, { which: () => true, all: true, isShown: true });

let failures = 0;
for (let turn = 0; turn < Number(turns); turn++) {
  await Promise.all(Array.from({ length: 5 }, () => session.call('kms', 'ListAliases', {})));
  const { failed } = await deliver();
  failures += failed.length;
}
await session.close();
process.stdout.write(String(failures));

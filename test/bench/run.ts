/**
 * Prints the figures that ssebox is held to, each beside its aim. They are ratios within this one run where that is
 * possible; nothing is asserted, since the machine has other things to do. Words choose groups: `npm run bench kms`.
 */

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { besideAge } from './age.ts';
import { alarms } from './alarms.ts';
import { policyTests } from './check.ts';
import { decisions } from './decisions.ts';
import { delivery } from './delivery.ts';
import { atEndpoint } from './endpoint.ts';
import { type Figure, figureTable } from './figure.ts';
import { history } from './history.ts';
import { kmsCalls, largeKmsStore } from './kms-calls.ts';
import { largeObjects } from './large-objects.ts';
import { lists } from './lists.ts';
import { metrics } from './metrics.ts';
import { packaged } from './package.ts';
import { parallelParts, putPartsAtOnce } from './parallel-parts.ts';
import { type Programs, programsIn } from './program.ts';
import { ranges } from './ranges.ts';
import { records } from './records.ts';
import { encryptGrouped, rowTags } from './row-tags.ts';
import { served } from './serve.ts';
import { serveBare, serveStore } from './served.ts';
import { simulation } from './simulation.ts';
import { smallObjects } from './small-objects.ts';
import { startUp } from './start-up.ts';
import { verification } from './verification.ts';
import { whoCan } from './who-can.ts';

type Group = (folder: string, programs: Programs) => Promise<Figure[]>;

const groups: Readonly<Record<string, Group>> = {
  start: startUp,
  package: packaged,
  decisions,
  kms: kmsCalls,
  'kms-large': largeKmsStore,
  tags: rowTags,
  records,
  history,
  delivery,
  lists,
  small: smallObjects,
  ranges,
  parts: parallelParts,
  large: largeObjects,
  age: besideAge,
  verify: verification,
  simulate: simulation,
  metrics,
  alarms,
  check: policyTests,
  'who-can': whoCan,
  serve: served,
  endpoint: atEndpoint,
};

const NOTES = `
Every figure is the median of many runs, or the least time of few, and what is compared ran in turns.
"share" is how much of a transfer's time its slowest unavoidable part takes alone: AES-256-GCM of the bytes, MD5 where
the ETag is one, a plain copy of the file with fsync.
`;

const [first, ...rest] = process.argv.slice(2);
if (first === putPartsAtOnce.name) await putPartsAtOnce(rest);
else if (first === encryptGrouped.name) await encryptGrouped(rest);
else if (first === serveBare.name) await serveBare();
else if (first === serveStore.name) await serveStore(rest);
else await printFigures(process.argv.slice(2));

async function printFigures(wanted: readonly string[]): Promise<void> {
  const unknown = wanted.find((name) => !groups[name]);
  if (unknown !== undefined) throw new Error(`there is no group "${unknown}": ${Object.keys(groups).join(', ')}`);
  const figures: Figure[] = [];
  for (const [name, group] of Object.entries(groups)) {
    if (wanted.length > 0 && !wanted.includes(name)) continue;
    const folder = mkdtempSync(join(tmpdir(), 'ssebox-bench-'));
    const start = performance.now();
    try {
      figures.push(...(await group(folder, programsIn(folder))));
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
    process.stderr.write(`${name}: ${((performance.now() - start) / 1000).toFixed(0)} s\n`);
  }
  process.stdout.write(`${figureTable(figures)}${NOTES}`);
}

/** `ssebox store init`: a new store, empty or with the sample in it. */

import { UsageError } from '../../../api/errors.ts';
import { shellWord } from '../../../api/shell-word.ts';
import type { Assembly } from '../../../assemble.ts';
import { isUnused } from '../../../upkeep/contents.ts';
import { command, type Painter } from '../../command.ts';
import { sameStoreIn } from '../../exit-codes.ts';
import { painted, type Shown } from '../../output/painted.ts';
import type { Session } from '../../session.ts';

export const init = command({
  name: 'init',
  summary: 'Create a store; with --sample, one that has keys, buckets, users and objects to try things on',
  description:
    'The first command that needs a store also creates one. The sample has the keys alias/app and, in eu-west-1, alias/backup; the buckets photos, reports and drafts with some objects; user/ana and role/reader, who may read, and user/bob, who may not.',
  options: { sample: { about: 'fill it with sample data', type: 'boolean' } },
  hasPage: true,
  examples: ['ssebox store init --sample --store ./try', 'ssebox store init --store ./empty'],
  async run(values, session) {
    const assembly = await session.store.assembly();
    const { sample } = values.options;
    if (sample) await fill(assembly, session);
    const { folder } = assembly.store;
    const page = sample
      ? (painter: Painter) => samplePage(folder, session, painter)
      : ({ good }: Painter) => [painted`${good('✓')} the store "${folder}" is ready`];
    return { kind: 'page', value: { Store: folder, Sample: sample }, page };
  },
});

/** @throws UsageError when the store has keys or buckets. */
async function fill({ store, load }: Assembly, { aws }: Session): Promise<void> {
  const { makeSample, sampleServices } = await import('../../../upkeep/sample.ts');
  // What is loaded later would be loaded while others wait.
  await Promise.all(sampleServices.map((service) => load(service)));
  await store.together(async () => {
    if (!store.transact(isUnused)) {
      throw new UsageError(
        `the store "${store.folder}" already has keys or buckets: the sample would be mixed in`,
        'ssebox store init --sample --store ./sample',
      );
    }
    await makeSample(aws);
  });
}

function samplePage(folder: string, { globals }: Session, { good, strong, faint }: Painter): Shown[] {
  const same = sameStoreIn(globals).map(shellWord).join(' ');
  const typed = (words: string) => `  $ ssebox ${words}${same === '' ? '' : ` ${same}`}`;
  const get = 's3 get s3://reports/2026/q1.csv -';
  return [
    painted`${good('✓')} the store "${folder}" has a sample in it`,
    '',
    '  keys     alias/app, and in eu-west-1 alias/backup',
    '  buckets  photos and drafts (SSE-S3), reports (SSE-KMS with alias/app, versioned)',
    '  callers  user/ana and role/reader may read reports, user/bob may not',
    '',
    strong('Try'),
    typed(`${get} --as user/ana`),
    typed(`${get} --as user/bob`),
    typed('explain last'),
    typed('s3 inspect s3://reports/2026/q1.csv'),
    faint('  and ssebox demo, which walks through the whole story in a temporary store'),
  ];
}

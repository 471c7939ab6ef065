/** Lists of many objects cost what they return: a page of a million keys beside one of a thousand. */

import { join } from 'node:path';
import type { Assembly } from '../../src/assemble.ts';
import type { Figure } from './figure.ts';
import { inTurns, median } from './measure.ts';
import type { Programs } from './program.ts';
import { openStage, request } from './stage.ts';

const Bucket = 'lists';
const KEYS_UNDER_PREFIX = 10;
const ROWS_A_TRANSACTION = 50_000;

export async function lists(folder: string, { ssebox }: Programs): Promise<Figure[]> {
  const counts = { thousand: 1000, tenThousand: 10_000, million: 1_000_000 };
  const stages = await Promise.all(
    Object.entries(counts).map(async ([name, count]) => [name, await bucketOf(join(folder, name), count)] as const),
  );
  const { thousand, tenThousand, million } = Object.fromEntries(stages) as Record<keyof typeof counts, Assembly>;
  const page = (assembly: Assembly, input = {}) =>
    assembly.pipeline.invoke('s3', 'ListObjectsV2', { Bucket, ...input }, request());
  const operation = await inTurns(60, { few: () => page(thousand), many: () => page(million) });
  const Delimiter = '/';
  // Both answer a page of a thousand prefixes.
  const rolledUp = await inTurns(60, {
    few: () => page(tenThousand, { Delimiter }),
    many: () => page(million, { Delimiter }),
  });
  for (const [, assembly] of stages) await assembly.close();
  const command = (name: string) =>
    ssebox(join(folder, name), 's3api', 'list-objects-v2', '--bucket', Bucket, '--no-paginate');
  const commands = { few: () => command('thousand'), many: () => command('million') };
  await inTurns(2, commands);
  const wholes = await inTurns(20, commands);
  const ratio = (name: string, { few, many }: Record<'few' | 'many', number[]>): Figure => ({
    name,
    value: median(many) / median(few),
    unit: '÷',
    aim: { atMost: 1.3 },
  });
  return [
    ratio("list-objects-v2's first page, 1,000,000 objects ÷ 1,000", operation),
    ratio('the same as a command', wholes),
    ratio('1,000 common prefixes of 1,000,000 keys ÷ of 10,000', rolledUp),
  ];
}

/** A bucket with so many objects, ten under each prefix. */
async function bucketOf(folder: string, count: number): Promise<Assembly> {
  const assembly = await openStage(folder, 's3');
  await assembly.pipeline.invoke('s3', 'CreateBucket', { Bucket }, request());
  const Key = keyOf(0);
  await assembly.pipeline.invoke('s3', 'PutObject', { Bucket, Key, Body: new Uint8Array(100) }, request());
  for (let from = 1; from < count; from += ROWS_A_TRANSACTION) {
    assembly.store.transact<void>((tx) => {
      const bucket = tx.buckets.get([Bucket]);
      const model = tx.objects.get([Bucket, Key]);
      if (!bucket || model?.kind !== 'object') throw new Error('there is no object to make others from');
      for (let i = from; i < Math.min(from + ROWS_A_TRANSACTION, count); i++) {
        tx.objects.put([Bucket, keyOf(i)], model);
      }
    });
  }
  return assembly;
}

const keyOf = (i: number): string =>
  `p${String(Math.floor(i / KEYS_UNDER_PREFIX)).padStart(6, '0')}/${String(i % KEYS_UNDER_PREFIX)}`;

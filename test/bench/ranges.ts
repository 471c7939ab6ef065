/** The last bytes of a large object cost what a small object does. */

import { join } from 'node:path';
import type { Figure } from './figure.ts';
import { inTurns, median } from './measure.ts';
import type { Programs } from './program.ts';
import { drain, GiB, KiB, MiB, openStage, request } from './stage.ts';

const Bucket = 'ranges';

export async function ranges(folder: string, { ssebox }: Programs): Promise<Figure[]> {
  const store = join(folder, 'store');
  const assembly = await openStage(store, 's3');
  await assembly.pipeline.invoke('s3', 'CreateBucket', { Bucket }, request());
  const put = (Key: string, Body: Uint8Array | AsyncIterable<Uint8Array>) =>
    assembly.pipeline.invoke('s3', 'PutObject', { Bucket, Key, Body, ServerSideEncryption: 'aws:kms' }, request());
  await put('large', zeros(GiB));
  await put('small', new Uint8Array(KiB));
  const Range = `bytes=-${KiB}`;
  const operations = await inTurns(100, {
    large: () => drain(assembly, { Bucket, Key: 'large', Range }),
    small: () => drain(assembly, { Bucket, Key: 'small' }),
  });
  await assembly.close();
  const get = (key: string, ...more: string[]) =>
    ssebox(store, 's3api', 'get-object', '--bucket', Bucket, '--key', key, ...more, join(folder, 'out'));
  const commands = { large: () => get('large', '--range', Range), small: () => get('small') };
  await inTurns(2, commands);
  const wholes = await inTurns(20, commands);
  const ratio = (name: string, { large, small }: Record<'large' | 'small', number[]>): Figure => ({
    name,
    value: median(large) / median(small),
    unit: '÷',
    aim: { atMost: 1.5 },
  });
  return [
    ratio('get of the last KiB of 1 GiB ÷ of an object of 1 KiB', operations),
    ratio('the same as a command', wholes),
  ];
}

async function* zeros(size: number): AsyncGenerator<Uint8Array> {
  const block = new Uint8Array(MiB);
  for (let at = 0; at < size; at += MiB) yield block;
}

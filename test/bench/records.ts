/**
 * What the records of calls cost: the CPU time of grouped calls of Encrypt beside a program that shows no view any
 * record, and the bytes that the store's file grows by.
 */

import { statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Figure } from './figure.ts';
import { inTurns, least, median } from './measure.ts';
import type { Programs } from './program.ts';
import { encryptGrouped } from './row-tags.ts';
import { drain, environment, manyAtOnce, openStage, request } from './stage.ts';

/** The program without records, which `start.js` puts beside this one. */
const UNRECORDED = 'unrecorded.mjs';

const ROUNDS = 8;
const UNDER_WAY = 512;
const WARM_UP_CALLS = 4096;
const CALLS = 20_000;

export async function records(folder: string, { node }: Programs): Promise<Figure[]> {
  const program = process.argv[1] ?? '';
  const used = { recorded: [] as number[], unrecorded: [] as number[] };
  const run = (path: string, into: number[]) =>
    into.push(Number(node(path, encryptGrouped.name, join(folder, environment.uuid()))));
  await inTurns(ROUNDS, {
    recorded: () => run(program, used.recorded),
    unrecorded: () => run(join(dirname(program), UNRECORDED), used.unrecorded),
  });
  const name = 'CPU time of a grouped Encrypt, with its record ÷ without';
  const aim = { atMost: 1.25 };
  return [
    { name, value: median(used.recorded) / median(used.unrecorded), unit: '÷', aim },
    { name: 'the same, the least time of each', value: least(used.recorded) / least(used.unrecorded), unit: '÷', aim },
    ...(await bytesOfFile(join(folder, 'bytes'))),
  ];
}

async function bytesOfFile(folder: string): Promise<Figure[]> {
  const assembly = await openStage(folder, 's3', 'kms');
  const { pipeline } = assembly;
  const { output } = await pipeline.invoke('kms', 'CreateKey', {}, request());
  const encrypt = { KeyId: output.KeyMetadata?.KeyId ?? '', Plaintext: new Uint8Array(32) };
  const object = { Bucket: 'bytes', Key: 'reports/2026/q1.csv' };
  await pipeline.invoke('s3', 'CreateBucket', { Bucket: object.Bucket }, request());
  await pipeline.invoke('s3', 'PutObject', { ...object, Body: new Uint8Array(100) }, request());
  const from = request({ grouped: true });
  const figures: Figure[] = [
    {
      name: "bytes of file a KMS call's record",
      value: await growth(folder, () => pipeline.invoke('kms', 'Encrypt', encrypt, from)),
      unit: 'B',
    },
    { name: 'bytes of file a data event', value: await growth(folder, () => drain(assembly, object, from)), unit: 'B' },
  ];
  await assembly.close();
  return figures;
}

/** The bytes that the file grows by with each call, once pages that became free are used again. */
async function growth(folder: string, call: () => Promise<unknown>): Promise<number> {
  const size = () => statSync(join(folder, 'store.mdb')).size;
  await manyAtOnce(UNDER_WAY, WARM_UP_CALLS, call);
  const before = size();
  await manyAtOnce(UNDER_WAY, CALLS, call);
  return (size() - before) / CALLS;
}

/** What store verify reads in a second: rows with their tags and relations, and the bytes of a large object. */

import { join } from 'node:path';
import type { Assembly } from '../../src/assemble.ts';
import type { Report } from '../../src/upkeep/verify/report.ts';
import { verifyStore } from '../../src/upkeep/verify.ts';
import type { Figure } from './figure.ts';
import { inTurns, least } from './measure.ts';
import { GiB, KiB, MiB, openStage, request } from './stage.ts';

const Bucket = 'verified';
const OBJECTS = 10_000;
const AT_ONCE = 250;

export async function verification(folder: string): Promise<Figure[]> {
  const small = await openStage(join(folder, 'small'), 's3');
  await small.pipeline.invoke('s3', 'CreateBucket', { Bucket }, request());
  const Body = new Uint8Array(4 * KiB);
  for (let at = 0; at < OBJECTS; at += AT_ONCE) {
    const keys = Array.from({ length: AT_ONCE }, (_, i) => `${at + i}`);
    const grouped = request({ grouped: true });
    await Promise.all(keys.map((Key) => small.pipeline.invoke('s3', 'PutObject', { Bucket, Key, Body }, grouped)));
  }
  const large = await openStage(join(folder, 'large'), 's3');
  await large.pipeline.invoke('s3', 'CreateBucket', { Bucket }, request());
  const input = { Bucket, Key: 'large', Body: zeros(GiB), ServerSideEncryption: 'aws:kms' } as const;
  await large.pipeline.invoke('s3', 'PutObject', input, request());
  const { Rows } = await verified(small);
  const times = await inTurns(3, { small: () => verified(small), large: () => verified(large) });
  for (const assembly of [small, large]) await assembly.close();
  return [
    { name: 'store verify of 10,000 objects of 4 KiB: objects', value: OBJECTS / least(times.small), unit: '/s' },
    { name: 'the same: rows of all tables', value: Rows / least(times.small), unit: '/s' },
    { name: 'store verify of an object of 1 GiB', value: GiB / MiB / least(times.large), unit: 'MiB/s' },
  ];
}

async function verified(assembly: Assembly): Promise<Report> {
  const report = await verifyStore(assembly, () => {}, new AbortController().signal);
  if (report.Damaged.length > 0) throw new Error(`what was just written is damaged: ${report.Damaged[0]}`);
  return report;
}

async function* zeros(size: number): AsyncGenerator<Uint8Array> {
  const block = new Uint8Array(MiB);
  for (let at = 0; at < size; at += MiB) yield block;
}

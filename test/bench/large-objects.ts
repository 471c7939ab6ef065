/** Objects of 1 GiB: how near put, get and copy come to what they cannot avoid, and that memory does not grow. */

import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Figure } from './figure.ts';
import { copyFile, encryptBytes, fileOf, md5OfBytes } from './large-file.ts';
import { inTurns, least } from './measure.ts';
import type { Programs } from './program.ts';
import { GiB, MiB } from './stage.ts';

const ROUNDS = 3;

const modes = [
  { name: 'SSE-S3', sse: 'AES256', needsMd5: true, atLeast: 0.75 },
  { name: 'SSE-KMS', sse: 'aws:kms', needsMd5: false, atLeast: 0.75 },
  { name: 'DSSE-KMS', sse: 'aws:kms:dsse', needsMd5: false, atLeast: 0.4 },
] as const;

export async function largeObjects(folder: string, { ssebox, peakOf }: Programs): Promise<Figure[]> {
  const store = join(folder, 'store');
  const [large, small] = [fileOf(join(folder, 'large'), GiB), fileOf(join(folder, 'small'), MiB)];
  const files = newFiles(join(folder, 'out'));
  ssebox(store, 's3', 'mb', 's3://large');
  const figures: Figure[] = [];
  let growth = 0;
  for (const { name, sse, needsMd5, atLeast } of modes) {
    let round = 0;
    const put = (file: string, uri: string) => peakOf(store, 's3', 'put', file, uri, '--sse', sse, '--quiet');
    const get = (uri: string) => peakOf(store, 's3', 'get', uri, files.next(), '--quiet');
    const smallUri = `s3://large/small-${sse}`;
    const smallPeaks = { put: put(small, smallUri), get: get(smallUri) };
    const largePeaks = { put: 0, get: 0 };
    const times = await inTurns(ROUNDS, {
      cipher: () => encryptBytes(GiB),
      md5: () => (needsMd5 ? md5OfBytes(GiB) : undefined),
      copy: () => copyFile(large, files.next()),
      put: () => {
        largePeaks.put = Math.max(largePeaks.put, put(large, `s3://large/${sse}-${++round}`));
      },
      get: () => {
        largePeaks.get = Math.max(largePeaks.get, get(`s3://large/${sse}-${round}`));
      },
    });
    files.remove();
    const shared = Math.max(least(times.cipher), least(times.copy));
    const limits = { put: needsMd5 ? Math.max(shared, least(times.md5)) : shared, get: shared };
    for (const verb of ['put', 'get'] as const) {
      const value = limits[verb] / least(times[verb]);
      figures.push({ name: `${verb} of 1 GiB, ${name}, share`, value, unit: '÷', aim: { atLeast } });
      growth = Math.max(growth, largePeaks[verb] - smallPeaks[verb]);
    }
  }
  ssebox(store, 's3', 'cp', large, 's3://large/in-parts', '--quiet');
  const getPeak = (key: string) => peakOf(store, 's3', 'get', `s3://large/${key}`, files.next(), '--quiet');
  growth = Math.max(growth, getPeak('in-parts') - getPeak('small-AES256'));
  files.remove();
  figures.push(await copyShare(store, large, files, ssebox));
  figures.push({ name: 'peak memory of 1 GiB − of 1 MiB, the worst', value: growth, unit: 'MiB', aim: { atMost: 32 } });
  return figures;
}

/** CopyObject of an object under KMS: to open and to seal are one pass each. */
async function copyShare(store: string, file: string, files: NewFiles, ssebox: Programs['ssebox']): Promise<Figure> {
  let round = 0;
  const copy = () => {
    const target = ['--bucket', 'large', '--key', `copy-${++round}`, '--server-side-encryption', 'aws:kms'];
    return ssebox(store, 's3api', 'copy-object', ...target, '--copy-source', 'large/aws:kms-1');
  };
  const times = await inTurns(ROUNDS, {
    cipher: () => encryptBytes(GiB),
    plain: () => copyFile(file, files.next()),
    copy,
  });
  files.remove();
  const value = Math.max(least(times.cipher), least(times.plain)) / least(times.copy);
  return { name: 'copy of 1 GiB, SSE-KMS, share', value, unit: '÷', aim: { atLeast: 0.5 } };
}

/** Names of files that are not there yet: one that is written again gets its old place on the disk, which is quicker. */
interface NewFiles {
  next(): string;
  remove(): void;
}

function newFiles(folder: string): NewFiles {
  let count = 0;
  return {
    next() {
      mkdirSync(folder, { recursive: true });
      return join(folder, String(++count));
    },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

/**
 * put and get of 1 GiB beside `age`, which encrypts a file for a key pair: with the ciphertext on the disk when it ends,
 * as that of ssebox is.
 */

import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Figure } from './figure.ts';
import { fileOf } from './large-file.ts';
import { inTurns, least, median } from './measure.ts';
import type { Programs } from './program.ts';
import { GiB } from './stage.ts';

const ROUNDS = 7;

const BUCKET = 's3://beside-age';

export async function besideAge(folder: string, { ssebox }: Programs): Promise<Figure[]> {
  const [putName, getName] = ['put of 1 GiB, SSE-KMS ÷ age with sync', 'get of 1 GiB, SSE-KMS ÷ age -d'];
  if (spawnSync('age', ['--version']).error) {
    return [putName, getName].map((name) => ({ name, needs: 'age is not installed' }));
  }
  const store = join(folder, 'store');
  const file = fileOf(join(folder, 'file'), GiB);
  const identity = join(folder, 'identity');
  execFileSync('age-keygen', ['-o', identity], { stdio: 'ignore' });
  const recipient = execFileSync('age-keygen', ['-y', identity], { encoding: 'utf8' }).trim();
  ssebox(store, 's3', 'mb', BUCKET);
  const out = join(folder, 'out');
  const [sealed, opened, got] = ['sealed', 'opened', 'got'].map((name) => join(out, name)) as [string, string, string];
  const written = () => execFileSync('sync', ['-f', folder]);
  const times = await inTurns(ROUNDS, {
    // Every file is new: one that is written again gets its old place on the disk, which is quicker.
    prepare() {
      rmSync(out, { recursive: true, force: true });
      mkdirSync(out);
      ssebox(store, 's3', 'rm', BUCKET, '--recursive', '--quiet');
      written();
    },
    put: () => ssebox(store, 's3', 'put', file, `${BUCKET}/object`, '--sse', 'aws:kms', '--quiet'),
    encrypt() {
      execFileSync('age', ['-r', recipient, '-o', sealed, file]);
      execFileSync('sync', [sealed]);
    },
    // Neither get nor age -d waits for the disk, nor must one wait for the other's file.
    settle: written,
    get: () => ssebox(store, 's3', 'get', `${BUCKET}/object`, got, '--quiet'),
    settleAgain: written,
    decrypt: () => execFileSync('age', ['-d', '-i', identity, '-o', opened, sealed]),
  });
  const ratios = (name: string, own: readonly number[], of: readonly number[], atLeast: number): Figure[] => [
    { name, value: median(of) / median(own), unit: '÷', aim: { atLeast } },
    { name: 'the same, the least time of each', value: least(of) / least(own), unit: '÷', aim: { atLeast } },
  ];
  return [...ratios(putName, times.put, times.encrypt, 1), ...ratios(getName, times.get, times.decrypt, 1.3)];
}

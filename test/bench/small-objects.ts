/** Ten thousand objects of 4 KiB by one recursive copy, and how many KMS calls a bucket key spares. */

import { execFileSync } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { allCalls } from '../../src/call/call-log.ts';
import type { Figure } from './figure.ts';
import { inTurns, least } from './measure.ts';
import type { Programs } from './program.ts';
import { environment, KiB, openStage } from './stage.ts';

const BUCKET = 'small';
const FOLDERS = 100;
const FILES_A_FOLDER = 100;
const FILES = FOLDERS * FILES_A_FOLDER;

export async function smallObjects(folder: string, { ssebox }: Programs): Promise<Figure[]> {
  const tree = join(folder, 'tree');
  const copy = join(folder, 'copy');
  makeTree(tree);
  const upload = (store: string, prefix: string, ...options: string[]) =>
    ssebox(store, 's3', 'cp', '--recursive', '--quiet', tree, `s3://${BUCKET}/${prefix}`, ...options);
  const [plain, underKms, underBucketKey] = ['plain', 'kms', 'bucket-key'].map((name) => {
    const store = join(folder, name);
    ssebox(store, 's3', 'mb', `s3://${BUCKET}`);
    return store;
  }) as [string, string, string];
  let round = 0;
  const times = await inTurns(2, {
    ssebox: () => upload(plain, String(round++)),
    cp: () => {
      rmSync(copy, { recursive: true, force: true });
      execFileSync('cp', ['-r', tree, copy]);
      execFileSync('sync', ['-f', copy]);
    },
  });
  upload(underKms, '', '--sse', 'aws:kms');
  const rules = [{ ApplyServerSideEncryptionByDefault: { SSEAlgorithm: 'aws:kms' }, BucketKeyEnabled: true }];
  const setting = ['--server-side-encryption-configuration', JSON.stringify({ Rules: rules })];
  ssebox(underBucketKey, 's3api', 'put-bucket-encryption', '--bucket', BUCKET, ...setting);
  upload(underBucketKey, '');
  const share = (100 * (await kmsCallsOf(underBucketKey))) / (await kmsCallsOf(underKms));
  return [
    { name: '10,000 objects of 4 KiB by s3 cp --recursive', value: FILES / least(times.ssebox), unit: '/s' },
    { name: 'the same ÷ cp -r and sync of the tree', value: least(times.ssebox) / least(times.cp), unit: '÷' },
    { name: 'the same with a bucket key: KMS calls of those without', value: share, unit: '%', aim: { atMost: 1 } },
  ];
}

function makeTree(tree: string): void {
  for (let i = 0; i < FOLDERS; i++) {
    const folder = join(tree, String(i));
    mkdirSync(folder, { recursive: true });
    for (let j = 0; j < FILES_A_FOLDER; j++) writeFileSync(join(folder, `${j}.bin`), environment.random(4 * KiB));
  }
}

async function kmsCallsOf(folder: string): Promise<number> {
  const { store, close } = await openStage(folder);
  const count = store.transact<number>((tx) => allCalls(tx).filter(({ service }) => service === 'kms').length);
  await close();
  return count;
}

import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { blobPath } from '../../src/store/blobs.ts';
import { verifyStore } from '../../src/upkeep/verify.ts';
import { contentOf } from '../support/content.ts';
import type { Job } from '../support/programs/killed-call.ts';
import { openSession } from '../support/store-session.ts';
import { bundledWithModels } from '../support/with-models.ts';

const ROUNDS = 20;

async function begin(program: string, folder: string, writer: number): Promise<ChildProcess> {
  const child = spawn(process.execPath, [program, folder, String(writer)], { stdio: ['pipe', 'pipe', 'inherit'] });
  await Promise.race([once(child.stdout, 'data'), once(child, 'exit')]);
  return child;
}

/** @returns its exit code */
async function end(child: ChildProcess): Promise<number | null> {
  child.stdin?.end();
  if (child.exitCode === null) await once(child, 'exit');
  return child.exitCode;
}

test('nothing is taken for damage that others write, overwrite or delete at the same time', {
  timeout: 120_000,
}, async () => {
  const program = await bundledWithModels('test/support/programs/busy-writer.ts');
  const folder = mkdtempSync(join(tmpdir(), 'ssebox-beside-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const session = await openSession(folder);
  onTestFinished(() => session.close());
  await session.call('s3', 'CreateBucket', { Bucket: 'plain' });
  await session.call('s3', 'CreateBucket', { Bucket: 'versioned' });
  const VersioningConfiguration = { Status: 'Enabled' } as const;
  await session.call('s3', 'PutBucketVersioning', { Bucket: 'versioned', VersioningConfiguration });
  const byDefault = { SSEAlgorithm: 'aws:kms' } as const;
  const Rules = [{ ApplyServerSideEncryptionByDefault: byDefault, BucketKeyEnabled: true }];
  await session.call('s3', 'PutBucketEncryption', {
    Bucket: 'versioned',
    ServerSideEncryptionConfiguration: { Rules },
  });
  await session.call('iam', 'CreateGroup', { GroupName: 'writers' });

  const writers = await Promise.all([1, 2, 3].map((writer) => begin(program, folder, writer)));
  const found: string[] = [];
  let objects = 0;
  try {
    for (let round = 0; round < ROUNDS; round++) {
      const report = await verifyStore(session.assembly, () => {}, new AbortController().signal);
      found.push(...report.Damaged, ...report.Closed, ...report.Unnamed);
      objects += report.Objects;
    }
  } finally {
    expect(await Promise.all(writers.map(end))).toEqual([0, 0, 0]);
  }
  expect(found).toEqual([]);
  expect(objects).toBeGreaterThan(0);
});

const Bucket = 'plain';
const Key = 'large';

/** What another process does between the look at a version's row and the opening of its file. */
const changes: Readonly<Record<string, Pick<Job, 'operation' | 'input' | 'body'>>> = {
  'is deleted': { operation: 'DeleteObject', input: { Bucket, Key } },
  'is overwritten': { operation: 'PutObject', input: { Bucket, Key }, body: { name: 'second', size: 300_000 } },
};

test.for(Object.entries(changes))('a version is not damaged that %s while it is opened', async ([what, job]) => {
  const program = await bundledWithModels('test/support/programs/killed-call.ts');
  const folder = mkdtempSync(join(tmpdir(), 'ssebox-beside-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const session = await openSession(folder);
  onTestFinished(() => session.close());
  await session.call('s3', 'CreateBucket', { Bucket });
  await session.call('s3', 'PutObject', { Bucket, Key, Body: contentOf('first', 200_000) });
  const { store, blobs, rootKey } = session.assembly;
  let opened = 0;
  const disturbed = {
    store,
    rootKey,
    blobs: {
      ...blobs,
      open(...of: Parameters<typeof blobs.open>) {
        opened += 1;
        if (opened === 1) {
          execFileSync(process.execPath, [program, JSON.stringify({ folder, ...job })]);
          expect(existsSync(blobPath(folder, of[0]))).toBe(false);
        }
        return blobs.open(...of);
      },
    },
  };
  const report = await verifyStore(disturbed, () => {}, new AbortController().signal);
  const isLeft = what === 'is overwritten';
  expect(report).toMatchObject({ Objects: isLeft ? 1 : 0, Bytes: isLeft ? 300_000 : 0, Damaged: [] });
  expect(opened).toBe(isLeft ? 2 : 1);
});

test('a version is damaged whose file somebody removes while it is opened', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'ssebox-beside-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const session = await openSession(folder);
  onTestFinished(() => session.close());
  await session.call('s3', 'CreateBucket', { Bucket });
  await session.call('s3', 'PutObject', { Bucket, Key, Body: contentOf('first', 200_000) });
  const { store, blobs, rootKey } = session.assembly;
  const disturbed = {
    store,
    rootKey,
    blobs: {
      ...blobs,
      open(...of: Parameters<typeof blobs.open>) {
        rmSync(blobPath(folder, of[0]), { force: true });
        return blobs.open(...of);
      },
    },
  };
  const report = await verifyStore(disturbed, () => {}, new AbortController().signal);
  expect(report).toMatchObject({ Objects: 0, Damaged: ['s3://plain/large'] });
});

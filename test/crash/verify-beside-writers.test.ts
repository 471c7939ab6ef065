import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { verifyStore } from '../../src/upkeep/verify.ts';
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

import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { gunzipSync } from 'node:zlib';
import { expect, onTestFinished, test } from 'vitest';
import { allCalls } from '../../src/call/call-log.ts';
import { processEnvironment } from '../../src/env.ts';
import { verifyStore } from '../../src/upkeep/verify.ts';
import { bytesOf } from '../support/content.ts';
import { looseEnds } from '../support/loose-ends.ts';
import { openSession } from '../support/store-session.ts';
import { LOGS as Bucket, logBucketPolicy, trailArnOf } from '../support/trail-place.ts';
import { bundledWithModels } from '../support/with-models.ts';

const run = promisify(execFile);

test('eight processes with one trail deliver each event once, and continue one chain of digests', {
  timeout: 120_000,
}, async () => {
  const program = await bundledWithModels('test/support/programs/trail-deliverer.ts');
  const folder = mkdtempSync(join(tmpdir(), 'ssebox-deliveries-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const setUp = await openSession(folder);
  await setUp.call('s3', 'CreateBucket', { Bucket });
  await setUp.call('s3', 'PutBucketPolicy', { Bucket, Policy: logBucketPolicy(Bucket, trailArnOf('main')) });
  await setUp.call('cloudtrail', 'CreateTrail', { Name: 'main', S3BucketName: Bucket, EnableLogFileValidation: true });
  await setUp.call('cloudtrail', 'StartLogging', { Name: 'main' });
  await setUp.close();

  // Three hours later, digests are due.
  for (const hoursAhead of ['0', '3']) {
    const words = [program, folder, '5', hoursAhead];
    const ended = await Promise.all(Array.from({ length: 8 }, () => run(process.execPath, words)));
    expect(ended.map(({ stdout, stderr }) => stdout + stderr)).toEqual(Array(8).fill('0'));
  }

  const real = processEnvironment();
  const session = await openSession(folder, { environment: { ...real, now: () => real.now() + 4 * 3_600_000 } });
  onTestFinished(() => session.close());
  await session.call('cloudtrail', 'StopLogging', { Name: 'main' });
  const { Contents = [] } = await session.call('s3', 'ListObjectsV2', { Bucket });
  const events: string[] = [];
  const listed: string[] = [];
  const starting: string[] = [];
  const logs: string[] = [];
  for (const { Key = '' } of Contents) {
    const { Body } = await session.call('s3', 'GetObject', { Bucket, Key });
    const file = JSON.parse(gunzipSync(await bytesOf(Body)).toString());
    if (Key.includes('/CloudTrail/')) {
      logs.push(Key);
      events.push(...file.Records.map(({ eventID }: { eventID: string }) => eventID));
    } else {
      listed.push(...file.logFiles.map(({ s3Object }: { s3Object: string }) => s3Object));
      if (file.previousDigestS3Object === null) starting.push(Key);
    }
  }
  const logged = session.assembly.store.transact<string[]>((tx) =>
    allCalls(tx)
      .filter(({ operation }) => operation === 'ListAliases' || operation === 'StartLogging')
      .map(({ eventId }) => eventId),
  );
  expect(logged).toHaveLength(2 * 8 * 5 * 5 + 1);
  expect(events.sort()).toEqual(logged.sort());
  expect(listed.sort()).toEqual(logs.sort());
  expect(starting).toHaveLength(1);
  const { Damaged, Closed } = await verifyStore(session.assembly, () => {}, new AbortController().signal);
  expect([...Damaged, ...Closed]).toEqual([]);
  expect(looseEnds(session.assembly)).toEqual([]);
});

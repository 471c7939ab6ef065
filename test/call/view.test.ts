import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { rootArn } from '../../src/api/arn.ts';
import { type Assembly, assemble } from '../../src/assemble.ts';
import { allCalls } from '../../src/call/call-log.ts';
import type { Request } from '../../src/call/request.ts';
import type { View } from '../../src/call/view.ts';
import type { Environment } from '../../src/env.ts';
import { resolveCaller } from '../../src/iam/principal.ts';
import { setClock } from '../../src/store/clock.ts';
import type { CallRecord } from '../../src/store/records/call.ts';
import { ACCOUNT, DAY, START, testEnvironment } from '../support/harness.ts';

interface Stage {
  readonly assembly: Assembly;
  readonly environment: Environment;
  readonly request: Request;
  advance(ms: number): void;
}

/** A store whose calls are seen by another view beside the audit log. */
async function stageWith(view: View): Promise<Stage> {
  const folder = mkdtempSync(join(tmpdir(), 'ssebox-view-'));
  let now = START;
  // Each reading of the clock of durations is a millisecond after the one before.
  let ticks = 0;
  const environment = { ...testEnvironment(() => now), elapsed: () => ticks++ };
  const assembly = assemble({ folder, environment, views: [view] });
  onTestFinished(async () => {
    await assembly.close();
    rmSync(folder, { recursive: true, force: true });
  });
  await assembly.load('s3');
  await assembly.load('iam');
  const { random } = environment;
  return {
    assembly,
    environment,
    request: { caller: (tx, now) => resolveCaller('user/admin', ACCOUNT, { tx, now, random }), region: 'us-east-1' },
    advance(ms) {
      now += ms;
    },
  };
}

const put = { Bucket: 'photos', Key: 'a', Body: Buffer.from('x'), ServerSideEncryption: 'aws:kms' } as const;

test('a view sees every call and the calls within it, which state their outer call and how long they themselves worked', async () => {
  const seen: CallRecord[] = [];
  const { assembly, request } = await stageWith((record) => void seen.push(record));
  await assembly.pipeline.invoke('s3', 'CreateBucket', { Bucket: 'photos' }, request);
  await assembly.pipeline.invoke('s3', 'PutObject', put, request);
  const [bucket, key, object] = seen;
  expect(seen.map(({ operation }) => operation)).toEqual(['CreateBucket', 'GenerateDataKey', 'PutObject']);
  expect(bucket?.within).toBeUndefined();
  expect(object?.within).toBeUndefined();
  expect(key?.within).toBe(object?.requestId);
  // From its beginning to its end no other call reads the clock of durations.
  expect(key?.durationMs).toBe(1);
  expect(object?.durationMs).toBeGreaterThan(2);
});

test('a view sees work that a service does on its own', async () => {
  const seen: CallRecord[] = [];
  const { assembly, request, advance } = await stageWith((record) => void seen.push(record));
  const {
    output: { KeyMetadata },
  } = await assembly.pipeline.invoke('kms', 'CreateKey', {}, request);
  const KeyId = KeyMetadata?.KeyId ?? '';
  await assembly.pipeline.invoke('kms', 'EnableKeyRotation', { KeyId }, request);
  advance(366 * DAY);
  await assembly.pipeline.invoke('kms', 'DescribeKey', { KeyId }, request);
  expect(seen.map(({ operation }) => operation)).toEqual([
    'CreateKey',
    'EnableKeyRotation',
    'RotateKey',
    'DescribeKey',
  ]);
});

test("a view's rows are undone with a failed transaction, and so is the audit log", async () => {
  let isBroken = false;
  const { assembly, request } = await stageWith((record, tx) => {
    tx.unneededBlobs.put([record.eventId], true);
    if (isBroken) throw new Error('a view that fails');
  });
  const rows = () =>
    assembly.store.transact((tx) => ({
      counted: [...tx.unneededBlobs.range()].length,
      logged: allCalls(tx).length,
      buckets: [...tx.buckets.range()].length,
    }));
  await assembly.pipeline.invoke('s3', 'CreateBucket', { Bucket: 'photos' }, request);
  expect(rows()).toEqual({ counted: 1, logged: 1, buckets: 1 });
  isBroken = true;
  const failed = assembly.pipeline.invoke('s3', 'CreateBucket', { Bucket: 'letters' }, request);
  await expect(failed).rejects.toThrow('a view that fails');
  expect(rows()).toEqual({ counted: 1, logged: 1, buckets: 1 });
});

test('a refused call is seen, and its changes are undone', async () => {
  const seen: CallRecord[] = [];
  const { assembly, request } = await stageWith((record) => void seen.push(record));
  await assembly.pipeline.invoke('s3', 'CreateBucket', { Bucket: 'photos' }, request);
  const refused = assembly.pipeline.invoke('s3', 'PutObject', { ...put, SSEKMSKeyId: 'alias/none' }, request);
  await expect(refused).rejects.toThrow();
  const inner = seen.find(({ operation }) => operation === 'GenerateDataKey');
  const outer = seen.find(({ operation }) => operation === 'PutObject');
  expect(inner).toMatchObject({ error: { code: 'NotFoundException' }, within: outer?.requestId });
  expect(outer?.error).toBeDefined();
});

test("a view gets the machine's time, and which of several accounts' copies is the first", async () => {
  const seen: unknown[] = [];
  const { assembly, environment, request } = await stageWith(({ recipient, timeMs }, _tx, { machineMs, isFirst }) => {
    seen.push([recipient, timeMs - machineMs, isFirst]);
  });
  await assembly.pipeline.invoke('s3', 'CreateBucket', { Bucket: 'photos' }, request);
  assembly.store.transact<void>((tx) => setClock(tx, environment.now(), environment.now() + DAY));
  const other = '444455556666';
  const stranger = { ...request, caller: () => ({ kind: 'root', account: other, arn: rootArn(other) }) as const };
  for (const asked of [request, stranger]) {
    await assembly.pipeline.invoke('s3', 'HeadBucket', { Bucket: 'photos' }, asked).catch(() => {});
  }
  expect(seen).toEqual([
    [ACCOUNT, 0, true],
    [ACCOUNT, DAY, true],
    [other, DAY, true],
    [ACCOUNT, DAY, false],
  ]);
});

/** What becomes of a call within a call within a call, by operations that do just that. */

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { rootArn } from '../../src/api/arn.ts';
import { AwsError } from '../../src/api/errors.ts';
import type { Effect } from '../../src/call/answer.ts';
import { type Call, operation } from '../../src/call/operation.ts';
import { pipeline } from '../../src/call/pipeline.ts';
import type { PipelineParts } from '../../src/call/scope.ts';
import { usualSettings } from '../../src/call/settings.ts';
import { openBlobs } from '../../src/store/blobs.ts';
import { ACCOUNT, START, testEnvironment } from '../support/harness.ts';
import { openStore } from '../support/open-store.ts';

type Run = (call: Call) => void;

/** Calls ListKeys, ListAliases and GenerateRandom, which do as they are told. */
function newDoor(runs: { readonly outer: Run; readonly middle: Run; readonly inner: Run }) {
  const folder = mkdtempSync(join(tmpdir(), 'ssebox-test-'));
  const environment = testEnvironment(() => START);
  const store = openStore(folder);
  const blobs = openBlobs(store);
  onTestFinished(async () => {
    blobs.close();
    await store.close();
    rmSync(folder, { recursive: true, force: true });
  });
  const closed: string[] = [];
  const seen: string[] = [];
  const step = (run: Run, call: Call) => {
    call.hold({ close: () => closed.push(call.requestId) });
    run(call);
    return {};
  };
  const parts: PipelineParts = {
    store,
    environment,
    blobs,
    services: {
      kms: {
        ListKeys: operation('kms', 'ListKeys', {
          resolve: () => undefined,
          authorize: () => [],
          run: (_target, _input, call) => step(runs.outer, call),
        }),
        ListAliases: operation('kms', 'ListAliases', {
          resolve: () => undefined,
          authorize: () => [],
          run: (_target, _input, call) => step(runs.middle, call),
        }),
        GenerateRandom: operation('kms', 'GenerateRandom', {
          resolve: () => undefined,
          authorize: () => [],
          run: (_target, _input, call) => step(runs.inner, call),
        }),
      },
    },
    rootKey: store.rootKey,
    settings: usualSettings,
    validate: () => {},
    loggable: () => ({}),
    // A row for each request, in the order in which they are counted.
    throttle({ tx }, { operation }) {
      const [last] = tx.kmsDeadlines.range({ reverse: true, limit: 1 });
      tx.kmsDeadlines.put([(last?.key[0] ?? 0) + 1, ACCOUNT, 'us-east-1', operation], true);
    },
    decide: () => expect.fail('no permission is needed'),
    denial: () => expect.fail('no permission is needed'),
    lateViews: [],
    views: [(record) => void seen.push(`${record.operation} ${record.error?.code ?? 'ok'}`)],
  };
  const caller = { kind: 'root', account: ACCOUNT, arn: rootArn(ACCOUNT) } as const;
  return {
    seen,
    closed,
    call: () => pipeline(parts).invoke('kms', 'ListKeys', {}, { caller: () => caller, region: 'us-east-1' }),
    counted: () => store.transact<string[]>((tx) => Array.from(tx.kmsDeadlines.range(), ({ key }) => key[3])),
    written: () => store.transact<string[]>((tx) => Array.from(tx.unneededBlobs.range(), ({ key }) => key[0])),
  };
}

const leave =
  (name: string): Run =>
  (call) => {
    call.tx.unneededBlobs.put([name], true);
    call.afterwards({ kind: 'replication-queued', bucket: name });
  };
const left = (...names: string[]): Effect[] => names.map((bucket) => ({ kind: 'replication-queued', bucket }));
const callMiddle: Run = (call) => void call.invoke('kms', 'ListAliases', {});
const callInner: Run = (call) => void call.invoke('kms', 'GenerateRandom', {});
const refuse: Run = () => {
  throw new AwsError('LimitExceededException', 'it is full');
};
const each =
  (...runs: Run[]): Run =>
  (call) => {
    for (const run of runs) run(call);
  };
/** Goes on whatever becomes of it. */
const anyway =
  (run: Run): Run =>
  (call) => {
    try {
      run(call);
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
    }
  };

test('all of their changes stay, in the order in which they are made', async () => {
  const door = newDoor({
    outer: each(leave('a'), callMiddle, leave('d')),
    middle: each(callInner, leave('c')),
    inner: leave('b'),
  });
  expect((await door.call()).effects).toEqual(left('a', 'b', 'c', 'd'));
  expect(door.written()).toEqual(['a', 'b', 'c', 'd']);
  expect(door.counted()).toEqual(['ListKeys', 'ListAliases', 'GenerateRandom']);
  expect(door.seen).toEqual(['GenerateRandom ok', 'ListAliases ok', 'ListKeys ok']);
  expect(door.closed).toEqual([]);
});

test('a refused call undoes the calls within it, but they still count', async () => {
  const door = newDoor({
    outer: each(leave('a'), anyway(callMiddle), leave('d')),
    middle: each(leave('b'), callInner, refuse),
    inner: leave('c'),
  });
  expect((await door.call()).effects).toEqual(left('a', 'd'));
  expect(door.written()).toEqual(['a', 'd']);
  expect(door.counted()).toEqual(['ListKeys', 'ListAliases', 'GenerateRandom']);
  expect(door.seen).toEqual(['GenerateRandom ok', 'ListAliases LimitExceededException', 'ListKeys ok']);
  expect(door.closed).toHaveLength(2);
});

test('if the outermost is refused, only the counts and the records stay', async () => {
  const door = newDoor({
    outer: each(leave('a'), anyway(callMiddle), refuse),
    middle: each(anyway(callInner), refuse),
    inner: refuse,
  });
  await expect(door.call()).rejects.toMatchObject({ code: 'LimitExceededException', call: { operation: 'ListKeys' } });
  expect(door.written()).toEqual([]);
  expect(door.counted()).toEqual(['ListKeys', 'ListAliases', 'GenerateRandom']);
  expect(door.seen.map((record) => record.split(' ')[0])).toEqual(['GenerateRandom', 'ListAliases', 'ListKeys']);
  expect(door.closed).toHaveLength(3);
});

test('a bug undoes everything, and is not a refusal', async () => {
  const defect = new Error('a defect');
  const door = newDoor({
    outer: each(leave('a'), callMiddle),
    middle: callInner,
    inner: () => {
      throw defect;
    },
  });
  await expect(door.call()).rejects.toBe(defect);
  expect([door.written(), door.counted(), door.seen]).toEqual([[], [], []]);
  expect(door.closed).toHaveLength(3);
});

import { fork } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { allCalls, keepRecord } from '../../src/call/call-log.ts';
import { eventIds } from '../../src/call/event-id.ts';
import { getFact } from '../../src/store/facts.ts';
import type { CallRecord } from '../../src/store/records/call.ts';
import type { Tx } from '../../src/store/tables.ts';
import { verifyStore } from '../../src/upkeep/verify.ts';
import { openSession, type StoreSession } from '../support/store-session.ts';
import { bundledWithModels } from '../support/with-models.ts';

const ACCOUNT = '111122223333';
const DAY = 86_400_000;
const OLD = 30_000;
const YOUNG = 500;

/** Keeps records of callers who do not call any more: many from long ago, some that the machine's clock keeps, some from today. */
function fill({ assembly, environment }: StoreSession): void {
  const idAt = eventIds(environment.random);
  const now = environment.now();
  const keep = (tx: Tx, requestId: string, userName: string, timeMs: number, machineMs: number, isData: boolean) => {
    const [service, operation] = isData ? ['s3', 'GetObject'] : ['kms', 'Encrypt'];
    const caller = { type: 'IAMUser', accountId: ACCOUNT, userName } as const;
    const place = { recipient: ACCOUNT, region: 'us-east-1', service, operation, caller } as const;
    const rest = { parameters: null, response: null, resources: [], durationMs: 0 } as const;
    const record: CallRecord = { ...place, ...rest, eventId: idAt(timeMs), requestId, timeMs };
    keepRecord(record, tx, { machineMs });
  };
  for (let from = 0; from < OLD; from += 5000) {
    assembly.store.transact<void>((tx) => {
      for (let i = from; i < from + 5000; i++) {
        const timeMs = now - 100 * DAY + i;
        keep(tx, `old ${i}`, `old ${i % 100}`, timeMs, timeMs, i % 2 === 0);
      }
    });
  }
  assembly.store.transact<void>((tx) => {
    for (let i = 0; i < YOUNG; i++) {
      // Among those that go: written today, with a time of long ago.
      keep(tx, `young ${i}`, 'kept', now - 100 * DAY + i * 50, now, i % 2 === 0);
      keep(tx, `new ${i}`, 'new', now - i, now, i % 2 === 0);
    }
  });
}

/** Runs a process that creates keys, and kills it after so many. @returns those that it said are there */
function runAndKill(program: string, folder: string, maker: string, how: string, keys: number): Promise<string[]> {
  return new Promise((resolve, reject) => {
    const child = fork(program, [folder, maker, how]);
    const made: string[] = [];
    child.on('message', (description) => {
      made.push(String(description));
      if (made.length === keys) child.kill('SIGKILL');
    });
    child.once('error', reject);
    child.once('exit', () => resolve(made));
  });
}

const isSweeping = ({ assembly }: StoreSession): boolean =>
  assembly.store.transact<boolean>((tx) => getFact(tx, 'sweep')?.standing !== undefined);

test('killed processes that delete old records between them lose none that are young, and nothing is damaged', {
  timeout: 120_000,
}, async () => {
  const program = await bundledWithModels('test/support/programs/key-maker.ts');
  const folder = mkdtempSync(join(tmpdir(), 'ssebox-sweep-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const setUp = await openSession(folder);
  fill(setUp);
  await setUp.close();

  const rounds = [0, 1, 2];
  const made: string[] = [];
  for (const round of rounds) {
    const kills = [1, 4, 9, 17].map((keys, i) =>
      runAndKill(program, folder, `maker-${round}-${i}`, i % 2 === 0 ? 'alone' : 'grouped', keys),
    );
    made.push(...(await Promise.all(kills)).flat());
  }

  const session = await openSession(folder);
  onTestFinished(() => session.close());
  // The kills came while there was work left, and each process continued what others had done.
  const half = session.assembly.store.counts();
  expect(half.managementCalls + half.dataCalls).toBeLessThan(OLD + 2 * YOUNG);
  expect(isSweeping(session)).toBe(true);
  const { Damaged } = await verifyStore(session.assembly, () => {}, new AbortController().signal);
  expect(Damaged).toEqual([]);
  while (isSweeping(session)) await session.call('kms', 'ListKeys', {});

  const calls = session.assembly.store.transact<CallRecord[]>(allCalls);
  const ids = new Set(calls.map(({ requestId }) => requestId));
  expect([...ids].filter((id) => id.startsWith('old '))).toEqual([]);
  const kept = Array.from({ length: YOUNG }, (_, i) => [`young ${i}`, `new ${i}`]).flat();
  expect(kept.filter((id) => !ids.has(id))).toEqual([]);
  const described = new Set(calls.map(({ parameters }) => parameters?.description));
  expect(made.filter((description) => !described.has(description))).toEqual([]);
  const callers = session.assembly.store.transact<string[]>((tx) =>
    Array.from(tx.callers.range(), ({ value }) => JSON.parse(value).userName),
  );
  expect(callers.toSorted()).toEqual(['admin', 'kept', 'new']);
  const after = await verifyStore(session.assembly, () => {}, new AbortController().signal);
  expect(after.Damaged).toEqual([]);
});

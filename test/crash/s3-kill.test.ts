import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { expect, onTestFinished, test } from 'vitest';
import { verifyStore } from '../../src/cli/commands/store/verify.ts';

import { replicateQueue } from '../../src/s3/replicate-queue.ts';
import { bytesOf, contentOf } from './content.ts';
import type { Job, Point } from './killed-call.ts';
import { looseEnds } from './loose-ends.ts';
import { newReplication } from './replication-setting.ts';
import { openSession, type StoreSession } from './store-session.ts';
import { bundledWithModels } from './with-models.ts';

/** A call that is to be killed, and how to tell what came of it. */
interface Scenario {
  /** What every scenario of this kind needs, once. */
  setUp(session: StoreSession): Promise<void>;
  /** Brings the old state about. */
  prepare(session: StoreSession): Promise<Pick<Job, 'operation' | 'input' | 'body'>>;
  /** Fails unless one of the two states is there, whole. */
  stateOf(session: StoreSession): Promise<'old' | 'new'>;
}

const MiB = 1024 * 1024;
const Bucket = 'photos';
const Key = 'k';
/** One stays in a row, one is of three blocks and eleven segments. */
const sizes = { small: 10_000, large: 2.5 * MiB } as const;
type Size = keyof typeof sizes;

/** A bucket whose objects are under a KMS key. */
async function newBucket(session: StoreSession): Promise<void> {
  await session.call('s3', 'CreateBucket', { Bucket });
  const { KeyMetadata } = await session.call('kms', 'CreateKey', {});
  const byDefault = { SSEAlgorithm: 'aws:kms', KMSMasterKeyID: KeyMetadata?.Arn ?? '' } as const;
  const ServerSideEncryptionConfiguration = { Rules: [{ ApplyServerSideEncryptionByDefault: byDefault }] };
  await session.call('s3', 'PutBucketEncryption', { Bucket, ServerSideEncryptionConfiguration });
}

/** The object's state by its metadata, which its bytes have to bear out. */
async function objectState(session: StoreSession, old: Buffer, latest: Buffer): Promise<'old' | 'new'> {
  const { Body, Metadata } = await session.call('s3', 'GetObject', { Bucket, Key });
  const state = Metadata?.state === 'new' ? 'new' : 'old';
  expect((await bytesOf(Body)).equals(state === 'new' ? latest : old)).toBe(true);
  return state;
}

const putOld = (session: StoreSession, Body: Buffer) =>
  session.call('s3', 'PutObject', { Bucket, Key, Body, Metadata: { state: 'old' } });

function putting(size: number): Scenario {
  const old = contentOf('old', size);
  const body = { name: 'new', size };
  return {
    setUp: newBucket,
    async prepare(session) {
      await putOld(session, old);
      return { operation: 'PutObject', input: { Bucket, Key, Metadata: { state: 'new' } }, body };
    },
    stateOf: (session) => objectState(session, old, contentOf(body.name, size)),
  };
}

function copying(size: number): Scenario {
  const old = contentOf('old', size);
  const source = contentOf('source', size);
  return {
    async setUp(session) {
      await newBucket(session);
      await session.call('s3', 'PutObject', { Bucket, Key: 'source', Body: source, Metadata: { state: 'new' } });
    },
    async prepare(session) {
      await putOld(session, old);
      return { operation: 'CopyObject', input: { Bucket, Key, CopySource: `${Bucket}/source` } };
    },
    stateOf: (session) => objectState(session, old, source),
  };
}

function completing(size: number): Scenario {
  const old = contentOf('old', size);
  // Only the last part may be small.
  const parts =
    size > sizes.small ? [contentOf('part1', 5 * MiB), contentOf('part2', 100)] : [contentOf('part1', size)];
  let UploadId = '';
  let Parts: { PartNumber: number; ETag: string }[] = [];
  const hasUpload = async (session: StoreSession) =>
    (await session.call('s3', 'ListMultipartUploads', { Bucket })).Uploads?.length === 1;
  return {
    setUp: newBucket,
    async prepare(session) {
      // An upload that a kill has left is gone on with: it has to be as it was.
      if (!(await hasUpload(session))) {
        await putOld(session, old);
        const begun = await session.call('s3', 'CreateMultipartUpload', { Bucket, Key, Metadata: { state: 'new' } });
        UploadId = begun.UploadId ?? '';
        Parts = [];
        for (const [i, Body] of parts.entries()) {
          const part = { Bucket, Key, UploadId, PartNumber: i + 1, Body };
          Parts.push({ PartNumber: i + 1, ETag: (await session.call('s3', 'UploadPart', part)).ETag ?? '' });
        }
      }
      return { operation: 'CompleteMultipartUpload', input: { Bucket, Key, UploadId, MultipartUpload: { Parts } } };
    },
    async stateOf(session) {
      const state = await objectState(session, old, Buffer.concat(parts));
      expect(await hasUpload(session)).toBe(state === 'old');
      return state;
    },
  };
}

function replicating(size: number): Scenario {
  const content = contentOf('new', size);
  let VersionId = '';
  const removeBoth = async (session: StoreSession) => {
    if (VersionId === '') return;
    await session.call('s3', 'DeleteObject', { Bucket, Key, VersionId });
    await session.call('s3', 'DeleteObject', { Bucket: `${Bucket}-copy`, Key, VersionId }, 'eu-west-1');
    // A deleted version waits until the queue is worked off.
    for await (const _ of replicateQueue(session.assembly, { region: 'us-east-1' }));
  };
  return {
    setUp: (session) => newReplication(session, Bucket),
    async prepare(session) {
      await removeBoth(session);
      ({ VersionId = '' } = await session.call('s3', 'PutObject', { Bucket, Key, Body: content }));
      return { operation: 'replicate', input: {} };
    },
    async stateOf(session) {
      const { ReplicationStatus } = await session.call('s3', 'HeadObject', { Bucket, Key, VersionId });
      const isWaiting = session.assembly.store.transact<boolean>((tx) =>
        [...tx.replicationTasks.range()].some(({ value }) => value.versionId === VersionId),
      );
      const copy = { Bucket: `${Bucket}-copy`, Key, VersionId };
      if (ReplicationStatus === 'PENDING') {
        await expect(session.call('s3', 'GetObject', copy, 'eu-west-1')).rejects.toThrow('does not exist');
        expect(isWaiting).toBe(true);
        return 'old';
      }
      const replica = await session.call('s3', 'GetObject', copy, 'eu-west-1');
      expect(replica.ReplicationStatus).toBe('REPLICA');
      expect((await bytesOf(replica.Body)).equals(content)).toBe(true);
      expect([ReplicationStatus, isWaiting]).toEqual(['COMPLETED', false]);
      return 'new';
    },
  };
}

/** Runs a job. @returns the points that it passed; undefined: it was killed. */
async function run(program: string, job: Job): Promise<Point[] | undefined> {
  const child = spawn(process.execPath, [program, JSON.stringify(job)], { stdio: ['ignore', 'pipe', 'pipe'] });
  const ended = new Promise<NodeJS.Signals | null>((resolve) =>
    child.once('close', (_code, signal) => resolve(signal)),
  );
  const [said, complaint, signal] = await Promise.all([text(child.stdout), text(child.stderr), ended]);
  expect(complaint).toBe('');
  expect(signal).toBe(said === '' ? 'SIGKILL' : null);
  return said === '' ? undefined : JSON.parse(said);
}

interface Outcome {
  readonly point: string;
  readonly state: 'old' | 'new';
}

/** Kills a call at each of its points, and says what state each kill has left. */
async function killEverywhere(program: string, { setUp, prepare, stateOf }: Scenario, size: Size): Promise<Outcome[]> {
  const folder = mkdtempSync(join(tmpdir(), 'ssebox-kill-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  let session = await openSession(folder);
  await setUp(session);

  async function runOnce(killAt?: Point): Promise<{ passed: Point[] | undefined; state: 'old' | 'new' }> {
    const job = await prepare(session);
    await session.close();
    const passed = await run(program, { folder, killAt, ...job });
    session = await openSession(folder);
    const state = await stateOf(session);
    const report = await verifyStore(session.assembly, session.environment, () => {}, new AbortController().signal);
    expect([...report.Damaged, ...report.Closed]).toEqual([]);
    // That was the next command; it ends here.
    await session.close();
    session = await openSession(folder);
    expect(looseEnds(session.assembly)).toEqual([]);
    return { passed, state };
  }

  const { passed = [], state } = await runOnce();
  expect(state).toBe('new');
  const outcomes: Outcome[] = [];
  for (const point of worthKilling(passed, size)) {
    const { passed, state } = await runOnce(point);
    // Whether the folder of a blob file is there already, and has to be made or not, is up to chance.
    if (!passed) outcomes.push({ point: point.name, state });
  }
  await session.close();
  return outcomes;
}

/** Of a name the first point and the last. What is before the first commit is the same for every size. */
function worthKilling(passed: readonly Point[], size: Size): Point[] {
  const last = new Map(passed.map(({ name, turn }) => [name, turn]));
  const isEarly = ({ name }: Point) => / (resolve|authorize|run)$/.test(name);
  return passed.filter((point) => {
    if (size === 'large' && isEarly(point)) return false;
    return point.turn === 1 || point.turn === last.get(point.name);
  });
}

const moved = ['mkdir', 'open', 'write', 'sync', 'rename'];

// Operation, and what of it is passed on the way, by an object that stays in a row and by one in a blob file.
const operations = [
  [
    'PutObject',
    putting,
    ['GenerateDataKey run', 'PutObject run'],
    ['piece of the body', ...moved, 'PutObject finish', 'rmSync'],
  ],
  [
    'CopyObject',
    copying,
    ['Decrypt run', 'GenerateDataKey run', 'CopyObject run'],
    [...moved, 'CopyObject finish', 'rmSync'],
  ],
  ['CompleteMultipartUpload', completing, ['Decrypt run', 'CompleteMultipartUpload run'], ['rmSync']],
  [
    'ReplicateObject',
    replicating,
    ['Decrypt run', 'Encrypt run', 'ReplicateObject finish'],
    [...moved, 'ReplicateObject finish'],
  ],
] as const;

test.for(operations)(
  '%s that is killed at any point leaves the old state or the new one, and no loose ends',
  { timeout: 120_000 },
  async ([, scenario, ofSmall, ofLarge]) => {
    const program = await bundledWithModels('test/crash/killed-call.ts');
    const [small, large] = await Promise.all([
      killEverywhere(program, scenario(sizes.small), 'small'),
      killEverywhere(program, scenario(sizes.large), 'large'),
    ]);
    for (const [outcomes, wanted] of [
      [small, ofSmall],
      [large, ofLarge],
    ] as const) {
      const points = outcomes.map(({ point }) => point);
      expect(points).toEqual(expect.arrayContaining([...wanted, 'record', 'answered', 'closed']));
      // Nothing before the last commit shows; all of it does when the answer is given.
      const answered = points.indexOf('answered');
      expect(outcomes.slice(0, answered).filter(({ state }) => state === 'new')).toEqual([]);
      expect(outcomes.slice(answered).filter(({ state }) => state === 'old')).toEqual([]);
    }
  },
);

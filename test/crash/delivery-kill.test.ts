import { randomBytes } from 'node:crypto';
import { gunzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { allCalls } from '../../src/call/call-log.ts';
import { bytesOf } from '../support/content.ts';
import { expectInOrder, killEverywhere, type Outcome, type Scenario, writingFile } from '../support/kill-everywhere.ts';
import type { StoreSession } from '../support/store-session.ts';
import { logBucketPolicy, trailArnOf } from '../support/trail-place.ts';
import { bundledWithModels } from '../support/with-models.ts';

const Bucket = 'trail-logs';
const Name = 'main';

/** What has been delivered: nothing, the log file, or the final digest, too. */
type State = 'old' | 'log' | 'new';

/** The ids of the events in all log files. */
async function delivered(session: StoreSession): Promise<string[]> {
  const { Contents = [] } = await session.call('s3', 'ListObjectsV2', { Bucket });
  const ids: string[] = [];
  for (const { Key = '' } of Contents) {
    if (!Key.includes('/CloudTrail/')) continue;
    const { Body } = await session.call('s3', 'GetObject', { Bucket, Key });
    const { Records } = JSON.parse(gunzipSync(await bytesOf(Body)).toString());
    ids.push(...Records.map(({ eventID }: { eventID: string }) => eventID));
  }
  return ids.sort();
}

const waiting = ({ assembly }: StoreSession): string[] =>
  assembly.store.transact<string[]>((tx) => Array.from(tx.trailQueue.range(), ({ value }) => value[3]));

/** How many log files and digests there are, by the rows: a call that reads the bucket would deliver what is due. */
const filesIn = ({ assembly }: StoreSession) =>
  assembly.store.transact<{ logs: number; digests: number }>((tx) => {
    const keys = Array.from(tx.objects.under([Bucket]), ({ key }) => key[1]);
    const logs = keys.filter((key) => key.includes('/CloudTrail/')).length;
    return { logs, digests: keys.length - logs };
  });

/**
 * The trail logs calls with so many random characters each, and then no more, so that all of them and the end of its
 * chain can be delivered.
 */
function ofEvents(count: number, size: number): Scenario<State> {
  const wanted = (session: StoreSession): string[] =>
    session.assembly.store.transact<string[]>((tx) =>
      allCalls(tx)
        .filter(({ operation }) => operation === 'Encrypt' || operation === 'StartLogging')
        .map(({ eventId }) => eventId)
        .sort(),
    );
  let KeyId = '';
  let before = { logs: 0, digests: 0 };
  return {
    async setUp(session) {
      KeyId = (await session.call('kms', 'CreateKey', {})).KeyMetadata?.KeyId ?? '';
      await session.call('s3', 'CreateBucket', { Bucket });
      await session.call('s3', 'PutBucketPolicy', { Bucket, Policy: logBucketPolicy(Bucket, trailArnOf(Name)) });
      await session.call('cloudtrail', 'CreateTrail', { Name, S3BucketName: Bucket, EnableLogFileValidation: true });
    },
    async prepare(session) {
      // What a killed process has left is delivered before.
      await session.call('cloudtrail', 'StartLogging', { Name });
      expect(await delivered(session)).toEqual(wanted(session).filter((id) => !waiting(session).includes(id)));
      before = filesIn(session);
      expect(before.logs).toBe(before.digests);
      for (let i = 0; i < count; i++) {
        const EncryptionContext = { random: randomBytes(size).toString('base64') };
        await session.call('kms', 'Encrypt', { KeyId, Plaintext: Buffer.from('x'), EncryptionContext });
      }
      await session.call('cloudtrail', 'StopLogging', { Name });
      return { operation: 'deliver', input: {} };
    },
    async stateOf(session) {
      const { logs, digests } = filesIn(session);
      const left = waiting(session);
      expect([...(await delivered(session)), ...left].sort()).toEqual(wanted(session));
      const state = [logs - before.logs, digests - before.digests].join();
      return state === '0,0' ? 'old' : state === '1,0' ? 'log' : state === '1,1' ? 'new' : expect.fail(state);
    },
  };
}

/** The states come one after the other, each when a file is delivered. */
function expectStates(outcomes: readonly Outcome<State>[]): void {
  const states: readonly State[] = ['old', 'log', 'new'];
  const answers = outcomes.flatMap(({ point }, i) => (point === 'answered' ? [i] : []));
  expect(answers).toHaveLength(states.length - 1);
  states.forEach((state, i) => {
    const during = outcomes.slice(answers[i - 1] ?? 0, answers[i] ?? outcomes.length);
    expect(during.filter((outcome) => outcome.state !== state)).toEqual([]);
  });
}

const ofDigest = ['DeliverDigest resolve', 'PutObject run', 'DeliverDigest run', 'answered', 'closed'];
const atOnce = ['DeliverLogFile resolve', 'PutObject run', 'DeliverLogFile run', 'answered', ...ofDigest];
const inTime = ['open blobs/*/*.part', ...writingFile, 'DeliverLogFile finish', 'answered'];

test.for([
  ['few bytes', ofEvents(3, 10), atOnce, false],
  ['many bytes', ofEvents(20, 4500), [...inTime, 'answered', 'closed'], true],
] as const)(
  'a delivery of %s that is killed at any point loses no event, and delivers none twice',
  { timeout: 240_000 },
  async ([, scenario, wanted, passesOverEarly]) => {
    const program = await bundledWithModels('test/support/programs/killed-call.ts');
    const outcomes = await killEverywhere(program, scenario, { passesOverEarly });
    expectInOrder(
      outcomes.map(({ point }) => point),
      wanted,
    );
    expectStates(outcomes);
  },
);

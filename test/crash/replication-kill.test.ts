import { expect, test } from 'vitest';
import { replicateQueue } from '../../src/s3/replication/replicate-queue.ts';
import { bytesOf, contentOf } from '../support/content.ts';
import {
  expectInOrder,
  killEverywhere,
  type Outcome,
  type Scenario,
  sizes,
  writingFile,
} from '../support/kill-everywhere.ts';
import { type Destination, destinationsOf, newReplication } from '../support/replicated-bucket.ts';
import type { StoreSession } from '../support/store-session.ts';
import { bundledWithModels } from '../support/with-models.ts';

const Bucket = 'photos';
const Key = 'k';
const destinations = destinationsOf(Bucket);

/** What has arrived: nothing, all of it, or what goes to the first destination. */
type State = 'old' | 'first' | 'new';

/** How many destinations a version still waits for. */
const waitsFor = ({ assembly }: StoreSession, versionId: string): number =>
  assembly.store.transact<number>((tx) =>
    [...tx.replicationTasks.range()].reduce(
      (sum, { value }) => sum + (value.versionId === versionId ? value.ruleIds.length : 0),
      0,
    ),
  );

const workOff = async ({ assembly }: StoreSession) => {
  for await (const _ of replicateQueue(assembly, { region: 'us-east-1' }));
};

/** Takes every version and delete marker away, from all buckets. */
async function removeAll(session: StoreSession): Promise<void> {
  for (const { Bucket: bucket, region } of [{ Bucket, region: 'us-east-1' } as const, ...destinations]) {
    const { Versions = [], DeleteMarkers = [] } = await session.call(
      's3',
      'ListObjectVersions',
      { Bucket: bucket },
      region,
    );
    for (const { VersionId } of [...Versions, ...DeleteMarkers])
      await session.call('s3', 'DeleteObject', { Bucket: bucket, Key, VersionId }, region);
  }
  // A deleted version waits until the queue is worked off.
  await workOff(session);
}

/** The destinations are served in the order of the rules. */
function stateOf([first, second]: readonly boolean[]): State {
  expect(second && !first).toBe(false);
  return second ? 'new' : first ? 'first' : 'old';
}

function ofObject(size: number): Scenario<State> {
  const content = contentOf('new', size);
  let VersionId = '';

  /** Whether the replica is there, whole. */
  async function hasArrived(session: StoreSession, { Bucket, region }: Destination): Promise<boolean> {
    const { Versions = [] } = await session.call('s3', 'ListObjectVersions', { Bucket }, region);
    if (Versions.length === 0) return false;
    expect(Versions).toMatchObject([{ VersionId, StorageClass: 'STANDARD_IA' }]);
    const replica = await session.call('s3', 'GetObject', { Bucket, Key, VersionId }, region);
    expect(replica.ReplicationStatus).toBe('REPLICA');
    expect(replica.SSEKMSKeyId).toContain(`:${region}:`);
    expect((await bytesOf(replica.Body)).equals(content)).toBe(true);
    return true;
  }

  return {
    setUp: (session) => newReplication(session, Bucket, destinations),
    async prepare(session) {
      await removeAll(session);
      ({ VersionId = '' } = await session.call('s3', 'PutObject', { Bucket, Key, Body: content }));
      return { operation: 'replicate', input: {} };
    },
    async stateOf(session) {
      const arrived: boolean[] = [];
      for (const destination of destinations) arrived.push(await hasArrived(session, destination));
      const left = arrived.filter((each) => !each).length;
      expect(waitsFor(session, VersionId)).toBe(left);
      const { ReplicationStatus } = await session.call('s3', 'HeadObject', { Bucket, Key, VersionId });
      expect(ReplicationStatus).toBe(left > 0 ? 'PENDING' : 'COMPLETED');
      return stateOf(arrived);
    },
  };
}

function ofDeleteMarker(): Scenario<State> {
  const content = contentOf('old', sizes.small);
  let VersionId = '';

  /** Whether the marker is there; the object is, in any case. */
  async function hasArrived(session: StoreSession, { Bucket, region }: Destination): Promise<boolean> {
    const { Versions = [], DeleteMarkers = [] } = await session.call('s3', 'ListObjectVersions', { Bucket }, region);
    const [object] = Versions;
    expect(Versions).toHaveLength(1);
    const { Body } = await session.call('s3', 'GetObject', { Bucket, Key, VersionId: object?.VersionId ?? '' }, region);
    expect((await bytesOf(Body)).equals(content)).toBe(true);
    if (DeleteMarkers.length === 0) return false;
    expect(DeleteMarkers).toMatchObject([{ VersionId, IsLatest: true }]);
    return true;
  }

  return {
    setUp: (session) => newReplication(session, Bucket, destinations),
    async prepare(session) {
      await removeAll(session);
      await session.call('s3', 'PutObject', { Bucket, Key, Body: content });
      await workOff(session);
      ({ VersionId = '' } = await session.call('s3', 'DeleteObject', { Bucket, Key }));
      return { operation: 'replicate', input: {} };
    },
    async stateOf(session) {
      const arrived: boolean[] = [];
      for (const destination of destinations) arrived.push(await hasArrived(session, destination));
      expect(waitsFor(session, VersionId)).toBe(arrived.filter((each) => !each).length);
      return stateOf(arrived);
    },
  };
}

/** The states come one after the other, each when a destination is done. */
function expectStates(outcomes: readonly Outcome<State>[]): void {
  const states: readonly State[] = ['old', 'first', 'new'];
  const answers = outcomes.flatMap(({ point }, i) => (point === 'answered' ? [i] : []));
  expect(answers).toHaveLength(states.length - 1);
  states.forEach((state, i) => {
    const during = outcomes.slice(answers[i - 1] ?? 0, answers[i] ?? outcomes.length);
    expect(during.filter((outcome) => outcome.state !== state)).toEqual([]);
  });
}

const ofRow = ['ReplicateObject resolve', 'Decrypt run', 'Encrypt run', 'ReplicateObject finish'];
const ofFile = ['open blobs/*/*.part', ...writingFile, 'ReplicateObject finish'];
/** One destination after the other. */
const served = (steps: readonly string[]) => [...steps, 'answered', ...steps, 'record', 'answered', 'closed'];

test.for([
  ['an object in a row', ofObject(sizes.small), served(ofRow), false],
  ['an object in a file', ofObject(sizes.large), served(ofFile), true],
  ['a delete marker', ofDeleteMarker(), served(['ReplicateObject resolve', 'ReplicateObject run']), false],
] as const)(
  'a replication of %s that is killed at any point has arrived completely at each destination, or waits for it',
  { timeout: 120_000 },
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

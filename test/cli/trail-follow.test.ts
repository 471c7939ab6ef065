import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { expect, onTestFinished, test } from 'vitest';
import { assemble } from '../../src/assemble.ts';
import { allCalls } from '../../src/call/call-log.ts';
import { ownNewsOf } from '../../src/cli/commands/trail/own-events.ts';
import { followed, newsOf } from '../../src/cli/commands/trail.ts';
import { newSession, type Session } from '../../src/cli/session.ts';
import { standardInputOf } from '../../src/cli/standard-input.ts';
import { setClock, storeNow } from '../../src/store/clock.ts';
import { noteOwnEvent } from '../../src/store/own-events.ts';
import { DAY, MINUTE, START, testEnvironment } from '../support/harness.ts';

interface Stage {
  /** The one that follows. */
  readonly session: Session;
  /** Another process on the same store. */
  readonly other: Session;
  advance(ms: number): void;
}

function newStage(): Stage {
  const folder = mkdtempSync(join(tmpdir(), 'ssebox-follow-'));
  let now = START;
  const sessionWith = (seed: string) => {
    const environment = testEnvironment(() => now, seed);
    return newSession({
      globals: {},
      environment,
      settings: {},
      signal: new AbortController().signal,
      openStore: async () => assemble({ folder, environment }),
      stdin: standardInputOf({ stdin: Readable.from([]) }),
      tell: () => {},
      confirm: async () => {},
    });
  };
  const session = sessionWith('follower');
  const other = sessionWith('other');
  onTestFinished(async () => {
    await session.close();
    await other.close();
    rmSync(folder, { recursive: true });
  });
  return {
    session,
    other,
    advance(ms) {
      now += ms;
    },
  };
}

/** Everything is wanted. */
const values: Parameters<typeof followed>[1] = {
  options: {
    event: undefined,
    user: undefined,
    service: undefined,
    key: undefined,
    resource: undefined,
    since: undefined,
    'start-time': undefined,
    'end-time': undefined,
    errors: false,
    writes: false,
  },
};

/** Follows for as many pauses as there are steps, each of which happens during one. */
async function follow(session: Session, ...steps: readonly (() => Promise<unknown>)[]): Promise<string[]> {
  const lines: string[] = [];
  const over = new Error('followed long enough');
  const left = [...steps];
  const own = await ownNewsOf({ start: undefined, end: undefined }, session);
  const pause = async () => {
    const step = left.shift();
    if (!step) throw over;
    await step();
  };
  try {
    for await (const line of followed([], values, session, await newsOf(session), { pause, own })) lines.push(line);
  } catch (error) {
    if (error !== over) throw error;
  }
  return lines;
}

const lookups = async (session: Session): Promise<number> =>
  (await session.store.transact(allCalls)).filter(({ operation }) => operation === 'LookupEvents').length;

const nothing = async () => {};

test('while nothing happens nothing is asked, and so nothing recorded', async () => {
  const { session, other } = newStage();
  await other.aws.call('kms', 'ListKeys', {});
  expect(await follow(session, nothing, nothing, nothing)).toEqual([]);
  expect(await lookups(session)).toBe(0);
});

test('what another process does is shown once, and asked for once', async () => {
  const { session, other, advance } = newStage();
  const lines = await follow(
    session,
    async () => {
      advance(MINUTE);
      await other.aws.call('kms', 'ListKeys', {});
    },
    nothing,
    // In the same millisecond as what was shown last.
    () => other.aws.call('kms', 'ListAliases', {}),
    nothing,
  );
  expect(lines).toEqual([expect.stringContaining('kms ListKeys'), expect.stringContaining('kms ListAliases')]);
  expect(await lookups(session)).toBe(2);
});

test('two who follow do not wake each other', async () => {
  const { session, other, advance } = newStage();
  const [hasNews, hasOther] = [await newsOf(session), await newsOf(other)];
  advance(MINUTE);
  await session.aws.call('cloudtrail', 'LookupEvents', {});
  await other.aws.call('cloudtrail', 'LookupEvents', {});
  expect([await hasNews(), await hasOther()]).toEqual([false, false]);
});

test('data events and other regions are no news', async () => {
  const { session, other } = newStage();
  await other.aws.call('s3', 'CreateBucket', { Bucket: 'photos' });
  const hasNews = await newsOf(session);
  await other.aws.call('s3', 'PutObject', { Bucket: 'photos', Key: 'a', Body: Buffer.from('x') });
  await other.aws.call('kms', 'ListKeys', {}, { region: 'eu-west-1' });
  expect(await hasNews()).toBe(false);
});

test('a rotation that is due is news, although nobody has called', async () => {
  const { session, other, advance } = newStage();
  const { KeyMetadata } = await other.aws.call('kms', 'CreateKey', {});
  await other.aws.call('kms', 'EnableKeyRotation', { KeyId: KeyMetadata?.KeyId ?? '' });
  const lines = await follow(session, async () => advance(366 * DAY), nothing);
  expect(lines).toEqual([expect.stringContaining('kms RotateKey')]);
});

test('that the clock was moved is shown in its place, and asks for no lookup by itself', async () => {
  const { session, other, advance } = newStage();
  const move = () =>
    other.store.transact((tx) => {
      noteOwnEvent(tx, 'clock advance', other.environment.now(), () =>
        setClock(tx, other.environment.now(), storeNow(tx, other.environment.now()) + DAY),
      );
    });
  const moved = await follow(session, move, nothing);
  expect(moved).toEqual([
    expect.stringContaining('ssebox clock advance  -  ok  time moved from 2026-05-04 09:00:00 to 2026-05-05 09:00:00'),
  ]);
  expect(await lookups(session)).toBe(0);
  const lines = await follow(
    session,
    async () => {
      advance(MINUTE);
      await other.aws.call('kms', 'ListKeys', {});
      advance(MINUTE);
      await move();
      await other.aws.call('kms', 'ListAliases', {});
    },
    nothing,
  );
  expect(lines.map((line) => line.split('  ')[1])).toEqual(['kms ListKeys', 'ssebox clock advance', 'kms ListAliases']);
});

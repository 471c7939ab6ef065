import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { expect, onTestFinished, test } from 'vitest';
import type { Event } from '../../src/api/model/cloudtrail.types.ts';
import { assemble } from '../../src/assemble.ts';
import { allCalls } from '../../src/call/call-log.ts';
import { everything, type Wanted } from '../../src/cli/commands/trail/filters.ts';
import { followed, newsOf } from '../../src/cli/commands/trail/follow.ts';
import { found } from '../../src/cli/commands/trail/found-events.ts';
import { ownNewsOf } from '../../src/cli/commands/trail/own-events.ts';

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

/** Follows for as many pauses as there are steps, each of which happens during one. */
const follow = (session: Session, ...steps: readonly (() => Promise<unknown>)[]) =>
  followFrom([], everything, session, ...steps);

/** The same for chosen events, after those that are shown first. */
async function followFrom(
  first: readonly Event[],
  wanted: Wanted,
  session: Session,
  ...steps: readonly (() => Promise<unknown>)[]
): Promise<string[]> {
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
    for await (const line of followed(first, wanted, session, await newsOf(wanted, session), { pause, own }))
      lines.push(line);
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
  const [hasNews, hasOther] = [await newsOf(everything, session), await newsOf(everything, other)];
  advance(MINUTE);
  await session.aws.call('cloudtrail', 'LookupEvents', {});
  await other.aws.call('cloudtrail', 'LookupEvents', {});
  expect([await hasNews(), await hasOther()]).toEqual([false, false]);
});

test('data events and other regions are no news', async () => {
  const { session, other } = newStage();
  await other.aws.call('s3', 'CreateBucket', { Bucket: 'photos' });
  const hasNews = await newsOf(everything, session);
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

test('data events are news where they are wanted, each shown once', async () => {
  const { session, other, advance } = newStage();
  await other.aws.call('s3', 'CreateBucket', { Bucket: 'photos' });
  const put = (Key: string) => other.aws.call('s3', 'PutObject', { Bucket: 'photos', Key, Body: Buffer.from('x') });
  const seconds = (count: number) => async () => {
    for (let i = 0; i < count; i += 1) {
      advance(1000);
      await put(`${count}-${i}`);
    }
  };
  const wanted = {
    ...everything,
    attributes: [{ AttributeKey: 'EventName', AttributeValue: 'PutObject' }] as const,
    hasDataEvents: true,
  };
  const lines = await followFrom([], wanted, session, seconds(3), nothing, seconds(20), seconds(1), nothing);
  expect(lines.map((line) => line.split('  ')[4]?.split('/')[1])).toEqual([
    ...Array.from({ length: 3 }, (_, i) => `3-${i}`),
    ...Array.from({ length: 20 }, (_, i) => `20-${i}`),
    '1-0',
  ]);
});

test('what was before the first line is not shown later, although it is of the same second', async () => {
  const { session, other } = newStage();
  for (const name of ['ListKeys', 'ListAliases'] as const) await other.aws.call('kms', name, {});
  const { value: newest } = await found(everything, session).next();
  expect(newest?.EventName).toBe('ListAliases');
  const first = newest ? [newest] : [];
  const lines = await followFrom(
    first,
    everything,
    session,
    () =>
      other.aws.call('kms', 'ListRetirableGrants', {
        RetiringPrincipal: 'arn:aws:iam::111122223333:user/admin',
      }),
    nothing,
  );
  expect(lines.map((line) => line.split('  ')[1])).toEqual(['kms ListAliases', 'kms ListRetirableGrants']);
});

/**
 * Throttled calls are made again as the AWS CLI makes them: AWS CLI User Guide, "AWS CLI retries in the AWS CLI";
 * botocore, retries/standard.py and data/_retry.json.
 */

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { AwsErrorCode } from '../../src/api/error-codes.ts';
import { AwsError, CallRefused, type MadeCall } from '../../src/api/errors.ts';
import { assemble } from '../../src/assemble.ts';
import { allCalls } from '../../src/call/call-log.ts';
import { failureOf } from '../../src/cli/exit-codes.ts';
import type { RunSettings } from '../../src/cli/profiles.ts';
import { refusalLine } from '../../src/cli/refusal-line.ts';
import { newRetries } from '../../src/cli/retries.ts';
import { newSendRate } from '../../src/cli/send-rate.ts';
import { newSession, type Session } from '../../src/cli/session.ts';
import { standardInputOf } from '../../src/cli/standard-input.ts';
import { START, testEnvironment } from '../support/harness.ts';

const refusalOf = (code: AwsErrorCode, made: Partial<MadeCall> = {}): CallRefused =>
  new CallRefused(new AwsError(code, 'Rate exceeded'), {
    service: 'kms',
    operation: 'ListKeys',
    requestId: 'r',
    ...made,
  });

/** Retries in surroundings whose chance always has this byte, with the pauses that they take. */
function newTrial(settings: RunSettings = {}, byte = 0xff) {
  const pauses: number[] = [];
  const lines: string[] = [];
  let elapsed = 0;
  const { signal } = new AbortController();
  const retries = newRetries({
    globals: { debug: true },
    environment: {
      ...testEnvironment(() => START),
      elapsed: () => elapsed,
      random: (size) => new Uint8Array(size).fill(byte),
      pause: async (ms) => {
        pauses.push(ms);
        elapsed += ms;
      },
    },
    settings,
    signal,
    tell: (line) => void lines.push(line),
  });
  /** Makes a call that is refused so often, and then succeeds. */
  const attempt = async (refusals: number, refusal = refusalOf('ThrottlingException'), input: unknown = {}) => {
    let made = 0;
    const make = async () => {
      made += 1;
      if (made <= refusals) throw refusal;
      return 'done';
    };
    const outcome = await retries.attempt({ service: 'kms', name: 'ListKeys', input }, make).catch((error) => error);
    return { made, outcome };
  };
  return { attempt, pauses, lines, retries };
}

const messageOf = (error: unknown): string => (error instanceof AwsError ? refusalLine(error) : String(error));

describe('what is refused for this is made again in standard mode, and in legacy mode', () => {
  test.for<[AwsErrorCode, boolean, boolean]>([
    ['ThrottlingException', true, true],
    ['Throttling', true, true],
    ['SlowDown', true, true],
    ['LimitExceededException', true, false],
    ['LimitExceeded', false, false],
    ['AccessDeniedException', false, false],
    ['NotFoundException', false, false],
    ['NotImplemented', false, false],
    ['NoSuchKey', false, false],
  ])('%s: %s, %s', async ([code, inStandard, inLegacy]) => {
    for (const [retry_mode, isRetried] of [
      ['standard', inStandard],
      ['adaptive', inStandard],
      ['legacy', inLegacy],
    ] as const) {
      const service = code === 'SlowDown' ? 's3' : 'kms';
      expect(await newTrial({ retry_mode }).attempt(1, refusalOf(code, { service }))).toMatchObject(
        isRetried ? { made: 2, outcome: 'done' } : { made: 1, outcome: { code } },
      );
    }
  });
});

describe('a call is made so often in all, with pauses of at most so many seconds', () => {
  test.for<[RunSettings, number, number[]]>([
    [{}, 3, [1, 2]],
    [{ retry_mode: 'standard' }, 3, [1, 2]],
    [{ retry_mode: 'adaptive' }, 3, [1, 2]],
    [{ retry_mode: 'legacy' }, 5, [1, 2, 4, 8]],
    [{ max_attempts: 1 }, 1, []],
    [{ max_attempts: 8 }, 8, [1, 2, 4, 8, 16, 20, 20]],
    [{ max_attempts: 7, retry_mode: 'legacy' }, 7, [1, 2, 4, 8, 16, 32]],
  ])('%j: %i', async ([settings, attempts, seconds]) => {
    const { attempt, pauses } = newTrial(settings);
    const { made, outcome } = await attempt(99);
    expect(made).toBe(attempts);
    expect(messageOf(outcome)).toBe(
      `An error occurred (ThrottlingException) when calling the ListKeys operation (reached max retries: ${attempts - 1}): Rate exceeded`,
    );
    // The adaptive rate has pauses of its own, which are not by chance.
    const byChance = pauses.filter((ms) => !Number.isInteger(ms));
    expect(byChance.map((ms) => Math.ceil(ms / 1000))).toEqual(seconds);
    expect(byChance.every((ms, i) => ms < (seconds[i] ?? 0) * 1000)).toBe(true);
  });
});

test('full jitter: a pause is any share of its longest one, from none on', async () => {
  for (const [byte, share] of [
    [0, 0],
    [0x40, 0.25],
    [0xc0, 0.75],
  ] as const) {
    const { attempt, pauses } = newTrial({}, byte);
    await attempt(2);
    for (const [i, ms] of pauses.entries()) expect(ms / (1000 * 2 ** i)).toBeCloseTo(share, 2);
    expect(pauses).toHaveLength(2);
  }
});

test('standard mode counts the attempts whatever the last one was refused for, legacy mode only throttled ones', async () => {
  const denied = refusalOf('AccessDeniedException');
  const messageIn = async (settings: RunSettings) => messageOf((await newTrial(settings).attempt(1, denied)).outcome);
  expect(await messageIn({ max_attempts: 1 })).toMatch('ListKeys operation (reached max retries: 0): Rate');
  expect(await messageIn({ max_attempts: 1, retry_mode: 'legacy' })).toMatch('ListKeys operation: Rate');
  expect(await messageIn({})).toMatch('ListKeys operation: Rate');
});

test('500 tokens pay for 100 retries; a call that succeeds gives back what it cost, or one token', async () => {
  const { attempt, retries, lines } = newTrial();
  for (let i = 0; i < 50; i++) expect((await attempt(3)).made).toBe(3);
  const stopped = await attempt(1);
  expect(stopped.made).toBe(1);
  expect(messageOf(stopped.outcome)).toBe(
    'An error occurred (ThrottlingException) when calling the ListKeys operation: Rate exceeded',
  );
  expect(lines.at(-1)).toBe('debug: kms ListKeys: not retried: retry quota reached');
  for (let i = 0; i < 4; i++) retries.succeeded('kms');
  expect((await attempt(1)).made).toBe(1);
  // Another service has its own quota.
  retries.succeeded('s3');
  expect((await attempt(1)).made).toBe(1);
  retries.succeeded('kms');
  // A retry that succeeds pays itself back, so there may be another, and another.
  for (let i = 0; i < 3; i++) expect(await attempt(1)).toEqual({ made: 2, outcome: 'done' });
  expect((await attempt(2)).made).toBe(2);
  expect((await attempt(1)).made).toBe(1);
});

test('legacy mode has no quota', async () => {
  const { attempt } = newTrial({ retry_mode: 'legacy', max_attempts: 2 });
  for (let i = 0; i < 150; i++) expect((await attempt(2)).made).toBe(2);
});

test('a stream that has been read is not sent again, bytes and an unread stream are', async () => {
  const begun = refusalOf('SlowDown', { service: 's3', isBegun: true });
  const stream = { Body: Readable.from([Buffer.from('a')]) };
  const { attempt, lines } = newTrial();
  expect((await attempt(1, begun, stream)).made).toBe(1);
  expect(lines).toEqual(['debug: kms ListKeys: not retried: a stream that has been read cannot be sent again']);
  expect((await attempt(1, begun, { Body: Buffer.from('a') })).made).toBe(2);
  expect((await attempt(1, refusalOf('SlowDown', { service: 's3' }), stream)).made).toBe(2);
});

test('an error that is not a refusal ends the call', async () => {
  const { retries } = newTrial();
  let made = 0;
  const make = async () => {
    made += 1;
    throw new Error('a bug');
  };
  await expect(retries.attempt({ service: 'kms', name: 'ListKeys', input: {} }, make)).rejects.toThrow('a bug');
  expect(made).toBe(1);
});

// What botocore's ClientRateLimiter does with the same answers, at the same times: made with botocore 1.43.11.
test('adaptive mode slows down when it is throttled, and speeds up again, as botocore does', () => {
  const answers = [
    ...Array.from({ length: 12 }, () => [50, false] as const),
    [50, true],
    [100, true],
    ...Array.from({ length: 4 }, () => [100, false] as const),
    [400, true],
    ...Array.from({ length: 2 }, () => [1000, false] as const),
    ...Array.from({ length: 3 }, () => [20, false] as const),
    ...Array.from({ length: 3 }, () => [3000, true] as const),
  ] as const;
  let now = 100_270;
  const rate = newSendRate(now);
  const waits = answers.map(([ms, isThrottled]) => {
    let waited = 0;
    for (let waitMs = rate.waitMs(now); waitMs > 0; waitMs = rate.waitMs(now)) {
      waited += waitMs;
      now += waitMs;
    }
    now += ms;
    rate.answered(now, isThrottled);
    return waited;
  });
  expect(waits).toEqual([...Array(13).fill(0), 117, 111, 136, 111, 95, 88, 0, 0, 0, 0, 92, 162, 0, 0]);
});

/** A session on a store that refuses a request of an operation as often as it says. */
function newThrottled(refused: Readonly<Record<string, number>>, settings: RunSettings = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'ssebox-retries-'));
  const left = new Map(Object.entries(refused));
  const isRefused = new Map<string, boolean>();
  const base = testEnvironment(() => START);
  const lines: string[] = [];
  const controller = new AbortController();
  const pauses: number[] = [];
  const environment = {
    ...base,
    pause: (ms: number, signal: AbortSignal) => {
      pauses.push(ms);
      return base.pause(ms, signal);
    },
  };
  const assembly = assemble({
    folder,
    environment,
    // A request is counted again when it is undone.
    throttle({ requestId }, { service, operation }) {
      if (!isRefused.has(requestId)) {
        const more = left.get(operation) ?? 0;
        isRefused.set(requestId, more > 0);
        left.set(operation, more - 1);
      }
      if (isRefused.get(requestId)) throw new AwsError(service === 's3' ? 'SlowDown' : 'ThrottlingException', 'Rate');
    },
  });
  const session = newSession({
    globals: { debug: true },
    environment,
    settings,
    signal: controller.signal,
    openStore: async () => assembly,
    stdin: standardInputOf({ stdin: Readable.from([]) }),
    tell: (line) => void lines.push(typeof line === 'string' ? line : line.painted),
    confirm: async () => {},
  });
  onTestFinished(async () => {
    await session.close();
    await assembly.close();
    rmSync(folder, { recursive: true, force: true });
  });
  const retryLines = () => lines.filter((line) => / retr(y|ied)/.test(line));
  return { session, lines: retryLines, pauses, controller, errors: () => errorsOf(session) };
}

const errorsOf = (session: Session) =>
  session.store.transact((tx) => allCalls(tx).map((call) => [call.operation, call.error?.code]));

test('a throttled call of a command is made again, each attempt is recorded, and --debug shows each retry', async () => {
  const { session, lines, errors } = newThrottled({ ListKeys: 2 });
  expect(await session.aws.call('kms', 'ListKeys', {})).toMatchObject({ Keys: [] });
  expect(await errors()).toEqual([
    ['ListKeys', 'ThrottlingException'],
    ['ListKeys', 'ThrottlingException'],
    ['ListKeys', undefined],
  ]);
  expect(lines()).toEqual([
    expect.stringMatching(/^debug: kms ListKeys: retry 1 of 2 after 0\.\d\d s: ThrottlingException$/),
    expect.stringMatching(/^debug: kms ListKeys: retry 2 of 2 after [01]\.\d\d s: ThrottlingException$/),
  ]);
});

test('after the last attempt its refusal is shown, with the number of retries, and exit code 254', async () => {
  const { session, lines, errors } = newThrottled({ ListKeys: 3 });
  const error: unknown = await session.aws.callByName('kms', 'ListKeys', {}).catch((reason) => reason);
  const screen = { width: 80, color: false, isTerminal: false };
  const { code, text } = failureOf(error, { screen, call: error instanceof CallRefused ? error.call : undefined });
  expect(code).toBe(254);
  expect(text.painted).toBe(
    'An error occurred (ThrottlingException) when calling the ListKeys operation (reached max retries: 2): Rate\n',
  );
  expect(lines()).toHaveLength(3);
  expect(lines().at(-1)).toBe('debug: kms ListKeys: not retried: max attempts of 3 reached');
  expect(await errors()).toHaveLength(3);
});

test('a call that is only tried is tried once', async () => {
  const { session, pauses } = newThrottled({ ListKeys: 1 });
  const reported: unknown[] = [];
  const rehearsing = session.rehearse(
    { report: ({ refusal }) => void reported.push(refusal?.code), denied: 'end' },
    () => {},
  );
  await expect(rehearsing.aws.call('kms', 'ListKeys', {})).rejects.toThrow('Rate');
  await rehearsing.close();
  expect([reported, pauses]).toEqual([['ThrottlingException'], []]);
});

test('Ctrl-C ends the pause, and nothing is tried after it', async () => {
  const { session, controller, errors } = newThrottled({ ListKeys: 2 });
  controller.abort();
  await expect(session.aws.call('kms', 'ListKeys', {})).rejects.toMatchObject({ name: 'AbortError' });
  expect(await errors()).toHaveLength(1);
});

test('several calls under way are each made again', async () => {
  const { session, errors } = newThrottled({ ListKeys: 10 });
  await Promise.all(Array.from({ length: 5 }, () => session.aws.call('kms', 'ListKeys', {})));
  expect(await errors()).toHaveLength(15);
});

test('a put of a stream is made again, since its body is read only once it is accepted', async () => {
  const { session, errors } = newThrottled({ PutObject: 2 });
  await session.aws.call('s3', 'CreateBucket', { Bucket: 'photos' });
  const bytes = Buffer.alloc(300_000, 'x');
  const put = { Bucket: 'photos', Key: 'k', Body: Readable.from([bytes]), ContentLength: bytes.length };
  await session.aws.call('s3', 'PutObject', put);
  const { ContentLength } = await session.aws.call('s3', 'HeadObject', { Bucket: 'photos', Key: 'k' });
  expect(ContentLength).toBe(bytes.length);
  expect((await errors()).filter(([name]) => name === 'PutObject').map(([, code]) => code)).toEqual([
    'SlowDown',
    'SlowDown',
    undefined,
  ]);
});

test('a refusal says whether the call had begun to move bytes', async () => {
  const { session } = newThrottled({});
  await session.aws.call('s3', 'CreateBucket', { Bucket: 'photos' });
  const Body = () => Readable.from([Buffer.alloc(100_000)]);
  const refusedCall = async (input: object): Promise<unknown> => {
    const put = { Bucket: 'photos', Key: 'k', Body: Body(), ...input };
    const error: unknown = await session.aws.callByName('s3', 'PutObject', put).catch((reason) => reason);
    return error instanceof CallRefused ? [error.code, error.call.isBegun] : error;
  };
  expect(await refusedCall({ ContentMD5: Buffer.alloc(16).toString('base64') })).toEqual(['BadDigest', true]);
  expect(await refusedCall({ Bucket: 'none' })).toEqual(['NoSuchBucket', undefined]);
});

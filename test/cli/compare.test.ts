import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { afterEach, expect, test, vi } from 'vitest';
import { newCommandLine } from '../support/command-line.ts';

const leftovers = () => readdirSync(tmpdir()).filter((name) => name.startsWith('ssebox-throw-away-'));

afterEach(() => vi.unstubAllEnvs());

interface Calls {
  readonly KmsCalls: Readonly<Record<string, number>>;
  readonly MedianMilliseconds: number;
  readonly MedianKmsMilliseconds: number;
  readonly KmsShare: number;
}

interface Mode {
  readonly Mode: string;
  readonly KmsCalls: number;
  readonly ManagementEvents: number;
  readonly DataEvents: number;
  readonly StoredBytes: number;
  readonly WrappedKeyBytes: number;
  readonly LogBytes: number;
  readonly Puts: Calls;
  readonly Gets: Calls;
  readonly Cost: { readonly KmsCalls: number; readonly UsdKmsRequests: number };
  readonly Readers: readonly { readonly MayRead: boolean; readonly Refusal?: { readonly Message: string } }[];
}

async function compared(size: number, more: readonly string[] = []): Promise<readonly Mode[]> {
  const line = newCommandLine();
  const file = line.path('file');
  writeFileSync(file, Buffer.alloc(size, 'letters '));
  // Other programs have temporary stores, too.
  vi.stubEnv('TMPDIR', line.folder);
  const { json } = await line.ok(['compare', file, '--times', '4', ...more]);
  expect(leftovers()).toEqual([]);
  expect(existsSync(line.store)).toBe(false);
  return (json as { Modes: readonly Mode[] }).Modes;
}

// Amazon S3 User Guide, "Using server-side encryption with AWS KMS keys (SSE-KMS)" and "Reducing the cost of SSE-KMS
// with Amazon S3 Bucket Keys"; CloudTrail logs calls to KMS as management events.
test.for([
  ['us-east-1', 1000],
  ['eu-west-1', 100_000],
] as const)('each mode has its calls, its log and its readers, in %s with %d bytes', async ([region, size]) => {
  const modes = await compared(size, ['--region', region]);
  const table = Object.fromEntries(
    modes.map((mode) => [
      mode.Mode,
      [
        mode.Puts.KmsCalls.GenerateDataKey ?? 0,
        mode.Gets.KmsCalls.Decrypt ?? 0,
        mode.ManagementEvents,
        mode.DataEvents,
        mode.Readers.map(({ MayRead }) => MayRead),
      ],
    ]),
  );
  expect(table).toEqual({
    'SSE-S3': [0, 0, 0, 8, [true, true, true]],
    'SSE-KMS': [4, 4, 8, 8, [true, false, true]],
    'SSE-KMS with a bucket key': [1, 1, 2, 8, [true, false, true]],
    'DSSE-KMS': [4, 4, 8, 8, [true, false, true]],
    'SSE-C': [0, 0, 0, 8, [true, true, true]],
  });
  const [sseS3, kms, , dsse, sseC] = modes;
  expect(kms?.Readers[1]?.Refusal?.Message).toContain('user/reader is not authorized to perform: kms:Decrypt');
  expect(sseS3?.StoredBytes).toBeGreaterThan(size);
  expect(dsse?.StoredBytes).toBeGreaterThan(kms?.StoredBytes ?? 0);
  expect(sseC?.WrappedKeyBytes).toBe(0);
  expect(sseS3?.Puts.MedianMilliseconds).toBeGreaterThan(0);
});

// AWS's prices of 2026-09: 5.00 and 0.40 for a million writes and reads, 0.03 for 10,000 requests to KMS, 0.023 for a
// GB-month, and 0.003 for a GB that is read under DSSE-KMS.
test('the cost is for a million of each, and for a month', async () => {
  const [sseS3, kms, bucketKey, dsse] = await compared(10_000);
  // A million of them are 9.31 GB.
  const common = { UsdS3Requests: 5.4, UsdDsseReads: 0, UsdStoragePerMonth: 0.21 };
  const none = { KmsCalls: 0, UsdKmsRequests: 0, UsdKmsKeyPerMonth: 0 };
  const each = { KmsCalls: 2_000_000, UsdKmsRequests: 6, UsdKmsKeyPerMonth: 1 };
  expect(sseS3?.Cost).toEqual({ ...common, ...none });
  expect(kms?.Cost).toEqual({ ...common, ...each });
  expect(dsse?.Cost).toEqual({ ...common, ...each, UsdDsseReads: 0.03 });
  expect(bucketKey?.Cost).toMatchObject({ ...common, UsdKmsKeyPerMonth: 1 });
  expect(bucketKey?.Cost.KmsCalls).toBeLessThan(2_000_000 / 100);
});

// A put asks KMS for a key that lives L seconds and until the next put; a get for each key that objects were written
// under, of which there are more and more.
test.for([
  [['--rate', '100'], 1_000_000 / 100 / 300.01, 30_001],
  [['--rate', '1'], 1_000_000 / 301, 301],
  [['--rate', '1', '--bucket-key-life', '90s'], 1_000_000 / 91, 91],
] as const)('with a bucket key and %j, a million puts make %d calls', async ([options, generated, objects]) => {
  const [, , bucketKey] = await compared(10, options);
  const [, rate] = options;
  const life = options.length > 2 ? 90 : 300;
  const seconds = 1_000_000 / Number(rate);
  const half = objects * life;
  const decrypted = 1_000_000 * (1 - (half / seconds) * Math.log(1 + seconds / half));
  const calls = bucketKey?.Cost.KmsCalls ?? 0;
  expect(Math.abs(calls / (generated + decrypted) - 1)).toBeLessThan(0.02);
  expect(bucketKey?.Cost.UsdKmsRequests).toBeCloseTo((calls * 0.03) / 10_000, 2);
});

test('a bucket-level key that is not kept spares nothing', async () => {
  const [, kms, bucketKey] = await compared(10, ['--bucket-key-life', '0s']);
  expect(bucketKey?.Cost).toEqual(kms?.Cost);
});

test('the part of KMS in the time is that of its calls, which kms.latency makes longer', async () => {
  const line = newCommandLine();
  writeFileSync(line.path('file'), 'text');
  await line.ok(['config', 'set', 'kms.latency', '1m']);
  const pauses: number[] = [];
  const pause = async (ms: number) => void pauses.push(ms);
  const { json } = await line.ok(['compare', line.path('file'), '--times', '2'], { pause });
  const { Modes } = json as { Modes: readonly Mode[] };
  const times = Modes.map(({ Mode, Puts, Gets }) => [
    Mode,
    ...[Puts, Gets].map((each) => Math.floor(each.MedianKmsMilliseconds / 60_000)),
  ]);
  expect(times).toEqual([
    ['SSE-S3', 0, 0],
    ['SSE-KMS', 1, 1],
    // The first of two, of which the median is the lesser.
    ['SSE-KMS with a bucket key', 0, 0],
    ['DSSE-KMS', 1, 1],
    ['SSE-C', 0, 0],
  ]);
  expect(new Set(pauses)).toEqual(new Set([60_000]));
  expect(Modes[0]?.Puts.KmsShare).toBe(0);
  expect(Modes[1]?.Puts.KmsShare).toBeGreaterThan(0);
});

test('the log has the bytes of its events', async () => {
  const modes = await compared(10);
  const bytes = modes.map(({ LogBytes, ManagementEvents, DataEvents }) => LogBytes / (ManagementEvents + DataEvents));
  for (const each of bytes) expect(each > 800 && each < 3000, `${each} bytes an event`).toBe(true);
  expect(modes[1]?.LogBytes).toBeGreaterThan(modes[2]?.LogBytes ?? 0);
});

test('a person reads tables', async () => {
  const line = newCommandLine();
  writeFileSync(line.path('file'), '');
  const { out } = await line.ok(['compare', line.path('file'), '--times', '1'], { terminal: 120 });
  expect(out).toMatch(/^SSE-KMS {2,}\d+ +\d+ +1 \+ 1 +2 \+ 2 +[\d.]+ KiB$/m);
  expect(out).toMatch(/^SSE-KMS( +[\d.]+ ms +[\d.]+ ms +\d+ %){2}$/m);
  expect(out).toMatch(/^SSE-S3 ( +[\d.]+ ms +0\.0 ms +0 %){2}$/m);
  expect(out).toMatch(/^SSE-KMS {2,}yes +no: kms:Decrypt +yes$/m);
  expect(out).toMatch(/^SSE-C {2,}yes, with its key/m);
  expect(out).toMatch(/^SSE-KMS {2,}5\.40 +6\.00 +0\.00 +11\.40 +0\.00 +1\.00$/m);
  expect(out.replaceAll('\n', ' ')).toContain('The cost assumes 100 puts and 100 gets a second by one requester');
});

test.for([
  [['--times', '0'], '--times takes a number from 1 to 1000, not 0'],
  [['--times', 'x'], '--times takes a whole number, not "x"'],
  [['--times', '12x'], '--times takes a whole number, not "12x"'],
  [['--times', 'x12'], '--times takes a whole number, not "x12"'],
  [['--times', '1.5'], '--times takes a whole number, not "1.5"'],
  [['--times', ''], '--times takes a whole number, not ""'],
  [['--times', '-1'], '--times takes a number from 1 to 1000, not -1'],
  [['--rate', '0'], '--rate takes a number from 1 to 1000000, not 0'],
  [['--rate', 'fast'], '--rate takes a whole number, not "fast"'],
  [['--bucket-key-life', '5'], '--bucket-key-life takes a duration of at most 1y'],
  [['--bucket-key-life', '2y'], '--bucket-key-life takes a duration of at most 1y'],
] as const)('%j is refused', async ([options, message]) => {
  const line = newCommandLine();
  writeFileSync(line.path('file'), 'x');
  const { code, err } = await line.ssebox(['compare', line.path('file'), ...options]);
  expect([code, err]).toEqual([252, expect.stringContaining(message)]);
});

test('a missing file is named', async () => {
  const { code, err } = await newCommandLine().ssebox(['compare', 'nowhere.txt']);
  expect([code, err]).toEqual([252, expect.stringContaining('nowhere.txt does not exist')]);
});

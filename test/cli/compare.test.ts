import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { expect, test } from 'vitest';
import { newCommandLine } from '../support/command-line.ts';

const leftovers = () => readdirSync(tmpdir()).filter((name) => name.startsWith('ssebox-throw-away-'));

interface Mode {
  readonly Mode: string;
  readonly KmsCalls: number;
  readonly ManagementEvents: number;
  readonly DataEvents: number;
  readonly StoredBytes: number;
  readonly WrappedKeyBytes: number;
  readonly Puts: { readonly KmsCalls: Readonly<Record<string, number>>; readonly MedianMilliseconds: number };
  readonly Gets: { readonly KmsCalls: Readonly<Record<string, number>> };
  readonly Cost: object;
  readonly Readers: readonly { readonly MayRead: boolean; readonly Refusal?: { readonly Message: string } }[];
}

async function compared(size: number, more: readonly string[] = []): Promise<readonly Mode[]> {
  const line = newCommandLine();
  const file = line.path('file');
  writeFileSync(file, Buffer.alloc(size, 'letters '));
  const before = leftovers();
  const { json } = await line.ok(['compare', file, '--times', '4', ...more]);
  expect(leftovers()).toEqual(before);
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

test('the cost is for a million of each, at the measured rate of calls', async () => {
  const [sseS3, kms, bucketKey] = await compared(10);
  expect(sseS3?.Cost).toEqual({ UsdS3Requests: 5.4, UsdKmsRequests: 0, UsdKmsKeyPerMonth: 0 });
  expect(kms?.Cost).toEqual({ UsdS3Requests: 5.4, UsdKmsRequests: 6, UsdKmsKeyPerMonth: 1 });
  expect(bucketKey?.Cost).toEqual({ UsdS3Requests: 5.4, UsdKmsRequests: 1.5, UsdKmsKeyPerMonth: 1 });
});

test('a person reads tables', async () => {
  const line = newCommandLine();
  writeFileSync(line.path('file'), '');
  const { out } = await line.ok(['compare', line.path('file'), '--times', '1'], { terminal: 120 });
  expect(out).toMatch(/^SSE-KMS {2,}\d+ +\d+ +1 \+ 1 +2 \+ 2 +[\d.]+ ms +[\d.]+ ms$/m);
  expect(out).toMatch(/^SSE-KMS {2,}yes +no: kms:Decrypt +yes$/m);
  expect(out).toMatch(/^SSE-C {2,}yes, with its key/m);
  expect(out).toMatch(/^SSE-KMS {2,}5\.40 +6\.00 +11\.40 +1\.00$/m);
});

test.for([
  [['--times', '0'], '--times takes a number from 1 to 1000, not 0'],
  [['--times', 'x'], '--times takes a whole number, not "x"'],
  [['--times', '12x'], '--times takes a whole number, not "12x"'],
  [['--times', 'x12'], '--times takes a whole number, not "x12"'],
  [['--times', '1.5'], '--times takes a whole number, not "1.5"'],
  [['--times', ''], '--times takes a whole number, not ""'],
  [['--times', '-1'], '--times takes a number from 1 to 1000, not -1'],
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

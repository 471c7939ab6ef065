import { existsSync, writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { simulate } from '../../src/cli/commands/simulate.ts';
import { newCommandLine, newSample } from '../support/command-line.ts';

interface Mode {
  readonly Mode: string;
  readonly KmsRequestsPerSecond: number;
  readonly ThrottledAtFirst: number;
  readonly UsdPerMonth: { readonly KmsRequests: number; readonly Total: number };
}

interface Simulated {
  readonly Workload: Readonly<Record<string, number>>;
  readonly Regions: readonly { readonly Region: string; readonly Modes: readonly Mode[] }[];
}

async function simulated(words: readonly string[], line = newCommandLine()): Promise<Simulated> {
  const { json } = await line.ok(['simulate', ...words]);
  return json as Simulated;
}

test('by itself it shows a load that one region takes and another one throttles', async () => {
  const { Regions } = await simulated([]);
  expect(Regions.map(({ Region }) => Region)).toEqual(['us-east-1', 'eu-west-3']);
  const throttled = Regions.map(({ Modes }) => Modes.map(({ ThrottledAtFirst }) => ThrottledAtFirst > 0));
  expect(throttled).toEqual([
    [false, false, false, false],
    [false, true, false, true],
  ]);
  for (const { Modes } of Regions) {
    const [sseS3, kms, bucketKey, dsse] = Modes;
    expect(Modes.map((mode) => mode.Mode)).toEqual(['SSE-S3', 'SSE-KMS', 'SSE-KMS with a bucket key', 'DSSE-KMS']);
    expect(sseS3?.UsdPerMonth.KmsRequests).toBe(0);
    expect(bucketKey?.UsdPerMonth.KmsRequests).toBeLessThan((kms?.UsdPerMonth.KmsRequests ?? 0) / 5);
    expect(dsse?.UsdPerMonth.Total).toBeGreaterThan(kms?.UsdPerMonth.Total ?? 0);
  }
});

test('help says what is taken by default', async () => {
  const texts = Object.entries(simulate.options ?? {}).flatMap(([name, { about }]) => {
    const [, text] = /\(default ([\w.]+)\)$/.exec(about) ?? [];
    return text === undefined ? [] : [`--${name}`, text];
  });
  expect(texts).toHaveLength(18);
  expect(await simulated(texts)).toEqual(await simulated([]));
});

test('a region that is set is the only one', async () => {
  const of = async (words: readonly string[]) => (await simulated(words)).Regions.map(({ Region }) => Region);
  expect(await of(['--region', 'eu-west-1'])).toEqual(['eu-west-1']);
  expect(await of(['--regions', 'eu-west-1,us-east-2', 'eu-west-1'])).toEqual(['eu-west-1', 'us-east-2']);
});

test('the workload is in a file, and options come before it', async () => {
  const line = newCommandLine();
  const yaml = line.path('load.yaml');
  writeFileSync(
    yaml,
    'objects-per-second: 0.5\nsize: 1MB\nread-share: 1\nbucket-key-life: 90s\nregions: [eu-west-1]\n',
  );
  const json = line.path('load.json');
  writeFileSync(
    json,
    JSON.stringify({
      'objects-per-second': 0.5,
      size: '1MB',
      'read-share': 1,
      'bucket-key-life': '90s',
      regions: 'eu-west-1',
    }),
  );
  const ofYaml = await simulated([yaml], line);
  expect(ofYaml.Workload).toEqual({
    ObjectsPerSecond: 0.5,
    Size: 1_048_576,
    ReadShare: 1,
    Keys: 1,
    Requesters: 10,
    Buckets: 1,
    BucketKeyLifeSeconds: 90,
    Retries: 2,
    Days: 30,
    Seed: 1,
  });
  expect(ofYaml.Regions.map(({ Region }) => Region)).toEqual(['eu-west-1']);
  expect(await simulated([json], line)).toEqual(ofYaml);
  expect((await simulated([yaml, '--size', '10', '--keys', '3'], line)).Workload).toMatchObject({
    Size: 10,
    Keys: 3,
    ReadShare: 1,
  });
});

test('the rates of the last day come from the store', async () => {
  const line = await newSample();
  line.advance(3 * 86_400_000);
  const put = (key: string) => line.ok(['s3', 'put', '-', `s3://reports/${key}`], { stdin: '0123456789'.repeat(100) });
  for (const key of ['a', 'b', 'c']) await put(key);
  await line.ok(['s3', 'get', 's3://reports/a', '-']);
  const { Workload, Regions } = await simulated(['--from-store', '--requesters', '7'], line);
  expect(Workload).toMatchObject({
    ObjectsPerSecond: Number((4 / 86_400).toPrecision(6)),
    Size: 1000,
    ReadShare: 0.25,
    Keys: 1,
    Buckets: 1,
    Requesters: 7,
  });
  expect(Regions.map(({ Region }) => Region)).toEqual(['us-east-1']);
  expect((await simulated(['--from-store', '--size', '5'], line)).Workload.Size).toBe(5);
  line.advance(2 * 86_400_000);
  const { code, err } = await line.ssebox(['simulate', '--from-store']);
  expect([code, err]).toEqual([
    252,
    expect.stringContaining('no object was written or read in us-east-1 in the last day'),
  ]);
});

test('a file comes from standard input; a setting says how long a bucket-level key lives', async () => {
  const line = newCommandLine();
  await line.ok(['config', 'set', 's3.bucket-key-lifetime', '1h']);
  const { json } = await line.ok(['simulate', '-'], { stdin: 'keys: 4' });
  expect((json as Simulated).Workload).toMatchObject({ Keys: 4, BucketKeyLifeSeconds: 3600 });
  const typed = await simulated(['--bucket-key-life', '2h'], line);
  expect(typed.Workload).toMatchObject({ BucketKeyLifeSeconds: 7200 });
});

test("the store's own prices hold for what it measured", async () => {
  const line = await newSample();
  const requests = { UsageType: 'KMS-Keys', Region: 'us-east-1', Tiers: [{ Usd: 7, Per: 1 }] };
  const price = { ...requests, AsOf: '2026-10', Source: 'a contract', Evidence: 'S' };
  writeFileSync(line.path('prices.json'), JSON.stringify({ Prices: [price] }));
  await line.ok(['cost', 'prices', '--from', line.path('prices.json')]);
  const { Regions } = await simulated(['--from-store', '--keys', '2'], line);
  expect(Regions[0]?.Modes[1]?.UsdPerMonth).toMatchObject({ KmsKeys: 14 });
});

test('it opens no store unless it is asked to', async () => {
  const line = newCommandLine();
  await line.ok(['simulate', '--objects-per-second', '1']);
  expect(existsSync(line.store)).toBe(false);
});

const region = ['--regions', 'eu-west-3', '--objects-per-second', '4000'];

test.for([
  ['utf8', { LANG: 'en_US.UTF-8' }],
  ['ascii', { LANG: 'C' }],
] as const)('a person reads tables and a chart of 80 columns, in %s', async ([name, variables]) => {
  const { out } = await newCommandLine().ok(['simulate', ...region], { terminal: 80, variables });
  expect(out.split('\n').filter((each) => each.length > 80)).toEqual([]);
  await expect(out).toMatchFileSnapshot(`simulate-${name}.txt`);
});

test('the bill of a large workload stays one table on 80 columns', async () => {
  const large = ['--regions', 'us-east-1', '--objects-per-second', '20000', '--read-share', '0.9', '--keys', '3'];
  const { out } = await newCommandLine().ok(['simulate', ...large, '--size', '64KB'], { terminal: 80 });
  const bill = out.split('\n').slice(out.split('\n').indexOf('Bill of a month, in US dollars') + 1);
  expect(bill[0]).toMatch(/^MODE .* TOTAL$/);
  expect(bill[3]).toMatch(/^SSE-KMS with a bucket( +[\d,.]+){7}$/);
  expect(bill[4]).toBe('key');
});

test.for([
  [['--size', '0'], '--size takes a number of bytes or a size such as 100KB, of at most 50TB, not "0"'],
  [['--size', '51TB'], '--size takes a number of bytes or a size such as 100KB, of at most 50TB, not "51TB"'],
  [['--read-share', '1.1'], '--read-share takes a number from 0 (only writes) to 1 (only reads), not "1.1"'],
  [['--read-share', '50%'], '--read-share takes a number from 0 (only writes) to 1 (only reads), not "50%"'],
  [['--keys', '1.5'], '--keys takes a whole number from 1 to 100000, not "1.5"'],
  [['--requesters', '0'], '--requesters takes a whole number from 1 to 1000000000, not "0"'],
  [['--buckets', ''], '--buckets takes a whole number from 1 to 1000000, not ""'],
  [['--bucket-key-life', '5'], '--bucket-key-life takes a duration of at most 1y'],
  [['--bucket-key-life', '2y'], '--bucket-key-life takes a duration of at most 1y'],
  [['--regions', 'mars'], '--regions takes names of AWS regions, not "mars"'],
  [['--regions', 'cn-north-1'], 'cn-north-1 is in the partition aws-cn'],
  [['--regions', ','], '--regions takes names of AWS regions, not ","'],
  [['--retries', '11'], '--retries takes a whole number from 0 to 10, not "11"'],
  [['--days', '0'], '--days takes a whole number from 1 to 3650, not "0"'],
  [['--seed', '-1'], '--seed takes a whole number from 0 to 4294967295, not "-1"'],
  [['--objects-per-second', '1e9'], '--objects-per-second takes a number from 0.00001 to 10000000, not "1e9"'],
  [['--objects-per-second', 'many'], '--objects-per-second takes a number from 0.00001 to 10000000, not "many"'],
  [['nowhere.yaml'], 'there is no file "nowhere.yaml"'],
  [['/'], 'the file "/" cannot be read'],
] as const)('%j is refused', async ([words, message]) => {
  const { code, err } = await newCommandLine().ssebox(['simulate', ...words]);
  expect([code, err]).toEqual([252, expect.stringContaining(message)]);
});

test.for([
  ['{"size":', 'is not YAML or JSON: '],
  ['', 'must have the options of ssebox simulate by name, such as "size: 100KB"'],
  ['[1]', 'must have the options of ssebox simulate by name, such as "size: 100KB"'],
  ['sizes: 1', '"sizes" is not an option of ssebox simulate: they are objects-per-second, size,'],
  ['size: [1]', 'size in '],
  ['regions: [1]', 'must be a name or a list of names'],
  ['days: 0', 'takes a whole number from 1 to 3650, not "0"'],
] as const)('a file with %j is refused', async ([text, message]) => {
  const line = newCommandLine();
  writeFileSync(line.path('load.yaml'), text);
  const { code, err } = await line.ssebox(['simulate', line.path('load.yaml')]);
  expect([code, err]).toEqual([252, expect.stringContaining(message)]);
});

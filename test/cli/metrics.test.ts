/** `ssebox metrics`: the last hour, and what there is as numbers and charts. */

import { expect, test } from 'vitest';
import { allCalls } from '../../src/call/call-log.ts';
import { type CommandLine, newCommandLine, newSample, type RunOptions } from '../support/command-line.ts';
import { DAY, MINUTE } from '../support/harness.ts';
import { openStore } from '../support/open-store.ts';
import { keys, newPlace } from '../support/place.ts';

const PUT = 'Service=s3';
const utf8: RunOptions = { terminal: 80, variables: { LC_ALL: 'C.UTF-8' } };
const ascii: RunOptions = { terminal: 80, variables: { LANG: 'C' } };

const encrypt = ['kms', 'encrypt', '--key-id', 'alias/app', '--plaintext', 'aGk='];

/** The sample, with one request to encrypt in the first five minutes, two in the next and so on. */
async function busySample(): Promise<CommandLine> {
  const line = await newSample();
  line.advance(5 * MINUTE);
  for (let times = 1; times <= 4; times++) {
    for (let i = 0; i < times; i++) await line.ok(encrypt);
    line.advance(5 * MINUTE);
  }
  return line;
}

/** How many calls are recorded. */
async function callsIn(line: CommandLine): Promise<number> {
  const store = openStore(line.store);
  const calls = store.transact(allCalls).length;
  await store.close();
  return calls;
}

const encryptions = ['SuccessfulRequest', '--dimensions', 'Operation=Encrypt'];

test('alone it shows the last hour by service, and the busiest keys', async () => {
  const line = await busySample();
  await line.ssebox(['kms', 'describe-key', '--key-id', 'alias/none']);
  const { json, err } = await line.ok(['metrics']);
  expect(err).toBe('');
  expect(json).toMatchObject({
    StartTime: '2026-05-04T08:25:00+00:00',
    EndTime: '2026-05-04T09:25:00+00:00',
    Services: [
      { Service: 'kms', Requests: expect.any(Number), Errors: 1, Throttled: 0, P99Milliseconds: expect.any(Number) },
      { Service: 's3', Requests: 12, Errors: 0, KmsShare: expect.any(Number) },
      { Service: 'iam' },
    ],
    BusiestKeys: [{ Aliases: ['alias/app'], Requests: 13, Denied: 0, Operations: { Encrypt: 10, GenerateDataKey: 3 } }],
  });
  const { out } = await line.ok(['metrics'], { terminal: 80 });
  expect(out).toMatch(
    /^us-east-1, 2026-05-04 08:25 to 09:25 UTC\nSERVICE +REQUESTS +ERRORS +THROTTLED +P99 +KMS SHARE\n/,
  );
  expect(out).toMatch(/\nkms +16 +1 +[\d.]+ [um]?s\n/);
  expect(out).toMatch(/\nBUSIEST KEYS +REQUESTS +DENIED +OPERATIONS\nalias\/app +13 +Encrypt, GenerateDataKey\n$/);
});

test('looking at metrics changes neither them nor the audit log', async () => {
  const line = await busySample();
  const lookedAt = async () => [
    (await line.ok(['metrics'])).out,
    (await line.ok(['metrics', 'list'])).out,
    await callsIn(line),
  ];
  const before = await lookedAt();
  await line.ok(['metrics', 'get', ...encryptions]);
  await line.ok(['metrics', 'plot', ...encryptions]);
  expect(await lookedAt()).toEqual(before);
});

test('a denial counts for the key, and what others do with it in their account, too', async () => {
  const line = await newSample();
  await line.ssebox([...encrypt, '--as', 'user/bob']);
  const { json } = await line.ok(['metrics', '--query', 'BusiestKeys[0].Denied']);
  expect(json).toBe(1);
});

test.for<[string[], string]>([
  [[], '2026-05-04T08:00:00+00:00'],
  [['--since', '2d'], '2026-05-02T09:00:00+00:00'],
  [['--since=2d'], '2026-05-02T09:00:00+00:00'],
  [['overview', '--since', '2026-05-04T08:30:00Z'], '2026-05-04T08:30:00+00:00'],
  [['--output', 'json', '--since', '90s'], '2026-05-04T08:58:00+00:00'],
])('metrics %j begins at %s', async ([words, start]) => {
  const line = newCommandLine();
  expect((await line.ok(['metrics', ...words])).json).toMatchObject({
    StartTime: start,
    Services: [],
    BusiestKeys: [],
  });
  const { out } = await line.ok(['metrics', ...words, '--output', 'tree']);
  const hint = words.some((word) => word.startsWith('--since')) ? '' : ': ssebox metrics --since 1d looks further back';
  expect(out.split('\n')[1]).toBe(`no calls${hint}`);
});

test('a list has every metric with the time of its last value, those that somebody put, too', async () => {
  const line = await busySample();
  const put = ['--namespace', 'Shop', '--metric-name', 'Orders', '--dimensions', 'Store=1,Desk=2', '--unit', 'Count'];
  await line.ok(['cloudwatch', 'put-metric-data', ...put, '--value', '3']);
  const { json } = await line.ok(['metrics', 'list']);
  const { Metrics } = json as { Metrics: { Namespace: string; MetricName: string; LastValue: string }[] };
  expect([...new Set(Metrics.map(({ Namespace }) => Namespace))]).toEqual(['AWS/KMS', 'AWS/Usage', 'SSEBox', 'Shop']);
  const { out } = await line.ok(['metrics', 'list', 'Shop'], { terminal: 100 });
  expect(out).toBe('NAMESPACE  METRIC  DIMENSIONS      LAST\nShop       Orders  Desk=2 Store=1  2026-05-04 09:25:00\n');
  const usage = await line.ok(['metrics', 'list', '--metric', 'SuccessfulRequest', '--query', 'length(Metrics)']);
  expect(usage.json).toBe(2);
  const units = await line.ok(['metrics', 'list', 'Shop', '--query', 'Metrics[].Unit']);
  expect(units.json).toEqual(['Count']);
  // Values in different units are one metric, which is found by a part of its name.
  await line.ok(['cloudwatch', 'put-metric-data', ...put.slice(0, -1), 'Percent', '--value', '4']);
  expect((await line.ok(['metrics', 'get', 'shop/orders', '--stat', 'max'])).out).toBe('4\n');
  // S3 publishes how much a bucket has once a day.
  line.advance(DAY);
  const daily = await line.ok([
    'metrics',
    'list',
    'AWS/S3',
    '--metric',
    'BucketSizeBytes',
    '--query',
    'Metrics[].LastValue',
  ]);
  expect(daily.json).toEqual(['2026-05-05T00:00:00+00:00', '2026-05-05T00:00:00+00:00']);
  expect(Metrics.every(({ LastValue }) => LastValue.endsWith(':00+00:00'))).toBe(true);
});

test.for<[string, readonly string[], string]>([
  ['a number alone', encryptions, '10\n'],
  ['another time', [...encryptions, '--since', '11m'], '7\n'],
  ['between two times', [...encryptions, '--since', '16m', '--until', '6m'], '5\n'],
  [
    'by periods',
    [...encryptions, '--period', '5m', '--since', '2026-05-04T09:10:00Z'],
    'time,Sum\n2026-05-04T09:10:00Z,2\n2026-05-04T09:15:00Z,3\n2026-05-04T09:20:00Z,4\n',
  ],
  [
    'several statistics',
    [...encryptions, '--stat', 'Sum', 'avg', 'SampleCount'],
    'time,Sum,Average,SampleCount\n2026-05-04T08:25:00Z,10,1,10\n',
  ],
  ['up to a time to come', [...encryptions, '--since', '11m', '--until', '9000-01-01'], '7\n'],
  ['since long before the store', [...encryptions, '--since', '280000y'], '10\n'],
  ['any capitals', ['aws/kms/successfulrequest', '--dimensions', 'operation=Encrypt', '--key', 'alias/app'], '10\n'],
  ['dimensions as the AWS CLI writes them', ['Calls', '--dimensions', 'Name=Operation,Value=Encrypt'], '10\n'],
  ['the service of an operation is completed', ['Calls', '--dimensions', 'Operation=PutBucketPolicy'], '1\n'],
  ['a total without dimensions', ['BucketPolicyChanges', '--namespace', 'SSEBox', '--since', '1d'], '1\n'],
  ['of a bucket', ['AllRequests', '--bucket', 'drafts', '--since', '1d'], '1\n'],
])('get: %s', async ([, words, out]) => {
  const line = await busySample();
  expect(await line.ok(['metrics', 'get', ...words])).toMatchObject({ out, err: '' });
});

test('a unit is named where there is one', async () => {
  const line = newCommandLine();
  const put = ['cloudwatch', 'put-metric-data', '--namespace', 'Shop', '--value', '5', '--metric-name'];
  await line.ok([...put, 'Orders']);
  await line.ok([...put, 'Wait', '--unit', 'Seconds']);
  expect((await line.ok(['metrics', 'get', 'Orders'], { terminal: 80 })).out).toMatch(/^Orders in Shop\n2026-/);
  expect((await line.ok(['metrics', 'get', 'Wait'], { terminal: 80 })).out).toMatch(/^Wait in Shop\nSeconds, 2026-/);
  const plot = await line.ok(['metrics', 'plot', 'Orders'], { terminal: 80 });
  expect(plot.out).toMatch(/^Orders in Shop\nAverage, by periods of /);
});

test('get for people has a table, in JSON it has everything, and without values it says when the last one was', async () => {
  const line = await busySample();
  const words = ['metrics', 'get', ...encryptions, '--period', '300', '--since', '10m'];
  const { out } = await line.ok(words, { terminal: 120 });
  expect(out).toMatch(
    /^SuccessfulRequest in AWS\/KMS, KeyArn=arn:aws:kms:\S+ Operation=Encrypt\nCount, 2026-05-04 09:15 to 09:25 UTC\n/,
  );
  expect(out).toMatch(/\nTIME {17}SUM\n2026-05-04 09:15:00 {2}3\n2026-05-04 09:20:00 {2}4\n$/);
  expect((await line.ok([...words, '--output', 'json'])).json).toMatchObject({
    Namespace: 'AWS/KMS',
    MetricName: 'SuccessfulRequest',
    Dimensions: [{ Name: 'KeyArn' }, { Name: 'Operation', Value: 'Encrypt' }],
    Unit: 'Count',
    Period: 300,
    Values: [
      { Timestamp: '2026-05-04T09:15:00+00:00', Sum: 3 },
      { Timestamp: '2026-05-04T09:20:00+00:00', Sum: 4 },
    ],
  });
  line.advance(90 * MINUTE);
  expect(await line.ok(['metrics', 'get', ...encryptions])).toMatchObject({
    out: '',
    err: 'no values of SuccessfulRequest from 2026-05-04 09:55 to 10:55 UTC; the last one is of 2026-05-04 09:20:00\n',
  });
});

test.for<[readonly string[], string]>([
  [['get', 'Cals'], '"Cals" is not a metric with values in us-east-1: ssebox metrics list lists them'],
  [['get', 'Throttles'], 'Throttles has no values in us-east-1 yet'],
  [
    ['get', 'Calls', '--namespace', 'AWS/KM'],
    'there are no metrics in the namespace "AWS/KM" in us-east-1: ssebox metrics list lists them',
  ],
  [
    ['get', 'Calls', '--dimensions', 'Operation=Encrypted'],
    'no series of Calls has Operation=Encrypted: ssebox metrics list lists them',
  ],
  [
    ['get', 'Calls', '--dimensions', 'Encrypt'],
    '--dimensions takes names with values such as Service=kms, not "Encrypt"',
  ],
  [
    ['get', 'SuccessfulRequest', '--key', 'alias/none'],
    'no series of SuccessfulRequest has --key alias/none: ssebox metrics list lists them',
  ],
  [
    ['get', 'AllRequests'],
    '3 series of AllRequests fit: choose one with --dimensions\n  --dimensions BucketName=drafts\n  --dimensions BucketName=photos\n  --dimensions BucketName=reports',
  ],
  [
    ['get', 'Calls', '--period', '7'],
    '--period takes 1, 5, 10, 20, 30 or a multiple of 60 seconds, such as 300, 5m or 1h, not "7"',
  ],
  [['get', 'Calls', '--since', '1h', '--until', '2h'], '--since 1h is not before --until 2h'],
  [
    ['get', 'Calls', '--since', '2030-01-01', '--until', '2030-01-02'],
    "--since 2030-01-01 is in the future: the store's clock shows 2026-05-04 09:00:00 UTC",
  ],
  [
    ['get', 'Calls', '--until', 'soon'],
    '--until takes a duration such as 90s, 15m, 12h or 30d, or a time such as 2030-01-01T12:00:00Z, not "soon"',
  ],
  [
    ['get', 'Calls', '--since', '60'],
    '--since takes a duration such as 90s, 15m, 12h or 30d, or a time such as 2030-01-01T12:00:00Z, not "60"',
  ],
  [
    ['get', 'Calls', '--since', '2030-01-01'],
    "--since 2030-01-01 is in the future: the store's clock shows 2026-05-04 09:00:00 UTC",
  ],
  [
    ['get', 'BucketPolicyChanges', '--since', '1y', '--period', '60', '--namespace', 'SSEBox'],
    'periods of 1m are not kept since 2025-05-04 09:00: use --period 1h',
  ],
  [['list', 'AWS/KM'], 'there are no metrics of the namespace "AWS/KM" in us-east-1'],
  [['list', '--metric', 'Cals'], 'there are no metrics of the metric "Cals" in us-east-1'],
  [['plot', 'Calls', '--width', '3'], '--width takes 30 to 500 columns, not 3'],
  [['plot', 'latency', '--bucket', 'phots'], 'there were no requests about a bucket "phots" in us-east-1 yet'],
  [['plot', 'latency'], 'several buckets had requests: choose one with --bucket: drafts, photos, reports'],
  [['plot', 'latency', 'Calls', '--bucket', 'photos'], 'latency is a chart of its own: plot it without other metrics'],
  [
    ['plot', 'latency', '--bucket', 'photos', '--stat', 'p90'],
    'latency shows p50, p99 and the average: leave out --stat',
  ],
  [
    ['plot', 'BytesUploaded', 'TotalRequestLatency', '--bucket', 'photos'],
    'a chart has one unit: BytesUploaded is in Bytes, and TotalRequestLatency in Milliseconds',
  ],
  [
    ['--since', 'ever'],
    '--since takes a duration such as 90s, 15m, 12h or 30d, or a time such as 2030-01-01T12:00:00Z, not "ever"',
  ],
])('metrics %j is refused', async ([words, message]) => {
  const line = await newSample();
  const { code, out, err } = await line.ssebox(['metrics', ...words]);
  expect({ code, out, err }).toEqual({ code: 252, out: '', err: `${message}\n` });
});

test('what is not a statistic is refused with those that there are', async () => {
  const { code, err } = await (await newSample()).ssebox(['metrics', 'get', 'Calls', '--stat', 'p101']);
  expect(code).toBe(252);
  expect(err).toMatch(/^"p101" is not a statistic: a statistic is one of SampleCount, Average, Sum/);
});

test.for<[string, string]>([
  ['Cals', 'did you mean "Calls"?'],
  ['successfulrequests', 'did you mean "SuccessfulRequest"?'],
])('on a terminal, %s has a hint', async ([name, hint]) => {
  const line = await newSample();
  expect((await line.ssebox(['metrics', 'get', name], { terminal: 80 })).err).toContain(`hint: ${hint}`);
});

test('a chart in UTF-8 and in ASCII is as it was looked at', async () => {
  const line = await busySample();
  const drawn = async (options: RunOptions) =>
    (await line.ok(['metrics', 'plot', ...encryptions, '--period', '5m'], options)).out
      .replace(/KeyArn=\S+/, 'KeyArn=…')
      .replaceAll(/ +$/gm, '');
  await expect(await drawn(utf8)).toMatchFileSnapshot('metrics-plot-utf8.txt');
  await expect((await drawn(ascii)).replace('…', '...')).toMatchFileSnapshot('metrics-plot-ascii.txt');
});

test('in a pipe a plot is CSV, and JSON has the values of each metric', async () => {
  const line = await busySample();
  const metrics = ['AllRequests', 'PutRequests', '--bucket', 'photos', '--since', '1d', '--period', '1d'];
  const { out } = await line.ok(['metrics', 'plot', ...metrics]);
  expect(out.split('\n')[0]).toBe('time,AllRequests BucketName=photos Sum,PutRequests BucketName=photos Sum');
  expect(out.split('\n')).toHaveLength(3);
  const { json } = await line.ok([
    'metrics',
    'plot',
    ...metrics,
    '--output',
    'json',
    '--query',
    'Metrics[].MetricName',
  ]);
  expect(json).toEqual(['AllRequests', 'PutRequests']);
  // What measures time is drawn by percentiles.
  const times = await line.ok([
    'metrics',
    'plot',
    'Duration',
    '--dimensions',
    'Operation=Encrypt',
    PUT.replace('s3', 'kms'),
  ]);
  expect(times.out).toMatch(/^time,p50,p99\n2026-05-04T09:05:00Z,[\d.]+,[\d.]+\n/);
});

test('a chart is as wide as it is told, and a name with a comma is quoted in CSV', async () => {
  const line = await busySample();
  const { out } = await line.ok(['metrics', 'plot', ...encryptions, '--width', '50', '--output', 'tree']);
  expect(
    Math.max(
      ...out
        .split('\n')
        .slice(2)
        .map(({ length }) => length),
    ),
  ).toBe(50);
  const put = (name: string) =>
    line.ok(['cloudwatch', 'put-metric-data', '--namespace', 'Shop', '--metric-name', name, '--value', '1']);
  await put('a,b');
  await put('c');
  expect((await line.ok(['metrics', 'plot', 'a,b', 'c'])).out).toMatch(/^time,"a,b Average",c Average\n/);
});

test('plot draws nothing of the time to come', async () => {
  const line = await busySample();
  const words = ['metrics', 'plot', ...encryptions, '--period', '5m', '--since', '10m', '--until', '9000-01-01'];
  expect((await line.ok(words)).out).toBe('time,Sum\n2026-05-04T09:15:00Z,3\n2026-05-04T09:20:00Z,4\n');
});

test('latency has the parts of the requests about a bucket, which add up', async () => {
  const line = await newSample();
  await line.ok(['s3', 'put', '-', 's3://reports/x'], { stdin: 'hello' });
  const { json } = await line.ok(['metrics', 'plot', 'latency', '--bucket', 'reports', '--output', 'json']);
  const { Parts, Values } = json as { Parts: { Part: string; Average: number; Share: number }[]; Values: unknown[] };
  const [whole, ...parts] = Parts;
  expect(parts.map(({ Part }) => Part)).toEqual(['KMS', 'encryption', 'disk', 'other']);
  expect(parts.reduce((sum, { Average }) => sum + Average, 0)).toBeCloseTo(whole?.Average ?? 0, 9);
  expect(parts.every(({ Share }) => Share > 0 && Share < 1)).toBe(true);
  expect(Values).toHaveLength(1);
  const { out } = await line.ok(['metrics', 'plot', 'latency', '--bucket', 'reports']);
  expect(out).toMatch(/^part,requests,p50,p99,average,share\nrequest,\d+,[\d.]+,[\d.]+,[\d.]+,1\nKMS,/);
  const page = await line.ok(['metrics', 'plot', 'latency', '--bucket', 'reports'], utf8);
  expect(page.out).toMatch(
    /^latency of requests about reports, [^\n]+\nPART +REQUESTS +P50 +P99 +AVERAGE +SHARE\nrequest /,
  );
  expect(page.out).toMatch(/\naverage │[█▒░▓]+ [\d.]+ [µm]?s\n +█ KMS {2}▒ encryption {2}░ disk {2}▓ other\n/);
  expect(page.out).toMatch(/ ● p50\n +○ p99\n$/);
});

test('latency takes the only bucket with requests, and says when there were none lately', async () => {
  const line = newCommandLine();
  expect((await line.ssebox(['metrics', 'plot', 'latency'])).err).toBe(
    'there were no requests about a bucket in us-east-1 yet\n',
  );
  await line.ok(['s3', 'mb', 's3://only']);
  expect((await line.ok(['metrics', 'plot', 'Latency'])).out).toContain('\nrequest,1,');
  line.advance(120 * MINUTE);
  expect(await line.ok(['metrics', 'plot', 'latency'], utf8)).toMatchObject({
    out: 'no requests\n',
    err: expect.stringContaining('no values of TotalRequestLatency'),
  });
});

test('what is older than minutes are kept is still in a sum', async () => {
  const line = await busySample();
  line.advance(70 * DAY);
  // A round of compaction begins, and goes on with each call.
  for (let i = 0; i < 40; i++) await line.ok(['kms', 'list-keys']);
  expect((await line.ok(['metrics', 'get', ...encryptions, '--since', '71d'])).out).toBe('10\n');
  const hourly = await line.ok(['metrics', 'get', ...encryptions, '--since', '71d', '--period', '1h']);
  expect(hourly.out).toBe('time,Sum\n2026-05-04T09:00:00Z,10\n');
});

test('a caller without an account has no metrics', async () => {
  const line = newCommandLine();
  expect(await line.ssebox(['metrics', '--no-sign-request'])).toMatchObject({
    code: 252,
    err: 'only an account has metrics: leave out --no-sign-request\n',
  });
});

test('a person chooses among the series that fit, and what is left out', async () => {
  const place = newPlace();
  await place.ok(['s3', 'mb', 's3://one']);
  await place.ok(['s3', 'mb', 's3://two']);
  const asked = place.terminal(['metrics', 'get', 'AllRequests', '--output', 'json']);
  await asked.shows('❯ SSEBox/AllRequests BucketName=one');
  asked.type('two');
  await asked.shows('❯ SSEBox/AllRequests BucketName=two');
  asked.type(keys.enter);
  const { code, text } = await asked.ended;
  expect(code).toBe(0);
  expect(text).toMatch(/"Value": "two"/);
  const plotted = place.terminal(['metrics', 'plot']);
  await plotted.shows('❯ latency');
  plotted.type(keys.enter);
  await plotted.shows('❯ one');
  plotted.type(keys.enter);
  expect((await plotted.ended).text).toContain('latency of requests about one');
});

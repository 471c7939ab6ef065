/** `ssebox quota`, and what calls do when they are over a rate. */

import { mkdirSync, writeFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { type CommandLine, newCommandLine, newSample } from '../support/command-line.ts';
import { keys, newPlace, samplePlace } from '../support/place.ts';

const MESSAGE = 'You have exceeded the rate at which you may call KMS. Reduce the frequency of your calls.';
const throttled = (retries: number) =>
  `An error occurred (ThrottlingException) when calling the CreateKey operation (reached max retries: ${retries}): ${MESSAGE}\n`;

/** What `quota list` says of a quota. */
async function listed(line: CommandLine, name: string, ...more: string[]): Promise<unknown> {
  const words = ['quota', 'list', '--all', '--query', `Quotas[?Name == '${name}'] | [0]`, ...more];
  return (await line.ok(words)).json;
}

test('a rate of 1 lets one call through in a second, and the next one once the second is over', async () => {
  const line = newCommandLine();
  await line.ok(['quota', 'set', 'CreateKey', '1']);
  await line.ok(['kms', 'create-key']);
  expect(await line.ssebox(['kms', 'create-key'])).toMatchObject({ code: 254, out: '', err: throttled(2) });
  const pauses: number[] = [];
  const pause = async (ms: number) => {
    pauses.push(ms);
    line.advance(1000);
  };
  await line.ok(['kms', 'create-key'], { pause });
  expect(pauses).toHaveLength(1);
  expect(pauses[0]).toBeLessThan(1000);
  expect(await listed(line, 'CreateKey')).toMatchObject({
    Value: 1,
    Source: 'set',
    Enforced: true,
    LastMinute: { Requests: 6, PeakSecond: 5, Throttled: 4 },
    ThrottledEver: 4,
  });
  expect((await line.ok(['kms', 'list-keys', '--query', 'length(Keys)'])).json).toBe(2);
});

test('every attempt is in the audit log', async () => {
  const line = newCommandLine();
  await line.ok(['quota', 'set', 'CreateKey', '0']);
  await line.ssebox(['kms', 'create-key'], { variables: { AWS_MAX_ATTEMPTS: '4' } });
  const { json } = await line.ok(['cloudtrail', 'lookup-events', '--query', 'Events[].CloudTrailEvent']);
  const codes = (json as string[]).map((event) => JSON.parse(event).errorCode);
  expect(codes).toEqual(Array(4).fill('ThrottlingException'));
});

test.for<[string, Readonly<Record<string, string>>, string]>([
  ['AWS_MAX_ATTEMPTS', { AWS_MAX_ATTEMPTS: '1' }, throttled(0)],
  ['AWS_RETRY_MODE', { AWS_RETRY_MODE: 'legacy' }, throttled(4)],
])('%s says how often a call is made again', async ([, variables, err]) => {
  const line = newCommandLine();
  await line.ok(['quota', 'set', 'CreateKey', '0']);
  expect(await line.ssebox(['kms', 'create-key'], { variables })).toMatchObject({ code: 254, err });
});

test('what explains a call neither waits nor tries it again', async () => {
  const line = newCommandLine();
  await line.ok(['quota', 'set', 'CreateKey', '0']);
  const pause = () => expect.fail('it waited');
  const { json } = await line.ok(['explain', '--', 'kms', 'create-key'], { pause });
  expect(json).toMatchObject({ Allowed: false, Refusal: { Code: 'ThrottlingException' } });
  expect(await listed(line, 'CreateKey')).toMatchObject({ LastMinute: { Requests: 0 } });
});

test('what AWS would have throttled is counted, hinted at once a command, and refused where AWS is enforced', async () => {
  const line = newCommandLine();
  for (let i = 0; i < 5; i++) await line.ok(['kms', 'create-key']);
  const { err } = await line.ok(['kms', 'create-key', '--query', 'KeyMetadata.KeyId'], { terminal: 100 });
  expect(err.split('\n').filter((each) => each.includes('throttled'))).toEqual([
    'hint: AWS would have throttled this: it allows 5 a second of CreateKey in us-east-1: ssebox quota list',
  ]);
  expect(await listed(line, 'CreateKey')).toMatchObject({
    Value: 5,
    Source: 'AWS',
    Enforced: false,
    LastMinute: { Requests: 6, PeakSecond: 6, Throttled: 1 },
  });
  expect((await line.ok(['quota', 'enforce', 'on'])).out).toBe('');
  expect((await line.ok(['quota', 'list', '--query', 'Enforced'])).json).toBe(true);
  expect((await line.ssebox(['kms', 'create-key'])).err).toBe(throttled(2));
  await line.ok(['quota', 'enforce', 'off']);
  await line.ok(['kms', 'create-key']);
});

test('a quota is set by its name, by AWS’s code or by AWS’s title, in one region', async () => {
  const line = newCommandLine();
  for (const [i, name] of ['createkey', 'l-32b67f4a', 'CreateKey request rate'].entries()) {
    const { json } = await line.ok(['quota', 'set', name, String(i + 7)]);
    expect(json).toEqual({
      Quotas: [
        {
          Service: 'kms',
          Name: 'CreateKey',
          Code: 'L-32B67F4A',
          Title: 'CreateKey request rate',
          Kind: 'rate',
          Value: i + 7,
          Source: 'set',
          Enforced: true,
          LastMinute: { Requests: 0, PeakSecond: 0, Throttled: 0 },
          ThrottledEver: 0,
        },
      ],
    });
  }
  expect(await listed(line, 'CreateKey')).toMatchObject({ Value: 9 });
  expect(await listed(line, 'CreateKey', '--region', 'eu-west-1')).toMatchObject({ Value: 5, Source: 'AWS' });
  expect(await listed(line, 'CreateKey', '--as', '444455556666:root')).toMatchObject({ Value: 5, Source: 'AWS' });
  const { json } = await line.ok(['quota', 'reset', 'CreateKey']);
  expect(json).toMatchObject({ Quotas: [{ Value: 5, Source: 'AWS', Enforced: false }] });
});

test('no two quotas have a name, a code or a title in common', async () => {
  const { json } = await newCommandLine().ok(['quota', 'list', '--all', '--query', 'Quotas[].[Name, Code, Title][]']);
  const names = (json as (string | null)[]).flatMap((name) => (name === null ? [] : [name.toLowerCase()]));
  expect(new Set(names).size).toBe(names.length);
});

test('what Service Quotas grants is in force, and not enforced by itself', async () => {
  const line = newCommandLine();
  const quota = ['--service-code', 'kms', '--quota-code', 'L-32B67F4A'];
  await line.ok(['service-quotas', 'request-service-quota-increase', ...quota, '--desired-value', '6']);
  for (let i = 0; i < 7; i++) await line.ok(['kms', 'create-key']);
  expect(await listed(line, 'CreateKey')).toMatchObject({
    Value: 6,
    Source: 'granted',
    Enforced: false,
    LastMinute: { Requests: 7, Throttled: 1 },
  });
  await line.ok(['quota', 'enforce', 'on']);
  expect((await line.ssebox(['kms', 'create-key'])).code).toBe(254);
  expect((await line.ok(['quota', 'reset', 'CreateKey'])).json).toMatchObject({
    Quotas: [{ Value: 5, Source: 'AWS' }],
  });
});

test('a key has a rate of its own, which its objects in S3 count against', async () => {
  const line = await newSample();
  const { json } = await line.ok(['quota', 'set', '--key', 'alias/app', '1']);
  const id = (await line.ok(['kms', 'describe-key', '--key-id', 'alias/app', '--query', 'KeyMetadata.KeyId'])).json;
  expect(json).toMatchObject({ Quotas: [{ Name: `key/${id}`, Value: 1, Source: 'set', Enforced: true }] });
  await line.ok(['kms', 'encrypt', '--key-id', 'alias/app', '--plaintext', 'aGk=']);
  expect((await line.ssebox(['kms', 'encrypt', '--key-id', 'alias/app', '--plaintext', 'aGk='])).err).toMatch(
    '(ThrottlingException) when calling the Encrypt operation (reached max retries: 2)',
  );
  expect((await line.ssebox(['s3', 'cp', 's3://reports/2026/q1.csv', '-'])).err).toMatch(
    '(SlowDown) when calling the GetObject operation (reached max retries: 2): Please reduce your request rate for operations involving AWS KMS.',
  );
  expect(await listed(line, `key/${id}`)).toMatchObject({ LastMinute: { Requests: 7, Throttled: 6 } });
  await line.ok(['quota', 'reset', '--key', 'alias/app']);
  await line.ok(['s3', 'cp', 's3://reports/2026/q1.csv', '-']);
  expect(await listed(line, `key/${id}`)).toBe(null);
});

test('a transfer is made again while S3 asks to slow down', async () => {
  const line = await newSample();
  await line.ok(['quota', 'set', 'prefix-writes', '2']);
  const options = {
    stdin: 'x',
    pause: async () => line.advance(1000),
  };
  for (const key of ['a', 'b', 'c', 'd']) {
    expect((await line.ok(['s3', 'cp', '-', `s3://drafts/${key}`], options)).code).toBe(0);
  }
  // Ten writes, two a second, although each is made at most three times.
  await line.ok(['s3', 'cp', 's3://drafts', 's3://photos/copy/', '--recursive'], {
    ...options,
    variables: { AWS_MAX_ATTEMPTS: '9' },
  });
  expect((await line.ok(['s3', 'ls', 's3://photos/copy/'])).out.trim().split('\n')).toHaveLength(4);
});

test('a part of a large upload is made again, and so is each object of a sync', async () => {
  const line = await newSample();
  await line.ok(['config', 'set', 's3.multipart_chunksize', '5MB']);
  await line.ok(['quota', 'set', 'prefix-writes', '1']);
  const folder = line.path('local');
  mkdirSync(folder);
  writeFileSync(`${folder}/large`, Buffer.alloc(11 * 1024 ** 2, 'x'));
  writeFileSync(`${folder}/small`, 'y');
  const options = { variables: { AWS_MAX_ATTEMPTS: '9' }, pause: async () => line.advance(1000) };
  await line.ok(['s3', 'sync', folder, 's3://drafts/'], options);
  const sizes = ['s3api', 'list-objects-v2', '--bucket', 'drafts', '--query', 'Contents[].Size'];
  expect((await line.ok(sizes)).json).toEqual([11 * 1024 ** 2, 1]);
  const { json } = await line.ok(['trail', 'lookup', '--data-events', '--output', 'json', '--limit', '100']);
  const refused = JSON.stringify(json).match(/UploadPart[^}]*SlowDown|SlowDown[^}]*UploadPart/g) ?? [];
  expect(refused.length).toBeGreaterThan(0);
});

test('without retries left a transfer fails in S3’s words, and the others go on', async () => {
  const line = await newSample();
  await line.ok(['quota', 'set', 'prefix-writes', '0']);
  const { code, err } = await line.ssebox(['s3', 'cp', '-', 's3://drafts/a'], { stdin: 'x' });
  expect(code).toBe(1);
  expect(err).toBe(
    'upload failed: - to s3://drafts/a An error occurred (SlowDown) when calling the PutObject operation (reached max retries: 2): Please reduce your request rate.\n',
  );
});

test('the rates of prefixes are those that S3 promises, once they are set', async () => {
  const line = newCommandLine();
  expect(await listed(line, 'prefix-reads')).toMatchObject({ Value: null, Enforced: false });
  const { json } = await line.ok(['quota', 'set', '--s3-prefix-rates', 'on']);
  expect(json).toMatchObject({
    Quotas: [
      { Name: 'prefix-writes', Value: 3500, Source: 'set' },
      { Name: 'prefix-reads', Value: 5500, Source: 'set' },
    ],
  });
  expect((await line.ok(['quota', 'set', '--s3-prefix-rates', 'off'])).json).toMatchObject({
    Quotas: [{ Value: null }, { Value: null }],
  });
});

test('the rates of before 2024 hold for the whole store', async () => {
  const line = newCommandLine();
  expect((await line.ok(['quota', 'set', '--values', 'historic'])).out).toBe('');
  for (const [region, value] of [
    ['us-east-1', 50_000],
    ['eu-north-1', 5500],
  ] as const) {
    expect(await listed(line, 'symmetric', '--region', region)).toMatchObject({ Value: value, Source: 'historic' });
  }
  await line.ok(['quota', 'set', '--values', 'current']);
  expect(await listed(line, 'symmetric')).toMatchObject({ Value: 100_000, Source: 'AWS' });
});

test('a list without --all has what is in use, of one service if it is named', async () => {
  const line = newCommandLine();
  const names = async (...words: string[]) =>
    (await line.ok(['quota', 'list', '--query', 'Quotas[].Name', ...words])).json;
  expect(await names()).toEqual([]);
  await line.ok(['kms', 'list-keys']);
  await line.ok(['cloudtrail', 'lookup-events']);
  await line.ok(['quota', 'set', 'buckets', '3']);
  expect(await names()).toEqual(['LookupEvents', 'ListKeys', 'buckets']);
  expect(await names('--service', 'kms')).toEqual(['ListKeys']);
  line.advance(60_000);
  expect(await names()).toEqual(['buckets']);
  expect((await names('--all', '--service', 's3')) as string[]).toEqual(['prefix-writes', 'prefix-reads', 'buckets']);
  await line.ok(['quota', 'reset', '--all']);
  expect(await names()).toEqual([]);
});

test('on a terminal the list is a table', async () => {
  const line = newCommandLine();
  await line.ok(['quota', 'set', 'CreateKey', '0.1']);
  await line.ok(['kms', 'create-key']);
  const { out } = await line.ok(['quota', 'list'], { terminal: 120 });
  expect(out.split('\n').map((each) => each.trimEnd())).toEqual([
    'SERVICE  QUOTA      VALUE            FROM           MINUTE  PEAK  THROTTLED  EVER  LAST',
    'kms      CreateKey  1 in 10 seconds  set, enforced  1       1',
    'requests over a rate of AWS are counted: ssebox quota enforce on refuses them',
    '',
  ]);
});

describe('what is wrong is named, and nothing is changed', () => {
  const RATE =
    'a rate takes a whole number of requests a second, at most 10000000000, or a fraction such as 0.5 for one in 2 seconds, not';
  test.for<[string[], string, number?]>([
    [['set', 'CreateKey', '-1'], `${RATE} "-1"`],
    [['set', 'CreateKey', 'five'], `${RATE} "five"`],
    [['set', 'CreateKey', '1.5'], `${RATE} "1.5"`],
    [['set', 'CreateKey', '1e3'], `${RATE} "1e3"`],
    [['set', 'CreateKey', ''], `${RATE} ""`],
    [['set', 'CreateKey', '10000000001'], `${RATE} "10000000001"`],
    [['set', 'keys', '0.5'], 'this quota takes a whole number, at most 10000000000, not "0.5"'],
    [['set', 'CreateKeys', '5'], '"CreateKeys" is not a quota: ssebox quota list --all lists them'],
    [['set', 'L-00000000', '5'], '"L-00000000" is not a quota: ssebox quota list --all lists them'],
    [['list', '--service', 'ec2'], '--service takes one of cloudtrail, kms, s3, not "ec2"'],
    [['set', '--s3-prefix-rates', 'yes'], '--s3-prefix-rates takes one of on, off, not "yes"'],
    [
      ['set', '--key', 'alias/app', '--values', 'historic', '5'],
      'a name and options such as --key each say which quota: use one of them',
    ],
    [['set'], 'a quota is missing'],
    [['set', 'CreateKey'], 'the value of the quota is missing'],
    [['set', '--key', 'alias/app'], 'the value of the quota is missing'],
    [
      ['set', '--key', 'alias/app', 'CreateKey', '5'],
      '--key names the quota, so only the value is expected, not "CreateKey" and "5"',
    ],
    [
      ['set', 'CreateKey', '5', '--s3-prefix-rates', 'on'],
      'a name and options such as --key each say which quota: use one of them',
    ],
    [['set', '--values', '2019'], '--values takes one of current, historic, not "2019"'],
    [['reset'], 'a quota is missing'],
    [['reset', 'CreateKeys'], '"CreateKeys" is not a quota: ssebox quota list --all lists them'],
    [['reset', 'CreateKey', '--all'], 'a name and options such as --key each say which quota: use one of them'],
    [['enforce', 'yes'], 'enforce takes on or off, not "yes"'],
    [
      ['set', '--key', 'alias/none', '5'],
      'An error occurred (NotFoundException) when calling the DescribeKey operation: Alias arn:aws:kms:us-east-1:111122223333:alias/none is not found.',
      254,
    ],
    [
      ['set', '--key', 'arn:aws:kms:eu-west-1:111122223333:key/37f0a11d-de6c-4ef7-a1f3-a518e489e131', '5'],
      'An error occurred (NotFoundException) when calling the DescribeKey operation: Invalid arn eu-west-1',
      254,
    ],
  ])('quota %j', async ([words, message, code = 252]) => {
    const line = await newSample();
    const state = async () =>
      (await line.ok(['quota', 'list', '--all', '--query', '[Profile, Enforced, Quotas[].Value]'])).out;
    const before = await state();
    expect(await line.ssebox(['quota', ...words])).toMatchObject({ code, out: '', err: `${message}\n` });
    expect(await state()).toBe(before);
  });
});

describe('the program', () => {
  test('makes a throttled call again, and shows each retry with --debug', async () => {
    const place = newPlace();
    await place.ok(['quota', 'set', 'CreateKey', '0']);
    const variables = { AWS_MAX_ATTEMPTS: '2' };
    const { code, out, err } = await place.ssebox(['kms', 'create-key', '--debug'], { variables });
    expect([code, out]).toEqual([254, '']);
    expect(err).toMatch(/^debug: kms CreateKey: retry 1 of 1 after 0\.\d\d s: ThrottlingException$/m);
    expect(err).toContain('debug: kms CreateKey: not retried: max attempts of 2 reached\n');
    expect(err).toContain(throttled(1));
  });

  test('reads retry_mode and max_attempts from the config file of the AWS CLI', async () => {
    const place = newPlace();
    await place.ok(['quota', 'set', 'CreateKey', '0']);
    await place.shell('mkdir .aws && printf "[default]\\nretry_mode = adaptive\\nmax_attempts = 1\\n" > .aws/config');
    expect(await place.ssebox(['kms', 'create-key'])).toMatchObject({ code: 254, err: throttled(0) });
    await place.shell('printf "[default]\\nmax_attempts = none\\n" > .aws/config');
    const { code, err } = await place.ssebox(['kms', 'create-key']);
    expect(code).toBe(253);
    expect(err).toMatch(
      /^max_attempts of the profile \(default\) in .*: invalid literal for int\(\) with base 10: 'none'$/m,
    );
  });

  test('asks a person for the quota and its value, until they are right', async () => {
    const place = newPlace();
    const terminal = place.terminal(['quota', 'set']);
    await terminal.shows("AWS's title:");
    terminal.type(`CreateKeys${keys.enter}`);
    await terminal.shows('"CreateKeys" is not a quota');
    terminal.type(`${keys.backspace}${keys.enter}`);
    await terminal.shows('Its new value:');
    terminal.type(`-${keys.enter}`);
    await terminal.shows('a rate takes a whole number');
    terminal.type(`${keys.backspace}3${keys.enter}`);
    const { code, text } = await terminal.ended;
    expect(code).toBe(0);
    expect(text).toContain('3 a second  set, enforced');
  });

  test('ends at once at Ctrl-C while it waits', async () => {
    const place = await samplePlace();
    await place.ok(['quota', 'set', 'CreateKey', '0']);
    const terminal = place.terminal(['kms', 'create-key', '--debug'], { variables: { AWS_MAX_ATTEMPTS: '60' } });
    await terminal.shows(/retry 5 of 59/);
    terminal.type(keys.interrupt);
    expect((await terminal.ended).code).toBe(130);
  });
});

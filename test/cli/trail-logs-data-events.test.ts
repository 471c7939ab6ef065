import { describe, expect, test } from 'vitest';
import { type CommandLine, newSample } from '../support/command-line.ts';
import { ACCOUNT } from '../support/harness.ts';

const BUCKET = `aws-cloudtrail-logs-${ACCOUNT}-us-east-1`;

const turn = async (line: CommandLine, ...words: readonly string[]) =>
  (await line.ok(['trail', 'data-events', ...words])).json as {
    readonly S3BucketName: string;
    readonly DataEvents: readonly string[];
    readonly Done: readonly string[];
  };

const selectors = async (line: CommandLine) =>
  (await line.ok(['cloudtrail', 'get-event-selectors', '--trail-name', 'ssebox'])).json;

const put = (line: CommandLine, option: string, value: unknown) =>
  line.ok(['cloudtrail', 'put-event-selectors', '--trail-name', 'ssebox', option, JSON.stringify(value)]);

test('where there is no trail, one is made with a bucket of its own, and logs', async () => {
  const line = await newSample();
  expect(await turn(line, 'enable', 'photos', 's3://reports')).toEqual({
    TrailARN: `arn:aws:cloudtrail:us-east-1:${ACCOUNT}:trail/ssebox`,
    S3BucketName: BUCKET,
    IsLogging: true,
    DataEvents: ['arn:aws:s3:::photos/', 'arn:aws:s3:::reports/'],
    Done: [
      `made the bucket "${BUCKET}" for its files`,
      'made in us-east-1',
      'logs data events of photos, reports',
      'started logging',
    ],
  });
  const { json } = await line.ok(['s3api', 'get-bucket-policy', '--bucket', BUCKET]);
  const { Statement } = JSON.parse((json as { readonly Policy: string }).Policy);
  expect(Statement.map(({ Action }: { readonly Action: string }) => Action)).toEqual([
    's3:GetBucketAcl',
    's3:PutObject',
  ]);
  // All of it is done already.
  expect((await turn(line, 'enable', 'photos')).Done).toEqual([]);
  const again = await line.ok(['trail', 'data-events', 'enable', 'photos'], { terminal: 80 });
  expect(again.out).toBe('✓ the trail "ssebox": already logs data events of photos\n');
});

test('in another region, it and its bucket are made there', async () => {
  const line = await newSample();
  const { S3BucketName } = await turn(line, 'enable', '--region', 'eu-west-1');
  expect(S3BucketName).toBe(`aws-cloudtrail-logs-${ACCOUNT}-eu-west-1`);
  const { json } = await line.ok(['s3api', 'get-bucket-location', '--bucket', S3BucketName]);
  expect(json).toEqual({ LocationConstraint: 'eu-west-1' });
});

test('a trail that was deleted is made again with the bucket that it had', async () => {
  const line = await newSample();
  await turn(line, 'enable', 'photos');
  await line.ok(['cloudtrail', 'delete-trail', '--name', 'ssebox', '--yes']);
  expect((await turn(line, 'enable')).Done).toEqual([
    'made in us-east-1',
    'logs data events of all buckets',
    'started logging',
  ]);
});

test('buckets are added and taken away, and the management events stay', async () => {
  const line = await newSample();
  await turn(line, 'enable', 'photos');
  expect((await turn(line, 'enable', 'reports')).DataEvents).toEqual(['arn:aws:s3:::photos/', 'arn:aws:s3:::reports/']);
  expect(await turn(line, 'disable', 'photos')).toMatchObject({
    DataEvents: ['arn:aws:s3:::reports/'],
    Done: ['no longer logs data events of photos'],
  });
  expect(await turn(line, 'disable')).toMatchObject({ DataEvents: [], IsLogging: true });
  expect(await selectors(line)).toMatchObject({
    EventSelectors: [{ ReadWriteType: 'All', IncludeManagementEvents: true, DataResources: [] }],
  });
  expect((await turn(line, 'disable')).Done).toEqual([]);
});

test('a bucket cannot be taken from all buckets', async () => {
  const line = await newSample();
  await turn(line, 'enable');
  const before = await selectors(line);
  expect(await line.ssebox(['trail', 'data-events', 'disable', 'photos'])).toMatchObject({
    code: 252,
    out: '',
    err: expect.stringContaining('the trail "ssebox" logs data events of all buckets: disable all'),
  });
  expect(await selectors(line)).toEqual(before);
  expect((await turn(line, 'disable')).DataEvents).toEqual([]);
});

describe('selectors of other forms keep theirs', () => {
  const ofData = (...more: object[]) => ({
    FieldSelectors: [
      { Field: 'eventCategory', Equals: ['Data'] },
      { Field: 'resources.type', Equals: ['AWS::S3::Object'] },
      ...more,
    ],
  });
  const management = { FieldSelectors: [{ Field: 'eventCategory', Equals: ['Management'] }] };
  const deletes = ofData({ Field: 'eventName', StartsWith: ['Delete'] });

  test('advanced selectors', async () => {
    const line = await newSample();
    await turn(line, 'enable', 'photos');
    await put(line, '--advanced-event-selectors', [management, deletes]);
    expect((await turn(line, 'enable', 'photos', 'reports')).DataEvents).toEqual([
      'arn:aws:s3:::photos/',
      'arn:aws:s3:::reports/',
    ]);
    const arns = (...StartsWith: string[]) => ofData({ Field: 'resources.ARN', StartsWith });
    expect(await selectors(line)).toMatchObject({
      AdvancedEventSelectors: [management, deletes, arns('arn:aws:s3:::photos/', 'arn:aws:s3:::reports/')],
    });
    await turn(line, 'disable', 'photos');
    expect(await selectors(line)).toMatchObject({
      AdvancedEventSelectors: [management, deletes, arns('arn:aws:s3:::reports/')],
    });
    await turn(line, 'disable');
    expect(await selectors(line)).toMatchObject({ AdvancedEventSelectors: [management, deletes] });
    expect((await turn(line, 'enable')).DataEvents).toEqual(['arn:aws:s3']);
    await put(line, '--advanced-event-selectors', [ofData()]);
    expect(await turn(line, 'disable')).toMatchObject({ DataEvents: [] });
  });

  test('basic selectors that only want writes', async () => {
    const line = await newSample();
    await turn(line, 'enable', 'photos');
    const writes = {
      ReadWriteType: 'WriteOnly',
      DataResources: [{ Type: 'AWS::S3::Object', Values: ['arn:aws:s3:::reports/'] }],
    };
    await put(line, '--event-selectors', [writes]);
    await turn(line, 'enable', 'photos');
    const DataResources = [{ Type: 'AWS::S3::Object', Values: ['arn:aws:s3:::photos/'] }];
    const added = { ReadWriteType: 'All', IncludeManagementEvents: false, DataResources };
    expect(await selectors(line)).toMatchObject({ EventSelectors: [writes, added] });
    await turn(line, 'disable', 'photos');
    expect(await selectors(line)).toMatchObject({ EventSelectors: [writes] });
  });
});

test.for([
  [['enable', 'phots'], 254, 'did you mean photos'],
  [['enable', '--trail', 'other'], 254, 'Unknown trail: arn:aws:cloudtrail:us-east-1'],
  [['disable'], 252, 'there is no trail in us-east-1'],
  [['disable', '--trail', 'a..b'], 254, 'InvalidTrailNameException'],
] as const)('%j ends with %i: %s', async ([words, code, said]) => {
  const line = await newSample();
  const ended = await line.ssebox(['trail', 'data-events', ...words], { terminal: 100 });
  expect([ended.code, ended.err]).toEqual([code, expect.stringContaining(said)]);
  expect((await line.ok(['cloudtrail', 'list-trails'])).json).toEqual({ Trails: [] });
  expect((await line.ok(['s3', 'ls'])).out).not.toContain('cloudtrail');
});

test('of several trails, one has to be named', async () => {
  const line = await newSample();
  await turn(line, 'enable', 'photos');
  await line.ok(['cloudtrail', 'delete-trail', '--name', 'ssebox', '--yes']);
  const Statement = [
    {
      Effect: 'Allow',
      Principal: { Service: 'cloudtrail.amazonaws.com' },
      Action: ['s3:GetBucketAcl', 's3:PutObject'],
      Resource: ['arn:aws:s3:::drafts', 'arn:aws:s3:::drafts/*'],
    },
  ];
  await line.ok(['s3api', 'put-bucket-policy', '--bucket', 'drafts', '--policy', JSON.stringify({ Statement })]);
  for (const name of ['one', 'two']) {
    await line.ok(['cloudtrail', 'create-trail', '--name', name, '--s3-bucket-name', 'drafts']);
    if (name === 'one') expect((await turn(line, 'enable', 'photos')).S3BucketName).toBe('drafts');
  }
  expect(await line.ssebox(['trail', 'data-events', 'enable', 'photos'])).toMatchObject({
    code: 252,
    err: expect.stringContaining('there are several trails in us-east-1: choose one of one, two with --trail'),
  });
  expect((await turn(line, 'enable', 'photos', '--trail', 'two')).Done).toEqual([
    'logs data events of photos',
    'started logging',
  ]);
});

test('a trail that is not there is named with those that are', async () => {
  const line = await newSample();
  await turn(line, 'enable', 'photos');
  const ended = await line.ssebox(['cloudtrail', 'stop-logging', '--name', 'ssebx', '--yes'], { terminal: 100 });
  expect(ended.err).toContain('did you mean ssebox?');
});

test('names of trails are completed, and those of buckets that it delivers to', async () => {
  const line = await newSample();
  await turn(line, 'enable', 'photos');
  const completed = async (...words: readonly string[]) => (await line.ok(['completion', 'query', '--', ...words])).out;
  expect(await completed('cloudtrail', 'get-trail', '--name', 'ss')).toContain('ssebox');
  expect(await completed('trail', 'data-events', 'enable', 'ph')).toContain('photos');
});

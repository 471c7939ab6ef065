/** Configurations of buckets that are kept and shown: S3 API Reference, the operations' pages. */

import { expect, test } from 'vitest';
import type { Input, OperationName } from '../../src/api/model/operations.ts';
import { operationFacts } from '../../src/api/operation-facts.ts';
import { withoutEffect } from '../../src/s3/buckets/without-effect.ts';
import { analysis, configurations, corsRule, inventory, queue, rule, tiering } from '../support/configurations.ts';
import { newWorld, type World } from '../support/harness.ts';

const Bucket = 'photos';

async function newPhotos(settings: Parameters<typeof newWorld>[0] = {}): Promise<World> {
  const world = newWorld(settings);
  for (const name of [Bucket, 'reports']) await world.call('s3', 'CreateBucket', { Bucket: name });
  return world;
}

/** A call with an input that is written freely. */
const call = (world: World, name: string, input: object) =>
  world.call('s3', name as OperationName<'s3'>, { Bucket, ...input } as Input<'s3', OperationName<'s3'>>);

const put = (world: World, kind: keyof typeof configurations) => {
  const [operation, input] = configurations[kind];
  return call(world, operation, input);
};

const rules = { Rules: [rule], TransitionDefaultMinimumObjectSize: 'all_storage_classes_128K' };
const { LoggingEnabled } = configurations.logging[1].BucketLoggingStatus;

// What a configuration is read back as, and what is answered before it was set and after it was deleted: S3 API
// Reference, the Get operations, and "Error responses".
test.for<[keyof typeof configurations, get: string, object, stored: object, absent: string | object, remove: string]>([
  [
    'lifecycle',
    'GetBucketLifecycleConfiguration',
    {},
    rules,
    'NoSuchLifecycleConfiguration: The lifecycle configuration does not exist',
    'DeleteBucketLifecycle',
  ],
  [
    'cors',
    'GetBucketCors',
    {},
    { CORSRules: [corsRule] },
    'NoSuchCORSConfiguration: The CORS configuration does not exist',
    'DeleteBucketCors',
  ],
  ['logging', 'GetBucketLogging', {}, { LoggingEnabled }, {}, ''],
  [
    'notification',
    'GetBucketNotificationConfiguration',
    {},
    configurations.notification[1].NotificationConfiguration,
    {},
    '',
  ],
  ['accelerate', 'GetBucketAccelerateConfiguration', {}, { Status: 'Suspended' }, {}, ''],
  ['requestPayment', 'GetBucketRequestPayment', {}, { Payer: 'Requester' }, { Payer: 'BucketOwner' }, ''],
  [
    'website',
    'GetBucketWebsite',
    {},
    { IndexDocument: { Suffix: 'index.html' } },
    'NoSuchWebsiteConfiguration: The specified bucket does not have a website configuration',
    'DeleteBucketWebsite',
  ],
  [
    'analytics',
    'GetBucketAnalyticsConfiguration',
    { Id: 'a' },
    { AnalyticsConfiguration: analysis('a') },
    'NoSuchConfiguration: The specified configuration does not exist.',
    'DeleteBucketAnalyticsConfiguration',
  ],
  [
    'inventory',
    'GetBucketInventoryConfiguration',
    { Id: 'a' },
    { InventoryConfiguration: inventory('a') },
    'NoSuchConfiguration: The specified configuration does not exist.',
    'DeleteBucketInventoryConfiguration',
  ],
  [
    'intelligent-tiering',
    'GetBucketIntelligentTieringConfiguration',
    { Id: 'a' },
    { IntelligentTieringConfiguration: tiering('a') },
    'NoSuchConfiguration: The specified configuration does not exist.',
    'DeleteBucketIntelligentTieringConfiguration',
  ],
])('the %s configuration is read by %s as it was put', async ([kind, get, id, stored, absent, remove]) => {
  const world = await newPhotos();
  const expectAbsent = async () => {
    if (typeof absent === 'string') {
      expect(await world.refusal('s3', get as 'GetBucketCors', { Bucket, ...id })).toBe(absent);
    } else expect(await call(world, get, id)).toEqual(absent);
  };
  await expectAbsent();
  await put(world, kind);
  await world.reopen();
  expect(await call(world, get, id)).toEqual(stored);
  if (remove === '') return;
  await call(world, remove, id);
  await expectAbsent();
});

test('an empty document takes logging and notifications back', async () => {
  const world = await newPhotos();
  await put(world, 'logging');
  await put(world, 'notification');
  await put(world, 'requestPayment');
  await call(world, 'PutBucketLogging', { BucketLoggingStatus: {} });
  await call(world, 'PutBucketNotificationConfiguration', { NotificationConfiguration: {} });
  await call(world, 'PutBucketRequestPayment', { RequestPaymentConfiguration: { Payer: 'BucketOwner' } });
  expect(await call(world, 'GetBucketLogging', {})).toEqual({});
  expect(await call(world, 'GetBucketNotificationConfiguration', {})).toEqual({});
  expect(await call(world, 'GetBucketRequestPayment', {})).toEqual({ Payer: 'BucketOwner' });
  expect(world.transact((tx) => [...tx.bucketConfigurations.range()])).toEqual([]);
});

test('rules and notifications without an id get one, 48 characters of base64', async () => {
  const world = await newPhotos();
  const { ID: _ID, ...nameless } = rule;
  const { Id: _Id, ...unnamed } = queue;
  await call(world, 'PutBucketLifecycleConfiguration', { LifecycleConfiguration: { Rules: [nameless] } });
  await call(world, 'PutBucketNotificationConfiguration', {
    NotificationConfiguration: { QueueConfigurations: [unnamed] },
  });
  const id = expect.stringMatching(/^[A-Za-z0-9+/]{48}$/);
  const lifecycle = await world.call('s3', 'GetBucketLifecycleConfiguration', { Bucket });
  expect(lifecycle.Rules).toEqual([{ ...nameless, ID: id }]);
  const notification = await world.call('s3', 'GetBucketNotificationConfiguration', { Bucket });
  expect(notification.QueueConfigurations).toEqual([{ ...unnamed, Id: id }]);
});

test('dates stay dates, and an empty list that XML cannot carry is left out', async () => {
  const world = await newPhotos();
  const dated = { ...rule, Expiration: { Date: new Date('2030-01-01T00:00:00Z') } };
  await call(world, 'PutBucketLifecycleConfiguration', { LifecycleConfiguration: { Rules: [dated] } });
  await call(world, 'PutBucketCors', { CORSConfiguration: { CORSRules: [{ ...corsRule, ExposeHeaders: [] }] } });
  await world.reopen();
  expect(await call(world, 'GetBucketLifecycleConfiguration', {})).toEqual({ ...rules, Rules: [dated] });
  expect(await call(world, 'GetBucketCors', {})).toEqual({ CORSRules: [corsRule] });
});

test('inventories are listed by their ids, 100 at a time, and a bucket has up to 1,000', async () => {
  const world = await newPhotos();
  const ids = Array.from({ length: 1000 }, (_, i) => `id-${String(i).padStart(4, '0')}`);
  world.transact((tx) => {
    for (const id of ids) tx.bucketConfigurations.put([Bucket, 'inventory', id], { v: 1, document: inventory(id) });
  });
  const listed: string[] = [];
  let ContinuationToken: string | undefined;
  do {
    const page = await world.call('s3', 'ListBucketInventoryConfigurations', { Bucket, ContinuationToken });
    const found = page.InventoryConfigurationList?.map(({ Id }) => Id) ?? [];
    expect(found).toHaveLength(100);
    expect(page).toMatchObject({ IsTruncated: listed.length < 900, ...(ContinuationToken && { ContinuationToken }) });
    listed.push(...found);
    ContinuationToken = page.NextContinuationToken;
  } while (ContinuationToken !== undefined);
  expect(listed).toEqual(ids);
  const more = { Bucket, Id: 'one-more', InventoryConfiguration: inventory('one-more') };
  expect(await world.refusal('s3', 'PutBucketInventoryConfiguration', more)).toBe(
    'TooManyConfigurations: You are attempting to create a new configuration but have already reached the 1,000-configuration limit.',
  );
  // One that is there is replaced, and another kind has room of its own.
  await put(world, 'analytics');
  await call(world, 'PutBucketInventoryConfiguration', { Id: 'id-0000', InventoryConfiguration: inventory('id-0000') });
});

test('a list without configurations has none', async () => {
  const world = await newPhotos();
  for (const kind of ['Analytics', 'Inventory', 'IntelligentTiering']) {
    expect(await call(world, `ListBucket${kind}Configurations`, {})).toEqual({ IsTruncated: false });
  }
});

test('deleting one of several that is not there is refused, and deleting the only one is not', async () => {
  const world = await newPhotos();
  expect(await world.refusal('s3', 'DeleteBucketInventoryConfiguration', { Bucket, Id: 'a' })).toBe(
    'NoSuchConfiguration: The specified configuration does not exist.',
  );
  for (const name of ['DeleteBucketCors', 'DeleteBucketLifecycle', 'DeleteBucketWebsite']) await call(world, name, {});
});

test('the older forms are the same configuration', async () => {
  const world = await newPhotos();
  const { Filter: _Filter, ...plain } = rule;
  const older = { ...plain, Prefix: 'logs/', Transition: { Days: 3, StorageClass: 'GLACIER' } };
  await call(world, 'PutBucketLifecycle', { LifecycleConfiguration: { Rules: [older] } });
  expect(await call(world, 'GetBucketLifecycle', {})).toEqual({ Rules: [older] });
  const { Transition, ...rest } = older;
  expect(await call(world, 'GetBucketLifecycleConfiguration', {})).toMatchObject({
    Rules: [{ ...rest, Transitions: [Transition] }],
  });
  await call(world, 'PutBucketNotification', {
    NotificationConfiguration: {
      TopicConfiguration: { Topic: 'arn:aws:sns:us-east-1:111122223333:t', Event: 's3:ObjectCreated:Put' },
    },
  });
  const Id = expect.any(String);
  const Events = ['s3:ObjectCreated:Put'];
  expect(await call(world, 'GetBucketNotificationConfiguration', {})).toEqual({
    TopicConfigurations: [{ Id, TopicArn: 'arn:aws:sns:us-east-1:111122223333:t', Events }],
  });
  await put(world, 'notification');
  const { QueueArn: Queue } = queue;
  expect(await call(world, 'GetBucketNotification', {})).toEqual({
    QueueConfiguration: { Id: 'new', Queue, Events: queue.Events, Event: 's3:ObjectCreated:*' },
  });
});

test('a deleted bucket leaves no configuration to the next one with its name', async () => {
  const world = await newPhotos();
  for (const [put, input] of Object.values(configurations)) await call(world, put, input);
  expect(world.transact((tx) => [...tx.bucketConfigurations.range()])).toHaveLength(10);
  await world.call('s3', 'DeleteBucket', { Bucket });
  expect(world.transact((tx) => [...tx.bucketConfigurations.range()])).toEqual([]);
});

test('where they are refused, nothing new is kept, and what is there is still shown and deleted', async () => {
  const world = await newPhotos({ mayConfigureWithoutEffect: false });
  const puts = Object.keys(withoutEffect).filter((name) => name.startsWith('Put'));
  const documents = Object.entries(configurations).flatMap(([kind, [name, input]]) =>
    // Which pages may ask a bucket has an effect at an endpoint.
    kind === 'cors' ? [] : [[name, input] as const],
  );
  for (const [name, input] of documents) {
    expect(await world.refusal('s3', name, { Bucket, ...input })).toBe(
      `NotImplemented: ${name} has no effect in ssebox, and s3.without-effect is set to refuse it`,
    );
  }
  expect(puts).toEqual(expect.arrayContaining(documents.map(([name]) => name)));
  expect(await call(world, 'GetBucketLogging', {})).toEqual({});
  await call(world, 'DeleteBucketWebsite', {});
  await put(world, 'cors');
});

test('the facts name every operation that sets one of them, and no other', () => {
  const puts = Object.keys(withoutEffect).filter((name) => name.startsWith('Put'));
  expect(puts).toHaveLength(11);
  for (const name of puts) expect(operationFacts('s3', name), name).toMatchObject({ isWithoutEffect: true });
  for (const name of Object.keys(withoutEffect).filter((each) => !puts.includes(each))) {
    expect(operationFacts('s3', name), name).toMatchObject({ isWithoutEffect: false });
  }
  for (const name of [
    'PutBucketPolicy',
    'PutBucketAcl',
    'PutBucketCors',
    'PutPublicAccessBlock',
    'PutBucketMetricsConfiguration',
  ]) {
    expect(operationFacts('s3', name), name).toMatchObject({ isWithoutEffect: false });
  }
});

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { beforeEach, expect, onTestFinished, test } from 'vitest';
import { assemble } from '../../src/assemble.ts';
import { aliasChoices, bucketChoices, keyChoices, objectChoices, principalChoices } from '../../src/cli/choices.ts';
import { group } from '../../src/cli/command.ts';
import { complete } from '../../src/cli/docs/complete.ts';
import { memberChoices } from '../../src/cli/member-choices.ts';
import { newSession, type Session } from '../../src/cli/session.ts';
import { standardInputOf } from '../../src/cli/standard-input.ts';
import { newWorld } from '../support/harness.ts';

let session: Session;
beforeEach(() => {
  const folder = mkdtempSync(join(tmpdir(), 'ssebox-choices-'));
  const { environment } = newWorld();
  session = newSession({
    globals: { region: 'eu-west-1' },
    environment,
    settings: {},
    signal: new AbortController().signal,
    openStore: async () => assemble({ folder, environment }),
    stdin: standardInputOf({ stdin: Readable.from([]) }),
    tell: () => {},
    confirm: async () => {},
  });
  onTestFinished(async () => {
    await session.close();
    rmSync(folder, { recursive: true });
  });
});

const typing = (typed: string, options: Record<string, string> = {}) => ({ typed, values: { args: {}, options } });

const values = async (choices: Promise<readonly { readonly value: string }[]>) =>
  (await choices).map(({ value }) => value);

test('keys in the caller’s region are offered by alias and by id', async () => {
  const { KeyMetadata } = await session.aws.call('kms', 'CreateKey', { Description: 'for photos' });
  const KeyId = KeyMetadata?.KeyId ?? '';
  await session.aws.call('kms', 'CreateAlias', { AliasName: 'alias/photos', TargetKeyId: KeyId });
  await session.aws.call('kms', 'CreateKey', {}, { region: 'us-east-1' });
  expect(await keyChoices(session)).toEqual([
    { value: 'alias/photos', about: KeyId },
    { value: KeyId, about: 'alias/photos · for photos · SYMMETRIC_DEFAULT' },
  ]);
  expect(await values(aliasChoices(session))).toEqual(['alias/photos']);
});

test('an operation that does not take an alias is offered only ids', async () => {
  const { KeyMetadata } = await session.aws.call('kms', 'CreateKey', {});
  const KeyId = KeyMetadata?.KeyId ?? '';
  await session.aws.call('kms', 'CreateAlias', { AliasName: 'alias/photos', TargetKeyId: KeyId });
  const offered = async (operation: string, member: string) =>
    values(memberChoices('kms', operation, member)?.(session) ?? Promise.resolve([]));
  expect(await offered('Encrypt', 'KeyId')).toEqual(['alias/photos', KeyId]);
  expect(await offered('ReEncrypt', 'DestinationKeyId')).toEqual(['alias/photos', KeyId]);
  expect(await offered('DisableKey', 'KeyId')).toEqual([KeyId]);
  expect(await offered('UpdateAlias', 'TargetKeyId')).toEqual([KeyId]);
});

test('callers are the account, its users and its roles', async () => {
  await session.aws.call('iam', 'CreateUser', { UserName: 'Bob' });
  expect(await values(principalChoices(session))).toEqual(['root', 'user/admin', 'user/Bob']);
});

test('objects are offered a folder at a time, like paths', async () => {
  await session.aws.call('s3', 'CreateBucket', {
    Bucket: 'photos',
    CreateBucketConfiguration: { LocationConstraint: 'eu-west-1' },
  });
  for (const Key of ['a.jpg', 'album/one.jpg', 'album/two.jpg', 'z.jpg']) {
    await session.aws.call('s3', 'PutObject', { Bucket: 'photos', Key, Body: new Uint8Array(1) });
  }
  expect(await bucketChoices(session)).toEqual([{ value: 'photos', about: 'eu-west-1' }]);
  expect(await values(objectChoices(session, typing('s3://ph')))).toEqual(['s3://photos/']);
  expect(await values(objectChoices(session, typing('s3://photos/a')))).toEqual([
    's3://photos/a.jpg',
    's3://photos/album/',
  ]);
  expect(await values(objectChoices(session, typing('s3://photos/album/t')))).toEqual(['s3://photos/album/two.jpg']);
});

test('--as is completed with the existing principals', async () => {
  const tree = group({ name: 'ssebox', summary: 'all', load: async () => [] });
  const { choices } = await complete(['--as', 'user/'], tree, async () => session);
  expect(choices).toEqual([{ value: 'user/admin' }]);
});

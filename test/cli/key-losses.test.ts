import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { expect, onTestFinished, test } from 'vitest';
import { assemble } from '../../src/assemble.ts';
import { lossesBy } from '../../src/cli/key-losses.ts';
import { newSession, type Session } from '../../src/cli/session.ts';
import { standardInputOf } from '../../src/cli/standard-input.ts';
import { newWorld } from '../support/harness.ts';

function sessionOnStore(): Session {
  const folder = mkdtempSync(join(tmpdir(), 'ssebox-losses-'));
  const { environment } = newWorld();
  const session = newSession({
    globals: { store: folder },
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
  return session;
}

async function keyWith(objects: number, session: Session): Promise<{ id: string; arn: string }> {
  const { KeyMetadata } = await session.aws.call('kms', 'CreateKey', {});
  const [id = '', arn = ''] = [KeyMetadata?.KeyId, KeyMetadata?.Arn];
  await session.aws.call('s3', 'CreateBucket', { Bucket: 'photos' });
  for (let i = 0; i < objects; i++) {
    const how = { ServerSideEncryption: 'aws:kms', SSEKMSKeyId: arn } as const;
    await session.aws.call('s3', 'PutObject', { Bucket: 'photos', Key: `${i}`, Body: new Uint8Array(1), ...how });
  }
  return { id, arn };
}

test('by its id and by its ARN, a key has the same losses', async () => {
  const session = sessionOnStore();
  const { id, arn } = await keyWith(3, session);
  const hint = `hint: ssebox kms ls ${id} --objects --store ${session.globals.store}`;
  const lines = ['encrypted under this key, and unreadable without it: 3 objects in photos', hint];
  expect(await lossesBy(id, session)).toEqual(lines);
  expect(await lossesBy(arn, session)).toEqual(lines);
});

test('a scan that ends early says so', async () => {
  const session = sessionOnStore();
  const { id } = await keyWith(3, session);
  const [line] = await lossesBy(id, session, 2);
  expect(line).toBe('encrypted under this key, and unreadable without it: at least 2 objects in photos');
});

test('a key without objects has none, and one that is not there nothing to say', async () => {
  const session = sessionOnStore();
  const { id } = await keyWith(0, session);
  expect(await lossesBy(id, session)).toEqual(['no object in S3 is encrypted under this key']);
  expect(await lossesBy('00000000-0000-0000-0000-000000000000', session)).toEqual([]);
});

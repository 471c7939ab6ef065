/** KMS calls per second in one process, everything decided and recorded, alone and in grouped commits. */

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, bench, describe } from 'vitest';
import { assemble, type Assembly } from '../../src/assemble.ts';
import { processEnvironment } from '../../src/env.ts';
import { resolveCaller } from '../../src/iam/principal.ts';
import type { Request } from '../../src/api/pipeline.ts';
import { ACCOUNT } from '../harness.ts';

const folder = mkdtempSync(join(tmpdir(), 'ssebox-bench-'));
const environment = processEnvironment();
let assembly: Assembly;
let KeyId = '';
let CiphertextBlob: Uint8Array | undefined;

const request = (grouped: boolean): Request => ({
  caller: (tx, now) => resolveCaller('user/admin', ACCOUNT, { tx, now, random: environment.random }),
  region: 'us-east-1',
  grouped,
});

const Plaintext = new Uint8Array(32);
const EncryptionContext = { purpose: 'bench' };

const calls = {
  Encrypt: (grouped: boolean) =>
    assembly.pipeline.invoke('kms', 'Encrypt', { KeyId, Plaintext, EncryptionContext }, request(grouped)),
  Decrypt: (grouped: boolean) =>
    assembly.pipeline.invoke('kms', 'Decrypt', { CiphertextBlob, EncryptionContext }, request(grouped)),
  GenerateDataKey: (grouped: boolean) =>
    assembly.pipeline.invoke('kms', 'GenerateDataKey', { KeyId, KeySpec: 'AES_256' }, request(grouped)),
};

beforeAll(async () => {
  assembly = assemble({ folder, environment });
  await assembly.load('kms');
  const { KeyMetadata } = await assembly.pipeline.invoke('kms', 'CreateKey', {}, request(false));
  KeyId = KeyMetadata?.KeyId ?? '';
  ({ CiphertextBlob } = await calls.Encrypt(false));
});

afterAll(async () => {
  await assembly.close();
  rmSync(folder, { recursive: true, force: true });
});

const GROUP = 500;

describe.each(Object.entries(calls))('%s', (name, call) => {
  bench(`${name} ×${GROUP}, grouped`, async () => {
    await Promise.all(Array.from({ length: GROUP }, () => call(true)));
  });
  bench(`${name}, single`, async () => {
    await call(false);
  });
});

/**
 * KMS calls per second in one process, everything decided and recorded, alone and in grouped commits; and the same
 * few calls in a small store and in one with 10,000 keys and 50,000 grants on the key that is used.
 */

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, bench, describe } from 'vitest';
import type { Request } from '../../src/api/pipeline.ts';
import { type Assembly, assemble } from '../../src/assemble.ts';
import { processEnvironment } from '../../src/env.ts';
import { putUser } from '../../src/iam/entities.ts';
import { resolveCaller } from '../../src/iam/principal.ts';
import { addGrant } from '../../src/kms/grant.ts';
import { getKey, putKey } from '../../src/kms/key.ts';
import type { Tx } from '../../src/store/tables.ts';
import { ACCOUNT } from '../harness.ts';

const REGION = 'us-east-1';
const Plaintext = new Uint8Array(32);
const EncryptionContext = { purpose: 'bench' };
const environment = processEnvironment();

interface Stage {
  readonly assembly: Assembly;
  readonly KeyId: string;
  readonly CiphertextBlob: Uint8Array;
}

const request = (grouped: boolean, as = 'user/admin'): Request => ({
  caller: (tx, now) => resolveCaller(as, ACCOUNT, { tx, now, random: environment.random }),
  region: REGION,
  grouped,
});

/** A store with a key, and beside it so many others and so many grants on it. */
async function stage(keys: number, grants: number): Promise<Stage> {
  const folder = mkdtempSync(join(tmpdir(), 'ssebox-bench-'));
  const assembly = assemble({ folder, environment });
  afterAll(async () => {
    await assembly.close();
    rmSync(folder, { recursive: true, force: true });
  });
  await assembly.load('kms');
  const { KeyMetadata } = await assembly.pipeline.invoke('kms', 'CreateKey', {}, request(false));
  const KeyId = KeyMetadata?.KeyId ?? '';
  const encrypt = { KeyId, Plaintext, EncryptionContext };
  const { CiphertextBlob = Plaintext } = await assembly.pipeline.invoke('kms', 'Encrypt', encrypt, request(false));
  assembly.store.transact<void>((tx) => populate(tx, KeyId, keys, grants));
  return { assembly, KeyId, CiphertextBlob };
}

/** The rows that as many calls of CreateKey and CreateGrant leave. */
function populate(tx: Tx, keyId: string, keys: number, grants: number): void {
  const place = { account: ACCOUNT, region: REGION, keyId } as const;
  const key = getKey(tx, ACCOUNT, REGION, keyId);
  if (!key) throw new Error('there is no key');
  for (let i = 0; i < keys; i += 1) putKey(tx, { ...key, keyId: environment.uuid() });
  const users = Array.from({ length: 200 }, (_, i) => `AIDA${String(i).padStart(17, '0')}`);
  for (const [i, id] of users.entries()) {
    const entity = { v: 1, account: ACCOUNT, name: `u${i}`, path: '/', id, createdMs: 0 } as const;
    putUser(tx, { ...entity, inlinePolicies: {}, attachedPolicies: [], tags: {}, groups: [] });
    tx.principalIds.put([id], { kind: 'user', account: ACCOUNT, name: `u${i}` });
  }
  for (let i = 0; i < grants; i += 1) {
    const number = i % users.length;
    const arn = `arn:aws:iam::${ACCOUNT}:user/u${number}`;
    const grantId = Buffer.from(environment.random(32)).toString('hex');
    const grantee = { kind: 'principal', arn, id: users[number] } as const;
    const common = { v: 1, ...place, grantId, name: '', createdMs: 0, grantee, issuer: ACCOUNT } as const;
    addGrant(tx, { ...key, grantCount: i }, { ...common, operations: ['Decrypt'], constraints: {} });
  }
}

const small = await stage(10, 200);

const calls = {
  Encrypt: ({ assembly, KeyId }: Stage, grouped: boolean) =>
    assembly.pipeline.invoke('kms', 'Encrypt', { KeyId, Plaintext, EncryptionContext }, request(grouped)),
  Decrypt: ({ assembly, CiphertextBlob }: Stage, grouped: boolean) =>
    assembly.pipeline.invoke('kms', 'Decrypt', { CiphertextBlob, EncryptionContext }, request(grouped)),
  GenerateDataKey: ({ assembly, KeyId }: Stage, grouped: boolean) =>
    assembly.pipeline.invoke('kms', 'GenerateDataKey', { KeyId, KeySpec: 'AES_256' }, request(grouped)),
};

const GROUP = 1000;

describe.each(Object.entries(calls))('%s', (name, call) => {
  bench(`${name} × ${GROUP}, grouped`, async () => {
    await Promise.all(Array.from({ length: GROUP }, () => call(small, true)));
  });
  bench(`${name}, single`, async () => {
    await call(small, false);
  });
});

const large = await stage(10_000, 50_000);

const reads = {
  DescribeKey: ({ assembly, KeyId }: Stage) => assembly.pipeline.invoke('kms', 'DescribeKey', { KeyId }, request(true)),
  'first page of ListGrants': ({ assembly, KeyId }: Stage) =>
    assembly.pipeline.invoke('kms', 'ListGrants', { KeyId }, request(true)),
  'Decrypt by a grant': ({ assembly, CiphertextBlob }: Stage) =>
    assembly.pipeline.invoke('kms', 'Decrypt', { CiphertextBlob, EncryptionContext }, request(true, 'user/u7')),
};

describe.each(Object.entries(reads))('%s', (_name, call) => {
  bench('small store', async () => {
    await call(small);
  });
  bench('10,000 keys, 50,000 grants', async () => {
    await call(large);
  });
});

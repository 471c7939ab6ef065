/**
 * KMS calls in one process, everything decided and recorded, alone and in grouped commits; and a few calls in a store
 * with 10,000 keys and 50,000 grants on the key that is used beside a small one.
 */

import { join } from 'node:path';
import type { Assembly } from '../../src/assemble.ts';
import type { Request } from '../../src/call/request.ts';
import { putUser } from '../../src/iam/entities.ts';
import { addGrant } from '../../src/kms/grant.ts';
import { getKey, putKey } from '../../src/kms/key.ts';
import type { Tx } from '../../src/store/tables.ts';
import type { Figure } from './figure.ts';
import { inTurns, least, median } from './measure.ts';
import { ACCOUNT, environment, manyAtOnce, openStage, REGION, request } from './stage.ts';

const Plaintext = new Uint8Array(32);
const EncryptionContext = { purpose: 'bench' };

interface Stage {
  readonly assembly: Assembly;
  readonly KeyId: string;
  readonly CiphertextBlob: Uint8Array;
}

/** A store with a key, and beside it so many others and so many grants on it. */
async function stage(folder: string, keys: number, grants: number): Promise<Stage> {
  const assembly = await openStage(folder, 'kms');
  const {
    output: { KeyMetadata },
  } = await assembly.pipeline.invoke('kms', 'CreateKey', {}, request());
  const KeyId = KeyMetadata?.KeyId ?? '';
  const encrypt = { KeyId, Plaintext, EncryptionContext };
  const {
    output: { CiphertextBlob = Plaintext },
  } = await assembly.pipeline.invoke('kms', 'Encrypt', encrypt, request());
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

const calls = {
  Encrypt: ({ assembly, KeyId }: Stage, from: Request) =>
    assembly.pipeline.invoke('kms', 'Encrypt', { KeyId, Plaintext, EncryptionContext }, from),
  Decrypt: ({ assembly, CiphertextBlob }: Stage, from: Request) =>
    assembly.pipeline.invoke('kms', 'Decrypt', { CiphertextBlob, EncryptionContext }, from),
  GenerateDataKey: ({ assembly, KeyId }: Stage, from: Request) =>
    assembly.pipeline.invoke('kms', 'GenerateDataKey', { KeyId, KeySpec: 'AES_256' }, from),
};

const GROUPED_CALLS = 8 * 1024;
const UNDER_WAY = 512;
const SINGLE_CALLS = 256;

async function oneByOne(call: () => Promise<unknown>): Promise<void> {
  for (let i = 0; i < SINGLE_CALLS; i++) await call();
}

export async function kmsCalls(folder: string): Promise<Figure[]> {
  const small = await stage(join(folder, 'kms'), 10, 200);
  const grouped = await inTurns(
    8,
    works(calls, (call) => () => manyAtOnce(UNDER_WAY, GROUPED_CALLS, () => call(small, request({ grouped: true })))),
  );
  const single = await inTurns(
    4,
    works(calls, (call) => () => oneByOne(() => call(small, request()))),
  );
  await small.assembly.close();
  return [
    ...Object.entries(grouped).map(
      ([name, seconds]): Figure => ({
        name: `kms ${name}, ${UNDER_WAY} under way`,
        value: GROUPED_CALLS / least(seconds),
        unit: '/s',
        aim: name === 'Encrypt' ? { atLeast: 10_000 } : undefined,
      }),
    ),
    ...Object.entries(single).map(
      ([name, seconds]): Figure => ({
        name: `kms ${name}, one by one`,
        value: SINGLE_CALLS / least(seconds),
        unit: '/s',
      }),
    ),
  ];
}

const reads = {
  'describe-key': ({ assembly, KeyId }: Stage) => assembly.pipeline.invoke('kms', 'DescribeKey', { KeyId }, request()),
  "list-grants' first page": ({ assembly, KeyId }: Stage) =>
    assembly.pipeline.invoke('kms', 'ListGrants', { KeyId }, request()),
  'decrypt by a grant': ({ assembly, CiphertextBlob }: Stage) =>
    assembly.pipeline.invoke('kms', 'Decrypt', { CiphertextBlob, EncryptionContext }, request({ as: 'user/u7' })),
};

export async function largeKmsStore(folder: string): Promise<Figure[]> {
  const small = await stage(join(folder, 'kms-small'), 10, 200);
  const large = await stage(join(folder, 'kms-large'), 10_000, 50_000);
  const figures: Figure[] = [];
  for (const [name, read] of Object.entries(reads)) {
    const times = await inTurns(300, { small: () => read(small), large: () => read(large) });
    const value = median(times.large) / median(times.small);
    figures.push({ name: `${name}, 10,000 keys and 50,000 grants ÷ few`, value, unit: '÷', aim: { atMost: 1.3 } });
  }
  await small.assembly.close();
  await large.assembly.close();
  return figures;
}

type Works<T> = Readonly<Record<string, T>>;

const works = <T>(all: Works<T>, workOf: (one: T) => () => unknown): Works<() => unknown> =>
  Object.fromEntries(Object.entries(all).map(([name, one]) => [name, workOf(one)]));

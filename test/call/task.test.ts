import { expect, test } from 'vitest';
import { AwsError } from '../../src/api/errors.ts';
import { allCalls } from '../../src/call/call-log.ts';
import type { Call } from '../../src/call/operation.ts';
import type { Request } from '../../src/call/request.ts';
import { task } from '../../src/call/task.ts';
import { serviceRoleCaller } from '../../src/iam/service-role.ts';
import { newWorld, type World } from '../support/harness.ts';

interface Input {
  readonly KeyId: string;
  readonly text: string;
}

const ROLE = 'arn:aws:iam::111122223333:role/worker';

/** Encrypts a text, as a role that KMS works as. */
const encryptAsRole = task('kms', 'EncryptAsRole', {
  caller: (_input: Input, _request: Request) => (tx, now) =>
    serviceRoleCaller({ kind: 'service', name: 's3.amazonaws.com' }, ROLE, 'work', { tx, now }),
  resolve: ({ text }) => Buffer.from(text),
  run(Plaintext, { KeyId }, call) {
    const { CiphertextBlob } = call.invoke('kms', 'Encrypt', { KeyId, Plaintext });
    return { by: call.caller.kind, CiphertextBlob };
  },
  parameters: ({ KeyId }) => ({ keyId: KeyId }),
});

/** The same in two transactions, by whoever asks for it. */
const countInTime = task('kms', 'CountInTime', {
  caller: (_input: { readonly upTo: number }, { caller }: Request) => caller,
  resolve: ({ upTo }) => upTo,
  begin(upTo, _input, call) {
    if (upTo < 0) throw new AwsError('ValidationException', 'it counts from 0');
    call.afterwards({ kind: 'replication-queued', bucket: 'begun' });
    return { upTo, caller: call.caller };
  },
  async move({ upTo }) {
    if (upTo > 10) throw new AwsError('LimitExceededException', 'it counts to 10');
    return Array.from({ length: upTo }, (_, i) => i + 1);
  },
  finish({ caller }, counted, _input, call) {
    call.afterwards({ kind: 'replication-queued', bucket: 'finished' });
    return { counted, by: caller.kind };
  },
  parameters: ({ upTo }) => ({ upTo }),
});

const recordsOf = (world: World) => world.transact((tx) => allCalls(tx));

/** A world with a key, and a role that has these statements. */
async function newPlace(Action: string): Promise<{ world: World; KeyId: string }> {
  const world = newWorld();
  const trust = { Effect: 'Allow', Principal: { Service: 's3.amazonaws.com' }, Action: 'sts:AssumeRole' };
  const document = (statement: object) => JSON.stringify({ Version: '2012-10-17', Statement: [statement] });
  await world.call('iam', 'CreateRole', { RoleName: 'worker', AssumeRolePolicyDocument: document(trust) });
  const PolicyDocument = document({ Effect: 'Allow', Action, Resource: '*' });
  await world.call('iam', 'PutRolePolicy', { RoleName: 'worker', PolicyName: 'p', PolicyDocument });
  const { KeyMetadata } = await world.call('kms', 'CreateKey', {});
  return { world, KeyId: KeyMetadata?.KeyId ?? '' };
}

test('a task runs as its role, and is recorded like an operation', async () => {
  const { world, KeyId } = await newPlace('kms:Encrypt');
  const { output, requestId } = await world.perform(encryptAsRole, { KeyId, text: 'hello' });
  expect(output.by).toBe('role-session');
  const { Plaintext } = await world.call('kms', 'Decrypt', {
    CiphertextBlob: output.CiphertextBlob ?? new Uint8Array(),
  });
  expect(Buffer.from(Plaintext ?? []).toString()).toBe('hello');
  const records = recordsOf(world);
  const performed = records.find(({ operation }) => operation === 'EncryptAsRole');
  expect(performed).toMatchObject({ service: 'kms', requestId, parameters: { keyId: KeyId } });
  expect(performed?.caller).toMatchObject({ type: 'AssumedRole', userName: 'work' });
  expect(records.find(({ operation }) => operation === 'Encrypt')?.within).toBe(requestId);
});

test('work that the role may not do is refused, recorded, and stored with its decision', async () => {
  const { world, KeyId } = await newPlace('kms:Decrypt');
  await expect(world.perform(encryptAsRole, { KeyId, text: 'hello' })).rejects.toMatchObject({
    code: 'AccessDeniedException',
    call: { service: 'kms', operation: 'EncryptAsRole' },
  });
  const failed = recordsOf(world).filter(({ error }) => error !== undefined);
  expect(failed.map(({ operation }) => operation).sort()).toEqual(['Encrypt', 'EncryptAsRole']);
  const [refusal] = world.transact((tx) => Array.from(tx.refusals.range(), ({ value }) => value));
  expect(refusal).toMatchObject({ operation: 'EncryptAsRole', decisions: [{ action: 'kms:Encrypt', allowed: false }] });
});

test('a long task is done in two transactions, as the caller who requests it', async () => {
  const world = newWorld();
  const { output, requestId, effects } = await world.perform(countInTime, { upTo: 3 }, { as: 'root' });
  expect(output).toEqual({ counted: [1, 2, 3], by: 'root' });
  expect(effects.map((effect) => 'bucket' in effect && effect.bucket)).toEqual(['begun', 'finished']);
  expect(recordsOf(world)).toMatchObject([{ operation: 'CountInTime', requestId, caller: { type: 'Root' } }]);
});

test.for([
  [-1, 'ValidationException'],
  [11, 'LimitExceededException'],
] as const)('a task up to %i is refused with %s, once', async ([upTo, code]) => {
  const world = newWorld();
  await expect(world.perform(countInTime, { upTo })).rejects.toMatchObject({ code });
  expect(recordsOf(world)).toMatchObject([{ operation: 'CountInTime', parameters: { upTo }, error: { code } }]);
});

type Step = 'run' | 'begin' | 'finish';

/** A program error in one of the steps of a task, which has changed something in the store before. */
function defect(step: Step) {
  const change = (call: Call) => {
    call.invoke('kms', 'CreateKey', {});
    throw new TypeError('a defect');
  };
  const common = {
    caller: (_input: undefined, { caller }: Request) => caller,
    resolve: () => undefined,
    parameters: () => ({}),
  };
  if (step === 'run') return task('kms', 'Fail', { ...common, run: (_target, _input, call) => change(call) });
  return task('kms', 'Fail', {
    ...common,
    begin: (_target, _input, call) => step === 'begin' && change(call),
    move: async () => undefined,
    finish: (_plan, _moved, _input, call) => step === 'finish' && change(call),
  });
}

test.for<[Step, boolean]>([
  ['run', false],
  ['run', true],
  ['begin', false],
  ['finish', false],
])('a bug in %s, grouped %s, is not a refusal: it undoes the call and is thrown unchanged', async ([step, grouped]) => {
  const world = newWorld();
  const error: unknown = await world.perform(defect(step), undefined, { grouped }).catch((thrown: unknown) => thrown);
  expect(error).toEqual(new TypeError('a defect'));
  expect(recordsOf(world)).toEqual([]);
  expect((await world.call('kms', 'ListKeys', {})).Keys).toEqual([]);
});

test.for(['ReplicateObject', 'QueueExistingObjects'])('%s is a task and cannot be called by name', async (name) => {
  const world = newWorld();
  await world.call('s3', 'CreateBucket', { Bucket: 'photos' });
  const input = { Bucket: 'photos', Task: 1 };
  expect(await world.refusal('s3', name as never, input)).toBe(
    `NotImplemented: ${name} exists in AWS and is not part of ssebox`,
  );
});

import fc from 'fast-check';
import { expect, onTestFinished, test } from 'vitest';
import { allCalls } from '../../src/call/call-log.ts';
import { neededPermissions } from '../../src/iam/needed-permissions.ts';
import { RecordContext } from '../../src/policy/context.ts';
import type { Decision } from '../../src/policy/decision.ts';
import { evaluate } from '../../src/policy/evaluate.ts';
import { checkIdentityPolicy } from '../../src/policy/identity-policy-check.ts';
import { leastPolicy, type NeededPermission } from '../../src/policy/least-privilege.ts';
import { readPolicy } from '../../src/policy/policy-document.ts';
import { A, alice } from '../policy/callers.ts';
import { ACCOUNT, newWorld, type World } from '../support/harness.ts';
import { makeOneOfEverything, openCopy, removeStore } from '../support/one-of-everything.ts';

const root = `arn:aws:iam::${ACCOUNT}:root`;
const document = (Statement: unknown) => JSON.stringify({ Version: '2012-10-17', Statement });

/** A call, with the name under which a failure shows it. */
interface Made {
  readonly name: string;
  readonly service: 's3' | 'kms';
  readonly operation:
    | 'PutObject'
    | 'GetObject'
    | 'HeadObject'
    | 'ListObjectsV2'
    | 'CopyObject'
    | 'DeleteObject'
    | 'Encrypt'
    | 'GenerateDataKey'
    | 'DescribeKey'
    | 'ListKeys';
  readonly input: Readonly<Record<string, unknown>>;
}

const made = (service: Made['service'], operation: Made['operation'], input: Made['input']): Made => ({
  name: `${operation} ${JSON.stringify(input)}`,
  service,
  operation,
  input,
});

const Body = Buffer.from('12345');
const KMS = { ServerSideEncryption: 'aws:kms', SSEKMSKeyId: 'alias/app' };

const pool: readonly Made[] = [
  ...['plain', 'keyed'].flatMap((Bucket) => [
    ...['a', 'folder/b', 'none'].flatMap((Key) => [
      made('s3', 'GetObject', { Bucket, Key }),
      made('s3', 'HeadObject', { Bucket, Key }),
      made('s3', 'CopyObject', { Bucket, Key: `${Key}-copy`, CopySource: `${Bucket}/a` }),
    ]),
    made('s3', 'PutObject', { Bucket, Key: 'new', Body }),
    made('s3', 'PutObject', { Bucket, Key: 'new', Body, Tagging: 'team=web' }),
    made('s3', 'PutObject', { Bucket, Key: 'kms', Body, ...KMS }),
    made('s3', 'PutObject', { Bucket, Key: 'kms2', Body, ...KMS, BucketKeyEnabled: true }),
    made('s3', 'DeleteObject', { Bucket, Key: 'gone' }),
    made('s3', 'ListObjectsV2', { Bucket }),
    made('s3', 'ListObjectsV2', { Bucket, Prefix: 'folder/' }),
  ]),
  made('kms', 'Encrypt', { KeyId: 'alias/app', Plaintext: Body }),
  made('kms', 'Encrypt', { KeyId: 'alias/app', Plaintext: Body, EncryptionContext: { app: 'web', team: 'a' } }),
  made('kms', 'GenerateDataKey', { KeyId: 'alias/app', KeySpec: 'AES_256', EncryptionContext: { app: 'web' } }),
  made('kms', 'GenerateDataKey', { KeyId: 'alias/app', KeySpec: 'AES_256', EncryptionContext: { app: 'batch' } }),
  made('kms', 'DescribeKey', { KeyId: 'alias/app' }),
  made('kms', 'ListKeys', {}),
];

/** Buckets with objects, one of them under a key with a bucket key, and a role that may do everything. */
async function newRun(): Promise<World> {
  const world = newWorld({ bucketKeyLifetimeMs: 0 });
  const { KeyMetadata } = await world.call('kms', 'CreateKey', {});
  await world.call('kms', 'CreateAlias', { AliasName: 'alias/app', TargetKeyId: KeyMetadata?.KeyId ?? '' });
  for (const Bucket of ['plain', 'keyed']) {
    await world.call('s3', 'CreateBucket', { Bucket });
    for (const Key of ['a', 'folder/b', 'gone'])
      await world.call('s3', 'PutObject', {
        Bucket,
        Key,
        Body,
        ...(Bucket === 'keyed' && { ...KMS, BucketKeyEnabled: true }),
        ...(Key === 'a' && { Tagging: 'team=web' }),
      } as never);
  }
  const AssumeRolePolicyDocument = document({ Effect: 'Allow', Principal: { AWS: root }, Action: 'sts:AssumeRole' });
  for (const RoleName of ['app', 'least'])
    await world.call('iam', 'CreateRole', { RoleName, AssumeRolePolicyDocument });
  const PolicyDocument = document({ Effect: 'Allow', Action: '*', Resource: '*' });
  await world.call('iam', 'PutRolePolicy', { RoleName: 'app', PolicyName: 'p', PolicyDocument });
  return world;
}

const isImplied = ({ action, resource, context }: Decision, needed: readonly NeededPermission[]): boolean =>
  needed.some(
    (each) =>
      each.action === action &&
      each.resource === resource &&
      Object.entries(each.context).every(([key, value]) => context[key] === value),
  );

/** Of two roles with the same calls, the one that has only the policy made from the other's is answered alike. */
test('the policy of a run allows the run, and of other calls those that need nothing else', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.uniqueArray(fc.constantFrom(...pool), { selector: ({ name }) => name, minLength: 1, maxLength: 8 }),
      async (run) => {
        const world = await newRun();
        const answers = new Map<string, string>();
        for (const call of run) answers.set(call.name, await answerOf(call, 'role/app', world));
        const records = world.transact(allCalls).filter(({ caller }) => caller.issuer?.userName === 'app');
        const needed = records.flatMap((record) => neededPermissions(record) ?? expect.fail(record.operation));
        const PolicyDocument = JSON.stringify(leastPolicy(needed));
        await world.call('iam', 'PutRolePolicy', { RoleName: 'least', PolicyName: 'p', PolicyDocument });
        for (const call of run) {
          const answer = await answerOf(call, 'role/least', world);
          expect([call.name, answer], PolicyDocument).toEqual([call.name, answers.get(call.name)]);
        }
        for (const call of pool) {
          const everything = await world.explain(call.service, call.operation, call.input, { as: 'role/app' });
          const needs = everything.decisions.filter(({ decidesOnly }) => !decidesOnly?.includes('how many tags'));
          const least = await world.explain(call.service, call.operation, call.input, { as: 'role/least' });
          const isAllowed = least.refusal?.code !== 'AccessDenied' && least.refusal?.code !== 'AccessDeniedException';
          expect([call.name, isAllowed], PolicyDocument).toEqual([
            call.name,
            needs.every((each) => isImplied(each, needed)),
          ]);
        }
      },
    ),
    { numRuns: 12 },
  );
});

/** `ok`, or the refusal. */
async function answerOf({ service, operation, input }: Made, as: string, world: World): Promise<string> {
  try {
    await world.call(service, operation as 'ListKeys' & 'GetObject', input as never, { as });
    return 'ok';
  } catch (error) {
    return String(error);
  }
}

/** Every kind of call that makes a store with rows in every table. */
test('the policy of whatever was called is one that IAM accepts, and allows each permission', async () => {
  const folder = await makeOneOfEverything();
  onTestFinished(() => removeStore(folder));
  const { assembly } = await openCopy(folder);
  const records = assembly.store.transact(allCalls).filter(({ serviceEvent }) => serviceEvent === undefined);
  const needed = records.flatMap((record) => neededPermissions(record) ?? expect.fail(record.operation));
  const policy = leastPolicy(needed);
  expect(() => checkIdentityPolicy(JSON.stringify(policy))).not.toThrow();
  const identity = [{ name: 'least', document: readPolicy(policy) }];
  for (const { action, resource, context } of needed) {
    const request = { caller: alice, action, resource, owner: A, context: new RecordContext(context) };
    expect([action, resource, evaluate(request, { identity }).allowed]).toEqual([action, resource, true]);
  }
  expect(new Set(needed.map(({ action }) => action)).size).toBeGreaterThan(40);
});

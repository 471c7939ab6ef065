/** Tables of calls as callers make them, through the store: what each is answered, and what is behind it. */

import { expect, test } from 'vitest';
import type { Input, OperationName, ServiceName } from '../../src/api/model/operations.ts';
import { arnFor, makeKey } from '../kms/made-keys.ts';
import { allow } from '../kms/principals.ts';
import { ACCOUNT, newWorld, type Options, OTHER_ACCOUNT, type World } from './harness.ts';

interface Asked {
  readonly service: ServiceName;
  readonly operation: string;
  readonly input: object;
  readonly options: Options;
}

/** What is there before the call, and the call; what is expected may have ids that only the store knows. */
type Row = readonly [
  name: string,
  prepare: (world: World) => Promise<Asked & { readonly answer: string; readonly because?: string | undefined }>,
];

export const Bucket = 'photos';
export const OBJECT = `arn:aws:s3:::${Bucket}/k`;
export const ALICE = `arn:aws:iam::${ACCOUNT}:user/alice`;
export const BOB = `arn:aws:iam::${ACCOUNT}:user/bob`;
export const XENA = `arn:aws:iam::${OTHER_ACCOUNT}:user/xena`;
export const root = (account: string) => ({ AWS: `arn:aws:iam::${account}:root` });
export const asAlice: Options = { as: 'user/alice' };
export const asXena: Options = { as: `${OTHER_ACCOUNT}:user/xena` };

/** A policy of these statements. */
export const document = (...Statement: readonly object[]) => JSON.stringify({ Version: '2012-10-17', Statement });
/** A call; alice makes it if nobody else is named. */
export const ask = <S extends ServiceName, N extends OperationName<S>>(
  service: S,
  operation: N,
  input: Input<S, N>,
  options: Options = asAlice,
): Asked => ({ service, operation, input: input as object, options });

/** What a refusal says after its code. */
export const denied = (arn: string, action: string, resource: string, tail: string) =>
  `User: ${arn} is not authorized to perform: ${action} on resource: ${resource} ${tail}`;
/** How a denial ends where no policy allows. */
export const missing = (kind: string, action: string) => `because no ${kind}-based policy allows the ${action} action`;
/** The answer of a call that is not refused. */
export const ALLOWED = 'allowed';

/** Makes a test of each row. */
export function check(rows: readonly Row[]): void {
  test.for(rows)('%s', async ([, prepare]) => {
    const world = newWorld();
    const { service, operation, input, options, answer, because } = await prepare(world);
    if (because !== undefined) {
      const { decisions } = await world.explain(service, operation, input, options);
      expect((decisions.find(({ allowed }) => !allowed) ?? decisions.at(-1))?.because).toBe(because);
    }
    if (answer === ALLOWED) await world.call(service, operation as OperationName<ServiceName>, input, options);
    else expect(await world.refusal(service, operation as OperationName<ServiceName>, input, options)).toBe(answer);
  });
}

/** A bucket of the account with an object, under a key if one is given. */
export async function withObject(
  world: World,
  statements: readonly object[] = [],
  SSEKMSKeyId?: string,
): Promise<void> {
  await world.call('s3', 'CreateBucket', { Bucket });
  await world.call('s3', 'DeletePublicAccessBlock', { Bucket });
  const encryption = SSEKMSKeyId === undefined ? {} : { ServerSideEncryption: 'aws:kms' as const, SSEKMSKeyId };
  await world.call('s3', 'PutObject', { Bucket, Key: 'k', Body: Buffer.from('x'), ...encryption });
  if (statements.length > 0) await world.call('s3', 'PutBucketPolicy', { Bucket, Policy: document(...statements) });
}

/** The request for the object. */
export const read = { Bucket, Key: 'k' };
/** A statement that lets somebody read the object. */
export const mayRead = (Principal: object | string, more: object = {}) => ({
  ...allow('s3:GetObject', OBJECT),
  Principal,
  ...more,
});

/** A key that its administrator manages, and that others may use as the statements say. @returns its ARN. */
export async function keyWith(world: World, ...statements: readonly object[]): Promise<string> {
  const admin = { ...allow('kms:*'), Principal: { AWS: `arn:aws:iam::${ACCOUNT}:user/admin` } };
  return arnFor(await makeKey(world, { Policy: document(admin, ...statements) }));
}

/** A statement that leaves a key to the account's policies. */
export const delegates = { ...allow('kms:*'), Principal: root(ACCOUNT), Sid: 'Delegates' };
export const Plaintext = Buffer.from('x');

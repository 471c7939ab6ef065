/** The store and the caller that figures are measured with, inside this process. */

import type { ServiceName } from '../../src/api/model/operations.ts';
import { type Assembly, assemble } from '../../src/assemble.ts';
import type { Request } from '../../src/call/request.ts';
import { processEnvironment } from '../../src/env.ts';
import { resolveCaller } from '../../src/iam/principal.ts';

export const ACCOUNT = '111122223333';
export const REGION = 'us-east-1';
export const KiB = 1024;
export const MiB = 1024 * KiB;
export const GiB = 1024 * MiB;

export const environment = processEnvironment();

/** Opens a store, made when there is none, with the operations of some services. */
export async function openStage(folder: string, ...services: readonly ServiceName[]): Promise<Assembly> {
  const assembly = assemble({ folder, environment });
  for (const service of services) await assembly.load(service);
  return assembly;
}

export const request = ({ grouped = false, as = 'user/admin' } = {}): Request => ({
  caller: (tx, now) => resolveCaller(as, ACCOUNT, { tx, now, random: environment.random }),
  region: REGION,
  grouped,
});

/** Makes so many calls, of which so many are under way at a time. */
export async function manyAtOnce(underWay: number, calls: number, call: () => Promise<unknown>): Promise<void> {
  let left = calls;
  const worker = async () => {
    while (left-- > 0) await call();
  };
  await Promise.all(Array.from({ length: underWay }, worker));
}

/** Reads an object to its end. */
export async function drain(
  { pipeline }: Assembly,
  input: { Bucket: string; Key: string; Range?: string },
  from = request(),
): Promise<void> {
  const {
    output: { Body },
  } = await pipeline.invoke('s3', 'GetObject', input, from);
  for await (const _piece of Body ?? []);
}

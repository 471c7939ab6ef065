/** A session of one process on a store: calls as `user/admin`, by the machine's clock and real chance. */

import type { Input, OperationName, Output, ServiceName } from '../../src/api/model/operations.ts';
import type { Region } from '../../src/api/regions.ts';
import { type Assembly, assemble } from '../../src/assemble.ts';
import type { Request } from '../../src/call/request.ts';
import type { PipelineParts } from '../../src/call/scope.ts';
import { type Environment, processEnvironment } from '../../src/env.ts';
import { resolveCaller } from '../../src/iam/principal.ts';

export interface StoreSession {
  readonly assembly: Assembly;
  readonly environment: Environment;
  call<S extends ServiceName, N extends OperationName<S>>(
    service: S,
    name: N,
    input: Input<S, N>,
    region?: Region,
  ): Promise<Output<S, N>>;
  callByName(service: ServiceName, name: string, input: unknown): Promise<unknown>;
  /** Ends it as a command ends. */
  close(): Promise<void>;
}

export interface SessionHooks {
  readonly onStep?: PipelineParts['onStep'];
  readonly environment?: Environment;
  readonly grouped?: boolean;
}

export async function openSession(folder: string, hooks: SessionHooks = {}): Promise<StoreSession> {
  const { environment = processEnvironment(), onStep, grouped } = hooks;
  const { random } = environment;
  const assembly = assemble({ folder, environment, onStep });
  await Promise.all((['iam', 's3', 'kms', 'cloudtrail'] as const).map((service) => assembly.load(service)));
  const request = (region: Region = 'us-east-1'): Request => ({
    caller: (tx, now) => resolveCaller('user/admin', '111122223333', { tx, now, random }),
    region,
    grouped,
  });
  return {
    assembly,
    environment,
    call: async (service, name, input, region) =>
      (await assembly.pipeline.invoke(service, name, input, request(region))).output,
    callByName: async (service, name, input) => (await assembly.pipeline.call(service, name, input, request())).output,
    close: () => assembly.close(),
  };
}

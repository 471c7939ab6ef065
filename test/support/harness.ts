/** A world for one test: a real store in a temporary folder, a clock that the test moves, chance from a seed. */

import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { expect, onTestFinished } from 'vitest';
import { AwsError } from '../../src/api/errors.ts';
import type { Input, OperationName, Output, ServiceName } from '../../src/api/model/operations.ts';
import type { Region } from '../../src/api/regions.ts';
import { type Assembly, type AssemblyOptions, assemble } from '../../src/assemble.ts';
import type { Answer } from '../../src/call/answer.ts';
import type { Request } from '../../src/call/request.ts';
import type { RehearsedCall } from '../../src/call/scope.ts';
import { type ServiceSettings, usualSettings } from '../../src/call/settings.ts';
import type { Task } from '../../src/call/task.ts';
import type { Environment } from '../../src/env.ts';
import { resolveCaller } from '../../src/iam/principal.ts';
import type { Tx } from '../../src/store/tables.ts';

export interface Options {
  /** In the forms of `--as`; `user/admin` when absent. */
  readonly as?: string;
  /** Another way to find the caller, such as by an access key. */
  readonly caller?: Request['caller'];
  readonly region?: Region;
  readonly grouped?: boolean;
  /** From this process when absent. */
  readonly origin?: Request['origin'];
  /** What the request says about the bytes of its body; nothing when absent. */
  readonly payload?: Request['payload'];
  /** Which refusals count as shown to nobody. */
  readonly overlooks?: Request['overlooks'];
  readonly signal?: AbortSignal;
}

export interface World {
  readonly folder: string;
  readonly environment: Environment;
  call<S extends ServiceName, N extends OperationName<S>>(
    service: S,
    name: N,
    input: Input<S, N>,
    options?: Options,
  ): Promise<Output<S, N>>;
  /** The same with all that a call is answered with. */
  answer<S extends ServiceName, N extends OperationName<S>>(
    service: S,
    name: N,
    input: Input<S, N>,
    options?: Options,
  ): Promise<Answer<Output<S, N>>>;
  /** Performs a task that this caller asks for. */
  perform<I, O>(task: Task<I, O, Request>, input: I, options?: Options): Promise<Answer<O>>;
  /** Tries a call, which is denied if it is not allowed, and changes nothing. */
  explain(service: ServiceName, name: string, input: unknown, options?: Options): Promise<RehearsedCall>;
  /** The refusal of a call as `Code: message`; a call that is not refused fails the test. */
  refusal<S extends ServiceName, N extends OperationName<S>>(
    service: S,
    name: N,
    input: unknown,
    options?: Options,
  ): Promise<string>;
  transact<T>(work: (tx: Tx) => T): T;
  /** Where calls are made, with their surroundings. */
  place(): Assembly & { readonly environment: Environment };
  /** Moves the machine's clock. */
  advance(ms: number): void;
  /** Another process's view: closes the store and opens it again. */
  reopen(): Promise<void>;
}

export const ACCOUNT = '111122223333';
export const OTHER_ACCOUNT = '444455556666';
export const START = Date.parse('2026-05-04T09:00:00Z');
export const MINUTE = 60_000;
export const DAY = 86_400_000;

/** Makes a world that is taken down when the test ends. Its clock stands still at `START`, unless `now` tells it. */
export function newWorld(
  changes: Partial<ServiceSettings> = {},
  {
    now = () => START,
    elapsed,
    pause,
    ...parts
  }: Pick<AssemblyOptions, 'throttle' | 'views'> & Partial<Pick<Environment, 'now' | 'elapsed' | 'pause'>> = {},
): World {
  const settings = { ...usualSettings, ...changes };
  const folder = mkdtempSync(join(tmpdir(), 'ssebox-test-'));
  let ahead = 0;
  const usual = testEnvironment(() => now() + ahead);
  const environment: Environment = { ...usual, ...(elapsed && { elapsed }), ...(pause && { pause }) };
  let assembly: Assembly = assemble({ folder, environment, settings, ...parts });
  onTestFinished(async () => {
    await assembly.close();
    rmSync(folder, { recursive: true, force: true });
  });
  const request = ({
    as = 'user/admin',
    caller,
    region = 'us-east-1',
    grouped = false,
    origin,
    payload,
    overlooks,
    signal,
  }: Options): Request => ({
    caller: caller ?? ((tx, now) => resolveCaller(as, ACCOUNT, { tx, now, random: environment.random })),
    region,
    grouped,
    origin,
    payload,
    overlooks,
    signal,
  });
  const world: World = {
    folder,
    environment,
    async call(service, name, input, options = {}) {
      return (await world.answer(service, name, input, options)).output;
    },
    async answer(service, name, input, options = {}) {
      await assembly.load(service);
      return assembly.pipeline.invoke(service, name, input, request(options));
    },
    async perform(task, input, options = {}) {
      await assembly.load(task.service);
      return assembly.pipeline.perform(task, input, request(options));
    },
    async explain(service, name, input, options = {}) {
      await assembly.load(service);
      const calls: RehearsedCall[] = [];
      const place = assembly.rehearse({ report: (call) => void calls.push(call), denied: 'end' });
      try {
        await place.pipeline.call(service, name, input, request(options));
      } catch (error) {
        if (!(error instanceof AwsError)) throw error;
      } finally {
        place.close();
      }
      return calls[0] ?? expect.fail(`${service} ${name} was not tried`);
    },
    async refusal(service, name, input, options = {}) {
      await assembly.load(service);
      const outcome = await assembly.pipeline.call(service, name, input, request(options)).then(
        (output) => ({ output }),
        (error: unknown) => ({ error }),
      );
      if ('error' in outcome && outcome.error instanceof AwsError)
        return `${outcome.error.code}: ${outcome.error.message}`;
      if ('error' in outcome) throw outcome.error;
      return expect.fail(`${service} ${name} was not refused: ${JSON.stringify(outcome.output)}`);
    },
    transact: (work) => assembly.store.transact<unknown>(work) as ReturnType<typeof work>,
    place: () => ({ ...assembly, environment }),
    advance(ms) {
      ahead += ms;
    },
    async reopen() {
      await assembly.close();
      assembly = assemble({ folder, environment, settings, ...parts });
    },
  };
  return world;
}

/** Surroundings in which nothing is left to chance: the same seed gives the same bytes. */
export function testEnvironment(now: () => number, seed = 'ssebox'): Environment {
  let counter = 0;
  const random = (size: number): Uint8Array => {
    const bytes = new Uint8Array(size);
    for (let at = 0; at < size; at += 64) {
      const block = createHash('sha512').update(`${seed} ${counter++}`).digest();
      bytes.set(block.subarray(0, Math.min(64, size - at)), at);
    }
    return bytes;
  };
  return {
    now,
    elapsed: () => performance.now(),
    // Over at once, so that a test does not sleep; others get their turn.
    pause: async (_ms, signal) => {
      await setImmediate();
      signal.throwIfAborted();
    },
    random,
    utcOffsetMinutes: () => 0,
    uuid: () => {
      const hex = Buffer.from(random(16)).toString('hex');
      return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20)}`;
    },
    variables: {},
  };
}

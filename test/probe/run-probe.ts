/** Runs the calls of the probe against an AWS, its own or one that is like it, and compares the answers. */

import { isStream } from '../../src/api/message.ts';
import type { ServiceName } from '../../src/api/model/operations.ts';
import { cloudtrailCalls } from './cloudtrail-calls.ts';
import { iamCalls } from './iam-calls.ts';
import { kmsCalls } from './kms-calls.ts';
import type { ProbeCall } from './probe-call.ts';
import { bucketCalls, versionCalls } from './s3-bucket-calls.ts';
import { encryptionCalls } from './s3-encryption-calls.ts';
import { objectCalls } from './s3-object-calls.ts';

/** In their order, since later ones use what earlier ones made. */
export const probeCalls: readonly ProbeCall[] = [
  ...iamCalls,
  ...kmsCalls,
  ...bucketCalls,
  ...objectCalls,
  ...encryptionCalls,
  ...versionCalls,
  ...cloudtrailCalls,
];

/** Credentials as STS gives them. */
export interface ProbeCredentials {
  readonly AccessKeyId: string;
  readonly SecretAccessKey: string;
  readonly SessionToken?: string | undefined;
}

/** Who signs a call: whoever runs the probe, nobody, or a session. */
export type Signer = 'self' | 'nobody' | ProbeCredentials;

export type Answered =
  | { readonly status: number; readonly output: Readonly<Record<string, unknown>> }
  /** The answer to HEAD has no code. */
  | {
      readonly status: number;
      readonly code: string | undefined;
      readonly message: string;
      readonly detail?: Readonly<Record<string, string>> | undefined;
    };

/** An AWS that answers calls. */
export interface ProbeTarget {
  /** Whether what was made may be unknown for a while, so that a call is worth repeating; for how long, in ms. */
  readonly lagMs: number;
  call(
    service: ServiceName,
    operation: string,
    input: Readonly<Record<string, unknown>>,
    signer: Signer,
  ): Promise<Answered>;
  /** Resolves after a while. */
  wait(ms: number): Promise<void>;
}

/** A call and what came of it. */
export interface ProbeResult {
  readonly call: ProbeCall;
  /** In the form of what is expected. */
  readonly got: string;
  readonly message?: string | undefined;
  /** The id of a key that it has made. */
  readonly keyId?: string | undefined;
}

/** What calls have made, by the names that they are kept by. */
type Kept = Readonly<Record<string, unknown>>;

/**
 * Makes the calls one after the other.
 * @param name for all that they make: 3 to 40 lower-case letters, digits and hyphens
 * @param signal ends them after the one that is under way
 */
export async function runProbe(
  target: ProbeTarget,
  name: string,
  calls = probeCalls,
  signal?: AbortSignal,
): Promise<readonly ProbeResult[]> {
  const kept: Record<string, unknown> = { name };
  const results: ProbeResult[] = [];
  for (const call of calls) {
    if (signal?.aborted) break;
    results.push(await resultOf(call, kept, target));
  }
  return results;
}

async function resultOf(call: ProbeCall, kept: Record<string, unknown>, target: ProbeTarget): Promise<ProbeResult> {
  const missing = [
    ...namedIn(call.input),
    ...(call.as === undefined || call.as === 'nobody' ? [] : [`${call.as}.Credentials`]),
  ].find((path) => partOf(kept, path) === undefined);
  if (missing !== undefined) return { call, got: `not asked: there is no ${missing}` };
  const input = filled(call.input, kept) as ProbeCall['input'];
  for (let waited = 0; ; waited += PAUSE_MS) {
    const answer = await target.call(call.service, call.operation, input, signerOf(call, kept)).catch(unanswered);
    await drain(answer);
    const got = gotOf(answer);
    if (got === call.expected || !call.mayLag || waited >= target.lagMs) {
      if (call.kept !== undefined && 'output' in answer) kept[call.kept] = answer.output;
      if ('message' in answer) return { call, got, message: answer.message };
      return {
        call,
        got,
        keyId: call.operation === 'CreateKey' ? `${partOf(answer.output, 'KeyMetadata.KeyId')}` : undefined,
      };
    }
    await target.wait(PAUSE_MS);
  }
}

const PAUSE_MS = 2000;

/** A call that fails before there is an answer, such as on a connection that is closed. */
export const unanswered = (error: unknown): Answered => ({
  status: 0,
  code: 'unanswered',
  message: error instanceof Error ? error.message : `${error}`,
});

const gotOf = (answer: Answered): string =>
  'code' in answer && answer.code !== undefined ? `${answer.status} ${answer.code}` : `${answer.status}`;

/** Reads what is streamed, which is only then all there. */
async function drain(answer: Answered): Promise<void> {
  if (!('output' in answer)) return;
  for (const value of Object.values(answer.output)) {
    if (isStream(value)) for await (const _ of value);
  }
}

function signerOf({ as }: ProbeCall, kept: Kept): Signer {
  if (as === undefined) return 'self';
  return as === 'nobody' ? 'nobody' : (partOf(kept, `${as}.Credentials`) as ProbeCredentials);
}

const NAMED = /<([a-z]\w*(?:\.\w+)*)>/g;

/** What the texts of an input name. */
function namedIn(value: unknown): readonly string[] {
  if (typeof value === 'string') return [...value.matchAll(NAMED)].map(([, path = '']) => path);
  if (Array.isArray(value)) return value.flatMap(namedIn);
  return isPlain(value) ? Object.values(value).flatMap(namedIn) : [];
}

/** An input with what its texts name: a text that is nothing else becomes the part itself, whatever its type. */
function filled(value: unknown, kept: Kept): unknown {
  if (typeof value === 'string') {
    const whole = /^<([a-z]\w*(?:\.\w+)*)>$/.exec(value)?.[1];
    if (whole !== undefined) return partOf(kept, whole);
    return value.replace(NAMED, (_, path) => `${partOf(kept, path)}`);
  }
  if (Array.isArray(value)) return value.map((each) => filled(each, kept));
  if (!isPlain(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, filled(each, kept)]));
}

const isPlain = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && !(value instanceof Uint8Array) && !(value instanceof Date);

const partOf = (kept: Kept, path: string): unknown =>
  path.split('.').reduce<unknown>((value, key) => (value as Kept | undefined)?.[key], kept);

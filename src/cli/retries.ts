/**
 * Which refused calls are made again, how often and when: as the AWS CLI does it. AWS CLI User Guide, "AWS CLI retries
 * in the AWS CLI"; botocore, retries/standard.py, retries/quota.py and data/_retry.json.
 */

import { httpStatusOf } from '../api/error-codes.ts';
import { AwsError, CallRefused, ReceivedRefusal } from '../api/errors.ts';
import { isStream } from '../api/message.ts';
import type { ServiceName } from '../api/model/operations.ts';
import type { Environment } from '../env.ts';
import type { Globals } from './globals.ts';
import { newSendRate, type SendRate } from './send-rate.ts';
import type { Settings } from './settings.ts';

/** A call, as it is made again. */
export interface TriedCall {
  readonly service: ServiceName;
  readonly name: string;
  readonly input: unknown;
}

/** The retries of one command: they share what is left of its retry quotas. */
export interface Retries {
  /**
   * Makes a call until it succeeds or may not be made again.
   * @param refusal of its first attempt, if that was made already
   * @throws AwsError the last refusal, which says how often the call was made again if that was as often as allowed
   */
  attempt<T>(call: TriedCall, make: () => Promise<T>, refusal?: AwsError): Promise<T>;
  /** A call of the service has succeeded at its first attempt. */
  succeeded(service: ServiceName): void;
}

/** Throttling, in all modes: botocore, data/_retry.json. */
const THROTTLING_CODES = [
  'Throttling',
  'ThrottlingException',
  'ThrottledException',
  'RequestThrottledException',
  'ProvisionedThroughputExceededException',
];

/** The same since standard mode: botocore, retries/standard.py, `_THROTTLED_ERROR_CODES`. */
const MORE_THROTTLING_CODES = [
  'RequestThrottled',
  'TooManyRequestsException',
  'TransactionInProgressException',
  'RequestLimitExceeded',
  'BandwidthLimitExceeded',
  'LimitExceededException',
  'SlowDown',
  'PriorRequestNotComplete',
  'EC2ThrottledException',
];

interface Mode {
  /** All attempts of a call, unless the setting max_attempts says otherwise. */
  readonly attempts: number;
  /** The longest pause, in milliseconds. */
  readonly longestPauseMs: number;
  readonly codes: ReadonlySet<string>;
  readonly statuses: ReadonlySet<number>;
  /** Whether retries are paid from a quota that successes refill. */
  readonly hasQuota: boolean;
}

const standard: Mode = {
  attempts: 3,
  longestPauseMs: 20_000,
  codes: new Set([...THROTTLING_CODES, ...MORE_THROTTLING_CODES, 'RequestTimeout', 'RequestTimeoutException']),
  statuses: new Set([500, 502, 503, 504]),
  hasQuota: true,
};

const modes: Readonly<Record<NonNullable<Settings['retry_mode']>, Mode>> = {
  legacy: {
    attempts: 5,
    longestPauseMs: Number.POSITIVE_INFINITY,
    codes: new Set(THROTTLING_CODES),
    statuses: new Set([429, 500, 502, 503, 504, 509]),
    hasQuota: false,
  },
  standard,
  adaptive: standard,
};

/** Tokens of a service's retry quota: botocore, retries/quota.py and `RetryQuotaChecker`. */
const QUOTA = 500;
const COST = 5;
const FIRST_SUCCESS = 1;

/** How often a call was made, and what it was last refused for. */
interface Attempts {
  readonly made: number;
  readonly refusal: AwsError;
}

/** What is known of the calls of one service. */
interface Client {
  tokens: number;
  /** In adaptive mode. */
  readonly rate: SendRate | undefined;
}

/** Where the facts of a command's retries come from. */
export interface RetrySources {
  readonly globals: Pick<Globals, 'debug'>;
  readonly environment: Pick<Environment, 'elapsed' | 'pause' | 'random'>;
  readonly settings: Pick<Settings, 'max_attempts' | 'retry_mode'>;
  /** Ends a pause. */
  readonly signal: AbortSignal;
  readonly tell: (line: string) => void;
}

export function newRetries(sources: RetrySources): Retries {
  const { settings, environment, globals, tell } = sources;
  const modeName = settings.retry_mode ?? 'standard';
  const mode = modes[modeName];
  const attempts = settings.max_attempts ?? mode.attempts;
  const clients = new Map<ServiceName, Client>();
  const clientOf = (service: ServiceName): Client => {
    const known = clients.get(service);
    if (known) return known;
    const made = { tokens: QUOTA, rate: modeName === 'adaptive' ? newSendRate(environment.elapsed()) : undefined };
    clients.set(service, made);
    return made;
  };
  const refill = (client: Client, tokens: number) => {
    client.tokens = Math.min(QUOTA, client.tokens + tokens);
  };
  // Reading the signal takes Ctrl-C over, which is not needed before there is a pause.
  const pause = (ms: number) => environment.pause(ms, sources.signal);
  const debug = ({ service, name }: TriedCall, line: string) => {
    if (globals.debug) tell(`debug: ${service} ${name}: ${line}`);
  };

  /** Waits, and pays, for the next attempt. @throws AwsError the refusal of the last one, if there is none. */
  async function pauseBefore(call: TriedCall, client: Client, { refusal, made }: Attempts): Promise<void> {
    const isWorthIt = isRetried(refusal, call, mode);
    const obstacle = isWorthIt ? obstacleTo(call, client, { refusal, made }) : undefined;
    if (obstacle !== undefined) debug(call, `not retried: ${obstacle}`);
    // Standard mode counts the attempts whatever the last one was refused for.
    const isLast = made >= attempts && (isWorthIt || modeName !== 'legacy');
    if (obstacle !== undefined || !isWorthIt) throw isLast ? withRetries(refusal, made - 1) : refusal;
    if (mode.hasQuota) client.tokens -= COST;
    const pauseMs = fraction(environment.random(6)) * Math.min(2 ** (made - 1) * 1000, mode.longestPauseMs);
    debug(call, `retry ${made} of ${attempts - 1} after ${(pauseMs / 1000).toFixed(2)} s: ${refusal.code}`);
    await pause(pauseMs);
  }

  function obstacleTo(call: TriedCall, { tokens }: Client, { refusal, made }: Attempts): string | undefined {
    if (made >= attempts) return `max attempts of ${attempts} reached`;
    if (hasReadBody(refusal, call)) return 'a stream that has been read cannot be sent again';
    return mode.hasQuota && tokens < COST ? 'retry quota reached' : undefined;
  }

  /** Waits until the rate of adaptive mode allows a call. */
  async function turn({ rate }: Client): Promise<void> {
    for (;;) {
      const waitMs = rate?.waitMs(environment.elapsed()) ?? 0;
      if (waitMs === 0) return;
      await pause(waitMs);
    }
  }

  async function attempt<T>(call: TriedCall, make: () => Promise<T>, refusal?: AwsError): Promise<T> {
    const client = clientOf(call.service);
    let made = refusal ? 1 : 0;
    let last = refusal;
    for (;;) {
      if (last) await pauseBefore(call, client, { refusal: last, made });
      await turn(client);
      made += 1;
      try {
        const output = await make();
        client.rate?.answered(environment.elapsed(), false);
        refill(client, made > 1 ? COST : FIRST_SUCCESS);
        return output;
      } catch (error) {
        if (!(error instanceof AwsError)) throw error;
        client.rate?.answered(environment.elapsed(), isThrottling(error));
        last = error;
      }
    }
  }

  return { attempt, succeeded: (service) => refill(clientOf(service), FIRST_SUCCESS) };
}

function isRetried(refusal: AwsError, { service }: TriedCall, { codes, statuses }: Mode): boolean {
  return codes.has(refusal.code) || statuses.has(statusOf(refusal, service));
}

const statusOf = (refusal: AwsError, service: ServiceName): number =>
  refusal instanceof CallRefused ? refusal.httpStatus : httpStatusOf(refusal.code, service);

const isThrottling = ({ code }: AwsError): boolean =>
  THROTTLING_CODES.includes(code) || MORE_THROTTLING_CODES.includes(code);

/**
 * A service refuses a request over its rate before it reads the body, as with `Expect: 100-continue`, so even standard
 * input can be sent again. Of a stream that has been read, nobody has the bytes any more; the AWS CLI rewinds files and
 * gives up on others: botocore, awsrequest.py, `reset_stream`.
 */
const hasReadBody = (refusal: AwsError, { input }: TriedCall): boolean =>
  refusal instanceof CallRefused &&
  refusal.call.isBegun === true &&
  input instanceof Object &&
  Object.values(input).some(isStream);

function withRetries(refusal: AwsError, retries: number): AwsError {
  if (!(refusal instanceof CallRefused)) return refusal;
  const call = { ...refusal.call, retries };
  if (refusal instanceof ReceivedRefusal) return new ReceivedRefusal(refusal.received, call, refusal.hint);
  return new CallRefused(refusal.refusal, call, refusal.hint);
}

/** From 0 to less than 1. */
const fraction = (bytes: Uint8Array): number => bytes.reduce((sum, byte) => (sum + byte) / 256, 0);

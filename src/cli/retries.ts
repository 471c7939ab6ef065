/**
 * Which refused calls are made again, how often and when: as the AWS CLI does it. AWS CLI User Guide, "AWS CLI retries
 * in the AWS CLI"; botocore, retries/standard.py, retries/quota.py and data/_retry.json.
 */

import { AwsError, CallRefused, EndpointError, ReceivedRefusal, statusOf } from '../api/errors.ts';
import { isReadOnce } from '../api/message.ts';
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

/** Which attempt at a call is made. */
export interface Tried {
  /** From 1. */
  readonly number: number;
  /** All that are made at most. */
  readonly max: number;
}

/** Why an attempt was in vain. */
type Failure = AwsError | EndpointError;

/** The retries of one command: they share what is left of its retry quotas. */
export interface Retries {
  /**
   * Makes a call until it succeeds or may not be made again.
   * @param refusal of its first attempt, if that was made already
   * @throws AwsError the last refusal, which says how often the call was made again if that was as often as allowed;
   * EndpointError if the last attempt was not answered
   */
  attempt<T>(call: TriedCall, make: (attempt: Tried) => Promise<T>, refusal?: AwsError): Promise<T>;
  /** A call of the service has succeeded at its first attempt. */
  succeeded(service: ServiceName): void;
}

/** Throttling, in all modes: botocore, data/_retry.json. */
const THROTTLING_CODES: readonly string[] = [
  'Throttling',
  'ThrottlingException',
  'ThrottledException',
  'RequestThrottledException',
  'ProvisionedThroughputExceededException',
];

/** The same since standard mode: botocore, retries/standard.py, `_THROTTLED_ERROR_CODES`. */
const MORE_THROTTLING_CODES: readonly string[] = [
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

/** The code of a refusal without one, such as a proxy's. */
const TOO_MANY = '429';

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
  codes: new Set([
    ...THROTTLING_CODES,
    ...MORE_THROTTLING_CODES,
    TOO_MANY,
    'RequestTimeout',
    'RequestTimeoutException',
  ]),
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

/** How often a call was made, and why the last time was in vain. */
interface Attempts {
  readonly made: number;
  readonly failure: Failure;
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

  /** Waits, and pays, for the next attempt. @throws what the last one was in vain for, if there is none. */
  async function pauseBefore(call: TriedCall, client: Client, { failure, made }: Attempts): Promise<void> {
    const isWorthIt = isRetried(failure, call, mode);
    const obstacle = isWorthIt ? obstacleTo(call, client, { failure, made }) : undefined;
    if (obstacle !== undefined) debug(call, `not retried: ${obstacle}`);
    // Standard mode counts the attempts whatever the last one was refused for.
    const isLast = made >= attempts && (isWorthIt || modeName !== 'legacy');
    if (obstacle !== undefined || !isWorthIt) throw isLast ? withRetries(failure, made - 1) : failure;
    if (mode.hasQuota) client.tokens -= COST;
    const backOffMs = fraction(environment.random(6)) * Math.min(2 ** (made - 1) * 1000, mode.longestPauseMs);
    const pauseMs = longer(backOffMs, askedPauseMs(failure));
    debug(call, `retry ${made} of ${attempts - 1} after ${(pauseMs / 1000).toFixed(2)} s: ${reasonOf(failure)}`);
    await pause(pauseMs);
  }

  function obstacleTo(call: TriedCall, { tokens }: Client, { failure, made }: Attempts): string | undefined {
    if (made >= attempts) return `max attempts of ${attempts} reached`;
    if (hasReadBody(failure, call)) return 'a stream that has been read cannot be sent again';
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

  async function attempt<T>(call: TriedCall, make: (attempt: Tried) => Promise<T>, refusal?: AwsError) {
    const client = clientOf(call.service);
    let made = refusal ? 1 : 0;
    let last: Failure | undefined = refusal;
    for (;;) {
      if (last) await pauseBefore(call, client, { failure: last, made });
      await turn(client);
      made += 1;
      try {
        const output = await make({ number: made, max: attempts });
        client.rate?.answered(environment.elapsed(), false);
        refill(client, made > 1 ? COST : FIRST_SUCCESS);
        return output;
      } catch (error) {
        if (!(error instanceof AwsError || error instanceof EndpointError)) throw error;
        client.rate?.answered(environment.elapsed(), isThrottling(error));
        last = error;
      }
    }
  }

  return { attempt, succeeded: (service) => refill(clientOf(service), FIRST_SUCCESS) };
}

function isRetried(failure: Failure, { service }: TriedCall, { codes, statuses }: Mode): boolean {
  if (failure instanceof EndpointError) return failure.isTransient;
  return codes.has(failure.code) || statuses.has(statusOf(failure, service));
}

const reasonOf = (failure: Failure): string => (failure instanceof AwsError ? failure.code : failure.message);

function isThrottling(failure: Failure): boolean {
  if (failure instanceof EndpointError) return false;
  const code: string = failure.code;
  return THROTTLING_CODES.includes(code) || MORE_THROTTLING_CODES.includes(code) || code === TOO_MANY;
}

/** A service may ask for a pause; of a longer one than this only so much is added: botocore, retries/standard.py. */
const MOST_ASKED_MS = 5000;

const askedPauseMs = (failure: Failure): number =>
  failure instanceof CallRefused ? (failure.call.retryAfterMs ?? 0) : 0;

const longer = (backOffMs: number, askedMs: number): number =>
  Math.max(backOffMs, Math.min(askedMs, backOffMs + MOST_ASKED_MS));

/**
 * A service refuses a request over its rate before it reads the body, as with `Expect: 100-continue`, so even standard
 * input can be sent again. Of a stream that has been read, nobody has the bytes any more; files are read again, and the
 * AWS CLI gives up on others, too: botocore, awsrequest.py, `reset_stream`.
 */
function hasReadBody(failure: Failure, { input }: TriedCall): boolean {
  const isBegun =
    failure instanceof EndpointError
      ? failure.isBegun
      : failure instanceof CallRefused && failure.call.isBegun === true;
  return isBegun && input instanceof Object && Object.values(input).some(isReadOnce);
}

function withRetries(failure: Failure, retries: number): Failure {
  if (!(failure instanceof CallRefused)) return failure;
  const call = { ...failure.call, retries };
  if (failure instanceof ReceivedRefusal) return new ReceivedRefusal(failure.received, call, failure.hint);
  return new CallRefused(failure.refusal, call, failure.hint);
}

/** From 0 to less than 1. */
const fraction = (bytes: Uint8Array): number => bytes.reduce((sum, byte) => (sum + byte) / 256, 0);

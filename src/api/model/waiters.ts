/** What the AWS CLI's waiters poll, and which answers end them: the waiter definitions that AWS's SDKs share. */

import type { ServiceName } from './operations.ts';

export interface Waiter {
  /** The operation that is polled. */
  readonly operation: string;
  /** Seconds between two attempts. */
  readonly delayS: number;
  readonly maxAttempts: number;
  /** The first that fits an answer decides; without one, a refusal ends the wait, and another answer is waited out. */
  readonly acceptors: readonly Acceptor[];
}

/** An HTTP status, an error code or a list in the answer that is not empty, and what an answer with it means. */
export type Acceptor = { readonly state: 'success' | 'retry' } & (
  | { readonly status: number }
  | { readonly error: string }
  | { readonly list: string }
);

const done = (...statuses: readonly number[]): Acceptor[] =>
  statuses.map((status): Acceptor => ({ state: 'success', status }));

const notFound: Acceptor = { state: 'retry', status: 404 };
const noSuchEntity: Acceptor = { state: 'retry', error: 'NoSuchEntity' };

const everyFiveSeconds = { delayS: 5, maxAttempts: 20 };
const everySecond = { delayS: 1, maxAttempts: 20 };

const waiters = {
  s3: {
    // A bucket of another region, or one that the caller may not use, exists.
    BucketExists: { operation: 'HeadBucket', ...everyFiveSeconds, acceptors: [...done(200, 301, 403), notFound] },
    BucketNotExists: { operation: 'HeadBucket', ...everyFiveSeconds, acceptors: done(404) },
    ObjectExists: { operation: 'HeadObject', ...everyFiveSeconds, acceptors: [...done(200), notFound] },
    ObjectNotExists: { operation: 'HeadObject', ...everyFiveSeconds, acceptors: done(404) },
  },
  iam: {
    PolicyExists: { operation: 'GetPolicy', ...everySecond, acceptors: [...done(200), noSuchEntity] },
    RoleExists: { operation: 'GetRole', ...everySecond, acceptors: [...done(200), noSuchEntity] },
    UserExists: { operation: 'GetUser', ...everySecond, acceptors: [...done(200), noSuchEntity] },
  },
  cloudwatch: {
    AlarmExists: {
      operation: 'DescribeAlarms',
      delayS: 5,
      maxAttempts: 40,
      acceptors: [{ state: 'success', list: 'MetricAlarms' }],
    },
  },
} as const satisfies { readonly [S in ServiceName]?: Readonly<Record<string, Waiter>> };

/** The services that have waiters. */
export type WaitingService = keyof typeof waiters;

/** The names of a service's waiters. */
export type WaiterName<S extends WaitingService = WaitingService> = S extends WaitingService
  ? keyof (typeof waiters)[S] & string
  : never;

/** The waiters of a service by name, in alphabetical order. */
export const waitersOf = (service: WaitingService): Readonly<Record<string, Waiter>> => waiters[service];

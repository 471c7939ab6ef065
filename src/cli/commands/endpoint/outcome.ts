/** The outcome of one row of a check, and how a probe says it: it returns if all is well, and throws otherwise. */

import { type AwsErrorCode, httpStatusOf } from '../../../api/error-codes.ts';
import { EndpointError, ReceivedRefusal } from '../../../api/errors.ts';
import type { ServiceName } from '../../../api/model/operations.ts';

export type Outcome =
  | { readonly kind: 'works'; readonly detail?: string | undefined }
  | {
      readonly kind: 'refused';
      readonly operation: string;
      readonly code: string;
      readonly status: number;
      readonly message: string;
    }
  /** There was an answer, and AWS's is another one. */
  | { readonly kind: 'wrong'; readonly answered: string; readonly expected: string }
  | { readonly kind: 'not tried'; readonly why: string };

/** What the endpoint did is not what AWS does. */
export class Wrong extends Error {
  readonly answered: string;
  readonly expected: string;
  constructor(answered: string, expected: string) {
    super(`${answered}; AWS: ${expected}`);
    this.answered = answered;
    this.expected = expected;
  }
}

/** A row cannot be tried here. */
export class NotTried extends Error {}

/** @throws Wrong unless both are the same text */
export function requireSame(what: string, answered: unknown, expected: unknown): void {
  if (`${answered}` === `${expected}`) return;
  throw new Wrong(`${what} is ${answered === undefined ? 'missing' : `"${answered}"`}`, `"${expected}"`);
}

/** Refusals by endpoints that do not have a thing, by whatever name. */
const isUnsupported = ({ code, received }: ReceivedRefusal): boolean =>
  received.status === 501 || received.status === 405 || /NotImplemented|Unsupported|UnknownOperation/.test(code);

/**
 * Makes a call that AWS refuses with one of these codes. One that the endpoint does not have is a refusal like others.
 * @throws Wrong if it is accepted, or refused with another code
 */
export async function requireRefusal(
  what: string,
  made: () => Promise<unknown>,
  ...codes: readonly [AwsErrorCode, ...AwsErrorCode[]]
): Promise<void> {
  const expected = `refused with ${codes[0]}`;
  try {
    await made();
  } catch (error) {
    if (!(error instanceof ReceivedRefusal) || isUnsupported(error)) throw error;
    const { code, status } = error.received;
    // Some endpoints refuse without a body.
    const isBare = code === `${status}`;
    if (
      codes.some(
        (each) => each === code || (isBare && httpStatusOf(each, error.call.service as ServiceName) === status),
      )
    )
      return;
    throw new Wrong(`${what}: refused with ${error.code} (${error.received.status})`, expected);
  }
  throw new Wrong(`${what}: accepted`, expected);
}

/** The outcome of a probe that threw this; undefined for what ends the check. */
export function outcomeOf(error: unknown): Outcome | undefined {
  if (error instanceof Wrong) return { kind: 'wrong', answered: error.answered, expected: error.expected };
  if (error instanceof NotTried) return { kind: 'not tried', why: error.message };
  if (error instanceof ReceivedRefusal) {
    const { code, message, status } = error.received;
    return { kind: 'refused', operation: error.call.operation, code, status, message };
  }
  if (error instanceof EndpointError) return { kind: 'wrong', answered: error.message, expected: 'a proper answer' };
  return undefined;
}

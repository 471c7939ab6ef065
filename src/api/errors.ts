/**
 * The three classes of error, by who has to act: the user, the machine's owner, or the owner of the permissions; and
 * the end of a wait or a check that was in vain.
 */

import { type AwsErrorCode, httpStatusOf } from './error-codes.ts';

/** The command line does not parse, or a parameter is invalid on its own (exit code 252). */
export class UsageError extends Error {
  /** A command or value to try instead. */
  readonly hint: string | undefined;
  /** The message line by line. A line break within a line belongs to what the user typed. */
  readonly lines: readonly string[];
  constructor(message: string | readonly string[], hint?: string) {
    const lines = typeof message === 'string' ? [message] : message;
    super(lines.join('\n'));
    this.name = 'UsageError';
    this.hint = hint;
    this.lines = lines;
  }
}

/** The words do not make a command line: one is unknown, missing or too many. */
export class CommandLineError extends UsageError {}

/** The machine or the store is unusable: locked, corrupt, in a newer format, out of space (exit code 253). */
export class StoreError extends Error {
  readonly hint: string | undefined;
  constructor(message: string, options: { hint?: string | undefined; cause?: unknown } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'StoreError';
    this.hint = options.hint;
  }
}

/** What is stored is not what was written; nothing that it says may be believed. */
export class DamageError extends StoreError {}

/** A refusal by the service, in AWS's words (exit code 254). `error-codes.ts` has every code. */
export class AwsError extends Error {
  readonly code: AwsErrorCode;
  /** Members besides code and message: `BucketName`, `ArgumentName`, `RangeRequested`, … */
  readonly detail: Readonly<Record<string, string>>;
  /**
   * What AWS's words leave open, for people: which value is wrong and what is allowed, or the service's rule that
   * stands in the way, whatever policies say. It is about what the caller sent or may know, and never part of an answer.
   */
  readonly reason: string | undefined;
  /** What an answer over HTTP says besides its body, such as `x-amz-delete-marker`; by names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  constructor(
    code: AwsErrorCode,
    message: string,
    detail: Readonly<Record<string, string>> = {},
    reason?: string,
    headers: Readonly<Record<string, string>> = {},
  ) {
    super(message);
    this.name = code;
    this.code = code;
    this.detail = detail;
    this.reason = reason;
    this.headers = headers;
  }
}

/** The reason of a refusal that a request without a signature gets. */
export const UNSIGNED = 'the request is not signed, so it has no caller: leave out --no-sign-request';

/**
 * A refusal in the words of a denial by policies, given because a thing does not exist: the caller may not learn which
 * of the two it is.
 */
export class HiddenAbsence extends AwsError {}

/** The call that a refusal ended. */
export interface MadeCall {
  readonly service: string;
  readonly operation: string;
  readonly requestId: string;
  /** What it was asked with, which may be secret. */
  readonly input?: unknown;
  /** Whether it was refused after its first transaction, so that what it streams may have been read. */
  readonly isBegun?: boolean;
  /** How often it was made again, if that was as often as it may be. */
  readonly retries?: number;
  /** How long the service asks to wait before it is made again, in milliseconds. */
  readonly retryAfterMs?: number | undefined;
}

/** A refusal as it leaves the pipeline, with the user's call that it ended, even if a nested call was refused. */
export class CallRefused extends AwsError {
  readonly refusal: AwsError;
  readonly call: MadeCall;
  /** What the user can do about it, if there is better advice than to explain the refusal. */
  readonly hint: string | undefined;
  constructor(refusal: AwsError, call: MadeCall, hint?: string) {
    super(refusal.code, refusal.message, refusal.detail, refusal.reason, refusal.headers);
    this.refusal = refusal;
    this.call = call;
    this.hint = hint;
    // Points to where it was refused, not to where it was passed on.
    if (refusal.stack !== undefined) this.stack = refusal.stack;
  }
  get httpStatus(): number {
    return httpStatusOf(this.code, this.call.service);
  }
  /** The same refusal with other advice. */
  withHint(hint: string): CallRefused {
    return new CallRefused(this.refusal, this.call, hint);
  }
}

/** A refusal as it came from an endpoint, in the words of whoever answers there. */
export interface ReceivedWords {
  readonly status: number;
  readonly code: string;
  readonly message: string;
  readonly detail: Readonly<Record<string, string>>;
}

/** A refusal by an endpoint. No policy of the store is behind it, so nothing here can explain it. */
export class ReceivedRefusal extends CallRefused {
  readonly received: ReceivedWords;
  constructor(received: ReceivedWords, call: MadeCall, hint?: string) {
    const { code, message, detail } = received;
    // Its code may be one that ssebox never refuses with: it is shown, and compared with those that it does.
    super(new AwsError(code as AwsErrorCode, message, detail), call, hint);
    this.received = received;
  }
  override get httpStatus(): number {
    return this.received.status;
  }
  override withHint(hint: string): ReceivedRefusal {
    return new ReceivedRefusal(this.received, this.call, hint);
  }
}

/** The HTTP status of a service's refusal: the one that it came with, if it came over HTTP. */
export const statusOf = (refusal: AwsError, service: string | undefined): number =>
  refusal instanceof CallRefused ? refusal.httpStatus : httpStatusOf(refusal.code, service);

/**
 * An endpoint cannot be reached, is somebody else's, or what it sends is no answer of the service (exit code 255, as in
 * the AWS CLI).
 */
export class EndpointError extends Error {
  readonly hint: string | undefined;
  /** Whether the same request may do better in a moment. */
  readonly isTransient: boolean;
  /** Whether bytes were taken from the stream that the request sends. */
  readonly isBegun: boolean;
  constructor(message: string, options: EndpointErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'EndpointError';
    this.hint = options.hint;
    this.isTransient = options.isTransient ?? false;
    this.isBegun = options.isBegun ?? false;
  }
}

interface EndpointErrorOptions {
  readonly hint?: string | undefined;
  readonly isTransient?: boolean;
  readonly isBegun?: boolean;
  readonly cause?: unknown;
}

/** What was waited for did not happen, or the service refused to say (exit code 255, as in the AWS CLI). */
export class WaitError extends Error {
  /** @param refusal the one that ended the wait; absent if its attempts were used up */
  constructor(waiter: string, reason: string, refusal?: AwsError) {
    super(`Waiter ${waiter} failed: ${reason}`, refusal && { cause: refusal });
    this.name = 'WaitError';
  }
}

/** What a check needs is not there, such as a key to check with (exit code 255, as in the AWS CLI). */
export class AbsenceError extends Error {
  readonly hint: string | undefined;
  constructor(message: string, hint?: string) {
    super(message);
    this.name = 'AbsenceError';
    this.hint = hint;
  }
}

/**
 * The one place where an error becomes a message and an exit code. The codes are the AWS CLI v2's: AWS CLI User Guide,
 * "Command line return codes".
 */

import {
  AbsenceError,
  AwsError,
  CallRefused,
  CommandLineError,
  EndpointError,
  HiddenAbsence,
  ReceivedRefusal,
  StoreError,
  statusOf,
  UsageError,
  WaitError,
} from '../api/errors.ts';
import { systemCode, systemReason } from '../api/file-error.ts';
import { isDeniedCode, serviceFacts } from '../api/service-facts.ts';
import { shellWord } from '../api/shell-word.ts';
import { asCalled } from './as-called.ts';
import type { Program } from './command.ts';
import type { Globals } from './globals.ts';
import type { Screen } from './io.ts';
import { type Painted, paintedJson, paintedLines, type Shown, styled } from './output/painted.ts';
import { spelledOut } from './output/spelled-out.ts';
import { refusalLine, shownRefusal } from './refusal-line.ts';
import { sourceTrace } from './stack-trace.ts';

/** Every exit code, as the manual describes it. */
export const exitStatuses: readonly (readonly [number, string])[] = [
  [0, 'done'],
  [1, 'some transfers or batch tasks failed, a check found errors, or the answer is not the one that --expect names'],
  [2, 'invalid command line of a file transfer, or files were skipped'],
  [130, 'interrupted'],
  [252, 'invalid command line or parameter'],
  [253, 'unusable environment or configuration: a locked or corrupt store, a wrong passphrase, an unknown profile'],
  [254, 'the service refused'],
  [255, 'anything else: an endpoint that does not answer, a wait in vain, or a bug in ssebox'],
];

/** How a failed run ends. */
export interface Failure {
  readonly code: number;
  /** For standard error; empty when there is nothing to say. */
  readonly text: Painted;
}

/** The call that a service refused. */
export interface RefusedCall {
  readonly service: string;
  readonly operation: string;
  readonly requestId?: string | undefined;
}

export interface FailureStyle {
  readonly format?: 'text' | 'json' | undefined;
  /** Whether to show where a bug is. */
  readonly debug?: boolean | undefined;
  /** Standard error's. */
  readonly screen: Screen;
  /** The options by which another command finds the same store. */
  readonly sameStore?: readonly string[] | undefined;
  readonly call?: RefusedCall | undefined;
  /** The program that says so: commands in its messages begin with the name that it was called by; absent: its own. */
  readonly program?: Pick<Program, 'name' | 'tree'> | undefined;
}

/** The message for an error, and the exit code. */
export function failureOf(error: unknown, style: FailureStyle): Failure {
  // The reader of standard output has read enough, as `head` does.
  if (systemCode(error) === 'EPIPE') return { code: 0, text: paintedLines([]) };
  if (isInterrupt(error)) return { code: 130, text: paintedLines([]) };
  const code = exitCodeOf(error);
  return { code, text: style.format === 'json' ? jsonText(error, style) : plainText(error, style) };
}

/** The exit code of a command that ends with an error. */
export function exitCodeOf(error: unknown): number {
  if (error instanceof UsageError) return 252;
  if (error instanceof StoreError || isFullDisk(error)) return 253;
  if (error instanceof AwsError) return 254;
  return 255;
}

function plainText(error: unknown, { screen, call, debug, sameStore, program }: FailureStyle): Painted {
  const own = error instanceof UsageError ? error.lines : error instanceof StoreError ? [error.message] : undefined;
  const lines: Shown[] = own?.map((line) => asCalled(line, program)) ?? [messageOf(error, call?.operation)];
  if (program?.name === 'aws' && error instanceof CommandLineError) lines.splice(0, 1, ...usageOfAws(lines[0] ?? ''));
  const hint = hintOf(error, sameStore);
  if (hint !== undefined && screen.isTerminal) lines.push(styled(`hint: ${asCalled(hint, program)}`, faint(screen)));
  if (debug && error instanceof Error && error.stack) lines.push(...traceOf(error, error.stack));
  return paintedLines(lines);
}

/** What the AWS CLI writes when it cannot read a command line; its last line begins the error. */
const usageOfAws = (message: Shown): Shown[] => [
  '',
  'usage: aws [options] <command> <subcommand> [<subcommand> ...] [parameters]',
  'To see help text, you can run:',
  '',
  '  aws help',
  '  aws <command> help',
  '  aws <command> <subcommand> help',
  '',
  `aws: error: ${message}`,
];

/** The message in a stack trace is one line, as it is above it. */
function traceOf({ message }: Error, stack: string): string[] {
  const at = message === '' ? -1 : stack.indexOf(message);
  const text = at < 0 ? stack : stack.slice(0, at) + spelledOut(message) + stack.slice(at + message.length);
  return sourceTrace(text).split('\n');
}

function messageOf(error: unknown, operation?: string): string {
  if (error instanceof AwsError) return refusalLine(error, operation);
  if (error instanceof UsageError || error instanceof StoreError || isInVain(error)) return error.message;
  if (isFullDisk(error)) return `cannot write: ${systemReason(error)}`;
  return `this is a bug in ssebox: ${error instanceof Error ? error.message : String(error)}`;
}

/** The options by which another command finds the same store: a profile can have a store of its own. */
export function sameStoreIn({ store, profile }: Pick<Globals, 'store' | 'profile'>): string[] {
  const named = Object.entries({ store, profile }).filter((entry) => entry[1] !== undefined);
  return named.flatMap(([name, value]) => [`--${name}`, `${value}`]);
}

/** The line for people below a refusal that a command reports by itself. */
export const hintAfter = (refusal: unknown, globals: Globals): string | undefined => {
  const hint = hintOf(refusal, sameStoreIn(globals));
  return hint === undefined ? undefined : `hint: ${hint}`;
};

/** What a person can do about an error, or what its message leaves open; undefined if nothing is known. */
export function hintOf(error: unknown, sameStore: readonly string[] = []): string | undefined {
  if (error instanceof UsageError || error instanceof StoreError) return error.hint;
  if (error instanceof AbsenceError || error instanceof EndpointError) return error.hint;
  if (error instanceof CallRefused && error.hint !== undefined) return error.hint;
  if (error instanceof ReceivedRefusal) return undefined;
  if (error instanceof AwsError && error.reason !== undefined) {
    return policyRefusals.has(error.code) ? `${error.reason}: ${explainLast(sameStore)}` : error.reason;
  }
  if (error instanceof AwsError) return hintOfRefusal(error, sameStore);
  if (error instanceof WaitError) return error.cause === undefined ? undefined : hintOf(error.cause, sameStore);
  return isFullDisk(error) ? undefined : 'run the command again with --debug to see where';
}

function hintOfRefusal(error: AwsError, sameStore: readonly string[]): string | undefined {
  const { code } = error;
  if (code === 'NotImplemented') return undefined;
  // No policy is to blame: other credentials are needed.
  if (code.startsWith('ExpiredToken')) return 'assume the role again, or name another caller with --as';
  if (credentialCodes().has(code)) return 'unset AWS_ACCESS_KEY_ID, or name the caller with --as';
  // Of other refusals it would say no more than the line above.
  if (!isDeniedCode(code)) return undefined;
  const refusal = error instanceof CallRefused ? error.refusal : error;
  // No policy mends that something does not exist.
  return explainLast(sameStore, refusal instanceof HiddenAbsence ? [] : ['--fix']);
}

/** Why CloudTrail refuses a trail whose bucket or key has a policy that denies CloudTrail itself: a fix can be printed. */
const policyRefusals: ReadonlySet<string> = new Set([
  'InsufficientS3BucketPolicyException',
  'InsufficientEncryptionPolicyException',
]);

const explainLast = (sameStore: readonly string[], fix: readonly string[] = ['--fix']): string =>
  ['ssebox', 'explain', 'last', ...fix, ...sameStore].map(shellWord).join(' ');

const credentialCodes = (): ReadonlySet<string> =>
  new Set(
    Object.values(serviceFacts).flatMap(({ credentialErrors }) =>
      Object.values(credentialErrors).map(([code]) => code),
    ),
  );

/** The members are those of the AWS SDKs' errors; ssebox's own classes have a code of their own. */
function jsonText(error: unknown, { call }: FailureStyle): Painted {
  const isRefusal = error instanceof AwsError;
  const { code, message } = isRefusal
    ? shownRefusal(error, call?.operation)
    : { code: nameOf(error), message: messageOf(error) };
  const members = {
    Code: code,
    Message: message,
    Operation: call?.operation,
    Service: call?.service,
    HttpStatusCode: isRefusal ? statusOf(error, call?.service) : undefined,
    RequestId: call?.requestId,
  };
  return paintedLines([paintedJson({ Error: members }, undefined)]);
}

function nameOf(error: unknown): string {
  if (error instanceof UsageError) return 'UsageError';
  if (error instanceof WaitError) return 'WaiterError';
  if (error instanceof AbsenceError || error instanceof EndpointError) return error.name;
  return error instanceof StoreError || isFullDisk(error) ? 'StoreError' : 'InternalError';
}

/** A wait, a check that could not be made, or a call that was not answered. */
const isInVain = (error: unknown): error is Error =>
  error instanceof WaitError || error instanceof AbsenceError || error instanceof EndpointError;

// Inquirer's words for Ctrl-C at a prompt, and an aborted signal's.
const isInterrupt = (error: unknown): boolean =>
  error instanceof Error && ['ExitPromptError', 'AbortPromptError', 'AbortError'].includes(error.name);

const isFullDisk = (error: unknown): error is Error => ['ENOSPC', 'EDQUOT', 'EROFS'].includes(systemCode(error) ?? '');

const faint =
  ({ color }: Screen) =>
  (text: string): string =>
    color ? `\u001b[2m${text}\u001b[22m` : text;

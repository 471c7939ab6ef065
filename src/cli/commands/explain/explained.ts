/** What an explanation is of: one call, or a command with the calls that it makes, and the answer to it. */

import { type AwsError, CallRefused, HiddenAbsence } from '../../../api/errors.ts';
import { isDeniedCode } from '../../../api/service-facts.ts';
import type { Decision } from '../../../policy/decision.ts';
import type { SeveralResources } from '../../../policy/several-resources.ts';
import type { SkippedCheck } from '../../../store/records/skipped-check.ts';

/** A call that was explained, and its outcome. */
export interface ExplainedCall {
  /** Its service and operation: `s3 GetObject`. */
  readonly call: string;
  readonly decisions: readonly Decision[];
  /** Decisions that KMS is not asked to make. */
  readonly skipped: readonly SkippedCheck[];
  readonly refusal: CallRefusal | undefined;
  /** What it would be refused for, not being overlooked, if everything that it is denied were allowed. */
  readonly afterwards?: CallRefusal | undefined;
  /** How many calls have the same outcome, this one included; absent: one. */
  readonly times?: number | undefined;
  /** For each decision the resources that it is about in all these calls; absent: only its own. */
  readonly resources?: readonly SeveralResources[] | undefined;
  /** For each decision that KMS made for S3, the objects that it is about in all these calls. */
  readonly objects?: readonly (SeveralResources | undefined)[] | undefined;
}

export interface CallRefusal {
  readonly code: string;
  readonly message: string;
  /** Whether it reads as a denial, but is the answer since a thing does not exist. */
  readonly hidesAbsence?: boolean | undefined;
  /** What the message leaves open: which value is wrong, or the rule that stands in the way if it is not a policy. */
  readonly reason?: string | undefined;
  /** The reason with what is there instead of a thing that is not. */
  readonly cause?: string | undefined;
}

/** What was asked about: one call, or a command with the calls that it makes. */
export interface Explained {
  /** The name of the one call, such as `s3 GetObject`, or a command, such as `s3 cp big s3://b/k`. */
  readonly title: string;
  /** In the order in which they are made. */
  readonly calls: readonly ExplainedCall[];
  /** The refusal that ends it, if any, and the call that gets it, named as in `calls`. */
  readonly refusal: (CallRefusal & { readonly operation?: string | undefined }) | undefined;
  /** How a command ends that nothing refuses and that fails nevertheless, such as for a file that it skips. */
  readonly failure?: { readonly exitCode: number; readonly lines: readonly string[] } | undefined;
  /** The names of policies that decided and that the caller may not read. */
  readonly unread?: readonly string[] | undefined;
  /** The ARNs of the keys that the ARNs of aliases in policies stand for. */
  readonly keysOfAliases?: ReadonlyMap<string, string> | undefined;
  /** Of a call that was made; absent if it is explained without being made. */
  readonly event?: PastEvent | undefined;
  /** Whether what was denied then was decided again, with condition keys that somebody stated. */
  readonly isAskedAgain?: boolean | undefined;
}

/** A call that was made, as the audit log knows it. */
export interface PastEvent {
  readonly id: string;
  readonly timeMs: number;
  /** The caller's ARN. */
  readonly caller: string;
  readonly region: string;
  /** The ARN of what it was about, if that is known. */
  readonly about?: string | undefined;
}

/** An explanation of one call alone. */
export const explainedCall = (call: ExplainedCall): Explained => ({
  title: call.call,
  calls: [call],
  refusal: call.refusal,
});

/** The refusal of a call, also as it leaves the pipeline. */
export function refusalOf(error: AwsError | undefined): CallRefusal | undefined {
  if (!error) return undefined;
  const { code, message } = error;
  const refusal = error instanceof CallRefused ? error.refusal : error;
  return {
    code,
    message,
    ...(refusal instanceof HiddenAbsence && { hidesAbsence: true }),
    ...(refusal.reason !== undefined && { reason: refusal.reason }),
  };
}

/** Whether a command was asked about, and not a call by its name. */
export const isCommand = ({ title, calls }: Explained): boolean => calls.length !== 1 || calls[0]?.call !== title;

/** `other`: what exists or not decides, or a setting of the request, and no policy. */
export type Answer = 'allow' | 'deny' | 'other';

/**
 * The outcome for the caller. What continues without what is denied, such as DeleteObjects, does not count as allowed.
 */
export function answerOf(explained: Explained): Answer {
  const { refusal, failure } = explained;
  if (refusal === undefined) return denialsOf(explained).length > 0 ? 'deny' : failure ? 'other' : 'allow';
  return isDenial(refusal) && !hidesAbsence(explained) ? 'deny' : 'other';
}

/** How it fails without a refusal, as a clause. */
export const failureText = ({ exitCode, lines }: NonNullable<Explained['failure']>): string =>
  [`exit code ${exitCode}`, ...lines].join(': ');

/** The decisions that deny what it cannot do without. */
export const denialsOf = ({ calls }: Explained): Decision[] =>
  calls.flatMap(({ decisions }) =>
    decisions.filter(({ allowed, decidesOnly }) => !allowed && decidesOnly === undefined),
  );

/** The first refusal that would be left if everything that is denied were allowed; undefined if nothing is denied. */
export function refusalLeft(explained: Explained): (CallRefusal & { readonly operation: string }) | undefined {
  const refused = explained.calls.find(({ afterwards }) => afterwards !== undefined);
  if (!refused?.afterwards || denialsOf(explained).length === 0) return undefined;
  const left = { ...refused.afterwards, operation: refused.call };
  // What allows the rest leaves this as it is.
  const hidden = refused.decisions.find(({ allowed, decidesOnly }) => !allowed && decidesOnly !== undefined);
  return hidden ? { ...left, reason: `as AccessDenied, since ${hidden.because}` } : left;
}

/** Whether the caller is told of a denial because a thing does not exist, although no policy denies access to it. */
export function hidesAbsence(explained: Explained): boolean {
  const { calls, refusal } = explained;
  if (refusal === undefined || !isDenial(refusal) || denialsOf(explained).length > 0) return false;
  return refusal.hidesAbsence ?? calls.some(({ decisions }) => decisions.some(({ allowed }) => !allowed));
}

/**
 * Whether AWS denies without a reason: to callers of other accounts, in answers to HEAD requests, and where a role cannot
 * be assumed.
 */
export function hidesReason(explained: Explained): boolean {
  const { calls, refusal } = explained;
  if (refusal === undefined || !isDenial(refusal)) return false;
  if (denialsOf(explained).length === 0 && !hidesAbsence(explained)) return false;
  const call = refusal.operation ?? calls.at(-1)?.call ?? '';
  return /^s3 Head/.test(call) || !/because no [^,]+ allows the|with an explicit deny/.test(refusal.message);
}

export const isDenial = ({ code }: CallRefusal): boolean => isDeniedCode(code);

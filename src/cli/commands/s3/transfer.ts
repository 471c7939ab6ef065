/** The transfer of one file or object, as the AWS CLI's s3 commands see it. */

import { AwsError, DamageError, EndpointError, StoreError, UsageError } from '../../../api/errors.ts';
import { refusalLine } from '../../refusal-line.ts';
import type { SaveTarget } from '../../save-bytes.ts';
import type { Session } from '../../session.ts';
import type { OnBytes } from './file-body.ts';
import type { S3Uri } from './uri.ts';

export interface Transfer {
  readonly verb: 'upload' | 'download' | 'copy' | 'move' | 'delete';
  /** As it is printed. */
  readonly from: string;
  readonly to?: string | undefined;
  /** Undefined if it is not known before the end. */
  readonly size?: number | undefined;
  /**
   * Does it.
   * @param notice takes what is to be known of it although it does not fail
   * @throws AwsError when S3 refuses, EndpointError when it does not answer, StoreError when the stored bytes are not
   * those that were written, TransferError.
   */
  run(onBytes: OnBytes, notice: (text: string) => void): Promise<Outcome>;
}

/** A transfer failed although nobody refused it: what arrived is not what was to be transferred. */
export class TransferError extends Error {
  override readonly name = 'TransferError';
}

/** `kept`: the existing target is kept, since nothing may be overwritten. */
export type Outcome = 'done' | 'kept';

/** A source that is skipped, and why. */
export interface Skipped {
  readonly warning: string;
  /** Always reported, and does not count as a failure. */
  readonly isNotice?: boolean;
}

/** An error that ends the command. */
export interface Fatal {
  readonly fatal: string;
}

/** `Skipping file /tmp/a. File does not exist.` */
export const skipped = (path: string, why: string): Skipped => ({ warning: `Skipping file ${path}. ${why}` });

/** `upload: ./a to s3://b/k`. */
export const transferLine = ({ verb, from, to }: Pick<Transfer, 'verb' | 'from' | 'to'>): string =>
  to === undefined ? `${verb}: ${from}` : `${verb}: ${from} to ${to}`;

/** `upload failed: ./a to s3://b/k An error occurred (…) …`; an error in several lines goes on below. */
export function failureLines({ verb, from, to }: Pick<Transfer, 'verb' | 'from' | 'to'>, error: Error): string[] {
  const [first, ...more] = error instanceof UsageError ? error.lines : [errorText(error)];
  return [`${verb} failed: ${to === undefined ? from : `${from} to ${to}`} ${first}`, ...more];
}

/** An error in the words of the AWS CLI. */
export const errorText = (error: Error): string => (error instanceof AwsError ? refusalLine(error) : error.message);

/** Tells a person how a refusal that was reported is explained. */
export async function tellHint(refusal: Error, session: Session): Promise<void> {
  if (!isUnserved(refusal) || !session.terminal) return;
  const [{ hintAfter }, { withNames }] = await Promise.all([
    import('../../exit-codes.ts'),
    import('../../names-there.ts'),
  ]);
  const named = refusal instanceof AwsError ? await withNames(refusal, session).catch(() => refusal) : refusal;
  const hint = hintAfter(named, session.globals);
  if (hint !== undefined) session.tell(hint);
}

/** The exit code of a command that has found damage in the store, whatever else it did. */
export const DAMAGED = 253;

/** The exit code of a command of which one transfer has failed. */
export const failureCodeOf = (error: unknown): number => (error instanceof DamageError ? DAMAGED : 1);

/** Whether a call was refused, or not answered. */
export const isUnserved = (error: unknown): error is AwsError | EndpointError =>
  error instanceof AwsError || error instanceof EndpointError;

/** Whether an error concerns only one transfer, so that the others continue. */
export function isOfOneTransfer(error: unknown): error is Error {
  if (isUnserved(error) || error instanceof TransferError) return true;
  if (error instanceof StoreError || error instanceof UsageError) return true;
  return error instanceof Error && 'syscall' in error;
}

export type Target = { readonly kind: 's3'; readonly uri: S3Uri } | ({ readonly kind: 'local' } & SaveTarget);

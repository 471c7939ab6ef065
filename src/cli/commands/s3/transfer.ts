/** One file or object on its way, as the AWS CLI's s3 commands see it. */

import { AwsError, StoreError, UsageError } from '../../../api/errors.ts';
import { refusalLine } from '../../refusal-line.ts';
import type { OnBytes } from './file-body.ts';
import type { S3Uri } from './uri.ts';

export interface Transfer {
  readonly verb: 'upload' | 'download' | 'copy' | 'move' | 'delete';
  /** As it is printed. */
  readonly from: string;
  readonly to?: string | undefined;
  /** Undefined: it is not known before the end. */
  readonly size?: number | undefined;
  /** Does it. @throws AwsError when S3 refuses, StoreError when what is stored is not what was written. */
  run(onBytes: OnBytes): Promise<Outcome>;
}

/** `kept`: what is at the target stays, since nothing is to be overwritten. */
export type Outcome = 'done' | 'kept';

/** What is left out, and why. */
export interface Skipped {
  readonly warning: string;
  /** It is told whatever is to be told, and does not count. */
  readonly isNotice?: boolean;
}

/** What ends the command. */
export interface Fatal {
  readonly fatal: string;
}

/** `Skipping file /tmp/a. File does not exist.` */
export const skipped = (path: string, why: string): Skipped => ({ warning: `Skipping file ${path}. ${why}` });

/** `upload: ./a to s3://b/k`. */
export const transferLine = ({ verb, from, to }: Pick<Transfer, 'verb' | 'from' | 'to'>): string =>
  to === undefined ? `${verb}: ${from}` : `${verb}: ${from} to ${to}`;

/** `upload failed: ./a to s3://b/k An error occurred (…) …`. */
export const failureLine = ({ verb, from, to }: Pick<Transfer, 'verb' | 'from' | 'to'>, error: Error): string =>
  `${verb} failed: ${to === undefined ? from : `${from} to ${to}`} ${errorText(error)}`;

/** An error in the words of the AWS CLI. */
export const errorText = (error: Error): string => (error instanceof AwsError ? refusalLine(error) : error.message);

/** Whether an error belongs to one transfer, so that the others go on. */
export function isOfOneTransfer(error: unknown): error is Error {
  if (error instanceof AwsError || error instanceof StoreError || error instanceof UsageError) return true;
  return error instanceof Error && 'syscall' in error;
}

export type Target = { readonly kind: 's3'; readonly uri: S3Uri } | { readonly kind: 'local'; readonly path: string };

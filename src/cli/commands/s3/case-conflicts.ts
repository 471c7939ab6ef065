/**
 * Keys that differ only in case, which file names may not: AWS CLI Command Reference, "AWS CLI S3 Case-Insensitivity".
 */

import { realpath } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { Source } from './sources.ts';
import type { Fatal, Skipped, Target, Transfer } from './transfer.ts';

/** The ways to handle a conflict; the first is the default. */
export const caseConflicts = ['ignore', 'skip', 'warn', 'error'] as const;
type CaseConflict = (typeof caseConflicts)[number];

/** Lets a transfer through, or says what it conflicts with. */
export type CaseGuard = (
  source: Source,
  target: Target,
  transfer: Transfer | Skipped,
) => AsyncGenerator<Transfer | Skipped | Fatal>;

const PAGE = 'https://docs.aws.amazon.com/cli/latest/topic/s3-case-insensitivity.html';

/** Checks the many downloads of one command: whether a file whose name differs in case exists, or is among them. */
export function caseGuard({
  options,
}: {
  readonly options: { readonly 'case-conflict': CaseConflict | undefined };
}): CaseGuard {
  const chosen = options['case-conflict'] ?? 'ignore';
  const submitted = new Set<string>();
  return async function* ({ path, place }, target, transfer) {
    if (chosen === 'ignore' || place.kind !== 'object' || target.kind !== 'local') return yield transfer;
    const name = path.toLowerCase();
    if (!submitted.has(name) && !(await existsInOtherCase(target.path, path))) {
      submitted.add(name);
      return yield transfer;
    }
    const way = `${place.uri.bucket}/${place.uri.key} -> ${resolve(target.path)}`;
    if (chosen === 'error') {
      return yield {
        fatal: `Failed to download ${way} because a file whose name differs only by case either exists or is being downloaded.`,
      };
    }
    if (chosen === 'skip') {
      return yield {
        isNotice: true,
        warning: `Skipping ${way} because a file whose name differs only by case either exists or is being downloaded.`,
      };
    }
    yield {
      isNotice: true,
      warning: `Downloading ${way} despite a file whose name differs only by case either existing or being downloaded. This behavior is not defined on case-insensitive filesystems and may result in overwriting existing files or race conditions between concurrent downloads. For more information, see ${PAGE}.`,
    };
    yield transfer;
  };
}

/** Another file can exist only if the file system ignores case. */
async function existsInOtherCase(file: string, path: string): Promise<boolean> {
  const real = await realpath(file).catch(() => undefined);
  return real !== undefined && !real.endsWith(path) && real.toLowerCase().endsWith(path.toLowerCase());
}

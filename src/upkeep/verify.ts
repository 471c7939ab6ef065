/**
 * `ssebox store verify`: reads every row, opens every key and reads every object to its last byte, with only the root
 * key. No permissions are checked and nothing is recorded: it looks for damage, not for who may do what. Others may use
 * the store: what they change in the meantime is never taken for damage.
 */

import { StoreError } from '../api/errors.ts';
import { RESTORE, VERIFY } from '../store/store-error.ts';
import { takeCensus } from './verify/blob-files.ts';
import { recountBuckets } from './verify/bucket-totals.ts';
import { readObjects } from './verify/objects.ts';
import { remembered } from './verify/remembered.ts';
import { newFindings, type Report, reportOf } from './verify/report.ts';
import { compareRows } from './verify/rows.ts';
import { readUploads } from './verify/uploads.ts';
import type { Opened } from './verify/version-reader.ts';

/** Verifies the whole store; `onBytes` receives the number of bytes of objects read. */
export async function verifyStore(
  opened: Opened,
  onBytes: (count: number) => void,
  signal: AbortSignal,
): Promise<Report> {
  const findings = newFindings();
  const files = takeCensus(opened.store.folder);
  const snapshot = opened.store.snapshot();
  try {
    const onOpened = () => {
      findings.counts.backingKeys += 1;
    };
    const tx = remembered(snapshot.tx);
    await compareRows(snapshot, { tx, rootKey: opened.rootKey, files, onOpened }, findings, signal);
    await recountBuckets(snapshot.tx, findings, signal);
  } finally {
    snapshot.close();
  }
  for (const path of files.unnamed()) findings.unnamed.add(path);
  for (const whose of opened.store.transact<string[]>((tx) => files.missing(tx))) findings.damaged.add(whose);
  await readObjects(opened, findings, { onBytes, signal });
  await readUploads(opened, findings, { onBytes, signal });
  return reportOf(findings);
}

/** The error about what is damaged; undefined if nothing is. @param what the store, in a person's words. */
export function damageOf(
  { Damaged: [first, ...others] }: Report,
  what: string,
  hint = RESTORE,
): StoreError | undefined {
  if (first === undefined) return undefined;
  const more = others.length > 0 ? ` and ${others.length} more` : '';
  return new StoreError(`${what} is damaged: ${first}${more}`, { hint });
}

/** An error that names this command as the way out, when it is this command that ends with it. */
export function asVerdict(error: unknown): unknown {
  if (!(error instanceof StoreError) || error.hint !== VERIFY) return error;
  return new StoreError(error.message, { hint: RESTORE, cause: error });
}

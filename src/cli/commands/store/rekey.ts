/** `ssebox store rekey`: a fresh root key, for the day the old one may have leaked. */

import { StoreError } from '../../../api/errors.ts';
import { isSealed } from '../../../store/root-key-file.ts';
import { compact } from '../../../upkeep/compact.ts';
import { requireStore } from '../../../upkeep/lay-down.ts';
import { rekey as rekeyStore } from '../../../upkeep/rekey.ts';
import type { Result } from '../../command.ts';
import { storeFolder } from '../../open-assembly.ts';
import type { Session } from '../../session.ts';
import { watched } from './copied-lines.ts';

/** Gives the store a new root key. @throws StoreError if there is no store, or it is damaged. */
export async function rekey(session: Session): Promise<Result> {
  const folder = storeFolder(session.globals, session.environment, session.settings);
  requireStore(folder);
  const assembly = await session.store.assembly();
  await session.confirm(
    `give the store "${folder}" a new root key, which ends the work of all other commands on it and lets no earlier copy of the root key open it`,
  );
  await rekeyStore(assembly, session.environment.now());
  // Free pages still have what the old key has wrapped.
  await watched(session, (watch) => compact(folder, watch)).catch((error: unknown) => {
    throw error instanceof StoreError ? leftOldRows(folder, error) : error;
  });
  return { kind: 'value', title: 'Root key', value: { Store: folder, Sealed: isSealed(folder) } };
}

const leftOldRows = (folder: string, cause: StoreError) =>
  new StoreError(
    `the store "${folder}" has a new root key, but could not be compacted, so that its free pages may still have what the old one has wrapped: ${cause.message}`,
    { cause, hint: 'ssebox store compact' },
  );

/** `ssebox store backup`: the store of one moment, copied into a folder while others go on working with it. */

import { statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { StoreError, UsageError } from '../../../api/errors.ts';
import { withHeldRows } from '../../../store/held-rows.ts';
import { DATA_FILE } from '../../../store/placing.ts';
import { hasRootKey, isSealed } from '../../../store/root-key-file.ts';
import { removeLock } from '../../../store/store-copy.ts';
import type { CommandValues, Painter, Result } from '../../command.ts';
import { storeFolder } from '../../open-assembly.ts';
import type { Session } from '../../session.ts';
import { argument } from '../given.ts';
import { copiedLines, hasStore, layDown, namesIn, requireApart } from './lay-down.ts';

/** Makes the backup. @throws UsageError for a folder that it cannot be in. */
export async function backUp(values: CommandValues, session: Session): Promise<Result> {
  const { environment } = session;
  const folder = resolve(argument(values, 'folder'));
  const from = storeFolder(session.globals, environment, session.settings);
  if (!hasStore(from)) throw new StoreError(`there is no store in "${from}"`, { hint: 'name one with --store' });
  requireApart(folder, from, 'a backup is a folder elsewhere');
  requireEmpty(folder);
  const { store, rootKey } = await session.assembly();
  // A backup under another root key than the store's would be worth nothing. A sealed one can be copied unseen.
  if (hasRootKey(from) && !isSealed(from)) rootKey();
  const copied = await layDown(folder, session, async (building) => {
    building.expect(statSync(join(from, DATA_FILE)).size);
    const { random } = environment;
    const rest = await withHeldRows(store, building.folder, random, building.copying, (copy) =>
      building.copyRest(from, copy),
    );
    removeLock(building.folder);
    return rest;
  });
  const page = (painter: Painter) =>
    `${[`${painter.strong(folder)} ${painter.faint(`(a backup of ${from})`)}`, ...copiedLines(copied, painter)].join(
      '\n',
    )}\n`;
  return { kind: 'page', value: { Backup: folder, Store: from, ...copied }, page };
}

function requireEmpty(folder: string): void {
  if ((namesIn(folder)?.length ?? 0) === 0) return;
  throw new UsageError(`the folder "${folder}" is not empty: a backup has a folder of its own`);
}

/** `ssebox store backup`: a snapshot of the store, copied to a folder while others keep using the store. */

import { backUp, requireBackupFolder } from '../../../upkeep/back-up.ts';
import type { Painter, Result } from '../../command.ts';
import { storeFolder } from '../../open-assembly.ts';
import { painted } from '../../output/painted.ts';
import type { Session } from '../../session.ts';
import { copiedLines, watched } from './copied-lines.ts';
import { localFolder } from './local-folder.ts';

/** Makes the backup. @throws UsageError for a folder that cannot hold it. */
export async function backup(
  values: { readonly args: { readonly folder: string } },
  session: Session,
): Promise<Result> {
  const folder = localFolder(values.args.folder);
  const from = storeFolder(session.globals, session.environment, session.settings);
  requireBackupFolder(folder, from);
  const copied = await watched(session, (watch) => backUp(folder, from, session.environment.random, watch));
  const page = (painter: Painter) => [
    painted`${painter.strong(folder)} ${painter.faint(`(a backup of ${from})`)}`,
    ...copiedLines(copied, painter),
  ];
  return { kind: 'page', value: { Backup: folder, Store: from, ...copied }, page };
}

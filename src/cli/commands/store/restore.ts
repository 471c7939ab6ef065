/** `ssebox store restore`: replaces a store with a backup, after checking it, in one step. */

import { hasContent, requireBackup, restore as restoreStore } from '../../../upkeep/restore.ts';
import type { Painter, Result } from '../../command.ts';
import { storeFolder } from '../../open-assembly.ts';
import { painted } from '../../output/painted.ts';
import type { Session } from '../../session.ts';
import { copiedLines, watched } from './copied-lines.ts';
import { localFolder } from './local-folder.ts';

interface RestoreValues {
  readonly args: { readonly backup: string };
  readonly options: { readonly verify: boolean };
}

/** Restores a backup. @throws UsageError if it is not a backup. */
export async function restore({ args, options: { verify } }: RestoreValues, session: Session): Promise<Result> {
  const { environment } = session;
  const from = localFolder(args.backup);
  const folder = storeFolder(session.globals, environment, session.settings);
  requireBackup(from, folder);
  const Replaced = await hasContent(folder);
  if (Replaced) await session.confirm(`replace the store "${folder}" and everything in it with "${from}"`);
  const options = {
    environment,
    isVerified: verify,
    askPassphrase: () => session.askSecret(`passphrase of the backup "${from}"`),
  };
  const copied = await watched(session, (watch) => restoreStore(from, folder, options, watch));
  const page = (painter: Painter) => [
    painted`${painter.strong(folder)} ${painter.faint(`(restored from ${from})`)}`,
    ...copiedLines(copied, painter),
  ];
  return { kind: 'page', value: { Store: folder, Backup: from, Replaced, ...copied }, page };
}

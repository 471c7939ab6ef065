/** `ssebox store verify --salvage`: saves what is whole of a damaged store. */

import { passphraseIn } from '../../../env.ts';
import { isSealed } from '../../../store/root-key-file.ts';
import { requireBackupFolder } from '../../../upkeep/back-up.ts';
import { salvage as saveStore } from '../../../upkeep/salvage.ts';
import type { Painter, Result } from '../../command.ts';
import { storeFolder } from '../../open-assembly.ts';
import { painted } from '../../output/painted.ts';
import type { Session } from '../../session.ts';
import { watched } from './copied-lines.ts';
import { localFolder } from './local-folder.ts';

/** Saves it. @throws UsageError for a folder that cannot hold it. */
export async function salvage(into: string, session: Session): Promise<Result> {
  const { environment } = session;
  const folder = localFolder(into);
  const from = storeFolder(session.globals, environment, session.settings);
  requireBackupFolder(folder, from, 'what is saved');
  const passphrase =
    passphraseIn(environment) ?? (isSealed(from) ? await session.askSecret(`passphrase of "${from}"`) : undefined);
  const keys = { random: environment.random, passphrase };
  const { tables, lostObjects } = await watched(session, (watch) => saveStore(from, folder, keys, watch));
  const lostRows = tables.reduce((sum, { lost = 0 }) => sum + lost, 0);
  const isKnown = tables.every(({ lost }) => lost !== undefined);
  const shown = tables.filter(({ kept, lost }) => kept > 0 || lost !== 0);
  const value = {
    Salvaged: folder,
    Store: from,
    Tables: shown.map(({ table, kept, lost }) => ({ Table: table, Kept: kept, Lost: lost ?? null })),
    LostObjects: lostObjects,
  };
  const isWhole = isKnown && lostRows + lostObjects.length === 0;
  const verdict = ({ good, bad }: Painter) => {
    if (isWhole) return good('nothing is lost');
    const rows = isKnown ? `${lostRows} rows` : 'an unknown number of rows, as the counts themselves are lost,';
    return bad(`lost: ${rows} and the bytes of ${lostObjects.length} objects`);
  };
  const page = (painter: Painter) => [
    painted`${painter.strong(folder)} ${painter.faint(`(saved from ${from})`)}`,
    ...shown.map(({ table, kept, lost }) => {
      const line = `  ${table.padEnd(26)} ${String(kept).padStart(7)} kept ${String(lost ?? '?').padStart(7)} lost`;
      return lost === 0 ? line : painter.bad(line);
    }),
    ...lostObjects.map((name) => painter.bad(`lost: the bytes of ${name}`)),
    verdict(painter),
  ];
  return { kind: 'page', value, page, failed: !isWhole };
}

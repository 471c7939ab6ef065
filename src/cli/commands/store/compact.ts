/** `ssebox store compact`: the database without the free pages in which deleted rows stay. */

import { compact as compactStore } from '../../../upkeep/compact.ts';
import { requireStore } from '../../../upkeep/lay-down.ts';
import type { Painter, Result } from '../../command.ts';
import { storeFolder } from '../../open-assembly.ts';
import { painted } from '../../output/painted.ts';
import { humanSize } from '../../progress.ts';
import type { Session } from '../../session.ts';
import { watched } from './copied-lines.ts';

/** Compacts the store, which need not be unsealed. @throws StoreError if there is none, or it is damaged. */
export async function compact(session: Session): Promise<Result> {
  const folder = storeFolder(session.globals, session.environment, session.settings);
  requireStore(folder);
  const compacted = await watched(session, (watch) => compactStore(folder, watch));
  const page = ({ strong }: Painter) => [
    painted`${strong(folder)}`,
    `  before  ${humanSize(compacted.BytesBefore)}`,
    `  now     ${humanSize(compacted.BytesAfter)}`,
  ];
  return { kind: 'page', value: { Store: folder, ...compacted }, page };
}

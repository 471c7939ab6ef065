/** A temporary store, which exists for one command. */

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { usualSettings } from '../../../call/settings.ts';
import { newSession, type Session } from '../../session.ts';

/**
 * Runs work with a session on an empty store, as its `user/admin`, in the outer session's region. Calls to KMS take as
 * long as the outer session's settings say.
 */
export async function withThrowAwayStore<T>(outer: Session, work: (session: Session) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'ssebox-throw-away-'));
  // The outer session's caller and settings belong to the outer store.
  const environment = { ...outer.environment, variables: {} };
  const session = newSession({
    globals: { region: outer.region },
    environment,
    settings: {},
    signal: outer.signal,
    openStore: async () => {
      const { assemble } = await import('../../../assemble.ts');
      const kmsLatencyMs = outer.settings['kms.latency'] ?? usualSettings.kmsLatencyMs;
      return assemble({ folder: join(folder, 'store'), environment, settings: { ...usualSettings, kmsLatencyMs } });
    },
    stdin: outer.stdin,
    tell: outer.tell,
    confirm: outer.confirm,
  });
  try {
    return await work(session);
  } finally {
    await session.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** A store that exists for as long as one endpoint runs: `--temporary`. */

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { UsageError } from '../../../api/errors.ts';
import { newSession, type Session } from '../../session.ts';
import { serviceSettings } from '../../settings.ts';

/** Such a store, and a session on it. */
export interface TemporaryStore {
  readonly session: Session;
  readonly folder: string;
  /** Removes it. */
  close(): Promise<void>;
}

/**
 * An empty store, in the region and with the settings of another session. Its caller is the one that the command line
 * names.
 * @throws UsageError if the command line names a store, too
 */
export function temporaryStore(outer: Session): TemporaryStore {
  const { globals, region } = outer;
  if (globals.store !== undefined) {
    throw new UsageError('--temporary makes a store of its own, and --store names another: use one of them');
  }
  const parent = mkdtempSync(join(tmpdir(), 'ssebox-temporary-'));
  const folder = join(parent, 'store');
  // A caller that is set elsewhere belongs to the store that is set there.
  const { as, profile, store, ...settings } = outer.settings;
  const environment = { ...outer.environment, variables: {} };
  const session = newSession({
    globals: { region, as: globals.as, debug: globals.debug },
    environment,
    settings,
    get signal() {
      return outer.signal;
    },
    openStore: async () => {
      const { assemble } = await import('../../../assemble.ts');
      return assemble({ folder, environment, settings: serviceSettings(settings) });
    },
    stdin: outer.stdin,
    tell: outer.tell,
    confirm: outer.confirm,
  });
  const remove = () => rmSync(parent, { recursive: true, force: true });
  // A second signal ends the process at once.
  process.once('exit', remove);
  return {
    session,
    folder,
    async close() {
      try {
        await session.close();
      } finally {
        process.removeListener('exit', remove);
        remove();
      }
    },
  };
}

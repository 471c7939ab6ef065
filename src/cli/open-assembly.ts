/** Opens the store that the command line, the environment or the configuration names. */

import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { StoreError, UsageError } from '../api/errors.ts';
import { type Assembly, assemble } from '../assemble.ts';
import type { StepReport } from '../call/scope.ts';
import { type Environment, passphraseIn } from '../env.ts';
import { isSealed } from '../store/root-key-file.ts';
import { OldFormat } from '../store/store-key.ts';
import { storeBehind } from './endpoint/store-behind.ts';
import type { Globals } from './globals.ts';
import type { Io } from './io.ts';
import { paintedLines } from './output/painted.ts';
import { type Settings, serviceSettings } from './settings.ts';

/** @throws StoreError, and whatever the passphrase prompt of a sealed store throws. */
export async function openAssembly(
  globals: Globals,
  environment: Environment,
  settings: Settings,
  io: Io,
): Promise<Assembly> {
  const folder = storeFolder(globals, environment, settings);
  if (io.errorScreen.isTerminal) await hintAtDeadUser(folder, io);
  const options = {
    folder,
    environment,
    settings: serviceSettings(settings),
    passphrase: passphraseIn(environment) ?? (await typedPassphrase(folder, io)),
    onStep: globals.debug ? (step: StepReport) => io.err(paintedLines([stepLine(step)])) : undefined,
  };
  try {
    return assemble(options);
  } catch (error) {
    if (!(error instanceof OldFormat)) throw error;
    const { assembleUpgraded } = await import('../upkeep/upgrade.ts');
    return assembleUpgraded(options);
  }
}

/** A process that was killed has lost nothing, but one that crashed may have met damage: from outside they look alike. */
async function hintAtDeadUser(folder: string, io: Io): Promise<void> {
  const { hasDeadUser } = await import('../store/lock-file.ts');
  if (!hasDeadUser(folder)) return;
  io.err(
    paintedLines([
      `hint: a command that used the store "${folder}" was killed or has crashed; to look for damage, run ssebox store verify`,
    ]),
  );
}

/** The passphrase of a sealed store, if there is a person to ask. */
async function typedPassphrase(folder: string, io: Io): Promise<string | undefined> {
  if (!isSealed(folder) || !io.mayAsk) return undefined;
  const { askPassphrase } = await import('./ask-passphrase.ts');
  return askPassphrase(folder, io);
}

export function storeFolder(globals: Globals, { variables }: Environment, settings: Settings): string {
  // A script's unset variable must not lead to the user's own store.
  if (globals.store === '') throw new UsageError('--store takes the path of a folder, not ""');
  const behind = globals.store === undefined && !variables.SSEBOX_STORE ? storeBehind(variables) : undefined;
  if (behind) return existing(behind.folder);
  const named = globals.store ?? (variables.SSEBOX_STORE || settings.store);
  return named ? resolve(named) : join(dataFolder({ variables }), 'store');
}

/** A store is created on first use, but not in the place of one that is gone. @throws StoreError */
function existing(folder: string): string {
  if (existsSync(folder)) return folder;
  throw new StoreError(
    `the store "${folder}" that SSEBOX_ENDPOINT_STORE names is gone, as its endpoint may be: unset AWS_ENDPOINT_URL, or name a store with --store`,
  );
}

/** Where `conf` puts data: XDG Base Directory Specification, with the usual places elsewhere. */
export function dataFolder({ variables }: Pick<Environment, 'variables'>): string {
  const home = variables.HOME ?? homedir();
  if (process.platform === 'win32')
    return join(variables.LOCALAPPDATA ?? join(home, 'AppData', 'Local'), 'ssebox', 'Data');
  if (process.platform === 'darwin') return join(home, 'Library', 'Application Support', 'ssebox');
  return join(variables.XDG_DATA_HOME ?? join(home, '.local', 'share'), 'ssebox');
}

function stepLine({ service, operation, step, ms, depth, viaService, decision }: StepReport): string {
  const indent = '  '.repeat(depth);
  const where = viaService ? ` via ${viaService}` : '';
  const what = decision
    ? `${decision.allowed ? 'allowed' : 'denied'} ${decision.action} on ${decision.resource}: ${decision.because}`
    : `${ms.toFixed(2)} ms`;
  return `debug: ${indent}${service} ${operation}${where}: ${step} ${what}`;
}

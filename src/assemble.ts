/** Puts the parts together for one store: takes the environment, returns the way to the operations. */

import type { ServiceName } from './api/model/operations.ts';
import { checkInput } from './api/validate.ts';
import { recordKeeper } from './call/call-log.ts';
import { inTurn } from './call/in-turn.ts';
import { loggable } from './call/loggable.ts';
import { callTables, oldCalls } from './call/old-calls.ts';
import { oldOwnEvents } from './call/old-own-events.ts';
import { type Pipeline, pipeline } from './call/pipeline.ts';
import type { PipelineParts, Rehearsal } from './call/scope.ts';
import { type ServiceSettings, usualSettings } from './call/settings.ts';
import { type AgingRows, newSweep } from './call/sweep.ts';
import type { View } from './call/view.ts';
import { dueDeliveries } from './cloudtrail/delivery/due-deliveries.ts';
import { queueForTrails } from './cloudtrail/trail-queue.ts';
import { dueAlarms } from './cloudwatch/due-alarms.ts';
import { oldAlarmRows } from './cloudwatch/old-alarm-rows.ts';
import type { RootKey } from './crypto/root-key.ts';
import type { Environment } from './env.ts';
import { decide } from './iam/authorize.ts';
import { endedSessions } from './iam/ended-sessions.ts';
import { denial } from './policy/denial.ts';
import { countRequest } from './quotas/throttle.ts';
import { expiredLevelKeys } from './s3/content/expired-level-keys.ts';
import { loadService, nothingLoaded } from './services.ts';
import { type Blobs, openBlobs, withoutFiles } from './store/blobs.ts';
import { overlayOn } from './store/overlay.ts';
import { changePassphrase } from './store/root-key-change.ts';
import { rootKeyCheck } from './store/root-key-file.ts';
import { openStore, type Store, type TransactionalStore } from './store/store.ts';
import type { Keys } from './store/store-key.ts';
import { countCall, countLate } from './tally/count-calls.ts';

/** What calls are made with, or tried with. */
export interface Workplace {
  readonly store: TransactionalStore;
  readonly pipeline: Pipeline;
  readonly blobs: Blobs;
  /** The store's root key. */
  readonly rootKey: RootKey;
  /**
   * Makes the operations of a service, and those that they call, known to the pipeline.
   * @param operation the only one that will be called; absent: any may be
   */
  load(service: ServiceName, operation?: string): Promise<void>;
}

export interface Assembly extends Workplace {
  readonly store: Store;
  /** What opened it. */
  readonly keys: Keys;
  /**
   * Seals the root key with another passphrase than the one that opened it, or with none; nobody else can change it in
   * the meantime.
   */
  sealRootKey(to: string | undefined): void;
  /**
   * A place to try calls: they see the store as it is now and the changes of those before them, and nothing of it stays.
   * Until it is closed, nothing else may be done with the store.
   */
  rehearse(rehearsal: Rehearsal): Workplace & { close(): void };
  /** Closing it again does nothing. */
  close(): Promise<void>;
}

export interface AssemblyOptions {
  readonly folder: string;
  readonly environment: Environment;
  readonly settings?: ServiceSettings;
  /** Opens a sealed root key. */
  readonly passphrase?: string | undefined;
  /** Counts requests and refuses those over the limit; by the quotas of the store when absent. */
  readonly throttle?: PipelineParts['throttle'];
  readonly onStep?: PipelineParts['onStep'];
  /** Further views of the calls, besides the audit log. */
  readonly views?: readonly View[] | undefined;
}

/** What goes when it is old. */
const agingRows = (rootKey: RootKey): readonly AgingRows[] => [
  ...callTables.map(oldCalls),
  oldOwnEvents,
  endedSessions(rootKey),
  expiredLevelKeys,
  ...oldAlarmRows,
];

/** Opens a store, creating it if there is none, and composes the pipeline over it. */
export function assemble(options: AssemblyOptions): Assembly {
  const {
    folder,
    environment,
    settings = usualSettings,
    passphrase,
    throttle = countRequest,
    onStep,
    views = [],
  } = options;
  const keys = { random: environment.random, passphrase };
  const store = openStore(folder, keys);
  const blobs = openBlobs(store);
  const loaded = nothingLoaded();
  const { rootKey } = store;
  const parts: PipelineParts = {
    store,
    environment,
    services: loaded.operations,
    settle: (passage) => loaded.settle(passage),
    rootKey,
    blobs,
    settings,
    validate: checkInput,
    loggable,
    throttle,
    decide,
    denial,
    views: [recordKeeper(settings, queueForTrails), countCall, ...views],
    lateViews: [countLate],
    beforehand: inTurn([
      dueAlarms({ store, environment }),
      dueDeliveries({ store, environment, rootKey, pipeline: () => door, load: (service) => load(service) }),
    ]),
    sweep: newSweep({ environment, settings }, agingRows(rootKey)),
    onStep,
  };
  const door: Pipeline = pipeline(parts);
  const load = (service: ServiceName, operation?: string) => loadService(service, loaded, operation);
  let closing: Promise<void> | undefined;
  async function close(): Promise<void> {
    try {
      door.flush();
      blobs.close();
    } finally {
      await store.close();
    }
  }
  return {
    store,
    blobs,
    rootKey,
    keys,
    sealRootKey(to) {
      const change = { from: passphrase, to, check: rootKeyCheck(rootKey) };
      store.transact<void>(() => changePassphrase(folder, environment.random, change));
    },
    pipeline: door,
    load,
    rehearse(rehearsal) {
      const overlay = overlayOn(store);
      const dry = withoutFiles(blobs);
      // Nobody reads the records of these calls, which may be many: an overlay holds its rows in memory.
      const shown = rehearsal.isUnseen ? undefined : onStep;
      const tried = {
        ...parts,
        store: overlay,
        blobs: dry,
        views: [],
        lateViews: [],
        beforehand: undefined,
        sweep: undefined,
        settings: { ...settings, kmsLatencyMs: 0 },
        rehearsal,
        onStep: shown,
      };
      return {
        store: overlay,
        blobs: dry,
        rootKey,
        pipeline: pipeline(tried),
        load,
        close: () => overlay.close(),
      };
    },
    close() {
      closing ??= close();
      return closing;
    },
  };
}

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
import { KEY_BYTES } from './crypto/derive.ts';
import { makeRootKey, type RootKey } from './crypto/root-key.ts';
import type { Environment } from './env.ts';
import { decide } from './iam/authorize.ts';
import { endedSessions } from './iam/ended-sessions.ts';
import { oldReports } from './iam/old-reports.ts';
import { denial } from './policy/denial.ts';
import { countRequest } from './quotas/throttle.ts';
import { expiredLevelKeys } from './s3/content/expired-level-keys.ts';
import { type Loaded, loadService, nothingLoaded } from './services.ts';
import { type Blobs, noBlobs, openBlobs, withoutFiles } from './store/blobs.ts';
import { type Ground, type Overlay, overlayOn } from './store/overlay.ts';
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

/** A place to try calls: they see what is there and the changes of those before them, and nothing of it stays. */
export interface TrialPlace extends Workplace {
  /** A place over this one as it is now. Until that is closed, nothing else may be done here. */
  rehearse(rehearsal: Rehearsal): TrialPlace;
  /**
   * Makes such places one after the other, each from the same state: it is quicker than to make each by itself. One has
   * to be closed before the next is made.
   */
  rehearsals(): (rehearsal: Rehearsal) => TrialPlace;
  /**
   * Makes calls that are not reported and have the permissions that `decide` gives: they bring about what is assumed
   * before others are tried.
   */
  assumed(decide: PipelineParts['decide']): Pipeline;
  close(): void;
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
  /** Until the place is closed, nothing else may be done with the store. */
  rehearse(rehearsal: Rehearsal): TrialPlace;
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
  oldReports,
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
  const common = commonParts({ environment, settings, throttle, onStep, rootKey }, loaded);
  const parts: PipelineParts = {
    ...common,
    store,
    blobs,
    views: [recordKeeper(settings, queueForTrails), countCall, ...views],
    lateViews: [countLate],
    beforehand: inTurn([
      dueAlarms({ store, environment }),
      dueDeliveries({ store, environment, rootKey, pipeline: () => door, load: (service) => load(service) }),
    ]),
    sweep: newSweep({ environment, settings }, agingRows(rootKey)),
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
    rehearse: (rehearsal) => trialPlace({ ground: store, blobs, parts: common, load }, rehearsal),
    close() {
      closing ??= close();
      return closing;
    },
  };
}

/** The parts of a pipeline that do not depend on whether its calls are only tried. */
type CommonParts = Omit<
  PipelineParts,
  'store' | 'blobs' | 'views' | 'lateViews' | 'beforehand' | 'sweep' | 'rehearsal'
>;

const commonParts = (
  given: Pick<PipelineParts, 'environment' | 'settings' | 'throttle' | 'onStep' | 'rootKey'>,
  loaded: Loaded,
): CommonParts => ({
  ...given,
  services: loaded.operations,
  settle: (passage) => loaded.settle(passage),
  validate: checkInput,
  loggable,
  decide,
  denial,
});

/** What calls are tried over. */
interface TrialGround {
  readonly ground: Ground;
  readonly blobs: Pick<Blobs, 'open'>;
  readonly parts: CommonParts;
  readonly load: Workplace['load'];
}

function trialPlace({ ground, ...around }: TrialGround, rehearsal: Rehearsal): TrialPlace {
  const overlay = overlayOn(ground);
  return placeOn(overlay, around, rehearsal, () => overlay.close());
}

/** A place on an overlay, with what closes it. */
function placeOn(
  overlay: Overlay,
  { blobs, parts, load }: Omit<TrialGround, 'ground'>,
  rehearsal: Rehearsal,
  close: () => void,
): TrialPlace {
  const dry = withoutFiles(blobs);
  const tried: PipelineParts = {
    ...parts,
    store: overlay,
    blobs: dry,
    // Nobody reads the records of these calls, which may be many: an overlay holds its rows in memory.
    views: [],
    lateViews: [],
    settings: { ...parts.settings, kmsLatencyMs: 0 },
    rehearsal,
    decide: rehearsal.decide ?? parts.decide,
    onStep: rehearsal.isUnseen ? undefined : parts.onStep,
  };
  return {
    store: overlay,
    blobs: dry,
    rootKey: parts.rootKey,
    pipeline: pipeline(tried),
    load,
    assumed: (decides) => pipeline({ ...tried, rehearsal: undefined, throttle: undefined, decide: decides }),
    rehearse: (inner) => trialPlace({ ground: overlay, blobs: dry, parts, load }, inner),
    rehearsals() {
      const shared = overlayOn(overlay);
      return (inner) => placeOn(shared, { blobs: dry, parts, load }, inner, shared.forget);
    },
    close,
  };
}

/** A place to try calls over rows that no store has: no folder is read or made. */
export function placeOver(
  ground: Ground,
  { environment, settings = usualSettings, onStep }: Pick<AssemblyOptions, 'environment' | 'settings' | 'onStep'>,
  rehearsal: Rehearsal,
): TrialPlace {
  const loaded = nothingLoaded();
  const rootKey = makeRootKey(Uint8Array.from(environment.random(KEY_BYTES)), environment.random);
  const parts = commonParts({ environment, settings, throttle: countRequest, onStep, rootKey }, loaded);
  const load: Workplace['load'] = (service, operation) => loadService(service, loaded, operation);
  return trialPlace({ ground, blobs: noBlobs, parts, load }, rehearsal);
}

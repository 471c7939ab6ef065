/** Puts the parts together for one store: takes the environment, returns the way to the operations. */

import type { ServiceName } from './api/model/operations.ts';
import { checkInput } from './api/validate.ts';
import { keepRecord } from './call/call-log.ts';
import { loggable } from './call/loggable.ts';
import { type Pipeline, pipeline } from './call/pipeline.ts';
import type { PipelineParts } from './call/scope.ts';
import { type ServiceSettings, usualSettings } from './call/settings.ts';
import type { View } from './call/view.ts';
import type { RootKey } from './crypto/root-key.ts';
import type { Environment } from './env.ts';
import { decide } from './iam/authorize.ts';
import { denial } from './policy/denial.ts';
import { loadService, nothingLoaded } from './services.ts';
import { type Blobs, openBlobs } from './store/blobs.ts';
import { getMeta } from './store/meta.ts';
import { changePassphrase } from './store/root-key-change.ts';
import { ownRootKey } from './store/root-key-check.ts';
import { isSealed } from './store/root-key-file.ts';
import { openStore, type Store } from './store/store.ts';

export interface Assembly {
  readonly store: Store;
  readonly pipeline: Pipeline;
  readonly blobs: Blobs;
  /** The store's root key, read or made when it is first needed. */
  rootKey(): RootKey;
  /**
   * Seals the root key with another passphrase than the one that opened it, or with none; nobody else can change it in
   * the meantime.
   */
  sealRootKey(to: string | undefined): void;
  /** Makes the operations of a service, and those that they call, known to the pipeline. */
  load(service: ServiceName): Promise<void>;
  close(): Promise<void>;
}

export interface AssemblyOptions {
  readonly folder: string;
  readonly environment: Environment;
  readonly settings?: ServiceSettings;
  /** Opens a sealed root key. */
  readonly passphrase?: string | undefined;
  /** Counts requests and refuses those over the limit; absent if there is no limit. */
  readonly throttle?: PipelineParts['throttle'];
  readonly onStep?: PipelineParts['onStep'];
  /** Further views of the calls, besides the audit log. */
  readonly views?: readonly View[] | undefined;
}

/** Opens a store, creating it if there is none, and composes the pipeline over it. */
export function assemble(options: AssemblyOptions): Assembly {
  const { folder, environment, settings = usualSettings, passphrase, throttle, onStep, views = [] } = options;
  const store = openStore(folder);
  let known = isSealed(folder) ? sealedRootKey(store, options) : undefined;
  const blobs = openBlobs(store);
  const loaded = nothingLoaded();
  const rootKey = (): RootKey => {
    known ??= ownRootKey(store, environment.random, passphrase);
    return known;
  };
  const door = pipeline({
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
    views: [keepRecord, ...views],
    onStep,
  });
  return {
    store,
    blobs,
    rootKey,
    sealRootKey(to) {
      // Seal only the store's own root key.
      rootKey();
      store.transact<void>((tx) => {
        const check = getMeta(tx, 'rootKey')?.check;
        changePassphrase(folder, environment.random, { from: passphrase, to, check });
      });
    },
    pipeline: door,
    load: (service) => loadService(service, loaded),
    async close() {
      try {
        door.flush();
        blobs.close();
      } finally {
        await store.close();
      }
    },
  };
}

/** Nobody uses a sealed store without its passphrase, even for what needs no key. @throws StoreError */
function sealedRootKey(store: Store, { environment, passphrase }: AssemblyOptions): RootKey {
  try {
    return ownRootKey(store, environment.random, passphrase);
  } catch (error) {
    void store.close();
    throw error;
  }
}

/** What this process does to files, seen at the functions of `node:fs` that change them. */

import fs from 'node:fs';
import fsPromises, { type FileHandle } from 'node:fs/promises';
import { syncBuiltinESMExports } from 'node:module';
import { relative } from 'node:path';

/** One step; `sync` is of a file's bytes, or of the names in a folder. */
export interface FileStep {
  readonly kind: 'open' | 'mkdir' | 'write' | 'truncate' | 'sync' | 'rename' | 'link' | 'rm';
  readonly path: string;
  /** The new name of what is renamed or linked. */
  readonly to?: string;
  /** Of `mkdir`: it makes what is missing above, and answers the first that it has made. */
  readonly isRecursive?: boolean;
}

/** Called before a step is done. What it answers is called when it has been done, with the function's own answer. */
export type OnFileStep = (step: FileStep) => ((answer: unknown) => void) | undefined;

/** Watches every step until the function that it answers is called. A file that is opened to be read is not a step. */
export async function watchFileSteps(onStep: OnFileStep): Promise<() => void> {
  const undo: (() => void)[] = [];
  const handles = new WeakMap<object, string>();
  const descriptors = new Map<unknown, string>();

  /** Puts a function around one that is there; it is given what that one is called on and with. */
  function around(holder: object, name: string, call: (original: () => unknown, on: unknown, given: Given) => unknown) {
    const original: unknown = Reflect.get(holder, name);
    if (typeof original !== 'function') throw new TypeError(`there is no ${name}`);
    Reflect.set(holder, name, function (this: unknown, ...given: unknown[]): unknown {
      return call(() => Reflect.apply(original, this, given), this, given);
    });
    undo.push(() => Reflect.set(holder, name, original));
  }

  function watch(holder: object, names: Readonly<Record<string, (on: unknown, given: Given) => FileStep | undefined>>) {
    for (const [name, stepOf] of Object.entries(names)) {
      around(holder, name, (original, on, given) => {
        const step = stepOf(on, given);
        return step ? doneBy(original, onStep(step)) : original();
      });
    }
  }

  const withPath =
    (kind: FileStep['kind']) =>
    (_on: unknown, [path]: Given) => ({ kind, path: String(path) });
  const withBoth =
    (kind: FileStep['kind']) =>
    (_on: unknown, [path, to]: Given) => ({
      kind,
      path: String(path),
      to: String(to),
    });
  const making = (_on: unknown, [path, options]: Given) => ({
    kind: 'mkdir' as const,
    path: String(path),
    isRecursive: typeof options === 'object' && options !== null && 'recursive' in options,
  });
  const opening = (_on: unknown, [path, flags]: Given) =>
    /^[wa]/.test(String(flags)) ? { kind: 'open' as const, path: String(path) } : undefined;
  const ofHandle = (kind: FileStep['kind']) => (on: unknown) => {
    const path = typeof on === 'object' && on !== null ? handles.get(on) : undefined;
    return path === undefined ? undefined : { kind, path };
  };
  const ofFile =
    (kind: FileStep['kind']) =>
    (_on: unknown, [file]: Given) => {
      const path = typeof file === 'string' ? file : descriptors.get(file);
      return path === undefined ? undefined : { kind, path };
    };

  watch(fsPromises, { mkdir: making, open: opening, rename: withBoth('rename'), rm: withPath('rm') });
  around(fsPromises, 'open', (original, _on, [path]) =>
    doneBy(original, (handle) => handles.set(handle as FileHandle, String(path))),
  );
  const handle = await fsPromises.open(process.execPath);
  await handle.close();
  watch(Object.getPrototypeOf(handle), {
    write: ofHandle('write'),
    writeFile: ofHandle('write'),
    truncate: ofHandle('truncate'),
    datasync: ofHandle('sync'),
    sync: ofHandle('sync'),
  });
  watch(fs, {
    mkdirSync: making,
    openSync: opening,
    writeFileSync: ofFile('write'),
    fsyncSync: ofFile('sync'),
    renameSync: withBoth('rename'),
    linkSync: withBoth('link'),
    rmSync: withPath('rm'),
  });
  around(fs, 'openSync', (original, _on, [path]) => doneBy(original, (file) => descriptors.set(file, String(path))));
  syncBuiltinESMExports();
  return () => {
    for (const each of undo.reverse()) each();
    syncBuiltinESMExports();
  };
}

type Given = readonly unknown[];

/** Does it, and tells when it is done, which is later for a promise. */
function doneBy(work: () => unknown, onDone: ((answer: unknown) => void) | undefined): unknown {
  const answer = work();
  if (!(answer instanceof Promise)) {
    onDone?.(answer);
    return answer;
  }
  return answer.then((settled: unknown) => {
    onDone?.(settled);
    return settled;
  });
}

/** A path below a folder with `*` for what is different each time: ids of blob files and marks of processes. */
export const namedBelow = (folder: string, path: string): string =>
  (relative(folder, path) || '.')
    .replace(/\/[0-9a-f]{2}(?=$|\/)/g, '/*')
    .replace(/\/[0-9a-f]{32}(?=$|\.)/g, '/*')
    .replace(/(?<=root\.key\.)[0-9a-f]{16}$/, '*')
    .replace(/(?<=\.(?:staged|placing|removed|dropped|hold)-)[^/]+/, '*');

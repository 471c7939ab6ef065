/**
 * What a power cut would take. A file's bytes are safe after a sync of the file, its name after a sync of its folder,
 * and neither before: fsync(2). SIGKILL shows nothing of it, as the system writes later what a killed process wrote.
 */

import fs from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, relative } from 'node:path';
import { onTestFinished } from 'vitest';
import { type FileStep, namedBelow, watchFileSteps } from './file-steps.ts';

/** The files below a folder, as a power cut would find them. */
export interface Disk {
  /** Bytes and names that it would take now. */
  atRisk(): string[];
  /** The same at each commit of a store; files that have no lasting name yet do not count. */
  readonly atRiskAtCommits: readonly string[];
  /** What was removed or renamed, and would be there again under its old name. */
  removalsAtRisk(): string[];
  /** Renames and links of what was not safe yet: the new name could be left without what it stands for. */
  readonly early: readonly string[];
  /** The steps on files and the commits, from now on; each is said once where it comes several times in a row. */
  forgetSteps(): void;
  readonly steps: readonly string[];
}

/** Watches the files below a folder until the test ends. */
export async function watchDisk(folder: string): Promise<Disk> {
  const bytes = new Map<string, number>();
  const names = new Set<string>();
  const removed = new Set<string>();
  const early: string[] = [];
  const steps: string[] = [];
  const atRiskAtCommits: string[] = [];
  let count = 0;

  const atRisk = (): string[] => [
    ...Array.from(bytes.keys(), (path) => `bytes of ${namedBelow(folder, path)}`),
    ...Array.from(names, (path) => `name of ${namedBelow(folder, path)}`),
  ];
  const say = (step: string): void => {
    if (steps.at(-1) !== step) steps.push(step);
  };
  const touch = (path: string): void => {
    bytes.set(path, ++count);
  };
  const forget = (path: string): void => {
    for (const set of [bytes, names]) for (const each of [...set.keys()]) if (isWithin(each, path)) set.delete(each);
  };

  /** What comes of a step once it is done. */
  function effectOf({ kind, path, to = '', isRecursive }: FileStep): ((answer: unknown) => void) | undefined {
    const isThere = fs.existsSync(path);
    switch (kind) {
      case 'open':
        return () => {
          if (!isThere) names.add(path);
        };
      case 'mkdir': {
        const missing = missingFolders(path);
        return (first) => {
          // It answers nothing when another was faster.
          const isMade = (each: string) => !isRecursive || (typeof first === 'string' && isWithin(each, first));
          for (const each of missing) if (isMade(each)) names.add(each);
        };
      }
      case 'write':
      case 'truncate':
        touch(path);
        return () => touch(path);
      case 'sync': {
        const upTo = count;
        return () => {
          if ((bytes.get(path) ?? 0) <= upTo) bytes.delete(path);
          for (const set of [names, removed]) for (const each of set) if (dirname(each) === path) set.delete(each);
        };
      }
      case 'rename':
      case 'link': {
        const unsafe = [...bytes.keys(), ...names, ...removed].filter((each) => isWithin(each, path) && each !== path);
        if (bytes.has(path) || unsafe.length > 0) early.push(`${kind} of ${namedBelow(folder, path)}`);
        return () => {
          if (kind === 'rename') {
            forget(path);
            removed.add(path);
          }
          removed.delete(to);
          names.add(to);
        };
      }
      case 'rm':
        return () => {
          forget(path);
          if (isThere) removed.add(path);
        };
    }
    return kind satisfies never;
  }

  const unwatch = await watchFileSteps((step) => {
    if (!isWithin(step.path, folder)) return undefined;
    const to = step.to === undefined ? '' : ` to ${namedBelow(folder, step.to)}`;
    say(`${step.kind} ${namedBelow(folder, step.path)}${to}`);
    return effectOf(step);
  });
  const unwatchCommits = watchCommits((isWaitedFor) => {
    atRiskAtCommits.push(...atRisk().filter((each) => !each.endsWith('.part')));
    say(isWaitedFor ? 'commit' : 'commit that the disk has not');
  });
  onTestFinished(() => {
    unwatch();
    unwatchCommits();
  });

  return {
    atRisk,
    atRiskAtCommits,
    removalsAtRisk: () => Array.from(removed, (path) => `removal of ${namedBelow(folder, path)}`),
    early,
    steps,
    forgetSteps: () => {
      steps.length = 0;
    },
  };
}

const isWithin = (path: string, folder: string): boolean => !relative(folder, path).startsWith('..');

function missingFolders(path: string): string[] {
  const missing: string[] = [];
  for (let at = path; !fs.existsSync(at); at = dirname(at)) missing.push(at);
  return missing;
}

interface Options {
  readonly noSync?: boolean;
  readonly noMetaSync?: boolean;
  readonly mapAsync?: boolean;
  readonly overlappingSync?: boolean;
}

interface Environment {
  transactionSync(work: () => unknown, flags?: unknown): unknown;
}

/** lmdb as `src/store/lmdb.ts` loads it. */
const lmdb: { open(options: Options): Environment } = createRequire(import.meta.filename)('lmdb');

/**
 * Calls back after each outermost transaction of the environments that are opened from now on, with whether it has
 * waited for the disk: lmdb-js README, "DB Options".
 */
function watchCommits(onCommit: (isWaitedFor: boolean) => void): () => void {
  const { open } = lmdb;
  lmdb.open = (options) => {
    const isWaitedFor =
      !options.noSync && !options.noMetaSync && !options.mapAsync && options.overlappingSync === false;
    const root = open(options);
    const transactionSync = root.transactionSync.bind(root);
    let depth = 0;
    root.transactionSync = (work, flags) => {
      depth += 1;
      try {
        const answer = transactionSync(work, flags);
        if (depth === 1) onCommit(isWaitedFor);
        return answer;
      } finally {
        depth -= 1;
      }
    };
    return root;
  };
  return () => {
    lmdb.open = open;
  };
}

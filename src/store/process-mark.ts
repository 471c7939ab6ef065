/**
 * Identifies the process that wrote a row or made a file, even if a later process gets the same pid. It does not depend on
 * clocks.
 */

import { readFileSync, readlinkSync } from 'node:fs';

export interface ProcessMark {
  readonly pid: number;
  /** When the process started, in ticks since the boot; absent if the system does not provide it. */
  readonly start?: string | undefined;
  /** The boot during which it runs. */
  readonly boot?: string | undefined;
  /** The namespace of the pid; each container has its own. */
  readonly namespace?: string | undefined;
}

let own: ProcessMark | undefined;

/** The mark of this process. */
export function ownProcessMark(): ProcessMark {
  own ??= { pid: process.pid, start: startOf(process.pid), boot: bootId(), namespace: pidNamespace() };
  return own;
}

/** Whether a process has certainly ended; if that cannot be known, it counts as running. */
export function isGone({ pid, start, boot, namespace }: ProcessMark): boolean {
  const here = ownProcessMark();
  if (boot !== here.boot) return boot !== undefined && here.boot !== undefined;
  if (namespace !== here.namespace) return false;
  if (!isRunning(pid)) return true;
  const startNow = startOf(pid);
  return start !== undefined && startNow !== undefined && start !== startNow;
}

/** Whether it could be known that a process has ended. */
export const isHere = ({ boot, namespace }: ProcessMark): boolean => {
  const here = ownProcessMark();
  return boot === here.boot && namespace === here.namespace;
};

/** A mark as part of a file's name. */
export const markName = ({ pid, start = '', boot = '', namespace = '' }: ProcessMark): string =>
  [pid, start, boot, namespace.replace(/^pid:/, '')].join('~');

/** The mark in a file's name, which may have a number of its own behind it; undefined if it is not one. */
export function markOfName(name: string): ProcessMark | undefined {
  const [, pid, start, boot, namespace] = /^(\d+)~(\d*)~([\w-]*)~([^~\s]*)(?:~[0-9a-f]+)?$/.exec(name) ?? [];
  if (pid === undefined) return undefined;
  return {
    pid: Number(pid),
    start: start || undefined,
    boot: boot || undefined,
    namespace: namespace ? `pid:${namespace}` : undefined,
  };
}

/** Whether there is a process with this number now. */
export function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    // One that has ended keeps its number until its parent has asked how.
    return statOf(pid)?.[0] !== 'Z';
  } catch (error) {
    // EPERM: it runs, but belongs to another user.
    return !(error instanceof Error && 'code' in error && error.code === 'ESRCH');
  }
}

/** When it started: proc(5), /proc/pid/stat, field 22. */
const startOf = (pid: number): string | undefined => statOf(pid)?.[19];

/** The fields of /proc/pid/stat from the third one, the state; the second is a name that may have blanks and brackets. */
function statOf(pid: number): string[] | undefined {
  const stat = readText(`/proc/${pid}/stat`);
  return stat?.slice(stat.lastIndexOf(')') + 2).split(' ');
}

const bootId = (): string | undefined => readText('/proc/sys/kernel/random/boot_id')?.trim();

function pidNamespace(): string | undefined {
  try {
    return readlinkSync('/proc/self/ns/pid');
  } catch {
    return undefined;
  }
}

function readText(path: string): string | undefined {
  try {
    return readFileSync(path, 'latin1');
  } catch {
    return undefined;
  }
}

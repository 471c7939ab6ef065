/**
 * The temporary files of downloads, such as `.ssebox-1a2b3c4d.MARK.part`. The mark names the process that writes one, so
 * that a later download can remove what a killed one has left, and nothing else.
 */

import type { Stats } from 'node:fs';
import { lstat, readdir, rm } from 'node:fs/promises';
import { uptime } from 'node:os';
import { join } from 'node:path';
import { isGone, isHere, markName, markOfName, ownProcessMark, type ProcessMark } from '../store/process-mark.ts';

/** The name of a temporary file of this process; `unique` is eight hexadecimal digits. */
export const partName = (unique: string): string => `.ssebox-${unique}.${markName(ownProcessMark())}.part`;

/** Whether a file has the name of such a temporary file. */
export const isPartName = (name: string): boolean => markIn(name) !== undefined;

function markIn(name: string): ProcessMark | undefined {
  const [, mark] = /^\.ssebox-[0-9a-f]{8}\.(.+)\.part$/s.exec(name) ?? [];
  return mark === undefined ? undefined : markOfName(mark);
}

/**
 * Removes the temporary files in a folder whose process is gone. One that cannot be removed stays.
 * @param nowMs the machine's time
 */
export async function sweepParts(folder: string, nowMs: number): Promise<void> {
  const names = await readdir(folder).catch(() => []);
  for (const name of names) {
    const mark = markIn(name);
    if (!mark || !isGone(mark)) continue;
    const path = join(folder, name);
    const facts = await lstat(path).catch(() => undefined);
    if (facts?.isFile() && isLeft(mark, facts, nowMs)) await rm(path, { force: true }).catch(() => {});
  }
}

/** A file of another boot that was written since this one began belongs to another machine, which shares the folder. */
const isLeft = (mark: ProcessMark, { mtimeMs }: Stats, nowMs: number): boolean =>
  isHere(mark) || mtimeMs < nowMs - uptime() * 1000;

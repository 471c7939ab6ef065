import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { isPartName, partName, sweepParts } from '../../src/cli/part-file.ts';
import { markName, ownProcessMark, type ProcessMark } from '../../src/store/process-mark.ts';

const nameOf = (mark: ProcessMark): string => `.ssebox-0a1b2c3d.${markName(mark)}.part`;

const own = ownProcessMark();
/** Another process that has this pid by now has started at another time. */
const ended: ProcessMark = { ...own, pid: spawnSync('true').pid, start: '1' };

const otherBoot = { ...own, boot: '00000000-1111-2222-3333-444444444444' };

interface Case {
  readonly what: string;
  readonly name: string;
  readonly isSwept: boolean;
  readonly isOld?: boolean;
}

const cases: readonly Case[] = [
  { what: 'of a process that has ended', name: nameOf(ended), isSwept: true },
  { what: 'of this process', name: partName('0a1b2c3d'), isSwept: false },
  { what: 'of another pid namespace', name: nameOf({ ...ended, namespace: 'pid:[1]' }), isSwept: false },
  { what: 'of an earlier boot', name: nameOf(otherBoot), isSwept: true, isOld: true },
  { what: 'of another machine, which has just written it', name: nameOf(otherBoot), isSwept: false },
  { what: 'of another program', name: '.notes.0a1b2c3d.part', isSwept: false },
  { what: 'without a mark', name: '.ssebox-0a1b2c3d.part', isSwept: false },
  { what: 'with something else for a mark', name: '.ssebox-0a1b2c3d.notes.part', isSwept: false },
  { what: 'with a mark and another end', name: `${nameOf(ended)}ly`, isSwept: false },
];

test.for(cases)('a temporary file $what is swept: $isSwept', async ({ name, isSwept, isOld = false }) => {
  const folder = mkdtempSync(join(tmpdir(), 'ssebox-part-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  writeFileSync(join(folder, name), 'half');
  if (isOld) utimesSync(join(folder, name), 1, 1);
  await sweepParts(folder, Date.now());
  expect(readdirSync(folder)).toEqual(isSwept ? [] : [name]);
});

test('only regular files are swept, and a folder that cannot be read is not an error', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'ssebox-part-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  mkdirSync(join(folder, nameOf(ended)));
  symlinkSync('elsewhere', join(folder, nameOf({ ...ended, start: '2' })));
  await sweepParts(folder, Date.now());
  expect(readdirSync(folder)).toHaveLength(2);
  await sweepParts(join(folder, 'none'), Date.now());
});

test('only names with a mark are those of temporary files', () => {
  for (const { name, what } of cases) expect(isPartName(name), name).toBe(/process|namespace|boot|machine/.test(what));
});

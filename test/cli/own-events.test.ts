/** What is done to a store's time, its content or its root key leaves a line in `trail tail`, and nowhere else. */

import { expect, test } from 'vitest';
import { type CommandLine, newCommandLine, type RunOptions } from '../support/command-line.ts';
import { DAY, MINUTE } from '../support/harness.ts';

/** Time and call of each line. */
async function tail(line: CommandLine, words: readonly string[] = [], options: RunOptions = {}): Promise<string[]> {
  const { out } = await line.ok(['trail', 'tail', ...words], options);
  return out
    .split('\n')
    .filter((each) => each !== '')
    .map((each) => each.split('  ').slice(0, 2).join('  '));
}

test('changes of the clock are shown among the calls, in the order of time', async () => {
  const line = newCommandLine();
  await line.ok(['kms', 'create-key']);
  line.advance(MINUTE);
  await line.ok(['clock', 'advance', '30d']);
  line.advance(MINUTE);
  await line.ok(['kms', 'list-keys']);
  line.advance(MINUTE);
  await line.ok(['clock', 'set', '2026-06-24']);
  line.advance(MINUTE);
  const moved = [
    '2026-05-04 09:00:00  kms CreateKey',
    '2026-05-04 09:01:00  ssebox clock advance',
    '2026-06-03 09:02:00  kms ListKeys',
    '2026-06-03 09:03:00  ssebox clock set',
  ];
  expect(await tail(line)).toEqual(moved);
  // The lookup is now in it, too.
  expect(await tail(line, ['--limit', '2'])).toEqual([moved[3], '2026-06-24 00:01:00  cloudtrail LookupEvents']);
  const { out } = await line.ok(['trail', 'tail', '--limit', '99']);
  expect(out).toContain('ssebox clock advance  -  ok  time moved from 2026-05-04 09:01:00 to 2026-06-03 09:01:00');
});

test('a clock that is set back is shown at the time that it goes on from', async () => {
  const line = newCommandLine();
  await line.ok(['clock', 'advance', '30d']);
  line.advance(MINUTE);
  await line.ok(['clock', 'reset']);
  await line.ok(['clock', 'show']);
  expect(await tail(line)).toEqual([
    '2026-05-04 09:00:00  ssebox clock advance',
    '2026-05-04 09:01:00  ssebox clock reset',
  ]);
});

test('options that choose calls leave them out, and those that choose a time choose among them', async () => {
  const line = newCommandLine();
  await line.ok(['kms', 'create-key']);
  await line.ok(['clock', 'advance', '30d']);
  for (const words of [['--service', 'kms'], ['--writes'], ['--event', 'CreateKey'], ['--start-time', '2026-05-05']]) {
    expect((await tail(line, words)).filter((each) => each.includes('ssebox'))).toEqual([]);
  }
  const early = await tail(line, ['--end-time', '2026-05-05']);
  expect(early).toEqual(['2026-05-04 09:00:00  kms CreateKey', '2026-05-04 09:00:00  ssebox clock advance']);
});

test('no record, lookup or export has them', async () => {
  const line = newCommandLine();
  await line.ok(['kms', 'create-key']);
  await line.ok(['clock', 'advance', '1d']);
  await line.ok(['store', 'rekey', '--yes']);
  expect((await tail(line)).filter((each) => each.includes('ssebox'))).toHaveLength(2);
  for (const words of [
    ['trail', 'export'],
    ['trail', 'lookup'],
    ['cloudtrail', 'lookup-events'],
  ]) {
    expect((await line.ok(words)).out).not.toMatch(/clock|rekey/);
  }
});

test('a new root key and a restored backup are shown, also if nobody gave the passphrase of the backup', async () => {
  const line = newCommandLine();
  await line.ok(['kms', 'create-key']);
  line.advance(DAY);
  await line.ok(['store', 'rekey', '--yes']);
  await line.ok(['store', 'passphrase', 'set', '-'], { stdin: 'open sesame' });
  await line.ok(['store', 'backup', line.path('backup')]);
  line.advance(DAY);
  await line.ok(['store', 'restore', line.path('backup'), '--yes']);
  line.advance(DAY);
  const given = { variables: { SSEBOX_PASSPHRASE: 'open sesame' } };
  expect(await tail(line, [], given)).toEqual([
    '2026-05-04 09:00:00  kms CreateKey',
    '2026-05-05 09:00:00  ssebox store rekey',
    '2026-05-06 09:00:00  ssebox store restore',
  ]);
  // The hint has become a row, once.
  expect((await tail(line, [], given)).filter((each) => each.includes('restore'))).toHaveLength(1);
  await line.ok(['store', 'verify'], given);
  // The backup was only read.
  const backup = await tail(line, ['--store', line.path('backup')], given);
  expect(backup.filter((each) => each.includes('restore'))).toEqual([]);
});

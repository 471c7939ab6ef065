/** `ssebox alarm list`, `show`, `history` and `delete`, and how `put` asks and answers. */

import { expect, test } from 'vitest';
import { type CommandLine, newCommandLine, newSample } from '../support/command-line.ts';
import { MINUTE } from '../support/harness.ts';
import { keys, samplePlace } from '../support/place.ts';

/** A store with an alarm that has gone off, and one that has not. */
async function newStage(): Promise<CommandLine> {
  const line = await newSample();
  await line.ok(['alarm', 'put', '--preset', 'access-denied', '--action', 'arn:aws:sns:us-east-1:111122223333:ops']);
  await line.ok(['alarm', 'put', '--preset', 'trail-changed']);
  line.advance(MINUTE);
  await line.ssebox(['kms', 'list-keys', '--as', 'user/bob']);
  line.advance(MINUTE);
  return line;
}

const page = async (line: CommandLine, ...words: string[]) =>
  (await line.ok(['alarm', ...words, '--output', 'tree'])).out;

test('put answers with the ARN of the alarm and a sentence, and changes an alarm of the same name', async () => {
  const line = await newSample();
  const put = (...words: string[]) => line.ok(['alarm', 'put', '--preset', 'trail-changed', ...words]);
  const Rule =
    'goes to ALARM when Sum of SSEBox TrailChanges is at least 1 in a period of 5 minutes; a period without values is within the threshold';
  const AlarmArn = 'arn:aws:cloudwatch:us-east-1:111122223333:alarm:trail-changed';
  expect((await put()).json).toEqual({ AlarmName: 'trail-changed', AlarmArn, Rule });
  expect(await page(line, 'put', '--preset', 'trail-changed')).toBe(
    `${AlarmArn}\ntrail-changed ${Rule}\nits messages: ssebox alarm watch\n`,
  );
  await put('--at-least', '3');
  const { json } = await line.ok(['alarm', 'list', '--query', 'MetricAlarms[].[AlarmName, Threshold]']);
  expect(json).toEqual([['trail-changed', 3]]);
});

test('what dry-run shows is what the operation takes, and changes nothing', async () => {
  const line = await newSample();
  const { out, json } = await line.ok(['alarm', 'put', '--preset', 'kms-throttling', '--dry-run']);
  expect((await line.ok(['alarm', 'list'])).json).toEqual({ MetricAlarms: [] });
  await line.ok(['cloudwatch', 'put-metric-alarm', '--cli-input-json', out]);
  expect((await line.ok(['alarm', 'show', 'kms-throttling', '--query', 'Alarm'])).json).toMatchObject(json as object);
});

test.for<[words: string, err: RegExp]>([
  ['--period 60 --periods 1441', /more than a day|86400/],
  ['--period 7', /[Pp]eriod/],
  ['--period 5s', /[Pp]eriod/],
  ['--action nowhere', /nowhere|ARN|arn/],
  ['--stat p101', /p101|[Ss]tatistic/],
])('CloudWatch refuses %s', async ([words, err]) => {
  const line = await newSample();
  const own = 'alarm put x --metric Calls --dimensions Service=kms Operation=CreateKey --above 1';
  const ended = await line.ssebox([...own.split(' '), ...words.split(' ')]);
  expect(ended).toMatchObject({ code: 254, out: '' });
  expect(ended.err).toMatch(err);
  expect((await line.ok(['alarm', 'list'])).json).toEqual({ MetricAlarms: [] });
});

test('the list has the states of the alarms, evaluated up to now', async () => {
  const line = await newStage();
  expect(await page(line, 'list')).toBe(`\
NAME           STATE  SINCE                METRIC               CONDITION
access-denied  ALARM  2026-05-04 09:02:00  SSEBox Denials       Sum >= 1 for 1 datapoint within 5 minutes
trail-changed  OK     2026-05-04 09:01:00  SSEBox TrailChanges  Sum >= 1 for 1 datapoint within 5 minutes
`);
  const { json } = await line.ok(['alarm', 'list', '--state', 'ALARM', '--query', 'MetricAlarms[].AlarmName']);
  expect(json).toEqual(['access-denied']);
  expect(await page(line, 'list', '--state', 'INSUFFICIENT_DATA')).toBe('no alarm is in INSUFFICIENT_DATA\n');
  expect(await page(newCommandLine(), 'list')).toBe('no alarms: ssebox alarm put --preset access-denied\n');
  await line.ok(['cloudwatch', 'disable-alarm-actions', '--alarm-names', 'access-denied']);
  expect(await page(line, 'list')).toMatch(/ ACTIONS\naccess-denied .* off\ntrail-changed .* minutes\n$/);
});

test('more alarms than a page of CloudWatch are listed', async () => {
  const line = await newSample();
  for (let i = 0; i < 101; i += 1) await line.ok(['alarm', 'put', `alarm-${i}`, '--preset', 'access-denied']);
  expect((await line.ok(['alarm', 'list', '--query', 'length(MetricAlarms)'])).json).toBe(101);
});

test('show has the settings in words, the reason, and a chart of the values', async () => {
  const line = await newStage();
  const shown = await page(line, 'show', 'access-denied');
  expect(shown).toContain('state        ALARM since 2026-05-04 09:02:00\n');
  expect(shown).toMatch(/^reason {7}Threshold Crossed: 1 datapoint \[1\.0 \(04\/05\/26 /m);
  expect(shown).toContain(
    'rule         goes to ALARM when Sum of SSEBox Denials is at least 1 in a period of 5 minutes',
  );
  expect(shown).toContain('actions      arn:aws:sns:us-east-1:111122223333:ops on ALARM\n');
  expect(shown).toMatch(/value.*threshold/);
  const { json } = await line.ok([
    'alarm',
    'show',
    'access-denied',
    '--query',
    '[Alarm.StateValue, Datapoints[].Value]',
  ]);
  expect(json).toEqual(['ALARM', [1]]);
  expect(await page(line, 'show', 'trail-changed')).toContain('\nno values in the last 30 periods of 5 minutes');
});

test('show says which alarm may have been meant', async () => {
  const line = await newStage();
  const { code, err } = await line.ssebox(['alarm', 'show', 'acces-denied'], { terminal: 120 });
  expect(code).toBe(252);
  expect(err).toBe(
    'there is no alarm "acces-denied" in us-east-1: ssebox alarm list lists them\nhint: did you mean "access-denied"?\n',
  );
});

test('the history has what happened, newest first, also to alarms that were deleted', async () => {
  const line = await newStage();
  await line.ok(['alarm', 'delete', 'access-denied']);
  const { json } = await line.ok([
    ...['alarm', 'history', 'access-denied', '--query', 'AlarmHistoryItems[].HistorySummary'],
  ]);
  expect(json).toEqual([
    'Alarm "access-denied" deleted',
    'Successfully executed action arn:aws:sns:us-east-1:111122223333:ops',
    'Alarm updated from OK to ALARM',
    'Alarm updated from INSUFFICIENT_DATA to OK',
    'Alarm "access-denied" created',
  ]);
  expect(await page(line, 'history', '--type', 'StateUpdate', '--limit', '1')).toMatch(
    /^TIME +ALARM +WHAT +REASON\n2026-05-04 09:02:00 {2}access-denied {2}Alarm updated from OK to ALARM {2}Threshold Crossed: .*\n$/,
  );
  const since = ['alarm', 'history', '--since', '30s', '--query', 'AlarmHistoryItems[].HistorySummary'];
  expect(((await line.ok(since)).json as string[]).at(0)).toBe('Alarm "access-denied" deleted');
  expect(await page(newCommandLine(), 'history')).toBe('nothing happened to alarms\n');
  expect((await line.ssebox(['alarm', 'history', '--limit', '0'])).err).toBe(
    '--limit takes a number from 1, not "0"\n',
  );
});

test('delete deletes all that it names, or none', async () => {
  const line = await newStage();
  expect(await line.ssebox(['alarm', 'delete', 'access-denied', 'none'])).toMatchObject({
    code: 252,
    out: '',
    err: 'there is no alarm "none" in us-east-1: ssebox alarm list lists them\n',
  });
  expect((await line.ok(['alarm', 'list', '--query', 'length(MetricAlarms)'])).json).toBe(2);
  expect((await line.ok(['alarm', 'delete', 'access-denied', 'trail-changed'])).out).toBe('');
  expect((await line.ok(['alarm', 'list'])).json).toEqual({ MetricAlarms: [] });
});

test('on a terminal the preset is chosen, and the key that it needs', async () => {
  const place = await samplePlace();
  await place.ok(['kms', 'create-key', '--origin', 'EXTERNAL', '--description', 'imported']);
  const { shows, type, ended } = place.terminal(['alarm', 'put', '--dry-run']);
  await shows(/--preset: .*kms-throttling/s);
  type('material');
  await shows('❯ material-expiring');
  type(keys.enter);
  // Only what can have imported material.
  expect(await shows(/--key: .*imported/s)).not.toContain('alias/app');
  type(keys.enter);
  const { code, text } = await ended;
  expect(code).toBe(0);
  expect(text).toMatch(/material-expiring-[0-9a-f-]{36} goes to ALARM when/);
});

test('on a terminal the limit of a metric and the name of the alarm are asked for', async () => {
  const { terminal } = await samplePlace();
  const { shows, type, ended } = terminal(['alarm', 'put', '--metric', 'Denials', '--dry-run']);
  await shows('--above');
  type(`5${keys.enter}`);
  await shows('Name of the alarm');
  type(`mine${keys.enter}`);
  const { code, text } = await ended;
  expect(code).toBe(0);
  expect(text).toMatch(/mine goes to ALARM when Sum of SSEBox Denials is above 5/);
});

test('on a terminal delete asks first, and names the alarms', async () => {
  const place = await samplePlace();
  for (const preset of ['access-denied', 'trail-changed']) await place.ok(['alarm', 'put', '--preset', preset]);
  const { shows, type, ended } = place.terminal(['alarm', 'delete', 'access-denied', 'trail-changed']);
  await shows('Delete the alarms "access-denied", "trail-changed"?');
  type(`n${keys.enter}`);
  expect((await ended).code).toBe(252);
  const chosen = place.terminal(['alarm', 'show']);
  await chosen.shows(/❯ access-denied/);
  chosen.type(keys.enter);
  expect(await chosen.ended).toMatchObject({ code: 0, text: expect.stringContaining('alarm:access-denied') });
});

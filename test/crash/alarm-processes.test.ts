/** Processes that find the same alarms due at the same time. */

import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, onTestFinished, test } from 'vitest';
import { messagesAfter } from '../../src/cloudwatch/alarm-messages.ts';
import { putValues } from '../../src/tally/put-values.ts';
import { verifyStore } from '../../src/upkeep/verify.ts';
import { openSession } from '../support/store-session.ts';

const run = promisify(execFile);

const ALARMS = 40;
const MINUTES = 30;

test('six processes that evaluate the same alarms record each change once, and its message in the order of time', {
  timeout: 120_000,
}, async () => {
  const folder = mkdtempSync(join(tmpdir(), 'ssebox-alarms-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const setUp = await openSession(folder);
  await setUp.assembly.load('cloudwatch');
  for (let i = 0; i < ALARMS; i += 1) {
    await setUp.call('cloudwatch', 'PutMetricAlarm', {
      AlarmName: `alarm-${i}`,
      Namespace: 'Shop',
      MetricName: 'Orders',
      Statistic: 'Sum',
      Period: 60,
      EvaluationPeriods: 1,
      Threshold: 5,
      ComparisonOperator: 'GreaterThanThreshold',
      AlarmActions: ['arn:aws:sns:us-east-1:111122223333:ops'],
    });
  }
  const name = { account: '111122223333', region: 'us-east-1', namespace: 'Shop', metric: 'Orders', dimensions: [] };
  setUp.assembly.store.transact<void>((tx) => {
    for (let minute = 1; minute <= MINUTES; minute += 1) {
      const timeMs = Date.now() + minute * 60_000;
      putValues(
        { ...name, region: 'us-east-1' },
        { timeMs, resolution: 60 },
        { values: [[minute % 2 === 0 ? 9 : 1, 1]] },
        tx,
      );
    }
  });
  await setUp.close();

  const env = { ...process.env, SSEBOX_STORE: folder, HOME: folder };
  const ssebox = (...words: string[]) => run(process.execPath, ['bin/ssebox.js', ...words], { env });
  await ssebox('clock', 'advance', '1d');
  const words = ['cloudwatch', 'describe-alarms', '--query', 'length(MetricAlarms)'];
  const ended = await Promise.all(Array.from({ length: 6 }, () => ssebox(...words)));
  expect(ended.map(({ stdout, stderr }) => stdout + stderr)).toEqual(Array(6).fill(`${ALARMS}\n`));

  const session = await openSession(folder);
  onTestFinished(() => session.close());
  const { store } = session.assembly;
  const changes = store.transact<string[]>((tx) =>
    [...tx.alarmHistory.range()].flatMap(({ key, value }) =>
      value.type === 'StateUpdate' ? [`${key[2]} ${value.alarm} ${value.summary}`] : [],
    ),
  );
  // To OK, then to and fro with every point, and in the end without data.
  expect(changes).toHaveLength(ALARMS * (MINUTES + 1));
  expect(new Set(changes).size).toBe(changes.length);
  const times = store.transact<number[]>((tx) => [...messagesAfter(0, tx)].map(({ timeMs }) => timeMs));
  // A change to a state without actions leaves one, too.
  expect(times).toHaveLength(changes.length);
  expect(times).toEqual([...times].sort((a, b) => a - b));
  const report = await verifyStore(session.assembly, () => {}, new AbortController().signal);
  expect(report.Damaged).toEqual([]);
});

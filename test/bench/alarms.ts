/** What it takes to evaluate alarms that nobody looked at for a long time. */

import { join } from 'node:path';
import { evaluateAlarms } from '../../src/cloudwatch/alarm-pass.ts';
import type { Tx } from '../../src/store/tables.ts';
import { putValues } from '../../src/tally/put-values.ts';
import type { Figure } from './figure.ts';
import { inTurns, median } from './measure.ts';
import type { Programs } from './program.ts';
import { ACCOUNT, environment, openStage, REGION, request } from './stage.ts';

const MINUTE = 60_000;
const DAY = 86_400_000;
const ROUNDS = 11;
/** Values of the hour before the last look, one a minute. */
const POINTS = 60;

const settings = [
  { Period: 60, EvaluationPeriods: 1 },
  { Period: 300, EvaluationPeriods: 3, DatapointsToAlarm: 2 },
  { Period: 300, EvaluationPeriods: 1, TreatMissingData: 'notBreaching' },
  { Period: 3600, EvaluationPeriods: 1, TreatMissingData: 'ignore' },
] as const;

export async function alarms(folder: string, _programs: Programs): Promise<Figure[]> {
  const assembly = await openStage(join(folder, 'store'), 'cloudwatch');
  const { pipeline, store } = assembly;
  for (const [i, each] of settings.entries()) {
    const alarm = {
      AlarmName: `alarm-${i}`,
      Namespace: 'Shop',
      MetricName: 'Orders',
      Statistic: 'Sum',
      ...each,
    } as const;
    const compared = { Threshold: 5, ComparisonOperator: 'GreaterThanThreshold' } as const;
    await pipeline.invoke('cloudwatch', 'PutMetricAlarm', { ...alarm, ...compared }, request());
  }
  const nowMs = environment.now();
  const name = { account: ACCOUNT, region: REGION, namespace: 'Shop', metric: 'Orders', dimensions: [] } as const;
  store.transact<void>((tx) => {
    for (let i = 0; i < POINTS; i += 1) {
      putValues(name, { timeMs: nowMs - i * MINUTE, resolution: 60 }, { values: [[i % 7, 1]] }, tx);
    }
  });
  // In a transaction that is undone, so that each run finds what the one before it found.
  const undone = { ...store, transact: <T>(work: (tx: Tx) => T): T => store.rehearse<unknown>(work) as T };
  const after = (ms: number) => () =>
    evaluateAlarms({ store: undone, environment: { now: () => nowMs + ms, elapsed: () => 0 } });
  const times = await inTurns(ROUNDS, { day: after(DAY), year: after(365 * DAY) });
  await assembly.close();
  const [day, year] = [median(times.day), median(times.year)];
  return [
    { name: 'alarms over a day that nobody looked at', value: day, unit: 's' },
    { name: 'alarms over a year that nobody looked at ÷ over a day', value: year / day, unit: '÷', aim: { atMost: 5 } },
  ];
}

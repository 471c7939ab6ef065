/**
 * A day of metrics, and a bill, cost what their points cost, however many calls they add up: a million beside a
 * thousand.
 */

import { join } from 'node:path';
import type { MetricDataQuery } from '../../src/api/model/cloudwatch.types.ts';
import type { Assembly } from '../../src/assemble.ts';
import { allCalls } from '../../src/call/call-log.ts';
import { awsBook } from '../../src/cost/price-book.ts';
import { reportOf } from '../../src/cost/report.ts';
import type { CallRecord } from '../../src/store/records/call.ts';
import { countCall } from '../../src/tally/count-calls.ts';
import type { Figure } from './figure.ts';
import { inTurns, median } from './measure.ts';
import type { Programs } from './program.ts';
import { environment, openStage, request } from './stage.ts';

const DAY_MS = 86_400_000;
const CALLS_A_TRANSACTION = 50_000;

export async function metrics(folder: string, { ssebox }: Programs): Promise<Figure[]> {
  const storeOf = (name: string) => join(folder, name);
  const few = await storeWith(storeOf('few'), 1000);
  const many = await storeWith(storeOf('many'), 1_000_000);
  const endMs = environment.now();
  const span = { StartTime: new Date(endMs - DAY_MS), EndTime: new Date(endMs) };
  const get = (assembly: Assembly) =>
    assembly.pipeline.invoke('cloudwatch', 'GetMetricData', { ...span, MetricDataQueries: queries }, request());
  const within = await inTurns(50, { few: () => get(few), many: () => get(many) });
  const reports = await inTurns(50, { few: async () => costReport(few), many: async () => costReport(many) });
  for (const assembly of [few, many]) await assembly.close();
  const command = (name: string) =>
    ssebox(
      storeOf(name),
      ...['cloudwatch', 'get-metric-data', '--metric-data-queries', JSON.stringify(queries)],
      ...['--start-time', span.StartTime.toISOString(), '--end-time', span.EndTime.toISOString()],
    );
  const commands = { few: () => command('few'), many: () => command('many') };
  await inTurns(2, commands);
  const wholes = await inTurns(20, commands);
  const bill = (name: string) => ssebox(storeOf(name), 'cost', 'report', '--since', '2d');
  const bills = { few: () => bill('few'), many: () => bill('many') };
  await inTurns(2, bills);
  const whole = await inTurns(20, bills);
  const cost = 'cost report over 1,000,000 calls ÷ over 1,000';
  const name = 'get-metric-data of a day, 1,000,000 calls ÷ 1,000';
  return [
    { name, value: median(wholes.many) / median(wholes.few), unit: '÷', aim: { atMost: 1.5 } },
    { name: 'the same without a command', value: median(within.many) / median(within.few), unit: '÷' },
    { name: cost, value: median(whole.many) / median(whole.few), unit: '÷', aim: { atMost: 1.5 } },
    { name: 'cost report without a command', value: median(reports.many) / median(reports.few), unit: '÷' },
  ];
}

/** The bill of the last two days. @throws if it does not have the calls */
function costReport({ store }: Assembly): void {
  const endMs = environment.now();
  const query = { accounts: ['111122223333'], startMs: endMs - 2 * DAY_MS, endMs, by: undefined, book: awsBook };
  const rows = store.transact<number>((tx) => reportOf(query, tx).length);
  if (rows < 2) throw new Error('the calls are not in the report');
}

const dimensions = [
  { Name: 'Service', Value: 'kms' },
  { Name: 'Operation', Value: 'Encrypt' },
];

const query = (Id: string, MetricName: string, Stat: string): MetricDataQuery => ({
  Id,
  MetricStat: { Metric: { Namespace: 'SSEBox', MetricName, Dimensions: dimensions }, Period: 300, Stat },
});

const queries = [
  query('calls', 'Calls', 'Sum'),
  query('slow', 'Duration', 'p99'),
  { Id: 'rate', Expression: 'calls / 300' },
];

/** A store that counted so many calls of Encrypt in the last day, at equal distances. */
async function storeWith(folder: string, calls: number): Promise<Assembly> {
  const assembly = await openStage(folder, 'cloudwatch', 'kms');
  const { pipeline, store } = assembly;
  const { output } = await pipeline.invoke('kms', 'CreateKey', {}, request());
  const encrypt = { KeyId: output.KeyMetadata?.KeyId ?? '', Plaintext: new Uint8Array(32) };
  await pipeline.invoke('kms', 'Encrypt', encrypt, request());
  const model = store.transact<CallRecord[]>(allCalls).find(({ operation }) => operation === 'Encrypt');
  if (!model) throw new Error('there is no record of Encrypt');
  for (let from = 0; from < calls; from += CALLS_A_TRANSACTION) {
    store.transact<void>((tx) => {
      for (let i = from; i < Math.min(from + CALLS_A_TRANSACTION, calls); i++) {
        const timeMs = Math.floor(model.timeMs - ((calls - i) * DAY_MS) / calls);
        // From a fifth of a millisecond to fifty, the short ones more often.
        const durationMs = 0.2 * 250 ** ((i * 0.618) % 1);
        countCall({ ...model, timeMs, durationMs }, tx, { isFirst: true, machineMs: timeMs });
      }
    });
  }
  return assembly;
}

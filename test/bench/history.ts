/** The event history costs what it answers: its first page among a million events beside that among a thousand. */

import { join } from 'node:path';
import type { Assembly } from '../../src/assemble.ts';
import { allCalls, keepRecord } from '../../src/call/call-log.ts';
import { eventIds } from '../../src/call/event-id.ts';
import type { CallRecord } from '../../src/store/records/call.ts';
import type { Figure } from './figure.ts';
import { inTurns, median } from './measure.ts';
import type { Programs } from './program.ts';
import { environment, openStage, request } from './stage.ts';

const MILLION = 1_000_000;
const ROWS_A_TRANSACTION = 50_000;
const MS_APART = 50;

/** Records that a store has of its past, beside those of its making. */
interface Past {
  readonly management: number;
  readonly data: number;
}

const pasts = {
  few: { management: 1000, data: 0 },
  many: { management: MILLION, data: 0 },
  both: { management: MILLION, data: MILLION },
} as const satisfies Readonly<Record<string, Past>>;

export async function history(folder: string, { ssebox }: Programs): Promise<Figure[]> {
  const storeOf = (name: keyof typeof pasts) => join(folder, name);
  const few = await storeWith(storeOf('few'), pasts.few);
  const many = await storeWith(storeOf('many'), pasts.many);
  const both = await storeWith(storeOf('both'), pasts.both);
  const page = (assembly: Assembly) => assembly.pipeline.invoke('cloudtrail', 'LookupEvents', {}, request());
  const pages = await inTurns(100, { few: () => page(few), many: () => page(many), both: () => page(both) });
  for (const assembly of [few, many, both]) await assembly.close();
  const command = (name: keyof typeof pasts) =>
    ssebox(storeOf(name), 'cloudtrail', 'lookup-events', '--no-paginate', '--output', 'json');
  const commands = { few: () => command('few'), many: () => command('many'), both: () => command('both') };
  await inTurns(2, commands);
  const wholes = await inTurns(20, commands);
  return [...ratios("lookup-events' first page", pages), ...ratios('the same as a command', wholes)];
}

const ratios = (name: string, { few, many, both }: Record<keyof typeof pasts, number[]>): Figure[] => [
  { name: `${name}, 1,000,000 events ÷ 1,000`, value: median(many) / median(few), unit: '÷', aim: { atMost: 1.3 } },
  {
    name: `${name}, with 1,000,000 data events on top ÷ 1,000`,
    value: median(both) / median(few),
    unit: '÷',
    aim: { atMost: 1.3 },
  },
];

/** A store with the records that so many calls of Encrypt and GetObject leave, up to now. */
async function storeWith(folder: string, past: Past): Promise<Assembly> {
  const assembly = await openStage(folder, 'cloudtrail', 'kms', 's3');
  const { pipeline, store } = assembly;
  const { output } = await pipeline.invoke('kms', 'CreateKey', {}, request());
  const encrypt = { KeyId: output.KeyMetadata?.KeyId ?? '', Plaintext: new Uint8Array(32) };
  await pipeline.invoke('kms', 'Encrypt', encrypt, request());
  const object = { Bucket: 'history', Key: 'reports/2026/q1.csv' };
  await pipeline.invoke('s3', 'CreateBucket', { Bucket: object.Bucket }, request());
  await pipeline.invoke('s3', 'PutObject', { ...object, Body: new Uint8Array(100) }, request());
  const calls = store.transact<CallRecord[]>(allCalls);
  const modelOf = (name: string): CallRecord => {
    const found = calls.find(({ operation }) => operation === name);
    if (!found) throw new Error(`there is no record of ${name}`);
    return found;
  };
  populate(assembly, modelOf('Encrypt'), past.management);
  populate(assembly, modelOf('PutObject'), past.data);
  return assembly;
}

/** Keeps so many records like one, each with ids of its own, at equal distances before it. */
function populate({ store }: Assembly, model: CallRecord, count: number): void {
  const nextEventId = eventIds(environment.random);
  for (let from = 0; from < count; from += ROWS_A_TRANSACTION) {
    store.transact<void>((tx) => {
      for (let i = from; i < Math.min(from + ROWS_A_TRANSACTION, count); i++) {
        const timeMs = model.timeMs - (count - i) * MS_APART;
        keepRecord({ ...model, timeMs, eventId: nextEventId(timeMs), requestId: environment.uuid() }, tx, {
          machineMs: timeMs,
        });
      }
    });
  }
}

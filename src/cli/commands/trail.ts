/** `ssebox trail`: the audit log for people. Like CloudTrail's event history, it shows management events, and data events on request. */

import { DAY_MS, printDuration } from '../../api/duration.ts';
import { UsageError } from '../../api/errors.ts';
import type { Event, LookupAttribute } from '../../api/model/cloudtrail.types.ts';
import { type CallFamily, callFamily } from '../../call/call-family.ts';
import { cloudTrailEvent, isDataEvent, isEvent } from '../../cloudtrail/event.ts';
import { HISTORY_MS } from '../../cloudtrail/lookup-events.ts';
import { storeNow } from '../../store/clock.ts';
import type { CallRecord } from '../../store/records/call.ts';
import { type CheckOutcome, type CommandNode, command, type Typing } from '../command.ts';
import { paintedJson } from '../output/painted.ts';
import { spelledJson } from '../output/spelled-out.ts';
import type { Session } from '../session.ts';
import { serviceSettings } from '../settings.ts';
import { dataEvents } from './trail/data-events.ts';
import { deliver } from './trail/deliver.ts';
import { eventIdOf } from './trail/event-id.ts';
import { eventAbout, eventLines, eventsPage, recordOf } from './trail/event-lines.ts';
import { counted, expectOption, madeWithin } from './trail/expectation.ts';
import { choosesCalls, everything, type Filtering, filterOptions, wantedOf } from './trail/filters.ts';
import { followed, newsOf } from './trail/follow.ts';
import { found } from './trail/found-events.ts';
import { merged, ownEvents, ownNewsOf } from './trail/own-events.ts';
import { verify } from './trail/verify.ts';

const limit = (about: string) => ({ about, type: 'integer', value: 'N' }) as const;

const lookup = command({
  name: 'lookup',
  hasPage: true,
  summary: 'Look up events, newest first',
  description:
    "Includes S3's calls to KMS, with the caller's identity. Reading and writing objects are data events, which the event history never shows: --data-events adds those that the store keeps, for a day or as long as trail.keep-data-events says, whether a trail logs them or not. With a key it also adds the calls about objects that are encrypted under it.",
  options: { ...filterOptions, limit: limit('the most events to show (default 20)'), ...expectOption },
  examples: [
    'ssebox trail lookup --event GenerateDataKey',
    'ssebox trail lookup --errors --since 12h --output json',
    'ssebox trail lookup --data-events --errors --service s3',
    'ssebox trail lookup --event GenerateDataKey --user ana --expect 0',
  ],
  async run(values, session) {
    const shown = counted(values, values.options.limit ?? 20, session, () => search(values, session));
    const events = await all(shown.events);
    return {
      kind: 'page',
      value: { Events: events.map(recordOf) },
      page: (painter) => eventsPage(events, painter),
      ...shown.outcome(),
    };
  },
});

const tail = command({
  name: 'tail',
  summary: 'Show the newest events, oldest first; with --follow, also new ones as they come',
  description:
    "Lines that begin with ssebox are not CloudTrail's: they show where the clock was advanced, set or reset, a backup was restored, or the store got a new root key. Only this command shows them, unless an option chooses calls.",
  options: {
    ...filterOptions,
    limit: limit('how many events to start with (default 10)'),
    follow: { about: 'keep showing new events until interrupted', type: 'boolean', short: 'f' },
    ...expectOption,
  },
  examples: [
    'ssebox trail tail',
    'ssebox trail tail --service kms --limit 3',
    'ssebox trail tail --data-events',
    'ssebox trail tail --event GenerateDataKey --expect 3',
  ],
  async run(values, session) {
    if (values.options.follow && values.options.expect !== undefined)
      throw new UsageError('--expect counts the events that there are, and --follow waits for more: use one of them');
    const wanted = await wantedOf(values, session);
    const times = choosesCalls(wanted) ? undefined : wanted;
    // Before the first lookup, so that what comes meanwhile is new.
    const hasNews = values.options.follow ? await newsOf(wanted, session) : undefined;
    const own = values.options.follow && times ? await ownNewsOf(times, session) : undefined;
    const count = values.options.limit ?? 10;
    const counting = counted(values, count, session, () => found(wanted, session));
    const newest = await all(counting.events);
    const first = merged(newest, times ? await ownEvents(times, session) : [])
      .slice(0, count)
      .reverse();
    if (!hasNews) {
      const lines = first.flatMap((event) => eventLines(event, session.outputWidth));
      return { kind: 'lines', lines, exitCode: () => exitCodeOf(counting.outcome(), session) };
    }
    return { kind: 'lines', lines: followed(first, wanted, session, hasNews, { own }) };
  },
});

function exitCodeOf(outcome: CheckOutcome | undefined, session: Session): number {
  if (outcome) session.tell(outcome.verdict);
  return outcome?.failed ? 1 : 0;
}

const show = command({
  name: 'show',
  hasPage: true,
  summary: 'Show the whole record of an event',
  description:
    'A data event such as PutObject can be shown by its id too. On a terminal the page also says how long the call took and which calls it made: CloudTrail does not log that. With --expect their number is the gate of a pipeline.',
  args: { id: { about: 'the id of the event, or its end as lookup shows it', choices: recentEvents } },
  options: {
    'data-events': { about: 'where the id is chosen or completed, offer data events, too', type: 'boolean' },
    expect: {
      about: 'exit with 0 if so many calls were made within it, else with 1, and say on standard error how many were',
      type: 'integer',
      value: 'N',
    },
  },
  examples: [
    "ssebox trail show $(ssebox trail lookup --limit 1 --query 'Events[0].eventID' --output text)",
    'ssebox trail lookup --limit 1 --output yaml',
    "ssebox trail show $(ssebox trail lookup --data-events --event PutObject --limit 1 --query 'Events[0].eventID' --output text) --expect 1",
  ],
  async run(values, session) {
    const id = await eventIdOf(values.args.id, session);
    const LookupAttributes: LookupAttribute[] = [{ AttributeKey: 'EventId', AttributeValue: id }];
    const { Events = [] } = await session.aws.call('cloudtrail', 'LookupEvents', { LookupAttributes });
    const [event] = Events;
    const family = await familyOf(id, session);
    if (family && !isEvent(family.call)) throw ownWork(family.call);
    const value = event ? recordOf(event) : family && (await dataEvent(family.call, session));
    if (!value && family) throw tooOld(family.call, session);
    if (!value) {
      const within = spoken(historyMs(session));
      throw new UsageError(`there is no event "${values.args.id}" in ${session.region} in the last ${within}`);
    }
    const times = family ? ['', ...timeLines(family)] : [];
    const why = 'errorCode' in value ? [`why it was refused: ssebox explain ${id}`] : [];
    const outcome = madeWithin(values.options.expect, family?.inner.filter(isEvent).length ?? 0);
    return { kind: 'page', value, page: () => [paintedJson(value, 2), ...times, ...why], ...outcome };
  },
});

const ownWork = ({ eventId, service, operation }: CallRecord) =>
  new UsageError(
    `"${eventId}" is ${service} ${operation}, which the service does by itself; CloudTrail has no event of it`,
    `ssebox explain ${eventId}`,
  );

/** The event history does not have data events; the store does, and shows them for a while. */
async function dataEvent(call: CallRecord, { store, environment, settings }: Session) {
  if (!isDataEvent(call)) return undefined;
  const nowMs = await store.transact((tx) => storeNow(tx, environment.now()));
  return call.timeMs >= nowMs - serviceSettings(settings).keepDataEventsMs ? cloudTrailEvent(call) : undefined;
}

const historyMs = ({ settings }: Session): number => Math.min(HISTORY_MS, serviceSettings(settings).keepManagementMs);

/** `90 days`, `24 hours`, or as short as a duration is written. */
function spoken(ms: number): string {
  if (ms > DAY_MS && ms % DAY_MS === 0) return `${ms / DAY_MS} days`;
  const hours = (ms * 24) / DAY_MS;
  return hours > 1 && Number.isInteger(hours) ? `${hours} hours` : printDuration(ms);
}

/** A row may be there for longer, by the machine's clock. */
function tooOld(call: CallRecord, session: Session): UsageError {
  const [kind, ms] = isDataEvent(call)
    ? ['data events', serviceSettings(session.settings).keepDataEventsMs]
    : ['events', historyMs(session)];
  return new UsageError(
    ms === 0
      ? `the event "${call.eventId}" is a data event, which trail does not show while trail.keep-data-events is 0`
      : `the event "${call.eventId}" is not in the last ${spoken(ms)} of the store's clock, of which trail shows ${kind}`,
    `ssebox explain ${call.eventId}`,
  );
}

async function familyOf(eventId: string, { aws, store, region }: Session): Promise<CallFamily | undefined> {
  const account = await aws.account('cloudtrail');
  return account === undefined ? undefined : store.transact((tx) => callFamily(eventId, [account, region], tx));
}

/** How long a call took by itself, and where that belongs. */
function timeLines({ call, outer, inner }: CallFamily): string[] {
  const took = ({ durationMs }: CallRecord) => `${durationMs.toFixed(2)} ms`;
  const bytes = call.content;
  const ofIt = bytes && [`  encryption ${bytes.encryptionMs.toFixed(2)} ms, disk ${bytes.diskMs.toFixed(2)} ms`];
  const named = ({ service, operation }: CallRecord) => `${service} ${operation}`;
  const within = outer ? `, within ${named(outer)} ${outer.eventId} (${took(outer)})` : '';
  const calls = inner.map((each) => `  ${named(each)}  ${took(each)}  ${each.eventId}`);
  return [`took ${took(call)}${within}`, ...(ofIt ?? []), ...calls];
}

const exportAll = command({
  name: 'export',
  summary: "Write events as one JSON document, in the form of CloudTrail's log files",
  options: { ...filterOptions, limit: limit('the most events to write'), ...expectOption },
  examples: [
    'ssebox trail export > trail.json',
    'ssebox trail export --key alias/app --since 30d > app.json',
    'ssebox trail export --data-events --resource photos > photos.json',
  ],
  async run(values, session) {
    const written = counted(values, values.options.limit ?? Number.POSITIVE_INFINITY, session, () =>
      search(values, session),
    );
    return { kind: 'bytes', bytes: documentOf(written.events), check: written.outcome };
  },
});

export const trailCommands: readonly CommandNode[] = [lookup, tail, show, exportAll, deliver, verify, dataEvents];

async function* search(values: Filtering, session: Session): AsyncGenerator<Event> {
  yield* found(await wantedOf(values, session), session);
}

const PIECE_LENGTH = 64 * 1024;

/** One line of JSON, in pieces of some length, so that no more of it is held. */
async function* documentOf(events: AsyncIterable<Event>): AsyncGenerator<Uint8Array> {
  let text = '{"Records":[';
  let separator = '';
  for await (const event of events) {
    text += `${separator}${spelledJson(JSON.stringify(recordOf(event)))}`;
    separator = ',';
    if (text.length < PIECE_LENGTH) continue;
    yield Buffer.from(text);
    text = '';
  }
  yield Buffer.from(`${text}]}\n`);
}

async function all<T>(from: AsyncIterable<T>): Promise<T[]> {
  const items: T[] = [];
  for await (const item of from) items.push(item);
  return items;
}

async function take<T>(from: AsyncIterable<T>, count: number): Promise<T[]> {
  const taken: T[] = [];
  if (count <= 0) return taken;
  for await (const item of from) {
    taken.push(item);
    if (taken.length >= count) break;
  }
  return taken;
}

const MOST_OFFERED = 50;

async function recentEvents(session: Session, at?: Typing) {
  const hasDataEvents = at?.values.options['data-events'] === true;
  const events = await take(found({ ...everything, hasDataEvents }, session), MOST_OFFERED);
  return events.map((event) => ({ value: event.EventId ?? '', about: eventAbout(event) }));
}

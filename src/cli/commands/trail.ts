/** `ssebox trail`: the audit log for people. Like CloudTrail's event history, it shows management events. */

import { parseDuration } from '../../api/duration.ts';
import { UsageError } from '../../api/errors.ts';
import type { Event, LookupAttribute } from '../../api/model/cloudtrail.types.ts';
import { operationFacts } from '../../api/operation-facts.ts';
import { serviceFactsOf } from '../../api/service-facts.ts';
import { type CallFamily, callFamily } from '../../call/call-family.ts';
import { cloudTrailEvent, isEvent } from '../../cloudtrail/event.ts';
import { watchHistory } from '../../cloudtrail/history-watch.ts';
import { isDeadlinePassed } from '../../kms/deadline.ts';
import { callerAccount } from '../../policy/caller.ts';
import { storeNow } from '../../store/clock.ts';
import type { CallRecord } from '../../store/records/call.ts';
import { parseTimestamp } from '../aws-input/timestamps.ts';
import { keyChoices } from '../choices.ts';
import { type CommandNode, command, type OptionSpec, type Painter, type WithOptions } from '../command.ts';
import { paintedJson, type Shown } from '../output/painted.ts';
import { spelledJson } from '../output/spelled-out.ts';
import { timeText } from '../output/time.ts';
import { pages } from '../pages.ts';
import type { Session } from '../session.ts';
import { columns, rowLines } from './columns.ts';
import { eventIdOf } from './trail/event-id.ts';
import { merged, ownEvents, ownNewsOf } from './trail/own-events.ts';

const filterOptions = {
  event: { about: 'only this operation, such as Decrypt', type: 'string', value: 'NAME' },
  user: { about: 'only calls by this user or role session', type: 'string', value: 'NAME' },
  service: { about: 'only calls to this service: kms, s3, iam, …', type: 'string', value: 'NAME' },
  key: { about: 'only calls about this KMS key', type: 'string', value: 'KEY', choices: keyChoices },
  resource: { about: 'only calls about this ARN or bucket', type: 'string', value: 'NAME' },
  since: { about: 'only events no older than this: 90s, 15m, 12h, 30d', type: 'string', value: 'DURATION' },
  'start-time': { about: 'only events from this time on', type: 'string', value: 'TIME' },
  'end-time': { about: 'only events up to this time', type: 'string', value: 'TIME' },
  errors: { about: 'only refused calls', type: 'boolean' },
  writes: { about: 'only calls that change something', type: 'boolean' },
} as const satisfies Record<string, OptionSpec>;

type Filtering = WithOptions<typeof filterOptions>;

const limit = (about: string) => ({ about, type: 'integer', value: 'N' }) as const;

const lookup = command({
  name: 'lookup',
  hasPage: true,
  summary: 'Look up events, newest first',
  description:
    "Includes S3's calls to KMS, with the caller's identity. Reading and writing objects are data events, which the event history never shows.",
  options: { ...filterOptions, limit: limit('the most events to show (default 20)') },
  examples: ['ssebox trail lookup --event GenerateDataKey', 'ssebox trail lookup --errors --since 12h --output json'],
  async run(values, session) {
    const events = await take(found(values, session), values.options.limit ?? 20);
    return { kind: 'page', value: { Events: events.map(recordOf) }, page: (painter) => eventsPage(events, painter) };
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
  },
  examples: ['ssebox trail tail', 'ssebox trail tail --service kms --limit 3'],
  async run(values, session) {
    const times = choosesCalls(values) ? undefined : await timesOf(values, session);
    // Before the first lookup, so that what comes meanwhile is new.
    const hasNews = values.options.follow ? await newsOf(session) : undefined;
    const own = values.options.follow && times ? await ownNewsOf(times, session) : undefined;
    const count = values.options.limit ?? 10;
    const newest = await take(found(values, session), count);
    const first = merged(newest, times ? await ownEvents(times, session) : [])
      .slice(0, count)
      .reverse();
    if (!hasNews) return { kind: 'lines', lines: first.flatMap((event) => eventLines(event, session.outputWidth)) };
    return { kind: 'lines', lines: followed(first, values, session, hasNews, { own }) };
  },
});

const show = command({
  name: 'show',
  hasPage: true,
  summary: 'Show the whole record of an event',
  description:
    'A data event such as PutObject can be shown by its id too. On a terminal the page also says how long the call took and which calls it made: CloudTrail does not log that.',
  args: { id: { about: 'the id of the event, or its end as lookup shows it', choices: recentEvents } },
  examples: [
    "ssebox trail show $(ssebox trail lookup --limit 1 --query 'Events[0].eventID' --output text)",
    'ssebox trail lookup --limit 1 --output yaml',
  ],
  async run(values, session) {
    const id = await eventIdOf(values.args.id, session);
    const LookupAttributes: LookupAttribute[] = [{ AttributeKey: 'EventId', AttributeValue: id }];
    const { Events = [] } = await session.aws.call('cloudtrail', 'LookupEvents', { LookupAttributes });
    const [event] = Events;
    const family = await familyOf(id, session);
    if (family && !isEvent(family.call)) throw ownWork(family.call);
    const value = event ? recordOf(event) : family && dataEvent(family.call);
    if (!value) throw new UsageError(`there is no event "${values.args.id}" in ${session.region} in the last 90 days`);
    const times = family ? ['', ...timeLines(family)] : [];
    const why = 'errorCode' in value ? [`why it was refused: ssebox explain ${id}`] : [];
    return { kind: 'page', value, page: () => [paintedJson(value, 2), ...times, ...why] };
  },
});

const ownWork = ({ eventId, service, operation }: CallRecord) =>
  new UsageError(
    `"${eventId}" is ${service} ${operation}, which the service does by itself; CloudTrail has no event of it`,
    `ssebox explain ${eventId}`,
  );

/** The event history does not have data events; the store does. */
const dataEvent = (call: CallRecord) =>
  operationFacts(call.service, call.operation).isData ? cloudTrailEvent(call) : undefined;

async function familyOf(eventId: string, { aws, store, region }: Session): Promise<CallFamily | undefined> {
  const account = callerAccount(await aws.caller());
  return account === undefined ? undefined : store.transact((tx) => callFamily(eventId, [account, region], tx));
}

/** How long a call took by itself, and where that belongs. */
function timeLines({ call, outer, inner }: CallFamily): string[] {
  const took = ({ durationMs }: CallRecord) => `${durationMs.toFixed(2)} ms`;
  const named = ({ service, operation }: CallRecord) => `${service} ${operation}`;
  const within = outer ? `, within ${named(outer)} ${outer.eventId} (${took(outer)})` : '';
  const calls = inner.map((each) => `  ${named(each)}  ${took(each)}  ${each.eventId}`);
  return [`took ${took(call)}${within}`, ...calls];
}

const exportAll = command({
  name: 'export',
  summary: "Write events as one JSON document, in the form of CloudTrail's log files",
  options: { ...filterOptions, limit: limit('the most events to write') },
  examples: ['ssebox trail export > trail.json', 'ssebox trail export --key alias/app --since 30d > app.json'],
  async run(values, session) {
    const events = await take(found(values, session), values.options.limit ?? Number.POSITIVE_INFINITY);
    return { kind: 'bytes', bytes: Buffer.from(`${spelledJson(JSON.stringify({ Records: events.map(recordOf) }))}\n`) };
  },
});

export const trailCommands: readonly CommandNode[] = [lookup, tail, show, exportAll];

/**
 * The events that match the options, newest first. LookupEvents takes one of the filters; the rest are applied here.
 */
async function* found(values: Filtering, session: Session, from?: Date): AsyncGenerator<Event> {
  const filters = await filtersOf(values, session);
  const [first] = filters.attributes;
  const { start, end } = await timesOf(values, session);
  const StartTime = from ?? start;
  const input = {
    ...(first && { LookupAttributes: [first] }),
    ...(StartTime && { StartTime }),
    ...(end && { EndTime: end }),
  };
  for await (const { Events = [] } of pages(session.aws, 'cloudtrail', 'LookupEvents', input)) {
    for (const event of Events) if (filters.isWanted(event)) yield event;
  }
}

/** Whether an option is about calls, which events of ssebox's own are not. */
const choosesCalls = ({ options: { event, user, service, key, resource, errors, writes } }: Filtering): boolean =>
  errors || writes || [event, user, service, key, resource].some((value) => value !== undefined);

interface Filters {
  readonly attributes: readonly LookupAttribute[];
  readonly isWanted: (event: Event) => boolean;
}

async function filtersOf(values: Filtering, session: Session): Promise<Filters> {
  const key = values.options.key;
  const service = values.options.service;
  const resource = key === undefined ? values.options.resource : await keyArnOf(key, session);
  const user = values.options.user;
  const name = values.options.event;
  const source =
    service === undefined || service.includes('.')
      ? service
      : `${serviceFactsOf(service)?.host ?? service}.amazonaws.com`;
  const wanted = { ResourceName: resource, Username: user, EventName: name, EventSource: source } as const;
  const attributes = Object.entries(wanted).flatMap(([AttributeKey, AttributeValue]): LookupAttribute[] =>
    AttributeValue === undefined ? [] : [{ AttributeKey: AttributeKey as keyof typeof wanted, AttributeValue }],
  );
  const isWanted = (event: Event) =>
    (user === undefined || event.Username === user) &&
    (name === undefined || event.EventName === name) &&
    (source === undefined || event.EventSource === source) &&
    (!values.options.writes || event.ReadOnly === 'false') &&
    (!values.options.errors || 'errorCode' in recordOf(event));
  return { attributes, isWanted };
}

/** An alias stands for the key that it points to now. */
async function keyArnOf(KeyId: string, session: Session): Promise<string> {
  const { KeyMetadata } = await session.aws.call('kms', 'DescribeKey', { KeyId });
  return KeyMetadata?.Arn ?? KeyId;
}

async function timesOf(values: Filtering, session: Session) {
  const since = values.options.since;
  const start = values.options['start-time'];
  if (since !== undefined && start !== undefined)
    throw new UsageError('--since and --start-time both set the start: use one of them');
  const ago = since === undefined ? undefined : parseDuration(since);
  const now = ago === undefined ? 0 : await session.store.transact((tx) => storeNow(tx, session.environment.now()));
  return {
    start: ago === undefined ? timeOption('start-time', start) : new Date(now - ago),
    end: timeOption('end-time', values.options['end-time']),
  };
}

function timeOption(name: string, text: string | undefined): Date | undefined {
  if (text === undefined) return undefined;
  const time = parseTimestamp(text);
  if (time) return time;
  throw new UsageError(`--${name} takes a time such as 2030-01-01T12:00:00Z, not "${text}"`);
}

const POLL_MS = 500;

interface Following {
  /** Answers the events of ssebox's own that are new; absent if they are not wanted. */
  readonly own?: (() => Promise<Event[]>) | undefined;
  readonly pause?: () => Promise<void>;
}

/**
 * The first lines, then those of new events until the user interrupts. Its own LookupEvents calls are not shown, and
 * none is made while nothing happens.
 */
export async function* followed(
  first: readonly Event[],
  values: Filtering,
  session: Session,
  hasNews: () => Promise<boolean>,
  { own, pause = () => session.environment.pause(POLL_MS, session.signal) }: Following = {},
): AsyncGenerator<string> {
  const calls = first.filter(({ EventId }) => EventId !== undefined);
  const shown = new Set(calls.map(({ EventId }) => EventId));
  let newest = calls.at(-1)?.EventTime;
  const lines = (event: Event) => eventLines(event, session.outputWidth);
  yield* first.flatMap(lines);
  for (; ; await pause()) {
    const ownNews = (await own?.()) ?? [];
    if (!(await hasNews())) {
      yield* ownNews.flatMap(lines);
      continue;
    }
    const fresh: Event[] = [];
    for await (const event of found(values, session, newest)) {
      if (shown.has(event.EventId) || event.EventName === 'LookupEvents') continue;
      shown.add(event.EventId);
      fresh.push(event);
    }
    newest = fresh[0]?.EventTime ?? newest;
    yield* merged(fresh, ownNews.reverse()).reverse().flatMap(lines);
  }
}

/** Looks into the store whether a lookup would find what it did not find before, or time has made something happen. */
export async function newsOf({ aws, store, region, environment }: Session): Promise<() => Promise<boolean>> {
  const account = callerAccount(await aws.caller());
  // A caller without an account does not have an event history, as the lookup will report.
  if (account === undefined) return async () => true;
  const hasGrown = await store.transact((tx) => watchHistory(account, region, tx));
  return () =>
    store.transact((tx) => {
      const isDue = isDeadlinePassed(storeNow(tx, environment.now()), tx);
      return hasGrown(tx) || isDue;
    });
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

async function recentEvents(session: Session) {
  const { Events = [] } = await session.aws.call('cloudtrail', 'LookupEvents', {});
  return Events.map((event) => ({ value: event.EventId ?? '', about: eventLines(event).join('  ') }));
}

type EventRecord = Readonly<Record<string, unknown>>;

/** CloudTrail returns the record as text. */
function recordOf({ CloudTrailEvent = '{}' }: Event): EventRecord {
  const record: unknown = JSON.parse(CloudTrailEvent);
  return typeof record === 'object' && record !== null ? { ...record } : {};
}

/** One event in a line, if it fits: time, call, caller, outcome, resource and id. */
const eventLines = (event: Event, width = Number.POSITIVE_INFINITY): string[] =>
  rowLines(eventCells(event), width, GIVE_WAY);

function eventCells(event: Event): string[] {
  const { errorCode, userIdentity } = recordOf(event);
  const isOnBehalf = typeof userIdentity === 'object' && userIdentity !== null && 'invokedBy' in userIdentity;
  const who = event.Username ?? '-';
  return [
    timeText(event.EventTime),
    `${event.EventSource?.split('.')[0]} ${event.EventName}`,
    isOnBehalf && event.Username !== undefined ? `${who} via s3` : who,
    typeof errorCode === 'string' ? errorCode : 'ok',
    event.Resources?.[0]?.ResourceName ?? '',
    event.EventId ?? '',
  ];
}

/** The end of an id is enough for `trail show`, which knows the resource, too. */
const GIVE_WAY = [
  [4, 'shortened', 12],
  [5, 'shortened', 13],
  [5, 'shortened', 6],
  [4, 'dropped'],
] as const;

function eventsPage(events: readonly Event[], painter: Painter): Shown[] {
  const headers = ['TIME', 'CALL', 'CALLER', 'OUTCOME', 'RESOURCE', 'EVENT'];
  return columns(headers, events.map(eventCells), 'no matching events', painter, GIVE_WAY);
}

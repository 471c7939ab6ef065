/** The options that choose among events, and what they choose. */

import { parseDuration } from '../../../api/duration.ts';
import { AwsError, UsageError } from '../../../api/errors.ts';
import type { Event, LookupAttribute } from '../../../api/model/cloudtrail.types.ts';
import { serviceFactsOf } from '../../../api/service-facts.ts';
import { storeNow } from '../../../store/clock.ts';
import { parseTimestamp } from '../../aws-input/timestamps.ts';
import { keyChoices } from '../../choices.ts';
import type { OptionSpec, WithOptions } from '../../command.ts';
import type { Session } from '../../session.ts';
import { recordOf } from './event-lines.ts';
import type { Times } from './own-events.ts';

export const filterOptions = {
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
  'data-events': {
    about: 'also data events: calls that read, write or list objects, as far as the store keeps them',
    type: 'boolean',
  },
} as const satisfies Record<string, OptionSpec>;

export type Filtering = WithOptions<typeof filterOptions>;

/** The events that options choose. */
export interface Wanted extends Times {
  /** An event must have all of them. LookupEvents takes the first one alone. */
  readonly attributes: readonly LookupAttribute[];
  /** Only refused calls. */
  readonly isRefused: boolean;
  readonly hasDataEvents: boolean;
}

export const everything: Wanted = {
  attributes: [],
  isRefused: false,
  hasDataEvents: false,
  start: undefined,
  end: undefined,
};

/** Whether an option is about calls, which events of ssebox's own are not. */
export const choosesCalls = ({ attributes, isRefused }: Wanted): boolean => isRefused || attributes.length > 0;

/** @throws UsageError for a time that is not one, AwsError when the key may not be described */
export async function wantedOf({ options }: Filtering, session: Session): Promise<Wanted> {
  const { event, user, service, key, errors, writes } = options;
  const source =
    service === undefined || service.includes('.')
      ? service
      : `${serviceFactsOf(service)?.host ?? service}.amazonaws.com`;
  const times = await timesOf(options, session);
  const attributes = {
    ResourceName: key === undefined ? options.resource : await keyArnOf(key, session),
    Username: user,
    EventName: event,
    EventSource: source,
    ReadOnly: writes ? 'false' : undefined,
  } as const;
  return {
    ...times,
    attributes: Object.entries(attributes).flatMap(([AttributeKey, AttributeValue]): LookupAttribute[] =>
      AttributeValue === undefined ? [] : [{ AttributeKey: AttributeKey as keyof typeof attributes, AttributeValue }],
    ),
    isRefused: errors,
    hasDataEvents: options['data-events'],
  };
}

/** Whether an event that the first attribute found is wanted. */
export const isWanted = (event: Event, { attributes, isRefused }: Wanted): boolean =>
  attributes.slice(1).every((attribute) => hasAttribute(event, attribute)) &&
  (!isRefused || 'errorCode' in recordOf(event));

/** Only the first attribute can be about a resource or an id. */
function hasAttribute(event: Event, { AttributeKey, AttributeValue }: LookupAttribute): boolean {
  switch (AttributeKey) {
    case 'Username':
      return event.Username === AttributeValue;
    case 'EventName':
      return event.EventName === AttributeValue;
    case 'EventSource':
      return event.EventSource === AttributeValue;
    case 'ReadOnly':
      return event.ReadOnly === AttributeValue;
    default:
      return true;
  }
}

/**
 * An alias stands for the key that it points to now. The call is only tried, since it is about the key: the lookup would
 * find it. A refusal is one of a call that is made, so that it can be explained.
 */
async function keyArnOf(KeyId: string, session: Session): Promise<string> {
  const found = session.rehearses ? undefined : await triedDescription(KeyId, session);
  const { KeyMetadata } = found ?? (await session.aws.call('kms', 'DescribeKey', { KeyId }));
  return KeyMetadata?.Arn ?? KeyId;
}

/** Undefined if it would be refused. */
async function triedDescription(KeyId: string, session: Session) {
  const tried = session.rehearse({ report: () => {}, denied: 'end' }, () => {});
  try {
    return await tried.aws.call('kms', 'DescribeKey', { KeyId });
  } catch (error) {
    if (error instanceof AwsError) return undefined;
    throw error;
  } finally {
    await tried.close();
  }
}

async function timesOf(options: Filtering['options'], session: Session): Promise<Times> {
  const since = options.since;
  const start = options['start-time'];
  if (since !== undefined && start !== undefined)
    throw new UsageError('--since and --start-time both set the start: use one of them');
  const ago = since === undefined ? undefined : parseDuration(since);
  const now = ago === undefined ? 0 : await session.store.transact((tx) => storeNow(tx, session.environment.now()));
  return {
    start: ago === undefined ? timeOption('start-time', start) : new Date(now - ago),
    end: timeOption('end-time', options['end-time']),
  };
}

function timeOption(name: string, text: string | undefined): Date | undefined {
  if (text === undefined) return undefined;
  const time = parseTimestamp(text);
  if (time) return time;
  throw new UsageError(`--${name} takes a time such as 2030-01-01T12:00:00Z, not "${text}"`);
}

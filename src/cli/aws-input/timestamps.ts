/** Timestamps as the AWS CLI reads and prints them. AWS CLI User Guide, "Common AWS CLI parameter types", Timestamp. */

import type { ServiceName } from '../../api/model/operations.ts';
import type { Environment } from '../../env.ts';

const DATE = /^(?<year>\d{4})-?(?<month>\d{2})-?(?<day>\d{2})/;
const LOOSE_DATE = /^(?<year>\d{4})([-/.])(?<month>\d{1,2})\2(?<day>\d{1,2})(?!\d)/;
const DAY_FIRST = /^(?:(?:mon|tue|wed|thu|fri|sat|sun),? )?(?<day>\d{1,2}) (?<month>[a-z]+),? (?<year>\d{4})(?!\d)/i;
const MONTH_FIRST = /^(?<month>[a-z]+) (?<day>\d{1,2}),? (?<year>\d{4})(?!\d)/i;
const TIME = /^[T ](?<hour>\d{2}):?(?<minute>\d{2})(?::?(?<second>\d{2})(?:[.,](?<fraction>\d{1,9}))?)?/i;
const ZONE = /^\s?(?:Z|UTC|GMT|(?<sign>[+-])(?<offsetHour>\d{2}):?(?<offsetMinute>\d{2})?)$/i;
const EPOCH = /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:e[+-]?\d+)?$/i;
const HTTP_DATE = /^(?:[A-Z][a-z]{2}, )?\d{1,2} [A-Z][a-z]{2} \d{4} \d{2}:\d{2}:\d{2} (?:GMT|UTC|[+-]\d{4})$/;

/**
 * Reads seconds since 1970, an ISO 8601 date or date and time, or an HTTP date; undefined for any other text. A time
 * without an offset is in UTC, as botocore takes it.
 */
export function parseTimestamp(value: string | number): Date | undefined {
  const text = withPlainDate(String(value).trim());
  if (EPOCH.test(text)) return validDate(Math.round(Number(text) * 1000));
  if (HTTP_DATE.test(text)) return validDate(Date.parse(text));
  const date = DATE.exec(text);
  const time = TIME.exec(text.slice(date?.[0].length));
  const rest = text.slice((date?.[0].length ?? 0) + (time?.[0].length ?? 0));
  const zone = time && ZONE.exec(rest);
  if (!date || (rest !== '' && !zone)) return undefined;
  const groups: Record<string, string | undefined> = { ...date.groups, ...time?.groups, ...zone?.groups };
  const part = (name: string) => Number(groups[name] ?? 0);
  const milliseconds = Math.trunc(Number(`0.${groups.fraction ?? 0}`) * 1000);
  const wall = Date.UTC(part('year'), part('month') - 1, part('day'), part('hour'), part('minute'), part('second'));
  const isInYear = new Date(wall).getUTCDate() === part('day') && part('month') >= 1 && part('month') <= 12;
  const isReal = isInYear && part('hour') < 24 && part('minute') < 60 && part('second') < 60;
  if (!isReal) return undefined;
  const offsetMinutes = (part('offsetHour') * 60 + part('offsetMinute')) * (groups.sign === '-' ? -1 : 1);
  return validDate(wall + milliseconds - offsetMinutes * 60_000);
}

/**
 * A text whose date is written in one of the other unmistakable ways that dateutil reads for botocore, with `2026-01-31`
 * in its place: `2026-1-31`, `2026/01/31`, `31 Jan 2026`, `January 31, 2026`.
 */
function withPlainDate(text: string): string {
  const found = LOOSE_DATE.exec(text) ?? DAY_FIRST.exec(text) ?? MONTH_FIRST.exec(text);
  const { year = '', month = '', day = '' } = found?.groups ?? {};
  const word = month.toLowerCase();
  const number = MONTHS.findIndex((each) => word === each || word === each.slice(0, 3)) + 1 || Number(month);
  if (!found || Number.isNaN(number)) return text;
  const date = `${year}-${String(number).padStart(2, '0')}-${day.padStart(2, '0')}`;
  return date + text.slice(found[0].length);
}

const MONTHS = [
  'january',
  'february',
  'march',
  'april',
  'may',
  'june',
  'july',
  'august',
  'september',
  'october',
  'november',
  'december',
];

/**
 * `2021-06-28T21:09:16.114000+00:00`, without the fraction where it is zero, as Python's isoformat has it.
 * @param offsetMinutes how far the zone of the printed time is ahead of UTC
 */
export function printTimestamp(date: Date, offsetMinutes = 0): string {
  const wall = new Date(date.getTime() + offsetMinutes * 60_000);
  const [seconds, milliseconds] = wall.toISOString().replace('Z', '').split('.');
  return `${seconds}${milliseconds === '000' ? '' : `.${milliseconds}000`}${zoneText(offsetMinutes)}`;
}

function zoneText(offsetMinutes: number): string {
  const ahead = Math.abs(offsetMinutes);
  const [hours, minutes] = [Math.floor(ahead / 60), ahead % 60].map((part) => String(part).padStart(2, '0'));
  return `${offsetMinutes < 0 ? '-' : '+'}${hours}:${minutes}`;
}

/**
 * Prints the times of a service as the AWS CLI does. XML has whole seconds in UTC: S3 API Reference, Object,
 * LastModified; IAM API Reference, User, CreateDate. JSON has seconds since 1970, with a fraction where the service
 * measures one, which botocore turns into local time.
 */
export function timePrinter(service: ServiceName, { utcOffsetMinutes }: Environment): (date: Date) => string {
  switch (service) {
    case 'iam':
    case 'sts':
    case 's3':
    case 's3control':
      return (date) => printTimestamp(wholeSeconds(date));
    case 'cloudtrail':
      return (date) => printTimestamp(wholeSeconds(date), utcOffsetMinutes(date));
    case 'cloudwatch':
      return (date) => printTimestamp(date);
    case 'kms':
    case 'organizations':
    case 'service-quotas':
      return (date) => printTimestamp(date, utcOffsetMinutes(date));
  }
}

const wholeSeconds = (date: Date): Date => new Date(Math.floor(date.getTime() / 1000) * 1000);

/** Python's times, and botocore's with them, are of the years 1 to 9999. */
function validDate(ms: number): Date | undefined {
  const date = new Date(ms);
  const year = date.getUTCFullYear();
  return year >= 1 && year <= 9999 ? date : undefined;
}

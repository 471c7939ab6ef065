/** Scalars as text: in XML, in the query protocol's forms, in header fields and in queries. */

import type { Shape, TimestampShape } from '../../api/model/shapes.ts';
import {
  readBase64,
  readEpochSeconds,
  readNotFinite,
  writeBase64,
  writeEpochSeconds,
  writeIsoTime,
} from './scalars.ts';

export interface TextForm {
  /** Undefined if the text does not stand for a value of this type. */
  readonly read: (text: string) => unknown;
  readonly write: (value: unknown) => string;
}

/** The short one leaves out a fraction that is zero, as the query protocol's services do. */
export type TimeFormat = NonNullable<TimestampShape['timestampFormat']> | 'iso8601-short';

/** The form of a scalar shape. @param time how times are written whose shape does not say so */
export function textForm(shape: Shape, time: TimeFormat): TextForm {
  switch (shape.type) {
    case 'boolean':
      return { read: readBoolean, write: String };
    case 'integer':
      return { read: (text) => readInteger(text, 2 ** 31), write: String };
    case 'long':
      return { read: (text) => readInteger(text, 2 ** 63), write: String };
    case 'double':
      return { read: readDouble, write: String };
    case 'blob':
      return {
        read: (text) => readBase64(text.trim()),
        write: (value) => (value instanceof Uint8Array ? writeBase64(value) : String(value)),
      };
    case 'timestamp':
      // The short form is one of ISO 8601's, and counts where the shape says no more than that.
      return timeForms[
        time === 'iso8601-short' && shape.timestampFormat === 'iso8601' ? time : (shape.timestampFormat ?? time)
      ];
    case 'string':
      return { read: (text) => text, write: String };
    default:
      throw new Error(`a ${shape.type} is not a scalar`);
  }
}

/** Python's clients write some of them with a capital letter. */
function readBoolean(text: string): boolean | undefined {
  const word = text.trim().toLowerCase();
  return word === 'true' ? true : word === 'false' ? false : undefined;
}

/** @param end the first number that is too large; its negative is not too small */
function readInteger(text: string, end: number): number | undefined {
  const number = /^\s*[+-]?\d+\s*$/.test(text) ? Number(text) : Number.NaN;
  return number >= -end && number < end ? number : undefined;
}

function readDouble(text: string): number | undefined {
  const digits = text.trim();
  return /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(digits) ? Number(digits) : readNotFinite(digits);
}

const timeForm = (read: TextForm['read'], write: (date: Date) => string): TextForm => ({
  read: (text) => read(text.trim()),
  write: (value) => (value instanceof Date ? write(value) : String(value)),
});

const timeForms: Readonly<Record<TimeFormat, TextForm>> = {
  iso8601: timeForm(readIsoTime, (date) => date.toISOString()),
  'iso8601-short': timeForm(readIsoTime, writeIsoTime),
  rfc822: timeForm(readHttpDate, (date) => date.toUTCString()),
  unixTimestamp: timeForm(
    (text) => (/^-?\d+(\.\d+)?$/.test(text) ? readEpochSeconds(Number(text)) : undefined),
    (date) => String(writeEpochSeconds(date)),
  ),
};

const ISO = /^(\d{4}-\d\d-\d\d)(?:T(\d\d:\d\d:\d\d)(\.\d{1,9})?(Z|[+-]\d\d:?\d\d)?)?$/;

/** A day, or a time, which is UTC unless it says otherwise: ISO 8601. */
function readIsoTime(text: string): Date | undefined {
  const [, day = '', time = '00:00:00', fraction = '', zone = 'Z'] = ISO.exec(text) ?? [];
  // A day that no calendar has would run on into the next month.
  if (!isDay(day)) return undefined;
  return validDate(`${day}T${time}${fraction.slice(0, 4)}${zone.replace(/(\d\d)(\d\d)$/, '$1:$2')}`);
}

const isDay = (day: string): boolean => day !== '' && validDate(`${day}T00:00:00Z`)?.toISOString().slice(0, 10) === day;

const HTTP_DATES = [
  // RFC 1123, RFC 850, and C's asctime.
  /^(?:[A-Z][a-z]{2}, )?(?<day>\d{1,2}) (?<month>[A-Z][a-z]{2}) (?<year>\d{4}) (?<time>\d\d:\d\d:\d\d) (?:GMT|UTC|[+-]0000)$/,
  /^[A-Z][a-z]{5,8}, (?<day>\d\d)-(?<month>[A-Z][a-z]{2})-(?<year>\d\d) (?<time>\d\d:\d\d:\d\d) GMT$/,
  /^[A-Z][a-z]{2} (?<month>[A-Z][a-z]{2}) [ ]?(?<day>\d{1,2}) (?<time>\d\d:\d\d:\d\d) (?<year>\d{4})$/,
] as const;

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** A time in one of the three forms of HTTP: RFC 9110, section 5.6.7. */
function readHttpDate(text: string): Date | undefined {
  for (const form of HTTP_DATES) {
    const { day = '', month = '', year = '', time = '' } = form.exec(text)?.groups ?? {};
    const number = MONTHS.indexOf(month) + 1;
    if (number === 0) continue;
    const whole = year.length === 2 ? `${Number(year) < 70 ? '20' : '19'}${year}` : year;
    const date = `${whole}-${`${number}`.padStart(2, '0')}-${day.padStart(2, '0')}`;
    return isDay(date) ? validDate(`${date}T${time}Z`) : undefined;
  }
  return undefined;
}

function validDate(text: string): Date | undefined {
  const date = new Date(text);
  return Number.isNaN(date.getTime()) ? undefined : date;
}

/**
 * How one value of a request compares with one value of a policy: IAM User Guide, "IAM JSON policy elements: Condition
 * operators". A value that cannot be read as what the operator compares is malformed.
 */

import { pattern, type Reading, substituted } from './variables.ts';

type Outcome = boolean | 'malformed';
type Compare = (actual: string, expected: string, reading: Reading) => Outcome;

/** The operators that say what must be; those with `Not` are negations of them. */
export const comparisons: Readonly<Record<string, Compare>> = {
  StringEquals: (actual, expected, reading) => actual === substituted(expected, reading),
  StringEqualsIgnoreCase: (actual, expected, reading) =>
    actual.toLowerCase() === substituted(expected, reading)?.toLowerCase(),
  StringLike: (actual, expected, reading) => pattern(expected, reading)?.test(actual) ?? false,

  NumericEquals: ordered(numberOf, (order) => order === 0),
  NumericLessThan: ordered(numberOf, (order) => order < 0),
  NumericLessThanEquals: ordered(numberOf, (order) => order <= 0),
  NumericGreaterThan: ordered(numberOf, (order) => order > 0),
  NumericGreaterThanEquals: ordered(numberOf, (order) => order >= 0),

  DateEquals: ordered(instantOf, (order) => order === 0),
  DateLessThan: ordered(instantOf, (order) => order < 0),
  DateLessThanEquals: ordered(instantOf, (order) => order <= 0),
  DateGreaterThan: ordered(instantOf, (order) => order > 0),
  DateGreaterThanEquals: ordered(instantOf, (order) => order >= 0),

  Bool(actual, expected, reading) {
    const [is, must] = [actual.toLowerCase(), substituted(expected, reading)?.toLowerCase()];
    return is === must && (is === 'true' || is === 'false');
  },

  // "A base-64 encoded representation of the binary value": so is the request's value here.
  BinaryEquals(actual, expected) {
    const [is, must] = [bytesOf(actual), bytesOf(expected)];
    return is === undefined || must === undefined ? 'malformed' : is.equals(must);
  },

  IpAddress(actual, expected) {
    const [address, range] = [rangeOf(actual), rangeOf(expected)];
    if (address === undefined || range === undefined) return 'malformed';
    return address.family === range.family && address.bits.startsWith(range.bits);
  },

  ArnEquals: arnLike,
  ArnLike: arnLike,
};

const negated: Readonly<Record<string, string>> = {
  StringNotEquals: 'StringEquals',
  StringNotEqualsIgnoreCase: 'StringEqualsIgnoreCase',
  StringNotLike: 'StringLike',
  NumericNotEquals: 'NumericEquals',
  DateNotEquals: 'DateEquals',
  NotIpAddress: 'IpAddress',
  ArnNotEquals: 'ArnEquals',
  ArnNotLike: 'ArnLike',
};

/** The operator that a negated one negates; undefined for the others. */
export const negationOf = (operator: string): string | undefined => negated[operator];

function ordered(parse: (text: string) => bigint | undefined, holds: (order: number) => boolean): Compare {
  return (actual, expected) => {
    const [is, must] = [parse(actual), parse(expected)];
    if (is === undefined || must === undefined) return 'malformed';
    return holds(is < must ? -1 : is > must ? 1 : 0);
  };
}

/** A number in units of 10^-20, so that integers and decimals of any size compare exactly. */
function numberOf(text: string): bigint | undefined {
  const [match, sign, whole = '', fraction = ''] = /^([+-]?)(\d*)(?:\.(\d*))?$/.exec(text) ?? [];
  if (match === undefined || whole + fraction === '') return undefined;
  const size = BigInt(whole + fraction.padEnd(20, '0'));
  return sign === '-' ? -size : size;
}

/**
 * Milliseconds since 1970. "You can use date/time values in one of the W3C implementations of the ISO 8601 date formats
 * or in epoch (UNIX) time"; a date alone is its midnight in UTC.
 */
function instantOf(text: string): bigint | undefined {
  if (/^\d+(?:\.\d+)?$/.test(text)) return BigInt(Math.floor(Number(text) * 1000));
  const [, year = '', month = '', day = '01', time] = /^(\d{4})-(\d\d)(?:-(\d\d)(?:[Tt](.*))?)?$/.exec(text) ?? [];
  const midnight = Date.UTC(Number(year), Number(month) - 1, Number(day));
  const isOnCalendar =
    !Number.isNaN(midnight) && new Date(midnight).toISOString().startsWith(`${year}-${month}-${day}`);
  const sinceMidnight = time === undefined ? 0 : millisecondsOf(time);
  return isOnCalendar && sinceMidnight !== undefined ? BigInt(midnight + sinceMidnight) : undefined;
}

/** Of a time of day with its zone, as `08:00:00.5Z` and `09:00+01:00`, counted from midnight in UTC. */
function millisecondsOf(time: string): number | undefined {
  const [match, hour, minute, second = 0, fraction = 0, zone, sign, zoneHour = 0, zoneMinute = 0] =
    /^([01]\d|2[0-3]):([0-5]\d)(?::([0-5]\d)(\.\d+)?)?([Zz]|([+-])(\d\d)(?::(\d\d))?)$/.exec(time) ?? [];
  if (match === undefined || zone === undefined) return undefined;
  const east = (sign === '-' ? -1 : 1) * (Number(zoneHour) * 60 + Number(zoneMinute));
  return (Number(hour) * 60 + Number(minute) - east) * 60_000 + Math.floor((Number(second) + Number(fraction)) * 1000);
}

function bytesOf(base64: string): Buffer | undefined {
  const isWhole = /^([A-Za-z0-9+/]{4})*([A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/.test(base64);
  return isWhole ? Buffer.from(base64, 'base64') : undefined;
}

/** An address, or a range of addresses, as the bits with which all of its addresses begin. */
interface Range {
  readonly family: 4 | 6;
  readonly bits: string;
}

function rangeOf(text: string): Range | undefined {
  const [, address = '', length] = /^([^/]*)(?:\/(\d{1,3}))?$/.exec(text) ?? [];
  const v4 = bitsOfV4(address);
  const bits = v4 ?? bitsOfV6(address);
  if (bits === undefined || Number(length ?? 0) > bits.length) return undefined;
  const prefix = bits.slice(0, Number(length ?? bits.length));
  if (v4 !== undefined) return { family: 4, bits: prefix };
  // ::ffff:0:0/96 is IPv4 in IPv6's clothes: RFC 4291, section 2.5.5.2.
  return prefix.startsWith(MAPPED) ? { family: 4, bits: prefix.slice(MAPPED.length) } : { family: 6, bits: prefix };
}

const MAPPED = `${'0'.repeat(80)}${'1'.repeat(16)}`;

function bitsOfV4(text: string): string | undefined {
  const octets = text.split('.');
  if (octets.length !== 4 || !octets.every((octet) => /^(0|[1-9]\d{0,2})$/.test(octet) && Number(octet) <= 255))
    return undefined;
  return octets.map((octet) => Number(octet).toString(2).padStart(8, '0')).join('');
}

function bitsOfV6(text: string): string | undefined {
  // The last four bytes may be written as an IPv4 address.
  const [, front, tail] = /^(.*:)(.*\..*)$/.exec(text) ?? [];
  const v4 = tail === undefined ? undefined : bitsOfV4(tail);
  if (tail !== undefined && v4 === undefined) return undefined;
  const written = v4 === undefined ? text : `${front}${hexOf(v4.slice(0, 16))}:${hexOf(v4.slice(16))}`;
  const [head = '', rest, more] = written.split('::');
  if (more !== undefined) return undefined;
  const [before, after] = [groupsOf(head), groupsOf(rest ?? '')];
  const gap = 8 - before.length - after.length;
  if (rest === undefined ? gap !== 0 : gap < 1) return undefined;
  const groups = [...before, ...Array<string>(gap).fill('0'), ...after];
  if (!groups.every((group) => /^[0-9a-f]{1,4}$/i.test(group))) return undefined;
  return groups.map((group) => Number.parseInt(group, 16).toString(2).padStart(16, '0')).join('');
}

const hexOf = (bits: string) => Number.parseInt(bits, 2).toString(16);
const groupsOf = (text: string) => (text === '' ? [] : text.split(':'));

/**
 * "Each of the six colon-delimited components of the ARN is checked separately and each can include multi-character
 * match wildcards (*) or single-character match wildcards (?)."
 */
function arnLike(actual: string, expected: string, reading: Reading): Outcome {
  // The colon in a variable's name is not one of the ARN's.
  const hidden = expected.replace(/\$\{[^}]*\}/g, (variable) => variable.replaceAll(':', '\0'));
  const [is, must] = [componentsOf(actual), componentsOf(hidden).map((component) => component.replaceAll('\0', ':'))];
  if (is.length < 6 || must.length < 6) return 'malformed';
  return must.every((component, i) => pattern(component, reading)?.test(is[i] ?? '') ?? false);
}

/** An ARN's components; the sixth, the resource, may have colons in it. */
export function componentsOf(arn: string): readonly string[] {
  const parts = arn.split(':');
  return parts.length <= 6 ? parts : [...parts.slice(0, 5), parts.slice(5).join(':')];
}

/**
 * The options of put-metric-data with which one datum is written without JSON: AWS CLI Command Reference, cloudwatch
 * put-metric-data. They change the first datum of --metric-data, and make it if there is none.
 */

import { UsageError } from '../../api/errors.ts';

type Datum = Readonly<Record<string, unknown>>;

/** Reads the text of an option as the member of a datum that it sets. @throws UsageError */
type Shortcut = readonly [member: string, read: (text: string, flag: string) => unknown];

const text = (value: string): string => value;

const shortcuts: Readonly<Record<string, Shortcut>> = {
  '--metric-name': ['MetricName', text],
  '--timestamp': ['Timestamp', text],
  '--unit': ['Unit', text],
  '--value': ['Value', readNumber],
  '--dimensions': ['Dimensions', readDimensions],
  '--statistic-values': ['StatisticValues', readStatistics],
  '--storage-resolution': ['StorageResolution', readInteger],
};

/** Those that --metric-data cannot be combined with. */
const isExclusive = (flag: string): boolean => flag in shortcuts && flag !== '--storage-resolution';

/**
 * The value of --metric-data with what these options say.
 * @param data what --metric-data itself says; undefined if it is not given
 * @throws UsageError for a text that an option does not take, and for options that cannot be combined
 */
export function withDatum(data: unknown, given: readonly (readonly [flag: string, text: string])[]): unknown {
  const exclusive = given.find(([flag]) => isExclusive(flag))?.[0];
  if (data !== undefined && exclusive !== undefined) {
    const key = exclusive.slice(2).replaceAll('-', '_');
    throw new UsageError(
      `The key "${key}" cannot be specified when one of the following keys are also specified: metric_data`,
    );
  }
  const members = given.flatMap(([flag, value]) => {
    const [member, read] = shortcuts[flag] ?? [];
    return member === undefined || !read ? [] : [[member, read(value, flag)] as const];
  });
  const [first, ...others] = Array.isArray(data) ? data : [{}];
  return [{ ...(isDatum(first) ? first : {}), ...Object.fromEntries(members) }, ...others];
}

const isDatum = (value: unknown): value is Datum => typeof value === 'object' && value !== null;

const NUMBER = /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:e[+-]?\d+)?$/i;

/** As Python's Decimal reads it: what is not finite is left for the service to refuse. */
function readNumber(value: string, flag: string): number {
  const word = value.trim();
  if (NUMBER.test(word)) return Number(word);
  const [, sign, name] = /^([+-]?)(nan|inf(?:inity)?)$/i.exec(word) ?? [];
  if (name === undefined) throw new UsageError(`${flag} takes a number, not "${value}"`);
  if (/nan/i.test(name)) return Number.NaN;
  return sign === '-' ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
}

function readInteger(value: string, flag: string): number {
  if (/^\s*[+-]?\d+\s*$/.test(value)) return Number(value);
  throw new UsageError(`${flag} takes a whole number, not "${value}"`);
}

function readDimensions(value: string, flag: string) {
  return pairsOf(value, flag).map(([Name, Value]) => ({ Name, Value }));
}

function readStatistics(value: string, flag: string) {
  return Object.fromEntries(pairsOf(value, flag).map(([name, number]) => [name, readNumber(number, flag)]));
}

/** `Name=Value,Name=Value`; a value in quotes may have commas. */
function pairsOf(value: string, flag: string): readonly (readonly [name: string, value: string])[] {
  return splitOnCommas(value).map((pair) => {
    const [name = '', part, ...more] = pair.split('=');
    if (part !== undefined && more.length === 0) return [name, part];
    throw new UsageError(`${flag} takes NAME=VALUE, separated by commas, not "${pair}"`);
  });
}

/** As the AWS CLI splits: quotes keep a comma and are left out, and so does a backslash before it. */
function splitOnCommas(value: string): readonly string[] {
  const parts = [''];
  let quote = '';
  for (let i = 0; i < value.length; i += 1) {
    const char = value[i] ?? '';
    const last = parts.length - 1;
    if (quote !== '' ? char === quote : char === '"' || char === "'") quote = quote === '' ? char : '';
    else if (char === ',' && quote === '') parts.push('');
    else if (char === '\\' && value[i + 1] === ',') {
      parts[last] += ',';
      i += 1;
    } else parts[last] += char;
  }
  return parts;
}

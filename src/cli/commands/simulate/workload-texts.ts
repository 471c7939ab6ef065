/** The members of a workload as people write them, in options and in a file: what each takes, and what it is by default. */

import { durationMs } from '../../../api/duration.ts';
import { UsageError } from '../../../api/errors.ts';
import { didYouMean } from '../../../api/nearest.ts';
import { isRegion, type Region, saidOfPartition } from '../../../api/regions.ts';
import { BUCKET_KEY_LIFE_MS, RETRIES } from '../../../simulate/assumptions.ts';
import type { Workload } from '../../../simulate/workload.ts';
import { parseByteSize } from '../../byte-size.ts';

interface Member<T> {
  readonly name: keyof Workload;
  /** What it takes, in words. */
  readonly takes: string;
  /** Undefined if the text is not a valid value. */
  readonly parse: (text: string) => T | undefined;
  readonly usual: T;
}

const number = (text: string, least: number, most: number): number | undefined => {
  if (!/^\d+(\.\d+)?(e\d+)?$/i.test(text)) return undefined;
  const value = Number(text);
  return value >= least && value <= most ? value : undefined;
};

const whole = (least: number, most: number) => ({
  takes: `a whole number from ${least} to ${most}`,
  parse: (text: string) => (/^\d+$/.test(text) ? number(text, least, most) : undefined),
});

const MOST_OBJECTS = 10_000_000;
const LEAST_OBJECTS = 0.00001;
/** Amazon S3 User Guide, "Uploading objects": the largest object. */
const MOST_BYTES = 50 * 1024 ** 4;
const YEAR_DAYS = 365;
const YEAR_MS = YEAR_DAYS * 86_400_000;

/** A billion objects a day are nearly so many a second. */
const USUAL_OBJECTS = 12_000;

const members = {
  'objects-per-second': {
    name: 'objectsPerSecond',
    takes: `a number from ${LEAST_OBJECTS} to ${MOST_OBJECTS}`,
    parse: (text) => number(text, LEAST_OBJECTS, MOST_OBJECTS),
    usual: USUAL_OBJECTS,
  },
  size: {
    name: 'size',
    takes: 'a number of bytes or a size such as 100KB, of at most 50TB',
    parse: (text) => {
      const bytes = parseByteSize(text);
      return bytes !== undefined && bytes <= MOST_BYTES ? bytes : undefined;
    },
    usual: 100 * 1024,
  },
  'read-share': {
    name: 'readShare',
    takes: 'a number from 0 (only writes) to 1 (only reads)',
    parse: (text) => number(text, 0, 1),
    usual: 0.5,
  },
  keys: { name: 'keys', ...whole(1, 100_000), usual: 1 },
  requesters: { name: 'requesters', ...whole(1, 1_000_000_000), usual: 10 },
  buckets: { name: 'buckets', ...whole(1, 1_000_000), usual: 1 },
  'bucket-key-life': {
    name: 'bucketKeyLifeMs',
    takes: 'a duration of at most 1y, such as 90s, 5m or 1h; 0s for none',
    parse: (text) => {
      const ms = durationMs(text);
      return ms !== undefined && ms <= YEAR_MS ? ms : undefined;
    },
    usual: BUCKET_KEY_LIFE_MS,
  },
  retries: { name: 'retries', ...whole(0, 10), usual: RETRIES },
  days: { name: 'days', ...whole(1, 10 * YEAR_DAYS), usual: 30 },
  seed: { name: 'seed', ...whole(0, 2 ** 32 - 1), usual: 1 },
} as const satisfies Readonly<Record<string, Member<number>>>;

export type NumberName = keyof typeof members;

/** The texts of a workload by the names of the options; only those that are given. */
export type WorkloadTexts = Readonly<Partial<Record<NumberName | 'regions', string>>>;

/** The regions that are simulated by default: one with the largest quota of KMS, and one with a tenth of it. */
const USUAL_REGIONS = ['us-east-1', 'eu-west-3'] as const satisfies readonly Region[];

const isMember = (name: string): name is NumberName => Object.hasOwn(members, name);

/**
 * Parses texts, of which the former come before the latter.
 * @param said how a message names a member: `--size`, or `size in load.yaml`
 * @throws UsageError that names the first text that is not valid
 */
export function parseWorkload(texts: WorkloadTexts, said: (name: string) => string): Partial<Workload> {
  const parsed: Record<string, unknown> = {};
  for (const [name, text] of Object.entries(texts)) {
    if (name === 'regions') parsed.regions = parseRegions(text, said(name));
    if (!isMember(name)) continue;
    const member: Member<number> = members[name];
    const value = member.parse(text);
    if (value === undefined) throw new UsageError(`${said(name)} takes ${member.takes}, not "${text}"`);
    parsed[member.name] = value;
  }
  // Each member was parsed by its own row.
  return parsed as Partial<Workload>;
}

/** The workload in which nothing is left open. */
export function wholeWorkload(known: Partial<Workload>, own: Region | undefined): Workload {
  const usual = Object.fromEntries(Object.values(members).map(({ name, usual }) => [name, usual]));
  const regions = own === undefined ? USUAL_REGIONS : [own];
  // Every member but the regions has a row.
  return { ...(usual as unknown as Omit<Workload, 'regions'>), regions, ...known };
}

function parseRegions(text: string, said: string): readonly Region[] {
  const names = text.split(/[\s,]+/).filter((each) => each !== '');
  if (names.length === 0) throw new UsageError(`${said} takes names of AWS regions, not "${text}"`);
  const found = names.map((name) => {
    if (isRegion(name)) return name;
    throw new UsageError(saidOfPartition(name) ?? `${said} takes names of AWS regions, not "${name}"`);
  });
  return [...new Set(found)];
}

/**
 * The texts in a file, which is YAML or JSON.
 * @throws UsageError if it is not, or has names that are not those of options
 */
export function textsOfFile(file: string, content: unknown): WorkloadTexts {
  const names = [...Object.keys(members), 'regions'];
  if (!(content instanceof Object) || Array.isArray(content)) {
    throw new UsageError(`${file} must have the options of ssebox simulate by name, such as "size: 100KB"`);
  }
  const texts: Record<string, string> = {};
  for (const [name, value] of Object.entries(content)) {
    if (!names.includes(name)) {
      const message = `${file}: "${name}" is not an option of ssebox simulate: they are ${names.join(', ')}`;
      throw new UsageError(message, didYouMean(name, names));
    }
    const text = textOf(value, name === 'regions');
    if (text === undefined) throw new UsageError(`${name} in ${file} must be ${namedForm(name)}`);
    texts[name] = text;
  }
  return texts;
}

const namedForm = (name: string): string => (name === 'regions' ? 'a name or a list of names' : 'a number or a text');

function textOf(value: unknown, mayBeList: boolean): string | undefined {
  if (typeof value === 'number' || typeof value === 'string') return `${value}`;
  if (!mayBeList || !Array.isArray(value)) return undefined;
  return value.every((each) => typeof each === 'string') ? value.join(' ') : undefined;
}

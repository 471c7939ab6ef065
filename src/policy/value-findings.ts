/** Findings about the values that conditions compare with. */

import { parseArn } from '../api/arn.ts';
import { oneOf } from '../api/nearest.ts';
import type { Condition } from './condition.ts';
import type { Examined, ExaminedStatement, Found } from './finding.ts';
import { quoted } from './json-places.ts';
import { otherForm, viaServiceRegion } from './key-values.ts';

/** How a condition compares texts; undefined where it does not. */
function comparesTexts({
  operator,
}: Condition): { readonly wildcards: boolean; readonly anyCase: boolean } | undefined {
  const [, base = '', kind = ''] =
    /(?:^|:)(String|Arn)(?:Not)?(Equals(?:IgnoreCase)?|Like)(?:IfExists)?$/.exec(operator) ?? [];
  if (base === '') return undefined;
  return { wildcards: base === 'Arn' || kind === 'Like', anyCase: kind === 'EqualsIgnoreCase' };
}

/** Values that a key never has, and stars that are compared as letters. */
export function* valuesNeverMet({ hasVariables, facts }: Examined, { conditions }: ExaminedStatement): Iterable<Found> {
  for (const { path, read, values } of conditions) {
    const compares = comparesTexts(read);
    if (!compares) continue;
    for (const [index, value] of values.entries()) {
      if (hasVariables && value.includes('${')) continue;
      const at = [...path, index];
      if (isAliasArn(value) && KEY_ARNS.has(read.key)) {
        yield {
          kind: 'alias-arn',
          says: `${quoted(value)} is the ARN of an alias, and ${read.name} is that of a key, so ${consequence(read)}`,
          path: at,
          advice: keyMend(facts.keyOfAlias?.(value)),
        };
        continue;
      }
      const takes = otherForm(read.key, value, compares);
      const isStar = /[*?]/.test(value) && !compares.wildcards && !MAY_HAVE_STARS.has(read.key);
      // Where wildcards would help, the value is of the right form but for them.
      if (
        isStar &&
        (takes === undefined || otherForm(read.key, value, { ...compares, wildcards: true }) === undefined)
      ) {
        const like = read.operator.replace(/Equals(?:IgnoreCase)?/, 'Like');
        yield {
          kind: 'literal-wildcard',
          says: `${read.operator} compares the ${value.includes('*') ? '*' : '?'} in ${quoted(value)} as a character`,
          path: at,
          advice: `use ${like} for wildcards`,
        };
        continue;
      }
      if (takes === undefined) continue;
      yield {
        kind: 'value-never-matches',
        says: `${read.name} never is ${quoted(value)}, so ${consequence(read)}`,
        path: at,
        advice: `it is ${takes}`,
      };
    }
  }
}

const consequence = ({ comparison }: Condition): string =>
  comparison?.negated ? 'every request differs from it' : 'no request matches it';

const isAliasArn = (value: string): boolean => /^arn:[^:]*:kms:[^:]*:[^:]*:alias\//.test(value);

/** Keys with the ARN of a KMS key. */
const KEY_ARNS = new Set(['s3:x-amz-server-side-encryption-aws-kms-key-id']);

const keyMend = (key: string | undefined): string =>
  key === undefined ? 'use the ARN of the key' : `use the ARN of its key, "${key}"`;

/** Keys whose values may well have a star or a question mark in them: names of objects, texts of clients. */
const MAY_HAVE_STARS = new Set(['s3:delimiter', 'aws:useragent', 'aws:referer', 's3:if-match', 's3:if-none-match']);

/** kms:ViaService of a region in which none of the keys is. */
export function* viaOtherRegion({ type, facts }: Examined, statement: ExaminedStatement): Iterable<Found> {
  const regions = keyRegions(type === 'key' ? [facts.resource ?? '*'] : resourcesOf(statement));
  if (!regions) return;
  for (const { path, read, values } of statement.conditions) {
    if (read.key !== 'kms:viaservice' || !comparesTexts(read)) continue;
    for (const [index, value] of values.entries()) {
      const region = viaServiceRegion(value);
      if (region === undefined || regions.has(region)) continue;
      const [own = ''] = regions;
      yield {
        kind: 'via-service-region',
        says: `${quoted(value)} calls KMS in ${region}, and the key is in ${oneOf([...regions])}, so ${consequence(read)}`,
        path: [...path, index],
        advice: `use "${value.replace(`.${region}.`, `.${own}.`)}"`,
      };
    }
  }
}

const resourcesOf = ({ json: { Resource } }: ExaminedStatement): readonly string[] =>
  (Array.isArray(Resource) ? Resource : [Resource]).filter((one) => typeof one === 'string');

/** The regions of keys; undefined unless all resources are keys in a region that is written out. */
function keyRegions(resources: readonly string[]): ReadonlySet<string> | undefined {
  const regions = new Set<string>();
  for (const resource of resources) {
    const arn = parseArn(resource);
    if (arn?.service !== 'kms' || !/^[a-z0-9-]+$/.test(arn.region)) return undefined;
    regions.add(arn.region);
  }
  return regions.size > 0 ? regions : undefined;
}

/**
 * The encryption context of an object is its bucket's ARN where a bucket key is used: Amazon S3 User Guide, "Reducing
 * the cost of SSE-KMS with Amazon S3 Bucket Keys".
 */
export function* contextOfBucketKeys({ facts }: Examined, { conditions }: ExaminedStatement): Iterable<Found> {
  const { hasBucketKey } = facts;
  if (!hasBucketKey) return;
  for (const { path, read, values } of conditions) {
    if (read.key !== 'kms:encryptioncontext:aws:s3:arn' || !comparesTexts(read) || read.comparison?.negated) continue;
    const buckets = values.map((value) => /^arn:[^:]*:s3:::([^/*?$]+)(\/.*)?$/s.exec(value));
    for (const [index, found] of buckets.entries()) {
      const [value = '', bucket = '', key] = found ?? [];
      if (!found) continue;
      const usesKey = hasBucketKey(bucket);
      if (usesKey === undefined || usesKey === (key === undefined)) continue;
      // Objects from before the bucket's encryption was changed have the other form.
      if (buckets.some((other) => other?.[1] === bucket && (other[2] === undefined) === usesKey)) continue;
      yield {
        kind: 'bucket-key-context',
        says: usesKey
          ? `${quoted(value)} is an object, and with the bucket key that "${bucket}" uses the encryption context is the bucket, so no request for its objects matches`
          : `${quoted(value)} is a bucket, and without a bucket key, which "${bucket}" does not use, the encryption context is the object, so no request for its objects matches`,
        path: [...path, index],
        advice: usesKey ? `use "arn:aws:s3:::${bucket}"` : `use "arn:aws:s3:::${bucket}/*" with StringLike`,
      };
    }
  }
}

/**
 * Buckets and keys of different regions in one statement: S3 encrypts with keys of the bucket's region only. Amazon S3
 * User Guide, "Using server-side encryption with AWS KMS keys (SSE-KMS)".
 */
export function* keysOfOtherRegions(policy: Examined, statement: ExaminedStatement): Iterable<Found> {
  const { type, facts } = policy;
  if (!facts.regionOfBucket) return;
  const keys = keyRegions(type === 'key' ? [facts.resource ?? '*'] : resourcesOf(statement));
  const buckets = bucketRegions(resourcesOf(statement), policy);
  for (const { path, read, values } of statement.conditions) {
    if (!comparesTexts(read) || read.comparison?.negated) continue;
    for (const [index, value] of values.entries()) {
      const isKey = KEY_ARNS.has(read.key);
      const [own, others] = isKey
        ? [keyRegions([value]), buckets]
        : read.key === 'kms:encryptioncontext:aws:s3:arn'
          ? [bucketRegions([value], policy), keys]
          : [];
      if (!own || !others || [...own].some((region) => others.has(region))) continue;
      const [region, other] = [oneOf([...own]), oneOf([...others])];
      yield {
        kind: 'key-of-other-region',
        says: isKey
          ? `${quoted(value)} is a key in ${region}, and S3 encrypts with keys in ${other}, where the bucket is`
          : `${quoted(value)} is in ${region}, and S3 does not use the key in ${other} there`,
        path: [...path, index],
        advice: isKey ? `name a key in ${other}` : `name a bucket in ${other}, or a key in ${region}`,
      };
    }
  }
}

/** The regions of buckets; undefined unless that of each is known. */
function bucketRegions(resources: readonly string[], { facts }: Examined): ReadonlySet<string> | undefined {
  const regions = new Set<string>();
  for (const resource of resources) {
    const [, bucket] = /^arn:[^:]*:s3:::([^/*?$]+)(?:\/|$)/.exec(resource) ?? [];
    const region = bucket === undefined ? undefined : facts.regionOfBucket?.(bucket);
    if (region === undefined) return undefined;
    regions.add(region);
  }
  return regions.size > 0 ? regions : undefined;
}

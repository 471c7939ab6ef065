/**
 * What S3 requires of lifecycle rules: Amazon S3 User Guide, "Lifecycle configuration elements", S3 API Reference,
 * PutBucketLifecycleConfiguration, and the words in which the service answers. `configuration-document.ts` has checked
 * the schema as far as the model knows it.
 */

import type {
  BucketLifecycleConfiguration,
  LifecycleRule,
  LifecycleRuleFilter,
  Tag,
} from '../../api/model/s3.types.ts';
import type { Call } from '../../call/operation.ts';
import type { BucketRecord } from '../../store/records/s3.ts';
import { invalidArgument } from '../request/invalid-argument.ts';
import { invalidRequest } from '../request/invalid-request.ts';
import { malformedXml, notCounted } from '../request/malformed-xml.ts';
import { type Document, newRuleId } from './configuration-document.ts';

/** Amazon S3 User Guide, "Lifecycle configuration elements", ID element. */
const MAX_RULES = 1000;
const MAX_ID_LENGTH = 255;

/** The largest object: Amazon S3 User Guide, "Lifecycle configuration elements", Filter element. */
const MAX_SIZE = 1_099_511_627_776_000;

const minimumSizes: readonly unknown[] = ['varies_by_storage_class', 'all_storage_classes_128K'];

/**
 * The rules, each with an id, and the default for their transitions, from the header beside them.
 * @throws AwsError MalformedXML, InvalidRequest or InvalidArgument for what S3 does not accept.
 */
export function settleLifecycle(
  { Rules }: BucketLifecycleConfiguration,
  _bucket: BucketRecord,
  call: Call,
  { TransitionDefaultMinimumObjectSize: size = 'all_storage_classes_128K' }: Document,
) {
  if (!minimumSizes.includes(size)) {
    throw invalidRequest(`Invalid TransitionDefaultMinimumObjectSize found: ${size}`);
  }
  requireRules(Rules);
  const named = Rules.map((rule): LifecycleRule => ({ ...rule, ID: rule.ID || newRuleId(call.uuid()) }));
  return { Rules: named, TransitionDefaultMinimumObjectSize: size };
}

function requireRules(rules: readonly LifecycleRule[]): void {
  if (rules.length > MAX_RULES) throw notCounted('Rules', 1, MAX_RULES, rules.length);
  for (const rule of rules) requireForm(rule);
  requireOneVersion(rules);
  requireIds(rules.flatMap(({ ID }) => (ID === undefined || ID === '' ? [] : [ID])));
  for (const rule of rules) {
    requireActions(rule);
    requirePredicates(rule);
    requireDays(rule);
    requireTransitions(rule);
  }
  requireApartPrefixes(rules);
}

/** What the schema says beyond the model. */
function requireForm(rule: LifecycleRule): void {
  const { Prefix, Filter, Expiration, Transitions = [], NoncurrentVersionTransitions = [] } = rule;
  const { NoncurrentVersionExpiration, AbortIncompleteMultipartUpload } = rule;
  const requires = (holds: boolean, reason: string): void => {
    if (!holds) throw malformedXml(reason);
  };
  requires((Prefix === undefined) !== (Filter === undefined), 'a rule has either a Filter or a Prefix');
  requires(
    Filter === undefined || isFilter(Filter),
    'a Filter has at most one of Prefix, Tag, ObjectSizeGreaterThan, ObjectSizeLessThan and And, and an And has two or more',
  );
  requires(
    Expiration === undefined || Object.keys(Expiration).length === 1,
    'an Expiration has exactly one of Date, Days and ExpiredObjectDeleteMarker',
  );
  for (const { Date: date, Days, StorageClass } of Transitions) {
    requires((date === undefined) !== (Days === undefined), 'a Transition has either Date or Days');
    requires(Boolean(StorageClass), 'a Transition needs a StorageClass');
  }
  for (const { NoncurrentDays, StorageClass } of NoncurrentVersionTransitions) {
    requires(
      NoncurrentDays !== undefined && Boolean(StorageClass),
      'a NoncurrentVersionTransition needs NoncurrentDays and a StorageClass',
    );
  }
  requires(
    NoncurrentVersionExpiration === undefined || NoncurrentVersionExpiration.NoncurrentDays !== undefined,
    'a NoncurrentVersionExpiration needs NoncurrentDays',
  );
  requires(
    AbortIncompleteMultipartUpload === undefined || AbortIncompleteMultipartUpload.DaysAfterInitiation !== undefined,
    'AbortIncompleteMultipartUpload needs DaysAfterInitiation',
  );
}

/** One predicate or none, and at least two in an `And`. */
function isFilter({ And, ...single }: LifecycleRuleFilter): boolean {
  const { Tags = [], ...others } = And ?? {};
  const joined = Tags.length + Object.keys(others).length;
  return Object.keys(single).length + (And ? 1 : 0) <= 1 && (And === undefined || joined > 1);
}

/** A rule with a prefix of its own is of the schema's first version, one with a filter of the second. */
function requireOneVersion(rules: readonly LifecycleRule[]): void {
  const isFirst = rules[0]?.Filter === undefined;
  for (const { Filter, NoncurrentVersionExpiration, NoncurrentVersionTransitions = [] } of rules) {
    if (isFirst && Filter !== undefined) throw invalidRequest('Filter element can only be used in Lifecycle V2.');
    if (!isFirst && Filter === undefined) {
      throw invalidRequest(
        'Base level prefix cannot be used in Lifecycle V2, prefixes are only supported in the Filter.',
      );
    }
    const noncurrent = [
      ...(NoncurrentVersionExpiration ? [NoncurrentVersionExpiration] : []),
      ...NoncurrentVersionTransitions,
    ];
    if (isFirst && noncurrent.some(({ NewerNoncurrentVersions }) => NewerNoncurrentVersions !== undefined)) {
      throw invalidRequest('NewerNoncurrentVersions element can only be used in Lifecycle V2.');
    }
  }
}

function requireIds(ids: readonly string[]): void {
  const long = ids.find((id) => id.length > MAX_ID_LENGTH);
  if (long !== undefined) throw invalidArgument('ID length should not exceed allowed limit of 255', 'ID', long);
  const again = ids.find((id, i) => ids.indexOf(id) < i);
  if (again !== undefined) {
    throw invalidArgument('Rule ID must be unique. Found same ID for more than one rule', 'ID', again);
  }
}

const actionsOf = (rule: LifecycleRule): readonly string[] =>
  [
    rule.Expiration && 'Expiration',
    rule.Transitions && 'Transition',
    rule.NoncurrentVersionExpiration && 'NoncurrentVersionExpiration',
    rule.NoncurrentVersionTransitions && 'NoncurrentVersionTransition',
    rule.AbortIncompleteMultipartUpload && 'AbortIncompleteMultipartUpload',
  ].filter((action) => action !== undefined);

function requireActions(rule: LifecycleRule): void {
  if (actionsOf(rule).length === 0) throw invalidRequest('At least one action needs to be specified in a rule');
}

/** The predicates of a filter, in an `And` or alone. */
function predicatesOf({ Prefix, Filter: { Tag, And, ...single } = {} }: LifecycleRule) {
  const { Tags = [], ...others } = And ?? {};
  return { Prefix, ...single, ...others, tags: [...(Tag ? [Tag] : []), ...Tags] as readonly Tag[] };
}

function requirePredicates(rule: LifecycleRule): void {
  const { tags, ObjectSizeGreaterThan: above, ObjectSizeLessThan: below } = predicatesOf(rule);
  if (new Set(tags.map(({ Key }) => Key)).size < tags.length) {
    throw invalidRequest('Duplicate Tag Keys are not allowed.');
  }
  if (below !== undefined && (below < 1 || below > MAX_SIZE)) {
    throw invalidRequest(`'ObjectSizeLessThan' should be between 1 and ${MAX_SIZE}.`);
  }
  if (above !== undefined && (above < 0 || above > MAX_SIZE)) {
    throw invalidRequest(`'ObjectSizeGreaterThan' should be between 0 and ${MAX_SIZE}.`);
  }
  if (above !== undefined && below !== undefined && above >= below) {
    throw invalidRequest("'ObjectSizeLessThan' has to be a value greater than 'ObjectSizeGreaterThan'.");
  }
  const wholeKeys = [
    rule.AbortIncompleteMultipartUpload && 'AbortIncompleteMultipartUpload',
    rule.Expiration?.ExpiredObjectDeleteMarker !== undefined && 'ExpiredObjectDeleteMarker',
  ].filter((action) => typeof action === 'string');
  for (const action of wholeKeys) {
    if (tags.length > 0) throw invalidRequest(`${action} cannot be specified with Tags.`);
    if (above !== undefined || below !== undefined) {
      throw invalidRequest(`${action} cannot be specified with Object Size.`);
    }
  }
}

function requireDays({ Expiration, Transitions = [], ...rule }: LifecycleRule): void {
  const positive: readonly (readonly [value: number | undefined, name: string, action: string])[] = [
    [Expiration?.Days, 'Days', 'Expiration'],
    [rule.NoncurrentVersionExpiration?.NoncurrentDays, 'NoncurrentDays', 'NoncurrentVersionExpiration'],
    [rule.AbortIncompleteMultipartUpload?.DaysAfterInitiation, 'DaysAfterInitiation', 'AbortIncompleteMultipartUpload'],
  ];
  for (const [value, name, action] of positive) {
    if (value !== undefined && value < 1) {
      throw invalidArgument(`'${name}' for ${action} action must be a positive integer`, name, String(value));
    }
  }
  for (const { Date: date } of [...(Expiration ? [Expiration] : []), ...Transitions]) {
    if (date && date.getTime() % DAY_MS !== 0) {
      throw invalidArgument("'Date' must be at midnight GMT", 'Date', date.toISOString());
    }
  }
}

const DAY_MS = 24 * 60 * 60 * 1000;

/** Amazon S3 User Guide, "Transitioning objects using Amazon S3 Lifecycle", constraints. */
function requireTransitions(rule: LifecycleRule): void {
  const { Expiration, Transitions = [], NoncurrentVersionTransitions = [] } = rule;
  const filter = `'(prefix=${predicatesOf(rule).Prefix ?? ''})'`;
  for (const { Days = 0, StorageClass = '' } of Transitions.filter(({ Date: date }) => date === undefined)) {
    requireAge(Days, StorageClass, 'Days', 'Transition');
  }
  for (const { NoncurrentDays = 0, StorageClass = '' } of NoncurrentVersionTransitions) {
    requireAge(NoncurrentDays, StorageClass, 'NoncurrentDays', 'NoncurrentVersionTransition');
  }
  for (const [action, transitions] of [
    ['Transition', Transitions],
    ['NoncurrentVersionTransition', NoncurrentVersionTransitions],
  ] as const) {
    if (new Set(transitions.map(({ StorageClass }) => StorageClass)).size < transitions.length) {
      throw invalidRequest(
        `'StorageClass' must be different for '${action}' actions in same 'Rule' with filter ${filter}`,
      );
    }
  }
  const timed = [...(Expiration ? [Expiration] : []), ...Transitions];
  const dated = timed.filter(({ Date: date }) => date !== undefined);
  const counted = timed.filter(({ Days }) => Days !== undefined);
  if (dated.length > 0 && counted.length > 0) {
    throw invalidRequest(
      `Found mixed 'Date' and 'Days' based Expiration and Transition actions in lifecycle rule for filter ${filter}`,
    );
  }
  const expiresAfter = Expiration?.Days;
  if (expiresAfter !== undefined && Transitions.some(({ Days = 0 }) => Days >= expiresAfter)) {
    throw invalidArgument(
      `'Days' in the Expiration action for filter ${filter} must be greater than 'Days' in the Transition action`,
      'Days',
      String(expiresAfter),
    );
  }
}

function requireAge(days: number, storageClass: string, name: string, action: string): void {
  const least = storageClass === 'STANDARD_IA' || storageClass === 'ONEZONE_IA' ? 30 : 0;
  if (days < least) {
    throw invalidArgument(
      `'${name}' in ${action} action must be greater than or equal to ${least} for storageClass '${storageClass}'`,
      name,
      String(days),
    );
  }
}

/** Only the first version of the schema refuses overlaps, since S3 resolves those of filters. */
function requireApartPrefixes(rules: readonly LifecycleRule[]): void {
  const seen = new Map<string, readonly string[]>();
  for (const rule of rules) {
    const { Prefix } = rule;
    if (Prefix === undefined) return;
    for (const action of actionsOf(rule)) {
      const others = seen.get(action) ?? [];
      const overlapping = others.find((other) => other.startsWith(Prefix) || Prefix.startsWith(other));
      if (overlapping !== undefined) {
        throw invalidRequest(
          `Found overlapping prefixes '${overlapping}' and '${Prefix}' for same action type '${action}'`,
        );
      }
      seen.set(action, [...others, Prefix]);
    }
  }
}

/**
 * What event selectors may say: CloudTrail API Reference, PutEventSelectors, EventSelector, DataResource and
 * AdvancedFieldSelector. CloudTrail User Guide, "Quotas in AWS CloudTrail".
 */

import { AwsError } from '../api/errors.ts';
import type {
  AdvancedEventSelector,
  AdvancedFieldSelector,
  EventSelector,
  PutEventSelectorsRequest,
} from '../api/model/cloudtrail.types.ts';
import { oneOf } from '../api/nearest.ts';
import type { ResourceName } from '../quotas/aws-values.ts';
import { type QuotaPlace, resourceLimit } from '../quotas/settings.ts';
import type { TrailSelectors } from '../store/records/trail.ts';
import type { Tx } from '../store/tables.ts';

/**
 * The selectors of a request, completed by their defaults.
 * @throws AwsError InvalidEventSelectorsException, or NotImplemented for events that ssebox does not have.
 */
export function selectorsOf({ EventSelectors, AdvancedEventSelectors }: PutEventSelectorsRequest): TrailSelectors {
  const isBasic = (EventSelectors ?? []).length > 0;
  const isAdvanced = (AdvancedEventSelectors ?? []).length > 0;
  if (isBasic && isAdvanced)
    throw invalid('You can specify either event selectors or advanced event selectors, not both.');
  if (!isBasic && !isAdvanced) throw invalid('Specify at least one event selector or advanced event selector.');
  return isBasic ? basic(EventSelectors ?? []) : advanced(AdvancedEventSelectors ?? []);
}

/** @throws AwsError InvalidEventSelectorsException for more than a trail of the account and region may have. */
export function requireWithinQuotas(given: TrailSelectors, place: QuotaPlace, tx: Tx): void {
  const most = (name: ResourceName<'cloudtrail'>) => resourceLimit('cloudtrail', name, place, tx);
  if (given.kind === 'advanced') {
    const fields = given.selectors.flatMap(({ FieldSelectors }) => FieldSelectors);
    const conditions = fields.flatMap((field) => operators.flatMap((operator) => field[operator] ?? []));
    requireAtMost(
      most('selector-conditions-per-trail'),
      conditions,
      'values for all conditions in advanced event selectors',
    );
    return;
  }
  requireAtMost(most('event-selectors-per-trail'), given.selectors, 'event selectors');
  const resources = given.selectors.flatMap(({ DataResources = [] }) => DataResources);
  requireAtMost(
    most('data-resources-per-trail'),
    resources.flatMap(({ Values = [] }) => Values),
    'data resources',
  );
}

function requireAtMost(limit: number, items: readonly unknown[], what: string): void {
  if (items.length > limit) throw invalid(`A trail can have up to ${limit} ${what}.`);
}

function invalid(message: string, reason?: string): AwsError {
  return new AwsError('InvalidEventSelectorsException', message, {}, reason);
}

// Basic selectors.

function basic(given: readonly EventSelector[]): TrailSelectors {
  return { kind: 'basic', selectors: given.map(completed) };
}

function completed(selector: EventSelector) {
  const {
    ReadWriteType = 'All',
    IncludeManagementEvents = true,
    DataResources = [],
    ExcludeManagementEventSources = [],
  } = selector;
  if (!readWriteTypes.includes(ReadWriteType)) {
    throw invalid(`Value ${ReadWriteType} for ReadWriteType is invalid.`, `it must be ${oneOf(readWriteTypes)}`);
  }
  for (const { Type, Values = [] } of DataResources) {
    if (Type === undefined || !basicTypes.includes(Type)) {
      throw invalid(`Value ${Type ?? ''} for DataResources.Type is invalid.`, `it must be ${oneOf(basicTypes)}`);
    }
    for (const value of Values) if (!isDataValue(Type, value)) throw invalidValue(value);
  }
  for (const source of ExcludeManagementEventSources) requireExcludable(source);
  return { ReadWriteType, IncludeManagementEvents, DataResources, ExcludeManagementEventSources };
}

const readWriteTypes: readonly string[] = ['All', 'ReadOnly', 'WriteOnly'];

const basicTypes: readonly string[] = ['AWS::S3::Object', 'AWS::Lambda::Function', 'AWS::DynamoDB::Table'];

const invalidValue = (value: string) =>
  invalid(
    `Value ${value} for DataResources.Values is invalid.`,
    'the objects of a bucket are arn:aws:s3:::BUCKET/ or arn:aws:s3:::BUCKET/PREFIX, and those of all buckets arn:aws:s3; there are no wildcards',
  );

/** For types that ssebox does not have, only the service is looked at. */
function isDataValue(type: string, value: string): boolean {
  if (type !== 'AWS::S3::Object') {
    return value.startsWith(type === 'AWS::Lambda::Function' ? 'arn:aws:lambda' : 'arn:aws:dynamodb');
  }
  return value === 'arn:aws:s3' || value === 'arn:aws:s3:::' || /^arn:aws:s3:::[a-z0-9][a-z0-9.-]+\//.test(value);
}

const excludable = ['kms.amazonaws.com', 'rdsdata.amazonaws.com'] as const;

function requireExcludable(source: string): void {
  if (excludable.some((each) => each === source)) return;
  throw invalid(`Value ${source} for ExcludeManagementEventSources is invalid.`, `it must be ${oneOf(excludable)}`);
}

/** The selectors of a trail that was never given any: all management events, and no data events. */
export const usualSelectors: TrailSelectors = basic([{}]);

// Advanced selectors.

const operators = ['Equals', 'StartsWith', 'EndsWith', 'NotEquals', 'NotStartsWith', 'NotEndsWith'] as const;
type Operator = (typeof operators)[number];

interface FieldRule {
  /** The operators that the field takes. */
  readonly takes: readonly Operator[];
  /** The values, if only some are allowed. */
  readonly values?: readonly string[];
}

const any: FieldRule = { takes: operators };

/** By the category of their events. */
const fields: Readonly<Record<string, Readonly<Record<string, FieldRule>>>> = {
  Management: {
    eventCategory: { takes: ['Equals'] },
    readOnly: { takes: ['Equals'], values: ['true', 'false'] },
    eventSource: { takes: ['NotEquals'], values: excludable },
  },
  Data: {
    eventCategory: { takes: ['Equals'] },
    readOnly: { takes: ['Equals'], values: ['true', 'false'] },
    eventName: any,
    eventSource: any,
    eventType: any,
    'resources.type': { takes: ['Equals'] },
    'resources.ARN': any,
    sessionCredentialFromConsole: { takes: ['Equals', 'NotEquals'], values: ['true', 'false'] },
    'userIdentity.arn': any,
  },
};

function advanced(selectors: readonly AdvancedEventSelector[]): TrailSelectors {
  for (const { FieldSelectors } of selectors) requireFields(FieldSelectors);
  return { kind: 'advanced', selectors };
}

function requireFields(selectors: readonly AdvancedFieldSelector[]): void {
  const names = selectors.map(({ Field }) => Field);
  const twice = names.find((name, i) => names.indexOf(name) !== i);
  if (twice !== undefined) throw invalid(`The field ${twice} is repeated in an advanced event selector.`);
  const category = selectors.find(({ Field }) => Field === 'eventCategory')?.Equals ?? [];
  const [name, ...more] = category;
  if (name === undefined || more.length > 0) {
    throw invalid('An advanced event selector must have the field eventCategory with one value for Equals.');
  }
  if (name === 'NetworkActivity') {
    throw new AwsError('NotImplemented', 'Network activity events exist in AWS and are not part of ssebox');
  }
  const rules = Object.hasOwn(fields, name) ? fields[name] : undefined;
  if (!rules) {
    throw invalid(`Value ${name} for the field eventCategory is invalid.`, 'it must be Management or Data');
  }
  for (const selector of selectors) requireField(selector, rules, name);
  const types = selectors.find(({ Field }) => Field === 'resources.type')?.Equals ?? [];
  if (name !== 'Data') return;
  const [type] = types;
  if (type === undefined || types.length > 1) {
    throw invalid(
      'An advanced event selector for data events must have the field resources.type with one value for Equals.',
    );
  }
  if (!/^AWS::\w+::\w+$/.test(type) || type === 'AWS::S3::Bucket') {
    throw invalid(
      `Value ${type} for the field resources.type is invalid.`,
      'the type of the data events of buckets and objects is AWS::S3::Object',
    );
  }
}

function requireField(
  selector: AdvancedFieldSelector,
  rules: Readonly<Record<string, FieldRule>>,
  category: string,
): void {
  const { Field } = selector;
  const rule = Object.hasOwn(rules, Field) ? rules[Field] : undefined;
  if (!rule) {
    throw invalid(
      `The field ${Field} is not valid for ${category === 'Data' ? 'data' : 'management'} events.`,
      `the fields are ${Object.keys(rules).join(', ')}`,
    );
  }
  const used = operators.filter((operator) => selector[operator] !== undefined);
  if (used.length === 0) throw invalid(`The field ${Field} must have at least one operator.`);
  for (const operator of used) {
    if (!rule.takes.includes(operator)) {
      throw invalid(`The operator ${operator} is not valid for the field ${Field}.`, `it takes ${oneOf(rule.takes)}`);
    }
    for (const value of selector[operator] ?? []) {
      if (rule.values && !rule.values.includes(value)) {
        throw invalid(`Value ${value} for the field ${Field} is invalid.`, `it must be ${oneOf(rule.values)}`);
      }
    }
  }
}

/**
 * Decides whether a trail's selectors want an event, from its record: CloudTrail User Guide, "Filtering data events by
 * using advanced event selectors", "How CloudTrail evaluates multiple conditions for a field".
 */

import type { AdvancedFieldSelector, EventSelector } from '../api/model/cloudtrail.types.ts';
import type { OperationFacts } from '../api/operation-facts.ts';
import type { CallRecord } from '../store/records/call.ts';
import type { TrailSelectors } from '../store/records/trail.ts';
import { eventSource, eventType, isReadOnly, objectArns } from './event-facts.ts';
import { userIdentity } from './user-identity.ts';

/** Whether an event is wanted. */
export type Filter = (record: CallRecord, facts: OperationFacts) => boolean;

/** The filter of a trail; absent selectors want all management events. */
export function filterOf(selectors: TrailSelectors | undefined): Filter {
  if (!selectors) return (_record, { isData }) => !isData;
  const filters =
    selectors.kind === 'basic'
      ? selectors.selectors.map(basicFilter)
      : selectors.selectors.map(({ FieldSelectors }) => advancedFilter(FieldSelectors));
  return (record, facts) => filters.some((filter) => filter(record, facts));
}

function basicFilter(selector: EventSelector): Filter {
  const { ReadWriteType, IncludeManagementEvents, DataResources = [], ExcludeManagementEventSources = [] } = selector;
  const prefixes = DataResources.filter(({ Type }) => Type === 'AWS::S3::Object').flatMap(({ Values = [] }) => Values);
  return (record, facts) => {
    if (ReadWriteType !== 'All' && (ReadWriteType === 'ReadOnly') !== isReadOnly(record, facts)) return false;
    if (facts.isData) return objectArns(record, facts).some((arn) => prefixes.some((prefix) => arn.startsWith(prefix)));
    return IncludeManagementEvents === true && !ExcludeManagementEventSources.includes(eventSource(record.service));
  };
}

function advancedFilter(selectors: readonly AdvancedFieldSelector[]): Filter {
  const [type] = selectors.find(({ Field }) => Field === 'resources.type')?.Equals ?? [];
  return (record, facts) =>
    selectors.every((selector) => isMet(selector, valuesOf(selector.Field, type, record, facts)));
}

/** Operators that select are alternatives; none of those that deselect may apply. */
function isMet(selector: AdvancedFieldSelector, values: readonly string[]): boolean {
  const { Equals, StartsWith, EndsWith, NotEquals, NotStartsWith, NotEndsWith } = selector;
  const applies = (equals?: readonly string[], starts?: readonly string[], ends?: readonly string[]) =>
    values.some(
      (value) =>
        equals?.includes(value) ||
        starts?.some((start) => value.startsWith(start)) ||
        ends?.some((end) => value.endsWith(end)),
    );
  const selects = Equals ?? StartsWith ?? EndsWith;
  return (!selects || applies(Equals, StartsWith, EndsWith)) && !applies(NotEquals, NotStartsWith, NotEndsWith);
}

/** The types of resources by which data events are selected. */
function dataTypes({ service }: CallRecord): readonly string[] {
  if (service === 's3') return ['AWS::S3::Object'];
  return service === 'cloudwatch' ? ['AWS::CloudWatch::Metric'] : [];
}

/** The values of a field of an event; none if it does not have the field. */
function valuesOf(
  field: string,
  type: string | undefined,
  record: CallRecord,
  facts: OperationFacts,
): readonly string[] {
  switch (field) {
    case 'eventCategory':
      return [facts.isData ? 'Data' : 'Management'];
    case 'readOnly':
      return [String(isReadOnly(record, facts))];
    case 'eventName':
      return [facts.loggedAs];
    case 'eventSource':
      return [eventSource(record.service)];
    case 'eventType':
      return [eventType(record, facts)];
    case 'resources.type':
      return facts.isData ? dataTypes(record) : [];
    case 'resources.ARN':
      return type === 'AWS::S3::Object' ? objectArns(record, facts) : [];
    case 'userIdentity.arn': {
      const { arn } = userIdentity(record);
      return typeof arn === 'string' ? [arn] : [];
    }
    default:
      // Nobody here has signed in to the console: `sessionCredentialFromConsole` is in no event.
      return [];
  }
}

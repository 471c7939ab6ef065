/** What a person reads when metrics have no values: a name that is wrong looks the same as a quiet hour. */

/** Whether an answer of GetMetricData or GetMetricStatistics has no value at all. */
export function hasNoValues(answer: unknown): boolean {
  if (typeof answer !== 'object' || answer === null) return false;
  if ('Datapoints' in answer) return isEmpty(answer.Datapoints);
  if (!('MetricDataResults' in answer) || !Array.isArray(answer.MetricDataResults)) return false;
  return answer.MetricDataResults.every((result: unknown) => isEmpty(valuesIn(result)));
}

const isEmpty = (list: unknown): boolean => Array.isArray(list) && list.length === 0;

const valuesIn = (result: unknown): unknown =>
  typeof result === 'object' && result !== null && 'Values' in result ? result.Values : undefined;

export const NO_VALUES =
  'hint: there are no values; a metric is named with all of its dimensions, as ssebox cloudwatch list-metrics shows them';

/**
 * S3's request metrics, which S3 publishes for the requests that match a metrics configuration of their bucket: Amazon
 * S3 User Guide, "Amazon CloudWatch metrics and dimensions", request metrics.
 */

import type { CallRecord, MatchedFilters } from '../store/records/call.ts';
import {
  answered,
  bytesIn,
  bytesOut,
  counter,
  distribution,
  duration,
  inTurn,
  type Measure,
  type Measures,
  rate,
} from './measure.ts';
import { s3RequestKind } from './s3-request-kind.ts';
import { dimensionsOf } from './series.ts';

/** What a request is counted by under each filter that it matches. */
export function requestMetricsOf(record: CallRecord, filters: MatchedFilters): Measures {
  const all = filters.ids.map((id) => metricsUnder(id, record, filters));
  return { atOnce: all.flatMap(({ atOnce }) => atOnce), late: all.flatMap(({ late }) => late) };
}

/** By what they depend on. A filter has a few kinds of requests, and a bucket up to a thousand filters. */
const known = new Map<string, Measures>();
const MOST_KNOWN = 4000;

function metricsUnder(id: string, record: CallRecord, filters: MatchedFilters): Measures {
  const { account, region, bucket } = filters;
  const { operation, httpStatus = 200, body, within } = record;
  const kind = `${account} ${region} ${bucket} ${id} ${operation} ${httpStatus} ${body} ${within !== undefined}`;
  let measures = known.get(kind);
  if (!measures) {
    if (known.size >= MOST_KNOWN) known.clear();
    measures = inTurn(isRequestOfItsOwn(record) ? measuresUnder(id, record, filters) : [], body);
    known.set(kind, measures);
  }
  return measures;
}

/** Not the deletion of one of the objects that a request names. */
export const isRequestOfItsOwn = ({ operation, within }: Pick<CallRecord, 'operation' | 'within'>): boolean =>
  operation !== 'DeleteObject' || within === undefined;

function measuresUnder(
  FilterId: string,
  { operation, httpStatus = 200 }: CallRecord,
  { account, region, bucket }: MatchedFilters,
): Measure[] {
  const dimensions = dimensionsOf({ BucketName: bucket, FilterId });
  const of = (metric: string) => ({ account, region, namespace: 'AWS/S3', metric, dimensions });
  return [
    counter(of('AllRequests')),
    counter(of(s3RequestKind(operation))),
    rate(of('4xxErrors'), httpStatus >= 400 && httpStatus < 500),
    rate(of('5xxErrors'), httpStatus >= 500),
    distribution(of('BytesUploaded'), bytesIn),
    distribution(of('BytesDownloaded'), bytesOut),
    distribution(of('TotalRequestLatency'), duration),
    distribution(of('FirstByteLatency'), firstByte),
  ];
}

/** A response without a body that is read after the call begins where the call ends. */
const firstByte = (record: CallRecord): number | undefined =>
  record.body === undefined ? duration(record) : answered(record);

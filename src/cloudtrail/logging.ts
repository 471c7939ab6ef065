/** Whether a trail logs, and how its deliveries went: CloudTrail API Reference, StartLogging and GetTrailStatus. */

import type { GetTrailStatusResponse } from '../api/model/cloudtrail.types.ts';
import { operation } from '../call/operation.ts';
import type { TrailDelivery, TrailRecord } from '../store/records/trail.ts';
import { startChain } from './delivery/chain.ts';
import { eventTime } from './event-time.ts';
import { findTrail, findTrailToChange, requireHome, requireTrail, shownRegion, trailAccess } from './find-trail.ts';
import { changeTrail } from './trail.ts';

/** Starts logging; a trail that logs already goes on as it did. */
export const StartLogging = operation('cloudtrail', 'StartLogging', {
  resolve: ({ Name }, call) => findTrailToChange(Name, call),
  authorize: (named) => [trailAccess('StartLogging', named)],
  run(named, _input, call) {
    const { number, trail } = requireHome(named, call);
    if (trail.isLogging) return {};
    const startedMs = call.now.getTime();
    changeTrail({ number, trail: { ...trail, isLogging: true, startedMs } }, call.tx);
    if (trail.validatesFiles) startChain(number, trail.homeRegion, startedMs, call.tx);
    return {};
  },
});

export const StopLogging = operation('cloudtrail', 'StopLogging', {
  resolve: ({ Name }, call) => findTrailToChange(Name, call),
  authorize: (named) => [trailAccess('StopLogging', named)],
  run(named, _input, call) {
    const { number, trail } = requireHome(named, call);
    if (!trail.isLogging) return {};
    changeTrail({ number, trail: { ...trail, isLogging: false, stoppedMs: call.now.getTime() } }, call.tx);
    return {};
  },
});

/** The status of a trail in the call's region: for the shadow of a multi-Region trail, by its ARN, what it delivered of there. */
export const GetTrailStatus = operation('cloudtrail', 'GetTrailStatus', {
  resolve: ({ Name }, call) => findTrail(Name, call),
  authorize: (named) => [trailAccess('GetTrailStatus', named)],
  run(named, _input, { tx, region }) {
    const { number, trail } = requireTrail(named);
    return statusOf(trail, tx.trailDeliveries.get([number, shownRegion(trail, region)]));
  },
});

/** Besides times, it has those of older versions of the API, as texts that are empty where there is no time. */
function statusOf(trail: TrailRecord, delivery: Partial<TrailDelivery> = {}): GetTrailStatusResponse {
  const { isLogging, startedMs, stoppedMs } = trail;
  const { deliveredMs, attemptedMs, error, dropped = 0, digestDeliveredMs, digestError } = delivery;
  return {
    IsLogging: isLogging,
    ...(error !== undefined && { LatestDeliveryError: dropped > 0 ? `${error}: ${lossOf(dropped)}` : error }),
    ...(deliveredMs !== undefined && { LatestDeliveryTime: new Date(deliveredMs) }),
    ...(startedMs !== undefined && { StartLoggingTime: new Date(startedMs) }),
    ...(stoppedMs !== undefined && { StopLoggingTime: new Date(stoppedMs) }),
    ...(digestDeliveredMs !== undefined && { LatestDigestDeliveryTime: new Date(digestDeliveredMs) }),
    ...(digestError !== undefined && { LatestDigestDeliveryError: digestError }),
    LatestDeliveryAttemptTime: textOf(attemptedMs),
    LatestNotificationAttemptTime: '',
    LatestNotificationAttemptSucceeded: '',
    LatestDeliveryAttemptSucceeded: textOf(deliveredMs),
    TimeLoggingStarted: textOf(startedMs),
    TimeLoggingStopped: textOf(stoppedMs),
  };
}

/** CloudTrail drops what it could not deliver for so long: CloudTrail User Guide, "Redelivery of log files". */
const lossOf = (events: number): string =>
  `${events === 1 ? '1 event that could not be delivered for 30 days was' : `${events} events that could not be delivered for 30 days were`} dropped`;

const textOf = (timeMs: number | undefined): string => (timeMs === undefined ? '' : eventTime(timeMs));

/** How much CloudTrail logs: events and bytes a day, as JSON and compressed in files. */

import { DELIVERY_S, type EventSize, eventSizes } from './assumptions.ts';

/** Events of one kind or several, with their bytes as compact JSON and compressed. */
export interface LogVolume {
  readonly events: number;
  readonly rawBytes: number;
  readonly gzipBytes: number;
}

export interface DayOfLog {
  /** Calls to KMS. */
  readonly management: LogVolume;
  /** Calls to S3, if a trail logs data events. */
  readonly data: LogVolume;
}

/** What is logged in a day, from requests a second. */
export function logOfDay(perSecond: {
  readonly generateDataKey: number;
  readonly decrypt: number;
  readonly data: number;
}): DayOfLog {
  const eventsAFile = (perSecond.generateDataKey + perSecond.decrypt + perSecond.data) * DELIVERY_S;
  const of = (kind: keyof typeof eventSizes) => volume(perSecond[kind] * SECONDS_A_DAY, eventSizes[kind], eventsAFile);
  const [generated, decrypted] = [of('generateDataKey'), of('decrypt')];
  return {
    management: {
      events: generated.events + decrypted.events,
      rawBytes: generated.rawBytes + decrypted.rawBytes,
      gzipBytes: generated.gzipBytes + decrypted.gzipBytes,
    },
    data: of('data'),
  };
}

export const SECONDS_A_DAY = 86_400;

const volume = (events: number, { rawBytes, gzipBytes }: EventSize, eventsAFile: number): LogVolume => ({
  events,
  rawBytes: events * rawBytes,
  gzipBytes: events * bytesAt(gzipBytes, eventsAFile),
});

/** Between two measured file sizes, on a straight line over their logarithms. */
function bytesAt(measured: EventSize['gzipBytes'], eventsAFile: number): number {
  const [first] = measured;
  const last = measured.at(-1);
  if (!first || !last) return 0;
  if (eventsAFile <= first[0]) return first[1];
  const at = measured.findIndex(([events]) => events > eventsAFile);
  const [above, below] = [measured[at], measured[at - 1]];
  if (!above || !below) return last[1];
  const share = Math.log(eventsAFile / below[0]) / Math.log(above[0] / below[0]);
  return below[1] + (above[1] - below[1]) * share;
}

/** Metrics that are not counted call by call, but follow from what the store holds. */

import type { SeriesName } from '../store/records/tally.ts';
import type { Tx } from '../store/tables.ts';
import type { PeriodPoint, Stretch } from '../tally/reading.ts';
import type { Place } from './access.ts';

/** Whose metrics are read, in which store, and when. */
export interface Reading extends Place {
  readonly tx: Tx;
  /** The store's clock. */
  readonly nowMs: number;
}

/** Where the values of some metrics come from. Its metrics have no points in the tally. */
export interface MetricSource {
  readonly namespace: string;
  /** The metrics by name. */
  readonly metrics: ReadonlySet<string>;
  /** Its series in a place, by metric and dimensions. */
  list(reading: Reading): Iterable<SeriesName>;
  /**
   * The points of a series in a stretch of time, as `pointsBetween` has them: oldest first, at the beginnings of periods
   * that begin with the stretch, none later than now, in the unit and scale of `tally/metric-facts.ts`; none for a series
   * that does not exist. Whoever asks whether there is any takes the first.
   */
  points(series: SeriesName, stretch: Stretch, reading: Reading): Iterable<PeriodPoint>;
}

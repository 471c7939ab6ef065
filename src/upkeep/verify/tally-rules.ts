/** What holds between the rows of the tally: series, their numbers and their points. */

import type { SeriesName } from '../../store/records/tally.ts';
import { seriesKey } from '../../tally/series.ts';
import { type Rule, rule } from './rule.ts';

export const tallyRules: readonly Rule[] = [
  rule('seriesNames', 'every series is found by its name', ['series'], function* ({ key: [number], value }, { tx }) {
    if (tx.series.get([...seriesKey(value)]) !== number) yield `the series ${titleOf(value)} is not found by its name`;
  }),
  rule('series', 'every number is that of a series', ['seriesNames'], function* ({ key, value }, { tx }) {
    const name = tx.seriesNames.get([value]);
    if (name && seriesKey(name).every((part, i) => part === key[i])) return;
    yield `the series ${value} is not the one that is described`;
  }),
  rule(
    'points',
    'every point is that of a series',
    ['seriesNames'],
    function* ({ key: [series, seconds, startMs] }, { tx }) {
      if (tx.seriesNames.get([series])) return;
      yield `the point of ${new Date(startMs).toISOString()}, ${seconds} seconds long, is of a series that does not exist`;
    },
  ),
  rule('levels', 'every level is that of a series', ['seriesNames'], function* ({ key: [series, minuteMs] }, { tx }) {
    if (tx.seriesNames.get([series])) return;
    yield `the level of ${new Date(minuteMs).toISOString()} is of a series that does not exist`;
  }),
  rule('bucketDays', 'every day is one of a bucket with totals', ['bucketTotals'], function* ({ key, value }, { tx }) {
    const [owner, id, storageClass, dayMs] = key;
    if (tx.bucketTotals.get([owner, id, storageClass])) return;
    yield `the totals of ${new Date(dayMs).toISOString()} are of a bucket "${value.bucket}" without totals`;
  }),
];

const titleOf = ({ namespace, metric, dimensions }: SeriesName): string =>
  `${namespace} ${metric} ${JSON.stringify(dimensions)}`;

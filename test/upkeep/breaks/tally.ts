import { type Breaks, rowIn } from './break.ts';

export const tallyBreaks: Breaks = {
  'every series is found by its name': (tx) => {
    const { key, value } = rowIn(tx.series, ({ key }) => key[2] === 'AWS/KMS');
    tx.series.remove(key);
    return [
      `the series ${key[2]} ${key[3]} ${JSON.stringify(tx.seriesNames.get([value])?.dimensions)} is not found by its name`,
    ];
  },
  'every number is that of a series': [
    (tx) => {
      tx.series.put(['111122223333', 'us-east-1', 'SSEBox', 'Calls', '["Operation","Nothing"]'], 1);
      return ['the series 1 is not the one that is described'];
    },
    (tx) => {
      tx.series.put(['111122223333', 'us-east-1', 'SSEBox', 'Calls', '["Operation","Nothing"]'], 9999);
      return ['the series 9999 is not the one that is described'];
    },
  ],
  'every point is that of a series': (tx) => {
    tx.points.put([9999, 300, 1_777_890_600_000], [1, 5]);
    return ['the point of 2026-05-04T10:30:00.000Z, 300 seconds long, is of a series that does not exist'];
  },
  'every level is that of a series': (tx) => {
    tx.levels.put([9999, 1_777_890_600_000], [1, 5]);
    return ['the level of 2026-05-04T10:30:00.000Z is of a series that does not exist'];
  },
  'every day is one of a bucket with totals': (tx) => {
    const { key, value } = rowIn(tx.bucketDays);
    tx.bucketDays.put([key[0], 'another-id', 'STANDARD', 1_777_852_800_000], value);
    return [`the totals of 2026-05-04T00:00:00.000Z are of a bucket "${value.bucket}" without totals`];
  },
};

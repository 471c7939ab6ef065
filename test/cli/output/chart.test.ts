import fc from 'fast-check';
import { expect, test } from 'vitest';
import { LEAST_CHART_WIDTH, type LineChart, lineChart } from '../../../src/cli/output/chart.ts';
import { quantity, quantityAxis, timeAxis } from '../../../src/cli/output/chart-axis.ts';
import { type BarChart, barChart } from '../../../src/cli/output/chart-bars.ts';
import { displayWidth } from '../../../src/cli/output/display-width.ts';
import type { Shown } from '../../../src/cli/output/painted.ts';
import { painterOf } from '../../../src/cli/output/painter.ts';

const penOf = (isUtf8: boolean, color = false) => painterOf({ color, isUtf8, isTerminal: true, width: 80 });

const texts = (lines: readonly Shown[]): string[] =>
  lines.map((line) => (typeof line === 'object' ? line.painted : `${line}`));

const START = Date.UTC(2026, 10, 28, 10);
const MINUTE = 60_000;

const minutes = (values: readonly (number | undefined)[], every = MINUTE) =>
  values.map((y, i) => ({ x: START + i * every, y }));

const wave = Array.from({ length: 60 }, (_, i) => Math.round(50 + 40 * Math.sin(i / 6)));

const anHour = { kind: 'time', from: START, to: START + 60 * MINUTE } as const;

const lines: Readonly<Record<string, LineChart>> = {
  'counts of an hour, by the minute': {
    series: [{ name: 'Calls', points: minutes(wave) }],
    across: anHour,
    unit: 'Count',
    scale: 'linear',
    width: 80,
  },
  'a gap, and values alone': {
    series: [
      { name: 'Calls', points: minutes([3, 4, 5, undefined, undefined, 9, undefined, 2, 1, undefined, 0], 300_000) },
    ],
    across: anHour,
    unit: 'Count',
    scale: 'linear',
    width: 80,
    height: 6,
  },
  'percentiles on a logarithmic scale': {
    series: [
      { name: 'p50', points: minutes(wave.map((each) => 0.4 + each / 200)) },
      { name: 'p99', points: minutes(wave.map((each) => 20 + each * each)) },
    ],
    across: anHour,
    unit: 'Milliseconds',
    scale: 'log',
    width: 80,
  },
  'bytes of four weeks': {
    series: [
      {
        name: 'Bytes',
        points: minutes(
          [0, 1, 4, 9, 16, 25].map((each) => each * 2 ** 26),
          4 * 86_400_000,
        ),
      },
    ],
    across: { kind: 'time', from: START, to: START + 28 * 86_400_000 },
    unit: 'Bytes',
    scale: 'linear',
    width: 80,
    height: 8,
  },
  'over a quantity, with values below 0': {
    series: [{ name: 'gain', points: [1, 10, 100, 1000].map((x, i) => ({ x, y: i - 1 })) }],
    across: { kind: 'quantity', unit: 'Count/Second', scale: 'log' },
    unit: 'USD',
    scale: 'linear',
    width: 80,
    height: 6,
  },
  'no value at all': {
    series: [{ name: 'Calls', points: [] }],
    across: anHour,
    unit: 'Count',
    scale: 'log',
    width: 80,
    height: 4,
  },
};

const bars: Readonly<Record<string, BarChart>> = {
  'bars to compare': {
    bars: [
      { label: 'SSE-S3', parts: [5.2] },
      { label: 'SSE-KMS', parts: [41] },
      { label: 'SSE-KMS with a bucket key', parts: [5.9] },
      { label: 'none', parts: [0] },
    ],
    parts: ['USD'],
    unit: 'USD',
    width: 80,
  },
  'bars of parts': {
    bars: [
      { label: 'p50', parts: [0.8, 0.1, 1.2, 0.3] },
      { label: 'p99', parts: [12, 0.4, 6, 2] },
    ],
    parts: ['KMS', 'encryption', 'disk', 'other'],
    unit: 'Milliseconds',
    width: 80,
  },
  'labels that are too long': {
    bars: [
      { label: 'arn:aws:kms:us-east-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab', parts: [7] },
      { label: 'alias/app', parts: [3], text: '3 of 10' },
    ],
    parts: ['requests'],
    unit: 'Count',
    width: 60,
  },
};

function allCharts(isUtf8: boolean): string {
  const pen = penOf(isUtf8);
  const drawn = [
    ...Object.entries(lines).map(([title, chart]) => [title, ...texts(lineChart(chart, pen))]),
    ...Object.entries(bars).map(([title, chart]) => [title, ...texts(barChart(chart, pen))]),
  ];
  return `${drawn.map((each) => each.map((line) => line.trimEnd()).join('\n')).join('\n\n')}\n`;
}

test('charts in ASCII are as they were looked at', async () => {
  const drawn = allCharts(false);
  expect(drawn).toMatch(/^[\n -~]*$/);
  await expect(drawn).toMatchFileSnapshot('charts-ascii.txt');
});

test('charts in UTF-8 are as they were looked at', async () => {
  await expect(allCharts(true)).toMatchFileSnapshot('charts-utf8.txt');
});

test('with colour, several series are drawn in braille, each in its own', () => {
  const chart = lines['percentiles on a logarithmic scale'];
  if (!chart) throw new Error('the chart is missing');
  const drawn = texts(lineChart(chart, penOf(true, true)));
  const row = drawn.find((line) => /[\u2801-\u28FF]/.test(line));
  expect(row).toContain('\u001B[33m');
  expect(drawn.slice(-2).map((line) => line.trim())).toEqual([
    '\u001B[36m•\u001B[39m p50',
    '\u001B[33m•\u001B[39m p99',
  ]);
});

test('a chart is never wider than it may be, whatever is in it', () => {
  const value = fc.oneof(fc.constant(undefined), fc.double({ min: -1e15, max: 1e15, noNaN: true }));
  fc.assert(
    fc.property(
      fc.array(value, { maxLength: 20 }),
      fc.constantFrom('Count', 'Bytes', 'Milliseconds', 'Percent', 'USD'),
      fc.constantFrom('linear' as const, 'log' as const),
      fc.integer({ min: LEAST_CHART_WIDTH, max: 200 }),
      fc.integer({ min: 2, max: 40 }),
      fc.boolean(),
      (values, unit, scale, width, height, isUtf8) => {
        const chart: LineChart = {
          series: [{ name: '', points: minutes(values) }],
          across: anHour,
          unit,
          scale,
          width,
          height,
        };
        const drawn = texts(lineChart(chart, penOf(isUtf8)));
        expect(drawn).toHaveLength(height + 3);
        for (const line of drawn.slice(0, -1)) expect(displayWidth(line)).toBeLessThanOrEqual(width);
      },
    ),
  );
});

test.for<[number, string, string]>([
  [0, 'Count', '0'],
  [12, 'Count', '12'],
  [0.25, 'Count', '0.25'],
  [1234, 'Count', '1.23k'],
  [999.9, 'Count', '1k'],
  [5_000_000, 'None', '5M'],
  [0, 'Bytes', '0 B'],
  [1536, 'Bytes', '1.5 KiB'],
  [3, 'Megabytes', '3 MiB'],
  [0.25, 'Milliseconds', '250 µs'],
  [1500, 'Milliseconds', '1.5 s'],
  [90, 'Seconds', '1.5 min'],
  [172_800, 'Seconds', '2 d'],
  [5, 'Count/Second', '5/s'],
  [7, 'USD', '7 USD'],
  [12, 'toString', '12 toString'],
  [-2048, 'Bytes', '-2 KiB'],
])('%d %s is written %s', ([value, unit, text]) => {
  expect(quantity(value, unit, true)).toBe(text);
});

test.for<[string, readonly number[], string, 'linear' | 'log', readonly string[]]>([
  ['from 0', [3, 7], 'Count', 'linear', ['0', '2', '4', '6', '8']],
  ['without values', [], 'Count', 'linear', ['0', '1']],
  ['of whole counts', [0, 2], 'Count', 'linear', ['0', '1', '2']],
  ['of an average of counts', [0.5, 1.5], 'Count', 'linear', ['0', '0.5', '1', '1.5']],
  ['of many counts', [1234], 'Count', 'linear', ['0', '500', '1k', '1.5k']],
  ['below 0', [-3, 2], 'Count', 'linear', ['-4', '-2', '0', '2']],
  ['of whole minutes', [70, 290], 'Seconds', 'linear', ['0 s', '2 min', '4 min', '6 min']],
  ['of whole KiB', [1500, 7000], 'Bytes', 'linear', ['0 B', '2 KiB', '4 KiB', '6 KiB', '8 KiB']],
  ['a power of ten', [1, 9], 'Count', 'log', ['1', '2', '5', '10']],
  ['many powers of ten', [1e-3, 1e6], 'Count', 'log', ['0.001', '0.1', '10', '1k', '100k', '10M']],
  ['times', [0.2, 200_000], 'Milliseconds', 'log', ['100 µs', '10 ms', '1 s', '100 s', '10000 s']],
  ['sizes', [1, 1e9], 'Bytes', 'log', ['1 B', '100 B', '10 kB', '1 MB', '100 MB', '10 GB']],
  ['a single value', [5], 'Count', 'log', ['5', '10']],
  ['nothing above 0', [0, -1], 'Count', 'log', ['1', '10']],
])('ticks %s', ([, values, unit, kind, ticks]) => {
  expect(quantityAxis(values, { kind, unit, isUtf8: true, most: 4 }).ticks.map(({ text }) => text)).toEqual(ticks);
});

test.for<[string, number, number, readonly string[]]>([
  ['ten seconds', 0, 10, ['10:00:00', '10:00:02', '10:00:04', '10:00:06', '10:00:08', '10:00:10']],
  ['an hour', 7 * 60, 3600, ['10:15', '10:30', '10:45', '11:00']],
  ['over midnight', 10 * 3600, 8 * 3600, ['20:00', '22:00', '11-29', '02:00', '04:00']],
  ['two months', 0, 61 * 86_400, ['12-03', '12-17', '12-31', '01-14', '01-28']],
  ['nine years', 0, 9 * 365 * 86_400, ['2028-01', '2030-01', '2032-01', '2034-01']],
  ['a year', 0, 365 * 86_400, ['2027-01', '2027-04', '2027-07', '2027-10']],
])('times of %s', ([, after, seconds, ticks]) => {
  const from = START + after * 1000;
  expect(timeAxis(from, from + seconds * 1000, 5).ticks.map(({ text }) => text)).toEqual(ticks);
});

test.for(['linear', 'log'] as const)(
  'a chart on a %s scale may have more values than a call has arguments',
  (scale) => {
    const many = Array.from({ length: 200_000 }, (_, i) => (i === 0 ? 1000 : 1));
    const chart = {
      series: [{ name: 'p99', points: minutes(many, 18) }],
      across: anHour,
      unit: 'Count',
      width: 80,
    } as const;
    expect(texts(lineChart({ ...chart, scale }, penOf(true)))[0]).toContain('1k');
  },
);

/** The units of metrics: Amazon CloudWatch API Reference, MetricDatum. */

import type { StandardUnit } from '../api/model/cloudwatch.types.ts';

const all: Readonly<Record<StandardUnit, true>> = {
  Seconds: true,
  Microseconds: true,
  Milliseconds: true,
  Bytes: true,
  Kilobytes: true,
  Megabytes: true,
  Gigabytes: true,
  Terabytes: true,
  Bits: true,
  Kilobits: true,
  Megabits: true,
  Gigabits: true,
  Terabits: true,
  Percent: true,
  Count: true,
  'Bytes/Second': true,
  'Kilobytes/Second': true,
  'Megabytes/Second': true,
  'Gigabytes/Second': true,
  'Terabytes/Second': true,
  'Bits/Second': true,
  'Kilobits/Second': true,
  'Megabits/Second': true,
  'Gigabits/Second': true,
  'Terabits/Second': true,
  'Count/Second': true,
  None: true,
};

const isUnit = (text: string): text is StandardUnit => text in all;

export const units: readonly StandardUnit[] = Object.keys(all).filter(isUnit);

/** Jobs of GenerateServiceLastAccessedDetails whose answers nobody reads any more. The credential report stays. */

import { DAY_MS } from '../api/duration.ts';
import { type AgingRows, everyRow } from '../call/sweep.ts';

/** How long a job's answer can be read, by both clocks. */
const KEPT_MS = DAY_MS;

export const oldReports: AgingRows = everyRow(
  'service-last-accessed',
  (after, tx) => tx.iamReports.range(after === undefined ? {} : { start: after, after: true }),
  (report, { storeMs, machineMs }) =>
    report.kind === 'last-accessed' &&
    report.createdMs + KEPT_MS <= storeMs &&
    (report.machineMs ?? report.createdMs) + KEPT_MS <= machineMs,
  (key, _report, tx) => tx.iamReports.remove(key),
);

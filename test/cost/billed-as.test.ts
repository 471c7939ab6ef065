import { expect, test } from 'vitest';
import { billedAs } from '../../src/cost/billed-as.ts';

// Amazon S3 User Guide, "Understanding your AWS billing and usage reports"; KMS's as Cost Explorer shows them.
test.for([
  ['KMS-Requests', 'us-east-1', undefined, 'us-east-1-KMS-Requests'],
  ['KMS-Keys', 'eu-central-1', undefined, 'eu-central-1-KMS-Keys'],
  ['Requests-Tier1', 'us-east-1', undefined, 'Requests-Tier1'],
  ['TimedStorage-ByteHrs', 'eu-west-1', undefined, 'EU-TimedStorage-ByteHrs'],
  ['TimedStorage-SIA-ByteHrs', 'ap-northeast-1', undefined, 'APN1-TimedStorage-SIA-ByteHrs'],
  ['AWS-Out-Bytes', 'us-east-1', 'eu-west-1', 'USE1-EU-AWS-Out-Bytes'],
  ['AWS-Out-Bytes', 'us-east-1', 'mx-central-1', undefined],
  ['DataEventsRecorded', 'us-east-1', undefined, 'USE1-DataEventsRecorded'],
  ['CW:GMD-Metrics', 'eu-west-1', undefined, 'EU-CW:GMD-Metrics'],
  ['CW:AlarmMonitorUsage', 'us-east-1', undefined, 'CW:AlarmMonitorUsage'],
  ['Requests-Tier1', 'mx-central-1', undefined, undefined],
] as const)('%s in %s to %s is billed as %s', ([usageType, region, to, name]) => {
  expect(billedAs(usageType, region, to)).toBe(name);
});

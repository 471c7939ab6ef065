/** How long CloudTrail takes for the log files of many events. */

import { join } from 'node:path';
import { type DeliveryReport, deliverTrails } from '../../src/cloudtrail/delivery/deliver-trails.ts';
import type { Figure } from './figure.ts';
import type { Programs } from './program.ts';
import { ACCOUNT, environment, manyAtOnce, openStage, request } from './stage.ts';

const Bucket = 'delivered';
const Name = 'main';
const CALLS = 100_000;
const UNDER_WAY = 512;

const Principal = { Service: 'cloudtrail.amazonaws.com' };
const Policy = JSON.stringify({
  Version: '2012-10-17',
  Statement: [
    { Effect: 'Allow', Principal, Action: 's3:GetBucketAcl', Resource: `arn:aws:s3:::${Bucket}` },
    { Effect: 'Allow', Principal, Action: 's3:PutObject', Resource: `arn:aws:s3:::${Bucket}/AWSLogs/${ACCOUNT}/*` },
  ],
});

export async function delivery(folder: string, _programs: Programs): Promise<Figure[]> {
  const assembly = await openStage(join(folder, 'store'), 's3', 'kms', 'cloudtrail');
  const { pipeline } = assembly;
  await pipeline.invoke('s3', 'CreateBucket', { Bucket }, request());
  await pipeline.invoke('s3', 'PutBucketPolicy', { Bucket, Policy }, request());
  await pipeline.invoke('cloudtrail', 'CreateTrail', { Name, S3BucketName: Bucket }, request());
  await pipeline.invoke('cloudtrail', 'StartLogging', { Name }, request());
  const { output } = await pipeline.invoke('kms', 'CreateKey', {}, request());
  const encrypt = { KeyId: output.KeyMetadata?.KeyId ?? '', Plaintext: new Uint8Array(32) };
  const from = request({ grouped: true });
  await manyAtOnce(UNDER_WAY, CALLS, () => pipeline.invoke('kms', 'Encrypt', encrypt, from));
  const start = performance.now();
  const report = await deliverTrails(
    { ...assembly, environment },
    { which: () => true, all: true, isShown: true, signal: new AbortController().signal },
  );
  const seconds = (performance.now() - start) / 1000;
  requireAll(report);
  await assembly.close();
  return [
    { name: `delivery of ${CALLS.toLocaleString('en')} events`, value: seconds, unit: 's' },
    { name: 'events that are delivered a second', value: CALLS / seconds, unit: '/s' },
  ];
}

function requireAll({ delivered, failed }: DeliveryReport): void {
  if (failed.length > 0 || delivered.length === 0) throw new Error(`the delivery failed: ${JSON.stringify(failed)}`);
}

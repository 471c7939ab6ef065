/** A trail with everything that it needs to deliver, as AWS's guide sets it up. */

import { gunzipSync } from 'node:zlib';
import type { CreateTrailRequest } from '../../src/api/model/cloudtrail.types.ts';
import type { Region } from '../../src/api/regions.ts';
import {
  type DeliveryOptions,
  type DeliveryReport,
  deliverTrails,
} from '../../src/cloudtrail/delivery/deliver-trails.ts';
import { bytesOf } from './content.ts';
import { ACCOUNT, type World } from './harness.ts';

export const LOGS = 'trail-logs';

export const trailArnOf = (name: string, region: Region = 'us-east-1') =>
  `arn:aws:cloudtrail:${region}:${ACCOUNT}:trail/${name}`;

/** CloudTrail User Guide, "Amazon S3 bucket policy for CloudTrail". */
export const logBucketPolicy = (bucket: string, trailArn: string, prefix = '') =>
  JSON.stringify({
    Version: '2012-10-17',
    Statement: [
      {
        Sid: 'AWSCloudTrailAclCheck20150319',
        Effect: 'Allow',
        Principal: { Service: 'cloudtrail.amazonaws.com' },
        Action: 's3:GetBucketAcl',
        Resource: `arn:aws:s3:::${bucket}`,
        Condition: { StringEquals: { 'aws:SourceArn': trailArn } },
      },
      {
        Sid: 'AWSCloudTrailWrite20150319',
        Effect: 'Allow',
        Principal: { Service: 'cloudtrail.amazonaws.com' },
        Action: 's3:PutObject',
        Resource: `arn:aws:s3:::${bucket}/${prefix}AWSLogs/${ACCOUNT}/*`,
        Condition: { StringEquals: { 's3:x-amz-acl': 'bucket-owner-full-control', 'aws:SourceArn': trailArn } },
      },
    ],
  });

/** CloudTrail User Guide, "Configure AWS KMS key policies for CloudTrail". */
export const logKeyPolicy = (trailArn: string) =>
  JSON.stringify({
    Version: '2012-10-17',
    Statement: [
      {
        Effect: 'Allow',
        Principal: { AWS: `arn:aws:iam::${ACCOUNT}:root` },
        Action: 'kms:*',
        Resource: '*',
      },
      {
        Effect: 'Allow',
        Principal: { Service: 'cloudtrail.amazonaws.com' },
        Action: 'kms:GenerateDataKey*',
        Resource: '*',
        Condition: {
          StringEquals: { 'aws:SourceArn': trailArn },
          StringLike: { 'kms:EncryptionContext:aws:cloudtrail:arn': `arn:aws:cloudtrail:*:${ACCOUNT}:trail/*` },
        },
      },
      {
        Effect: 'Allow',
        Principal: { Service: 'cloudtrail.amazonaws.com' },
        Action: 'kms:DescribeKey',
        Resource: '*',
      },
    ],
  });

/** Makes a bucket and a trail that logs into it. */
export async function newTrail(
  world: World,
  settings: Partial<CreateTrailRequest> = {},
  region: Region = 'us-east-1',
): Promise<void> {
  const { Name = 'main', S3BucketName: Bucket = LOGS, S3KeyPrefix: prefix } = settings;
  await world.call('s3', 'CreateBucket', { Bucket });
  const Policy = logBucketPolicy(Bucket, trailArnOf(Name, region), prefix === undefined ? '' : `${prefix}/`);
  await world.call('s3', 'PutBucketPolicy', { Bucket, Policy });
  await world.call('cloudtrail', 'CreateTrail', { Name, S3BucketName: Bucket, ...settings }, { region });
  await world.call('cloudtrail', 'StartLogging', { Name }, { region });
}

/** Delivers all that waits, or what is due. */
export function deliver(world: World, options: Partial<DeliveryOptions> = {}): Promise<DeliveryReport> {
  return deliverTrails(world.place(), { which: () => true, all: true, isShown: true, ...options });
}

/** The keys of the objects in a bucket, read without a call, so that nothing is delivered before. */
export const keysIn = (world: World, bucket: string = LOGS): string[] =>
  world.transact((tx) => Array.from(tx.objects.under([bucket]), ({ key }) => key[1]));

export const logKeysIn = (world: World, bucket: string = LOGS): string[] =>
  keysIn(world, bucket).filter((key) => key.includes('/CloudTrail/'));

export const digestKeysIn = (world: World, bucket: string = LOGS): string[] =>
  keysIn(world, bucket).filter((key) => key.includes('/CloudTrail-Digest/'));

/** A compressed object's text. */
export async function textOf(world: World, Key: string, Bucket: string = LOGS): Promise<string> {
  const { Body } = await world.call('s3', 'GetObject', { Bucket, Key });
  return gunzipSync(await bytesOf(Body)).toString();
}

/** The events of a log file. */
export async function eventsIn(world: World, key: string, bucket: string = LOGS): Promise<Event[]> {
  const { Records } = JSON.parse(await textOf(world, key, bucket));
  return Records;
}

export interface Event {
  readonly eventID: string;
  readonly eventName: string;
  readonly eventTime: string;
  readonly awsRegion: string;
}

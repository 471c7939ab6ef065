/** Buckets that a trail can deliver to. */

import { ACCOUNT, type Options, type World } from './harness.ts';

const trailArn = (name: string, region = 'us-east-1'): string =>
  `arn:aws:cloudtrail:${region}:${ACCOUNT}:trail/${name}`;

/** The policy that CloudTrail's guide has, without the condition on the trail if there is none. */
export const deliveryPolicy = (bucket: string, trail?: string): string => {
  const source = trail === undefined ? {} : { 'aws:SourceArn': trailArn(trail) };
  const allow = (Action: string, Resource: string, StringEquals: object) => ({
    Effect: 'Allow',
    Principal: { Service: 'cloudtrail.amazonaws.com' },
    Action,
    Resource,
    ...(Object.keys(StringEquals).length > 0 && { Condition: { StringEquals } }),
  });
  const acl = { 's3:x-amz-acl': 'bucket-owner-full-control' };
  return JSON.stringify({
    Version: '2012-10-17',
    Statement: [
      allow('s3:GetBucketAcl', `arn:aws:s3:::${bucket}`, source),
      allow('s3:PutObject', `arn:aws:s3:::${bucket}/AWSLogs/${ACCOUNT}/*`, { ...acl, ...source }),
    ],
  });
};

/** Makes a bucket with a policy; absent: the one that lets every trail of the account in. */
export async function newLogBucket(
  world: World,
  Bucket: string,
  { policy = deliveryPolicy(Bucket), ...options }: Options & { readonly policy?: string } = {},
): Promise<void> {
  const { region = 'us-east-1' } = options;
  const CreateBucketConfiguration = region === 'us-east-1' ? {} : { LocationConstraint: region };
  await world.call(
    's3',
    'CreateBucket',
    { Bucket, ...(region !== 'us-east-1' && { CreateBucketConfiguration }) },
    options,
  );
  await world.call('s3', 'PutBucketPolicy', { Bucket, Policy: policy }, options);
}

/** Makes a trail that logs to a bucket of its own. @returns its number. */
export async function newTrail(
  world: World,
  Name = 'audit',
  input: object = {},
  options: Options = {},
): Promise<number> {
  const S3BucketName = `logs-of-${Name}`;
  await newLogBucket(world, S3BucketName, options);
  await world.call('cloudtrail', 'CreateTrail', { Name, S3BucketName, ...input }, options);
  await world.call('cloudtrail', 'StartLogging', { Name }, options);
  const { region = 'us-east-1' } = options;
  return world.transact((tx) => tx.trailNames.get([ACCOUNT, region, Name]) ?? 0);
}

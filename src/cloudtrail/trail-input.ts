/** What CreateTrail and UpdateTrail accept: CloudTrail API Reference, CreateTrail. */

import { AwsError } from '../api/errors.ts';
import type { UpdateTrailRequest } from '../api/model/cloudtrail.types.ts';

type Settings = Omit<UpdateTrailRequest, 'Name'>;

/** An empty text sets it to nothing, which it is. */
const notHere = ['SnsTopicName', 'CloudWatchLogsLogGroupArn', 'CloudWatchLogsRoleArn'] as const;

/**
 * @throws AwsError InvalidS3BucketNameException, InvalidS3PrefixException, InvalidParameterCombinationException, or
 * NotImplemented for what a trail in AWS also delivers to.
 */
export function requireTrailInput(input: Settings): void {
  for (const member of notHere) if (input[member]) throw notImplemented(member);
  if (input.IsOrganizationTrail) throw notImplemented('IsOrganizationTrail');
  const { S3BucketName, S3KeyPrefix, IsMultiRegionTrail, IncludeGlobalServiceEvents } = input;
  if (S3BucketName !== undefined && !isBucketName(S3BucketName)) {
    throw new AwsError('InvalidS3BucketNameException', `Bucket name ${S3BucketName} is not valid.`);
  }
  if (S3KeyPrefix !== undefined && S3KeyPrefix.length > 200) {
    throw new AwsError('InvalidS3PrefixException', 'S3 prefix is longer than maximum length of 200 characters.');
  }
  if (IsMultiRegionTrail && IncludeGlobalServiceEvents === false) throw lacksGlobalEvents();
}

export const lacksGlobalEvents = (): AwsError =>
  new AwsError('InvalidParameterCombinationException', 'Multi-Region trail must include global service events.');

const notImplemented = (member: string): AwsError =>
  new AwsError('NotImplemented', `${member} exists in AWS and is not part of ssebox`);

/** CloudTrail User Guide, "Naming requirements for CloudTrail resources, S3 buckets, and KMS keys". */
const isBucketName = (name: string): boolean =>
  /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/.test(name) && !/\.\.|\.-|-\./.test(name) && !/^\d+\.\d+\.\d+\.\d+$/.test(name);

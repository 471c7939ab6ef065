/** What help and manual say of the operations of S3 Control. */

import type { OperationName } from '../../api/model/operations.ts';
import type { OperationProse } from './operation-prose.ts';

const photos = '--account-id 111122223333 --resource-arn arn:aws:s3:::photos';

const TAGS = `The tags of a bucket are the same as those of s3api put-bucket-tagging, which replaces all of them at once.
Of what S3 Control can tag, ssebox only has buckets.`;

export const s3controlProse = {
  CreateAccessPoint: { summary: 'Create an access point for a bucket', unavailable: true },
  CreateAccessPointForObjectLambda: { summary: 'Create an Object Lambda access point', unavailable: true },
  CreateJob: { summary: 'Create a batch operation over many objects', unavailable: true },
  DeleteAccessPoint: { summary: 'Delete an access point', unavailable: true },
  DeleteAccessPointForObjectLambda: { summary: 'Delete an Object Lambda access point', unavailable: true },
  DeleteAccessPointPolicy: { summary: 'Delete the policy of an access point', unavailable: true },
  DeleteAccessPointPolicyForObjectLambda: {
    summary: 'Delete the policy of an Object Lambda access point',
    unavailable: true,
  },
  DeleteJobTagging: { summary: 'Delete the tags of a batch operation', unavailable: true },
  DeletePublicAccessBlock: { summary: 'Delete the public access settings of an account', unavailable: true },
  DescribeJob: { summary: 'Show a batch operation and how far it is', unavailable: true },
  GetAccessPoint: { summary: 'Show an access point', unavailable: true },
  GetAccessPointConfigurationForObjectLambda: {
    summary: 'Show what an Object Lambda access point does with objects',
    unavailable: true,
  },
  GetAccessPointForObjectLambda: { summary: 'Show an Object Lambda access point', unavailable: true },
  GetAccessPointPolicy: { summary: 'Show the policy of an access point', unavailable: true },
  GetAccessPointPolicyForObjectLambda: {
    summary: 'Show the policy of an Object Lambda access point',
    unavailable: true,
  },
  GetJobTagging: { summary: 'Show the tags of a batch operation', unavailable: true },
  GetPublicAccessBlock: { summary: 'Show the public access settings of an account', unavailable: true },
  ListAccessPoints: { summary: 'List access points', unavailable: true },
  ListAccessPointsForObjectLambda: { summary: 'List Object Lambda access points', unavailable: true },
  ListJobs: { summary: 'List batch operations', unavailable: true },
  ListTagsForResource: {
    summary: 'List the tags of a bucket, by its ARN',
    description: TAGS,
    examples: [
      `ssebox s3control list-tags-for-resource ${photos}`,
      `ssebox s3control tag-resource ${photos} --tags Key=team,Value=web && ssebox s3control list-tags-for-resource ${photos} --query Tags`,
    ],
  },
  PutAccessPointConfigurationForObjectLambda: {
    summary: 'Set what an Object Lambda access point does with objects',
    unavailable: true,
  },
  PutAccessPointPolicy: { summary: 'Write the policy of an access point', unavailable: true },
  PutAccessPointPolicyForObjectLambda: {
    summary: 'Write the policy of an Object Lambda access point',
    unavailable: true,
  },
  PutJobTagging: { summary: 'Replace the tags of a batch operation', unavailable: true },
  PutPublicAccessBlock: { summary: 'Set the public access settings of an account', unavailable: true },
  TagResource: {
    summary: 'Add tags to a bucket, or give its tags new values',
    description: `${TAGS} A bucket has at most 50 tags.`,
    examples: [
      `ssebox s3control tag-resource ${photos} --tags Key=team,Value=web`,
      `ssebox s3control tag-resource ${photos} --tags Key=team,Value=web Key=stage,Value=test && ssebox s3api get-bucket-tagging --bucket photos`,
    ],
  },
  UntagResource: {
    summary: 'Remove tags from a bucket',
    description: TAGS,
    examples: [
      `ssebox s3control untag-resource ${photos} --tag-keys team`,
      `ssebox s3control tag-resource ${photos} --tags Key=team,Value=web && ssebox s3control untag-resource ${photos} --tag-keys team stage`,
    ],
  },
  UpdateJobPriority: { summary: 'Change the priority of a batch operation', unavailable: true },
  UpdateJobStatus: { summary: 'Confirm or cancel a batch operation', unavailable: true },
} as const satisfies Record<OperationName<'s3control'>, OperationProse>;

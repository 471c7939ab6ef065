/** The services that ssebox has a model for, named as botocore names them. */

export const serviceNames = [
  'kms',
  's3',
  'iam',
  'sts',
  'cloudtrail',
  'cloudwatch',
  'organizations',
  'service-quotas',
  's3control',
] as const;

/** The managed policies that AWS owns and every account has: AWS Managed Policy Reference Guide. */

export interface AwsManagedPolicy {
  readonly arn: string;
  readonly name: string;
  readonly path: string;
  readonly id: string;
  readonly description: string;
  readonly createdMs: number;
  readonly updatedMs: number;
  readonly version: string;
  readonly document: string;
}

type Statement = Readonly<Record<string, unknown>>;

const allow = (action: string | readonly string[]): Statement => ({ Effect: 'Allow', Action: action, Resource: '*' });

const S3_READ = ['s3:Get*', 's3:List*', 's3:Describe*', 's3-object-lambda:Get*', 's3-object-lambda:List*'];
const IAM_READ = ['iam:Generate*', 'iam:Get*', 'iam:List*', 'iam:Simulate*'];

/** The documents leave out statements about services that ssebox does not have. */
const policies: readonly AwsManagedPolicy[] = [
  policy(
    'AdministratorAccess',
    'ANPAIWMBCKSKIEE64ZLYK',
    'v1',
    'Provides full access to AWS services and resources.',
    '2015-02-06T18:39:46Z',
    allow('*'),
  ),
  policy(
    'PowerUserAccess',
    'ANPAJYRXTHIB4FOVS3ZXS',
    'v5',
    'Provides full access to AWS services and resources, but does not allow management of Users and groups.',
    '2015-02-06T18:39:47Z',
    { Effect: 'Allow', NotAction: ['iam:*', 'organizations:*', 'account:*'], Resource: '*' },
    allow([
      'account:GetAccountInformation',
      'account:GetPrimaryEmail',
      'account:ListRegions',
      'iam:CreateServiceLinkedRole',
      'iam:DeleteServiceLinkedRole',
      'iam:ListRoles',
      'organizations:DescribeOrganization',
    ]),
  ),
  policy(
    'ReadOnlyAccess',
    'ANPAILL3HVNFSB6DCOWYQ',
    'v1',
    'Provides read-only access to AWS services and resources.',
    '2015-02-06T18:39:48Z',
    allow([
      ...IAM_READ,
      'kms:Describe*',
      'kms:Get*',
      'kms:List*',
      's3:DescribeJob',
      's3:Get*',
      's3:List*',
      'sts:GetAccessKeyInfo',
      'sts:GetCallerIdentity',
      'cloudtrail:Describe*',
      'cloudtrail:Get*',
      'cloudtrail:List*',
      'cloudtrail:LookupEvents',
      'cloudwatch:Describe*',
      'cloudwatch:Get*',
      'cloudwatch:List*',
      'organizations:Describe*',
      'organizations:List*',
      'servicequotas:Get*',
      'servicequotas:List*',
    ]),
  ),
  policy(
    'AmazonS3FullAccess',
    'ANPAIFIR6V6BVTRAHWINE',
    'v2',
    'Provides full access to all buckets via the AWS Management Console.',
    '2015-02-06T18:40:58Z',
    allow(['s3:*', 's3-object-lambda:*']),
  ),
  policy(
    'AmazonS3ReadOnlyAccess',
    'ANPAIZTJ4DXE7G6AGAE6M',
    'v3',
    'Provides read only access to all buckets via the AWS Management Console.',
    '2015-02-06T18:40:59Z',
    allow(S3_READ),
  ),
  policy(
    'AWSKeyManagementServicePowerUser',
    'ANPAJNPP7PPPPMJRV2SA4',
    'v2',
    'Provides access to AWS Key Management Service (KMS).',
    '2015-02-06T18:40:40Z',
    allow([
      'kms:CreateAlias',
      'kms:CreateKey',
      'kms:DeleteAlias',
      'kms:Describe*',
      'kms:GenerateRandom',
      'kms:Get*',
      'kms:List*',
      'kms:TagResource',
      'kms:UntagResource',
      'iam:ListGroups',
      'iam:ListRoles',
      'iam:ListUsers',
    ]),
  ),
  policy(
    'IAMFullAccess',
    'ANPAI7XKCFMBPM3QQRRVQ',
    'v2',
    'Provides full access to IAM via the AWS Management Console.',
    '2015-02-06T18:40:38Z',
    allow([
      'iam:*',
      'organizations:DescribeAccount',
      'organizations:DescribeOrganization',
      'organizations:DescribeOrganizationalUnit',
      'organizations:DescribePolicy',
      'organizations:ListChildren',
      'organizations:ListParents',
      'organizations:ListPolicies',
      'organizations:ListPoliciesForTarget',
      'organizations:ListRoots',
      'organizations:ListTargetsForPolicy',
    ]),
  ),
  policy(
    'IAMReadOnlyAccess',
    'ANPAJKSO7NDY4T57MWDSQ',
    'v4',
    'Provides read only access to IAM via the AWS Management Console.',
    '2015-02-06T18:40:39Z',
    allow(IAM_READ),
  ),
];

const byArn = new Map(policies.map((one) => [one.arn, one]));

export const awsManagedPolicy = (arn: string): AwsManagedPolicy | undefined => byArn.get(arn);

/** All of them, by name. */
export const awsManagedPolicies: readonly AwsManagedPolicy[] = policies.toSorted((a, b) => (a.name < b.name ? -1 : 1));

function policy(
  name: string,
  id: string,
  version: string,
  description: string,
  created: string,
  ...statements: readonly Statement[]
): AwsManagedPolicy {
  const createdMs = Date.parse(created);
  return {
    arn: `arn:aws:iam::aws:policy/${name}`,
    name,
    path: '/',
    id,
    description,
    createdMs,
    updatedMs: createdMs,
    version,
    document: JSON.stringify({ Version: '2012-10-17', Statement: statements }, undefined, 2),
  };
}

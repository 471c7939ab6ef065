/** Identity policies in the forms of IAM User Guide, "Example IAM identity-based policies". */

import { ACCOUNT } from '../../support/harness.ts';
import { ALL, B, may, type Statement, variable } from './statements.ts';

export const ofIdentities: readonly (readonly [string, Statement | Statement[]])[] = [
  [
    'one bucket',
    [
      may('s3:ListAllMyBuckets', 'arn:aws:s3:::*'),
      may(['s3:ListBucket', 's3:GetBucketLocation'], B),
      may(['s3:*Object', 's3:*ObjectAcl'], ALL),
    ],
  ],
  [
    'a home folder',
    [
      may(['s3:ListBucket'], B, { StringLike: { 's3:prefix': ['', 'home/', `home/${variable('aws:username')}/*`] } }),
      may('s3:*', [`${B}/home/${variable('aws:username')}`, `${B}/home/${variable('aws:username')}/*`]),
    ],
  ],
  [
    'a federated folder',
    may('s3:*', `${B}/${variable('cognito-identity.amazonaws.com:sub')}/*`, {
      StringEquals: { 'cognito-identity.amazonaws.com:aud': 'us-east-1:12345678-abcd' },
    }),
  ],
  [
    'credentials of their own',
    may(
      ['iam:*LoginProfile', 'iam:*AccessKey*', 'iam:*SSHPublicKey*'],
      `arn:aws:iam::*:user/${variable('aws:username')}`,
    ),
  ],
  [
    'MFA',
    {
      Sid: 'DenyAllExceptListedIfNoMFA',
      Effect: 'Deny',
      NotAction: ['iam:CreateVirtualMFADevice', 'sts:GetSessionToken'],
      Resource: '*',
      Condition: { BoolIfExists: { 'aws:MultiFactorAuthPresent': 'false' } },
    },
  ],
  [
    'Regions',
    {
      Effect: 'Deny',
      NotAction: ['cloudfront:*', 'iam:*', 'route53:*', 'support:*'],
      Resource: '*',
      Condition: { StringNotEquals: { 'aws:RequestedRegion': ['eu-central-1', 'eu-west-1'] } },
    },
  ],
  [
    'addresses',
    {
      Effect: 'Deny',
      Action: '*',
      Resource: '*',
      Condition: {
        NotIpAddress: { 'aws:SourceIp': ['192.0.2.0/24', '203.0.113.0/24'] },
        Bool: { 'aws:ViaAWSService': 'false' },
      },
    },
  ],
  [
    'dates',
    may('s3:*', '*', {
      DateGreaterThan: { 'aws:CurrentTime': '2020-04-01T00:00:00Z' },
      DateLessThan: { 'aws:CurrentTime': '2020-06-30T23:59:59Z' },
    }),
  ],
  [
    'a role to pass',
    may(['iam:GetRole', 'iam:PassRole'], `arn:aws:iam::${ACCOUNT}:role/EC2-roles-for-XYZ-*`, {
      StringEquals: { 'iam:PassedToService': 'ec2.amazonaws.com' },
    }),
  ],
  [
    'keys of an account',
    may(['kms:DescribeKey', 'kms:GenerateDataKey', 'kms:Decrypt'], [`arn:aws:kms:*:${ACCOUNT}:key/*`]),
  ],
  ['aliases', may('kms:*', '*', { 'ForAnyValue:StringLike': { 'kms:ResourceAliases': 'alias/test*' } })],
  ['tags of keys', may('kms:*', '*', { StringEquals: { 'aws:ResourceTag/Project': 'Alpha' } })],
  [
    'machines of their own',
    may(['ec2:StartInstances', 'ec2:StopInstances'], 'arn:aws:ec2:*:*:instance/*', {
      StringEquals: { 'aws:ResourceTag/Owner': variable('aws:username') },
    }),
  ],
  [
    'items of their own',
    may(['dynamodb:GetItem'], 'arn:aws:dynamodb:*:*:table/t', {
      'ForAllValues:StringEquals': { 'dynamodb:LeadingKeys': [variable('cognito-identity.amazonaws.com:sub')] },
    }),
  ],
];

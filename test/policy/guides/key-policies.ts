/** Key policies in the forms of AWS KMS Developer Guide, "Key policies in AWS KMS". */

import { ACCOUNT } from '../../support/harness.ts';
import { ALICE, allow, B, deny, from, OTHER, ownAccount, ROLE, type Statement } from './statements.ts';

export const ofKeys: readonly (readonly [string, Statement | Statement[]])[] = [
  [
    'users of the key',
    allow(
      { AWS: [ALICE.AWS, ROLE.AWS] },
      ['kms:Encrypt', 'kms:Decrypt', 'kms:ReEncrypt*', 'kms:GenerateDataKey*', 'kms:DescribeKey'],
      '*',
    ),
  ],
  [
    'persistent resources',
    allow(ROLE, ['kms:CreateGrant', 'kms:ListGrants', 'kms:RevokeGrant'], '*', {
      Bool: { 'kms:GrantIsForAWSResource': 'true' },
    }),
  ],
  [
    'a service in between',
    allow({ AWS: '*' }, ['kms:Decrypt', 'kms:GenerateDataKey*'], '*', {
      StringEquals: { 'kms:CallerAccount': ACCOUNT, 'kms:ViaService': 's3.us-east-1.amazonaws.com' },
    }),
  ],
  ['a context', allow(ROLE, 'kms:Decrypt', '*', { StringEquals: { 'kms:EncryptionContext:AppName': 'ExampleApp' } })],
  [
    'CloudTrail',
    from('cloudtrail.amazonaws.com', 'kms:GenerateDataKey*', '*', {
      StringEquals: { 'aws:SourceArn': `arn:aws:cloudtrail:us-east-1:${ACCOUNT}:trail/t` },
      StringLike: { 'kms:EncryptionContext:aws:cloudtrail:arn': `arn:aws:cloudtrail:*:${ACCOUNT}:trail/*` },
    }),
  ],
  [
    'logs',
    from(
      'logs.us-east-1.amazonaws.com',
      ['kms:Encrypt*', 'kms:Decrypt*', 'kms:ReEncrypt*', 'kms:GenerateDataKey*', 'kms:Describe*'],
      '*',
      { ArnEquals: { 'kms:EncryptionContext:aws:logs:arn': `arn:aws:logs:us-east-1:${ACCOUNT}:log-group:g` } },
    ),
  ],
  [
    'CloudFront',
    from('cloudfront.amazonaws.com', ['kms:Decrypt', 'kms:Encrypt', 'kms:GenerateDataKey*'], '*', {
      StringEquals: { 'AWS:SourceArn': `arn:aws:cloudfront::${ACCOUNT}:distribution/EDFDVBD6EXAMPLE` },
    }),
  ],
  [
    'inventories',
    from('s3.amazonaws.com', 'kms:GenerateDataKey', '*', { StringEquals: ownAccount, ArnLike: { 'aws:SourceARN': B } }),
  ],
  [
    'an organization',
    allow({ AWS: '*' }, ['kms:DescribeKey', 'kms:ReEncrypt*'], '*', {
      StringEquals: { 'aws:PrincipalOrgID': 'o-a1b2c3d4e5' },
    }),
  ],
  ['another account', allow(OTHER, ['kms:Encrypt', 'kms:Decrypt'], '*')],
  [
    'a waiting period',
    {
      ...deny('kms:ScheduleKeyDeletion', '*', {
        NumericLessThan: { 'kms:ScheduleKeyDeletionPendingWindowInDays': '21' },
      }),
    },
  ],
];

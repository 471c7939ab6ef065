/**
 * Bucket policies in the forms of Amazon S3 User Guide, "Examples of Amazon S3 bucket policies", and of the guides of the
 * services that write to buckets.
 */

import { ACCOUNT, OTHER_ACCOUNT } from '../../support/harness.ts';
import {
  ALICE,
  ALL,
  allow,
  B,
  Bucket,
  deny,
  from,
  fullControl,
  KEY,
  OTHER,
  ownAccount,
  ROLE,
  ROOT,
  type Statement,
  variable,
} from './statements.ts';

export const ofBuckets: readonly (readonly [string, Statement | Statement[]])[] = [
  [
    'SSE-KMS required',
    deny('s3:PutObject', ALL, { Null: { 's3:x-amz-server-side-encryption-aws-kms-key-id': 'true' } }),
  ],
  [
    'one KMS key required',
    deny('s3:PutObject', ALL, {
      ArnNotEqualsIfExists: { 's3:x-amz-server-side-encryption-aws-kms-key-id': KEY },
    }),
  ],
  [
    'SSE-C refused',
    deny('s3:PutObject', ALL, { Null: { 's3:x-amz-server-side-encryption-customer-algorithm': 'false' } }),
  ],
  [
    'encryption in transit and at rest',
    [
      deny('s3:*', [B, ALL], { Bool: { 'aws:SecureTransport': 'false' } }),
      deny('s3:PutObject', [ALL], { StringNotEquals: { 's3:x-amz-server-side-encryption': ['AES256', 'aws:kms'] } }),
    ],
  ],
  [
    'a canned list',
    allow({ AWS: [ROOT.AWS, OTHER.AWS] }, ['s3:PutObject', 's3:PutObjectAcl'], ALL, {
      StringEquals: { 's3:x-amz-acl': ['public-read'] },
    }),
  ],
  ['anonymous readers', allow('*', ['s3:GetObject', 's3:GetObjectVersion'], [ALL])],
  ['the owner in full control', allow({ AWS: OTHER_ACCOUNT }, 's3:PutObject', ALL, { StringEquals: fullControl })],
  [
    'a grant header',
    {
      ...deny('s3:PutObject', ALL, {
        StringNotEquals: { 's3:x-amz-grant-full-control': 'id=AccountA-CanonicalUserID' },
      }),
      Principal: OTHER,
    },
  ],
  ['HTTPS only', deny('s3:*', [B, ALL], { Bool: { 'aws:SecureTransport': 'false' } })],
  ['a TLS version', deny('s3:*', [B, ALL], { NumericLessThan: { 's3:TlsVersion': 1.2 } })],
  [
    'a referer',
    allow('*', ['s3:GetObject'], ALL, {
      StringLike: { 'aws:Referer': ['http://www.example.com/*', 'http://example.com/*'] },
    }),
  ],
  [
    'a folder for each user',
    allow({ AWS: [ROOT.AWS] }, ['s3:ListBucket'], [B], {
      StringLike: { 's3:prefix': [`${variable('aws:username')}/*`] },
    }),
  ],
  ['a range of addresses', deny('s3:*', [B, ALL], { NotIpAddress: { 'aws:SourceIp': '192.0.2.0/24' } })],
  [
    'addresses of both kinds',
    deny('s3:*', ALL, {
      NotIpAddressIfExists: { 'aws:SourceIp': ['192.0.2.0/24', '203.0.113.0/24', '2001:DB8:1234:5678::/64'] },
    }),
  ],
  [
    'MFA',
    [
      deny('s3:*', `${B}/taxdocuments/*`, { Null: { 'aws:MultiFactorAuthAge': true } }),
      deny('s3:*', `${B}/taxdocuments/*`, { NumericGreaterThan: { 'aws:MultiFactorAuthAge': 3600 } }),
    ],
  ],
  ['no deletion', { Sid: 'statement1', Effect: 'Deny', Principal: ALICE, Action: ['s3:DeleteBucket'], Resource: B }],
  [
    'one role only',
    deny('s3:*', [B, ALL], { StringNotLike: { 'aws:userId': ['AROAEXAMPLEID:*', 'AIDAEXAMPLEID', ACCOUNT] } }),
  ],
  [
    'an access identity',
    allow({ AWS: 'arn:aws:iam::cloudfront:user/CloudFront Origin Access Identity EH1HDMB1FH2TC' }, 's3:GetObject', ALL),
  ],
  [
    'the canonical user of one',
    allow({ CanonicalUser: '79a59df900b949e55d96a1e698fbacedfd6e09d98eacf8f8d5218e7cd47ef2be' }, 's3:GetObject', ALL),
  ],
  [
    'an access control of CloudFront',
    from('cloudfront.amazonaws.com', 's3:GetObject', ALL, {
      StringEquals: { 'AWS:SourceArn': `arn:aws:cloudfront::${ACCOUNT}:distribution/EDFDVBD6EXAMPLE` },
    }),
  ],
  [
    'logs of a load balancer',
    from('logdelivery.elasticloadbalancing.amazonaws.com', 's3:PutObject', `${B}/prefix/AWSLogs/${ACCOUNT}/*`),
  ],
  ['logs of a load balancer of an older region', allow({ AWS: 'arn:aws:iam::127311923021:root' }, 's3:PutObject', ALL)],
  [
    'access logs',
    from('logging.s3.amazonaws.com', ['s3:PutObject'], `${B}/logs*`, {
      ArnLike: { 'aws:SourceArn': 'arn:aws:s3:::example-source' },
      StringEquals: ownAccount,
    }),
  ],
  [
    'inventory and analytics',
    from('s3.amazonaws.com', 's3:PutObject', [ALL], {
      ArnLike: { 'aws:SourceArn': [B] },
      StringEquals: { ...ownAccount, ...fullControl },
    }),
  ],
  [
    'fields of an inventory',
    {
      ...deny('s3:PutInventoryConfiguration', B, {
        'ForAnyValue:StringEquals': {
          's3:InventoryAccessibleOptionalFields': ['ObjectAccessControlList', 'ObjectOwner'],
        },
      }),
      Principal: ALICE,
    },
  ],
  [
    'Storage Lens',
    from('storage-lens.s3.amazonaws.com', 's3:PutObject', ALL, {
      StringEquals: {
        ...fullControl,
        ...ownAccount,
        'aws:SourceArn': `arn:aws:s3:us-east-1:${ACCOUNT}:storage-lens/example`,
      },
    }),
  ],
  [
    'CloudTrail',
    [
      from('cloudtrail.amazonaws.com', 's3:GetBucketAcl', B, {
        StringEquals: { 'aws:SourceArn': `arn:aws:cloudtrail:us-east-1:${ACCOUNT}:trail/t` },
      }),
      from('cloudtrail.amazonaws.com', 's3:PutObject', `${B}/AWSLogs/${ACCOUNT}/*`, {
        StringEquals: { ...fullControl, 'aws:SourceArn': `arn:aws:cloudtrail:us-east-1:${ACCOUNT}:trail/t` },
      }),
    ],
  ],
  [
    'AWS Config',
    [
      from('config.amazonaws.com', 's3:GetBucketAcl', B, { StringEquals: { 'AWS:SourceAccount': ACCOUNT } }),
      from('config.amazonaws.com', 's3:ListBucket', B, { StringEquals: { 'AWS:SourceAccount': ACCOUNT } }),
      from('config.amazonaws.com', 's3:PutObject', `${B}/AWSLogs/${ACCOUNT}/Config/*`, {
        StringEquals: { ...fullControl, 'AWS:SourceAccount': ACCOUNT },
      }),
    ],
  ],
  [
    'flow logs',
    [
      from('delivery.logs.amazonaws.com', 's3:PutObject', ALL, {
        StringEquals: { ...ownAccount, ...fullControl },
        ArnLike: { 'aws:SourceArn': `arn:aws:logs:us-east-1:${ACCOUNT}:*` },
      }),
      from('delivery.logs.amazonaws.com', ['s3:GetBucketAcl', 's3:ListBucket'], B, {
        StringEquals: ownAccount,
        ArnLike: { 'aws:SourceArn': `arn:aws:logs:us-east-1:${ACCOUNT}:*` },
      }),
    ],
  ],
  [
    'mail',
    from('ses.amazonaws.com', 's3:PutObject', ALL, {
      StringEquals: {
        'AWS:SourceAccount': ACCOUNT,
        'AWS:SourceArn': `arn:aws:ses:us-east-1:${ACCOUNT}:receipt-rule-set/r:receipt-rule/n`,
      },
    }),
  ],
  ['a regional service', from('logs.us-east-1.amazonaws.com', 's3:GetBucketAcl', B)],
  ['a VPC endpoint', deny('s3:*', [B, ALL], { StringNotEquals: { 'aws:SourceVpce': 'vpce-1a2b3c4d' } })],
  ['a VPC', deny('s3:*', [B, ALL], { StringNotEquals: { 'aws:SourceVpc': 'vpc-111bbb22' } })],
  [
    'a perimeter',
    deny('s3:*', [B, ALL], {
      StringNotEqualsIfExists: { 'aws:PrincipalOrgID': 'o-abcdefghij', 'aws:SourceVpc': 'vpc-111bbb22' },
      BoolIfExists: { 'aws:PrincipalIsAWSService': 'false', 'aws:ViaAWSService': 'false' },
      NotIpAddressIfExists: { 'aws:SourceIp': '203.0.113.0/24' },
      ArnNotLikeIfExists: { 'aws:PrincipalArn': [`arn:aws:iam::${ACCOUNT}:role/app`] },
    }),
  ],
  ['access points', allow({ AWS: '*' }, '*', [B, ALL], { StringEquals: { 's3:DataAccessPointAccount': ACCOUNT } })],
  [
    'a multi-Region access point',
    allow(ROOT, ['s3:GetObject'], ALL, {
      StringLike: { 's3:DataAccessPointArn': `arn:aws:s3::${ACCOUNT}:accesspoint/*` },
    }),
  ],
  [
    'a replica of another account',
    [
      allow(ROLE, ['s3:ReplicateDelete', 's3:ReplicateObject', 's3:ObjectOwnerOverrideToBucketOwner'], ALL),
      allow(ROLE, ['s3:List*', 's3:GetBucketVersioning', 's3:PutBucketVersioning'], B),
    ],
  ],
  [
    'a longest retention',
    deny('s3:PutObjectRetention', ALL, { NumericGreaterThan: { 's3:object-lock-remaining-retention-days': '10' } }),
  ],
  [
    'keys of tags',
    allow(ALICE, ['s3:PutObjectTagging', 's3:PutObjectVersionTagging'], ALL, {
      'ForAllValues:StringLike': { 's3:RequestObjectTagKeys': ['Owner', 'CreationDate'] },
    }),
  ],
  [
    'a tag that is asked for',
    allow(ALICE, 's3:PutObject', ALL, { StringEquals: { 's3:RequestObjectTag/Department': 'Finance' } }),
  ],
  [
    'a tag that is there',
    allow('*', ['s3:GetObject', 's3:GetObjectVersion'], ALL, {
      StringEquals: { 's3:ExistingObjectTag/environment': 'production' },
    }),
  ],
  [
    'a signature',
    deny('s3:*', ALL, {
      StringNotEquals: { 's3:authType': 'REST-HEADER' },
      NumericGreaterThan: { 's3:signatureAge': '600000' },
    }),
  ],
  ['a signature version', deny('s3:*', ALL, { StringEquals: { 's3:signatureversion': 'AWS' } })],
  ['a payload hash', deny('s3:*', ALL, { StringEquals: { 's3:x-amz-content-sha256': 'UNSIGNED-PAYLOAD' } })],
  [
    'conditional writes',
    deny('s3:PutObject', ALL, { Null: { 's3:if-none-match': 'true' }, Bool: { 's3:ObjectCreationOperation': 'true' } }),
  ],
  ['an organization', allow('*', 's3:GetObject', ALL, { StringEquals: { 'aws:PrincipalOrgID': ['o-aa111bb222'] } })],
  [
    'a unit of one',
    allow('*', ['s3:GetObject', 's3:PutObject'], ALL, {
      'ForAnyValue:StringLike': { 'aws:PrincipalOrgPaths': ['o-aa111bb222/r-f6g7h8i9j0example/ou-def0-awsbbbbb/*'] },
    }),
  ],
  [
    'a source of copies',
    allow(ALICE, ['s3:PutObject'], ALL, { StringLike: { 's3:x-amz-copy-source': `${Bucket}/public/*` } }),
  ],
  ['a directive', deny('s3:PutObject', ALL, { StringNotEquals: { 's3:x-amz-metadata-directive': 'REPLACE' } })],
  [
    'a version',
    allow(ALICE, ['s3:GetObjectVersion'], `${B}/HappyFace.jpg`, {
      StringEquals: { 's3:VersionId': 'AaaHbAQitwiL_h47_44lRO2DDfLlBO5e' },
    }),
  ],
  [
    'a storage class',
    allow(ALICE, 's3:PutObject', ALL, { StringEquals: { 's3:x-amz-storage-class': ['STANDARD_IA'] } }),
  ],
  [
    'a number of keys',
    allow(ALICE, 's3:ListBucket', B, {
      NumericLessThanEquals: { 's3:max-keys': '10' },
      StringEquals: { 's3:delimiter': '/' },
    }),
  ],
  ['a federated identity', allow({ Federated: 'cognito-identity.amazonaws.com' }, 's3:GetObject', ALL)],
  ['a session', allow({ AWS: `arn:aws:sts::${ACCOUNT}:assumed-role/app/session` }, 's3:GetObject', ALL)],
  [
    'everybody but one',
    { Effect: 'Deny', NotPrincipal: { AWS: [ROOT.AWS, ALICE.AWS] }, Action: 's3:*', Resource: [B, ALL] },
  ],
  [
    'everything but one action',
    {
      ...deny('s3:GetObject', [B, ALL], { Bool: { 'aws:SecureTransport': 'false' } }),
      Action: undefined,
      NotAction: ['s3:GetObject'],
    },
  ],
  ['other buckets too', allow(ALICE, 's3:GetObject', 'arn:aws:s3:::example-*/*')],
];

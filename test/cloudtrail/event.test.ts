import { describe, expect, test } from 'vitest';
import { cloudTrailEvent } from '../../src/cloudtrail/event.ts';
import type { CallerIdentity, CallRecord } from '../../src/store/records/call.ts';

const ACCOUNT = '111122223333';
const KEY = `arn:aws:kms:us-east-1:${ACCOUNT}:key/6f0c2f1e-58c3-4b2b-9a3d-2d6d5b1f7a10`;
const OBJECT = 'arn:aws:s3:::amzn-s3-demo-bucket/reports/2026/q1.csv';
const BUCKET = 'arn:aws:s3:::amzn-s3-demo-bucket';
const keyResource = { arn: KEY, type: 'AWS::KMS::Key', account: ACCOUNT };

const ana: CallerIdentity = {
  type: 'IAMUser',
  principalId: 'AIDAEXAMPLE6USERID7EF',
  arn: `arn:aws:iam::${ACCOUNT}:user/ana`,
  accountId: ACCOUNT,
  accessKeyId: 'AKIAEXAMPLE8KEYID9GH',
  userName: 'ana',
};

const appRole: CallerIdentity = {
  type: 'AssumedRole',
  principalId: 'AROAEXAMPLE2ROLEID3AB:app-7',
  arn: `arn:aws:sts::${ACCOUNT}:assumed-role/AppRole/app-7`,
  accountId: ACCOUNT,
  accessKeyId: 'ASIAEXAMPLE4KEYID5CD',
  userName: 'app-7',
  issuer: {
    principalId: 'AROAEXAMPLE2ROLEID3AB',
    arn: `arn:aws:iam::${ACCOUNT}:role/AppRole`,
    userName: 'AppRole',
    issuedAtMs: Date.parse('2026-05-04T08:55:10.700Z'),
  },
};

const record = (facts: Partial<CallRecord> & Pick<CallRecord, 'service' | 'operation'>): CallRecord => ({
  eventId: '019df2a6-1c35-7a52-8a0c-5d8f6f3b9e77',
  requestId: '0b1d2a77-4f55-4d0e-8a55-6a7a0b6d9c31',
  timeMs: Date.parse('2026-05-04T09:01:02.345Z'),
  recipient: ACCOUNT,
  region: 'us-east-1',
  caller: ana,
  parameters: null,
  response: null,
  resources: [],
  durationMs: 1,
  ...facts,
});

describe('a KMS call that S3 made on behalf of a caller', () => {
  const event = cloudTrailEvent(
    record({
      service: 'kms',
      operation: 'GenerateDataKey',
      caller: appRole,
      viaService: 's3.us-east-1.amazonaws.com',
      parameters: { keyId: KEY, encryptionContext: { 'aws:s3:arn': OBJECT }, keySpec: 'AES_256' },
      extra: { keyMaterialId: '3d1f' },
      resources: [keyResource],
    }),
  );

  // CloudTrail User Guide, "CloudTrail userIdentity element", invokedBy; a forward access session is the caller's own.
  test('has the identity of the caller and the name of the service', () => {
    expect(event.userIdentity).toEqual({
      type: 'AssumedRole',
      principalId: 'AROAEXAMPLE2ROLEID3AB:app-7',
      arn: `arn:aws:sts::${ACCOUNT}:assumed-role/AppRole/app-7`,
      accountId: ACCOUNT,
      accessKeyId: 'ASIAEXAMPLE4KEYID5CD',
      sessionContext: {
        sessionIssuer: {
          type: 'Role',
          principalId: 'AROAEXAMPLE2ROLEID3AB',
          arn: `arn:aws:iam::${ACCOUNT}:role/AppRole`,
          accountId: ACCOUNT,
          userName: 'AppRole',
        },
        attributes: { creationDate: '2026-05-04T08:55:10Z', mfaAuthenticated: 'false' },
      },
      invokedBy: 'fas.s3.amazonaws.com',
    });
    expect(event).toMatchObject({
      sourceIPAddress: 'fas.s3.amazonaws.com',
      userAgent: 'fas.s3.amazonaws.com',
      eventTime: '2026-05-04T09:01:02Z',
      eventSource: 'kms.amazonaws.com',
      readOnly: true,
      managementEvent: true,
      eventCategory: 'Management',
      resources: [{ accountId: ACCOUNT, type: 'AWS::KMS::Key', ARN: KEY }],
    });
    expect(event).not.toHaveProperty('tlsDetails');
  });

  test("has its members in the order of CloudTrail's log files", () => {
    expect(Object.keys(event)).toEqual([
      ...['eventVersion', 'userIdentity', 'eventTime', 'eventSource', 'eventName', 'awsRegion', 'sourceIPAddress'],
      ...['userAgent', 'requestParameters', 'responseElements', 'additionalEventData', 'requestID', 'eventID'],
      ...['readOnly', 'resources', 'eventType', 'managementEvent', 'recipientAccountId', 'eventCategory'],
    ]);
  });
});

describe('a direct call', () => {
  test('names the host that it was sent to', () => {
    const event = cloudTrailEvent(record({ service: 'kms', operation: 'Decrypt', resources: [keyResource] }));
    expect(event).toMatchObject({
      sourceIPAddress: '127.0.0.1',
      tlsDetails: { tlsVersion: 'TLSv1.3', clientProvidedHostHeader: 'kms.us-east-1.amazonaws.com' },
    });
    expect(event.userIdentity).not.toHaveProperty('invokedBy');
  });

  test('to KMS has an empty list of resources if there are none', () => {
    expect(cloudTrailEvent(record({ service: 'kms', operation: 'ListKeys' })).resources).toEqual([]);
    expect(cloudTrailEvent(record({ service: 'sts', operation: 'GetCallerIdentity' }))).not.toHaveProperty('resources');
  });
});

describe('a refusal', () => {
  const refused = (code: string, facts: Partial<CallRecord> = {}) =>
    cloudTrailEvent(
      record({
        service: 'kms',
        operation: 'Decrypt',
        parameters: { keyId: 'alias/app' },
        error: { code, message: 'no' },
        resources: [keyResource],
        ...facts,
      }),
    );

  // The API's code is AccessDeniedException, the log's is not, and the log tells nothing of the request.
  test('of permission by KMS has another code than the API and no parameters', () => {
    expect(refused('AccessDeniedException')).toMatchObject({
      errorCode: 'AccessDenied',
      errorMessage: 'no',
      requestParameters: null,
      resources: [{ ARN: KEY }],
    });
  });

  test('of permission by KMS does not list the key of another account', () => {
    const theirs = { ...keyResource, account: '444455556666' };
    expect(refused('AccessDeniedException', { resources: [theirs] }).resources).toEqual([]);
  });

  test('for another reason keeps its parameters and resources', () => {
    expect(refused('DisabledException')).toMatchObject({
      errorCode: 'DisabledException',
      requestParameters: { keyId: 'alias/app' },
      resources: [{ ARN: KEY }],
    });
  });

  test('of permission by S3 keeps its code and its parameters', () => {
    const denied = refused('AccessDenied', { service: 's3', operation: 'GetObject', parameters: { bucketName: 'b' } });
    expect(denied).toMatchObject({ errorCode: 'AccessDenied', requestParameters: { bucketName: 'b' } });
  });

  test('for too many requests lists no resources', () => {
    expect(refused('ThrottlingException')).not.toHaveProperty('resources');
  });
});

describe('a data event', () => {
  const object = { arn: OBJECT, type: 'AWS::S3::Object', account: ACCOUNT };
  const bucket = { arn: BUCKET, type: 'AWS::S3::Bucket', account: ACCOUNT };

  test('lists the object without an account, and its bucket', () => {
    const parameters = { bucketName: 'amzn-s3-demo-bucket', key: 'reports/2026/q1.csv' };
    const put = record({ service: 's3', operation: 'PutObject', parameters, resources: [object] });
    expect(cloudTrailEvent(put)).toMatchObject({
      managementEvent: false,
      eventCategory: 'Data',
      readOnly: false,
      userAgent: '[ssebox]',
      tlsDetails: { clientProvidedHostHeader: 'amzn-s3-demo-bucket.s3.us-east-1.amazonaws.com' },
    });
    expect(cloudTrailEvent(put).resources).toEqual([
      { type: 'AWS::S3::Object', ARN: OBJECT },
      { accountId: ACCOUNT, type: 'AWS::S3::Bucket', ARN: BUCKET },
    ]);
  });

  test('of a listing names a prefix', () => {
    const facts = { parameters: { bucketName: 'amzn-s3-demo-bucket', prefix: 'reports/' }, resources: [bucket] };
    expect(cloudTrailEvent(record({ service: 's3', operation: 'ListObjectsV2', ...facts }))).toMatchObject({
      eventName: 'ListObjects',
      resources: [
        { type: 'AWS::S3::Object', ARNPrefix: `${BUCKET}/reports/` },
        { accountId: ACCOUNT, type: 'AWS::S3::Bucket', ARN: BUCKET },
      ],
    });
  });
});

describe('across accounts', () => {
  const shared = {
    service: 'kms',
    operation: 'Decrypt',
    caller: { ...ana, accountId: '444455556666', arn: 'arn:aws:iam::444455556666:user/bob' },
    resources: [keyResource],
    sharedEventId: '5b6c7d8e-9f01-4a23-8b45-6c7d8e9f0a1b',
  } as const;

  test("the caller’s account sees the caller's identity", () => {
    expect(cloudTrailEvent(record({ ...shared, recipient: '444455556666' }))).toMatchObject({
      userIdentity: { type: 'IAMUser', arn: 'arn:aws:iam::444455556666:user/bob' },
      sharedEventID: shared.sharedEventId,
      recipientAccountId: '444455556666',
    });
  });

  test('the owner’s account sees only the account and the id', () => {
    expect(cloudTrailEvent(record(shared)).userIdentity).toEqual({
      type: 'AWSAccount',
      principalId: ana.principalId,
      accountId: '444455556666',
    });
  });
});

test('an event that KMS itself causes has no request and an identity without a type', () => {
  const rotated = cloudTrailEvent(
    record({
      service: 'kms',
      operation: 'RotateKey',
      requestId: '',
      caller: { type: 'AWSService', principalId: 'AWS Internal', accountId: ACCOUNT },
      serviceEvent: { keyId: 'k', rotationType: 'AUTOMATIC' },
      resources: [keyResource],
    }),
  );
  expect(rotated).toMatchObject({
    userIdentity: { accountId: ACCOUNT, invokedBy: 'AWS Internal' },
    sourceIPAddress: 'AWS Internal',
    userAgent: 'AWS Internal',
    readOnly: false,
    eventType: 'AwsServiceEvent',
    serviceEventDetails: { keyId: 'k', rotationType: 'AUTOMATIC' },
  });
  expect(rotated.userIdentity).not.toHaveProperty('type');
  expect(rotated).not.toHaveProperty('requestID');
  expect(rotated).not.toHaveProperty('tlsDetails');
});

// CloudTrail User Guide, "CloudTrail userIdentity element".
test.for([
  ['Root', { type: 'Root', principalId: ACCOUNT, arn: `arn:aws:iam::${ACCOUNT}:root`, accountId: ACCOUNT }],
  ['AWSService', { type: 'AWSService', principalId: 'cloudtrail.amazonaws.com' }],
  ['AWSAccount', { type: 'AWSAccount', principalId: '', accountId: 'anonymous' }],
] as const)('the identity of a caller of type %s', ([type, caller]) => {
  const { userIdentity } = cloudTrailEvent(record({ service: 's3', operation: 'GetObject', caller }));
  if (type === 'AWSService') expect(userIdentity).toEqual({ type, invokedBy: 'cloudtrail.amazonaws.com' });
  else expect(userIdentity).toEqual(caller);
});

// AWS KMS Developer Guide, "AWS KMS log entry examples"; Amazon S3 User Guide, "Amazon S3 CloudTrail events".
const classes = {
  'kms ReEncrypt': [true, 'Management'],
  'kms Sign': [true, 'Management'],
  'kms GetParametersForImport': [true, 'Management'],
  'kms DescribeKey': [true, 'Management'],
  'kms CreateGrant': [false, 'Management'],
  'kms ScheduleKeyDeletion': [false, 'Management'],
  'kms ImportKeyMaterial': [false, 'Management'],
  's3 HeadBucket': [true, 'Data'],
  's3 HeadObject': [true, 'Data'],
  's3 UploadPartCopy': [false, 'Data'],
  's3 PutObjectTagging': [false, 'Data'],
  's3 UpdateObjectEncryption': [false, 'Data'],
  's3 ListBuckets': [true, 'Management'],
  's3 GetBucketEncryption': [true, 'Management'],
  's3 PutBucketEncryption': [false, 'Management'],
  'iam CreateUser': [false, 'Management'],
  'sts AssumeRole': [true, 'Management'],
} as const;

test.for(Object.entries(classes))('%s', ([call, [readOnly, eventCategory]]) => {
  const [service = '', operation = ''] = call.split(' ');
  expect(cloudTrailEvent(record({ service, operation }))).toMatchObject({ readOnly, eventCategory });
});

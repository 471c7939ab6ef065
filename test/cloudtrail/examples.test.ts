/** Events as whole JSON documents, of calls made one after the other by a user, a role's session and another account. */

import { expect, test } from 'vitest';
import { callerNamedByKey } from '../../src/iam/credentials.ts';
import { rootKeyOf } from '../../src/store/root-key-file.ts';
import { arnFor, makeKey } from '../kms/made-keys.ts';
import { ACCOUNT, MINUTE, newWorld, type Options, OTHER_ACCOUNT, START, type World } from '../support/harness.ts';
import { eventsOf } from './whole-event.ts';

const Bucket = 'example-bucket';
const Key = 'reports/2026/q1.csv';
const Body = Buffer.alloc(48_211);

/** Ids that a run makes, by the name that stands for them in the documents. */
type Names = Map<string, string>;

interface Stage {
  readonly world: World;
  readonly names: Names;
  readonly ana: Options;
  readonly app: Options;
  readonly KeyId: string;
}

function withKey(id: string | undefined, { folder, environment }: World): Options {
  const rootKey = rootKeyOf(folder, environment.random, undefined);
  return { caller: (tx, now) => callerNamedByKey(id ?? '', { tx, now, rootKey, service: 'kms' }) };
}

const allowAll = (Action: string) =>
  JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action, Resource: '*' }] });

async function newUser(world: World, UserName: string, as: string, names: Names, shown: string): Promise<Options> {
  const { User } = await world.call('iam', 'CreateUser', { UserName }, { as });
  await world.call('iam', 'PutUserPolicy', { UserName, PolicyName: 'kms', PolicyDocument: allowAll('kms:*') }, { as });
  const { AccessKey } = await world.call('iam', 'CreateAccessKey', { UserName }, { as });
  names.set(User?.UserId ?? '', `${shown}_ID`).set(AccessKey?.AccessKeyId ?? '', `${shown}_KEY`);
  return withKey(AccessKey?.AccessKeyId, world);
}

/** A key with an alias, a bucket, a user with an access key, and a session of a role. */
async function newStage(): Promise<Stage> {
  const world = newWorld();
  const names: Names = new Map();
  const KeyId = await makeKey(world);
  const { KeyMetadata } = await world.call('kms', 'DescribeKey', { KeyId });
  names.set(KeyId, 'KEY').set(KeyMetadata?.CurrentKeyMaterialId ?? '', 'MATERIAL');
  await world.call('kms', 'CreateAlias', { AliasName: 'alias/app', TargetKeyId: KeyId });
  await world.call('s3', 'CreateBucket', { Bucket });
  const ana = await newUser(world, 'ana', 'user/admin', names, 'ANA');
  const AssumeRolePolicyDocument = JSON.stringify({
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Principal: { AWS: `arn:aws:iam::${ACCOUNT}:root` }, Action: 'sts:AssumeRole' }],
  });
  const RoleName = 'AppRole';
  const { Role } = await world.call('iam', 'CreateRole', { RoleName, AssumeRolePolicyDocument });
  for (const service of ['kms', 's3']) {
    await world.call('iam', 'PutRolePolicy', {
      RoleName,
      PolicyName: service,
      PolicyDocument: allowAll(`${service}:*`),
    });
  }
  const session = { RoleArn: Role?.Arn ?? '', RoleSessionName: 'app-7' };
  const { Credentials } = await world.call('sts', 'AssumeRole', session);
  names.set(Role?.RoleId ?? '', 'ROLE_ID').set(Credentials?.AccessKeyId ?? '', 'SESSION_KEY');
  world.advance(START + MINUTE - world.environment.now());
  return { world, names, ana, app: withKey(Credentials?.AccessKeyId, world), KeyId };
}

/** The events of the last call of a name, with names for ids: of each account that received one. */
function documents({ world, names }: Stage, eventName: string): readonly unknown[] {
  const events = eventsOf(world).filter((event) => event.eventName === eventName);
  const last = events.at(-1);
  return events
    .filter(({ requestID }) => requestID === last?.requestID)
    .map((event) => {
      const { requestID, eventID, sharedEventID } = event;
      const own = [requestID, eventID, sharedEventID, Object(event.additionalEventData)['x-amz-id-2']];
      let text = JSON.stringify(event);
      for (const [id, name] of [
        ...names,
        ...own.map((id, i) => [id, ['REQUEST', 'EVENT', 'SHARED', 'HOST'][i] ?? '']),
      ] as [string, string][]) {
        if (id !== undefined && id !== '') text = text.replaceAll(id, name);
      }
      return JSON.parse(text);
    });
}

/** Expects that an event says what a document says, its members in the same order. */
function expectDocument(event: unknown, document: string): void {
  const expected = JSON.parse(document);
  expect(event).toEqual(expected);
  expect(Object.keys(Object(event))).toEqual(Object.keys(expected));
  for (const part of ['userIdentity', 'additionalEventData', 'tlsDetails']) {
    expect(Object.keys(Object(Object(event)[part]))).toEqual(Object.keys(Object(expected[part])));
  }
}

const sessionIdentity = `"type": "AssumedRole", "principalId": "ROLE_ID:app-7",
  "arn": "arn:aws:sts::111122223333:assumed-role/AppRole/app-7", "accountId": "111122223333", "accessKeyId": "SESSION_KEY",
  "sessionContext": {
    "sessionIssuer": {"type": "Role", "principalId": "ROLE_ID", "arn": "arn:aws:iam::111122223333:role/AppRole",
      "accountId": "111122223333", "userName": "AppRole"},
    "attributes": {"creationDate": "2026-05-04T09:00:00Z", "mfaAuthenticated": "false"}}`;

const anaIdentity = `"userIdentity": {"type": "IAMUser", "principalId": "ANA_ID", "arn": "arn:aws:iam::111122223333:user/ana",
  "accountId": "111122223333", "accessKeyId": "ANA_KEY", "userName": "ana"}`;

const KEY_RESOURCE = `"resources": [{"accountId": "111122223333", "type": "AWS::KMS::Key",
  "ARN": "arn:aws:kms:us-east-1:111122223333:key/KEY"}]`;

const KMS_TLS = `"tlsDetails": {"tlsVersion": "TLSv1.3", "cipherSuite": "TLS_AES_256_GCM_SHA384",
  "clientProvidedHostHeader": "kms.us-east-1.amazonaws.com", "keyExchange": "X25519MLKEM768"}`;

/** The members of KMS's event from its time to its parameters, of a direct call. */
const direct = (eventName: string, error = '') => `"eventVersion": "1.11", ${anaIdentity},
  "eventTime": "2026-05-04T09:01:00Z", "eventSource": "kms.amazonaws.com", "eventName": "${eventName}",
  "awsRegion": "us-east-1", "sourceIPAddress": "127.0.0.1", "userAgent": "ssebox"${error}`;

const end = (more: string) => `"eventType": "AwsApiCall", "managementEvent": true,
  "recipientAccountId": "111122223333", "eventCategory": "Management"${more}`;

/** S3's call for the session of the role. */
const viaS3 = (eventName: string, requestParameters: string) => `{"eventVersion": "1.11",
  "userIdentity": {${sessionIdentity}, "invokedBy": "fas.s3.amazonaws.com"}, "eventTime": "2026-05-04T09:01:00Z",
  "eventSource": "kms.amazonaws.com", "eventName": "${eventName}", "awsRegion": "us-east-1",
  "sourceIPAddress": "fas.s3.amazonaws.com", "userAgent": "fas.s3.amazonaws.com",
  "requestParameters": ${requestParameters}, "responseElements": null,
  "additionalEventData": {"keyMaterialId": "MATERIAL"}, "requestID": "REQUEST", "eventID": "EVENT", "readOnly": true,
  ${KEY_RESOURCE}, ${end('')}}`;

const setDefault = ({ world, KeyId }: Stage, BucketKeyEnabled: boolean) => {
  const apply = { SSEAlgorithm: 'aws:kms', KMSMasterKeyID: arnFor(KeyId) } as const;
  const Rules = [{ ApplyServerSideEncryptionByDefault: apply, BucketKeyEnabled }];
  return world.call('s3', 'PutBucketEncryption', { Bucket, ServerSideEncryptionConfiguration: { Rules } });
};

test('GenerateDataKey by S3 for a PutObject, without a bucket key and with one', async () => {
  const stage = await newStage();
  for (const [BucketKeyEnabled, about] of [
    [false, `${Bucket}/${Key}`],
    [true, Bucket],
  ] as const) {
    await setDefault(stage, BucketKeyEnabled);
    await stage.world.call('s3', 'PutObject', { Bucket, Key, Body }, stage.app);
    const [event, ...others] = documents(stage, 'GenerateDataKey');
    expect(others).toEqual([]);
    const parameters = `{"keyId": "arn:aws:kms:us-east-1:111122223333:key/KEY",
      "encryptionContext": {"aws:s3:arn": "arn:aws:s3:::${about}"}, "keySpec": "AES_256"}`;
    expectDocument(event, viaS3('GenerateDataKey', parameters));
  }
});

test('Decrypt by S3 for a GetObject', async () => {
  const stage = await newStage();
  await setDefault(stage, false);
  await stage.world.call('s3', 'PutObject', { Bucket, Key, Body }, stage.app);
  await stage.world.call('s3', 'GetObject', { Bucket, Key }, stage.app);
  const [event, ...others] = documents(stage, 'Decrypt');
  expect(others).toEqual([]);
  const parameters = `{"encryptionContext": {"aws:s3:arn": "arn:aws:s3:::example-bucket/reports/2026/q1.csv"},
    "encryptionAlgorithm": "SYMMETRIC_DEFAULT"}`;
  expectDocument(event, viaS3('Decrypt', parameters));
});

test('Decrypt by a user who names the key by its alias', async () => {
  const stage = await newStage();
  const EncryptionContext = { purpose: 'test' };
  const plain = { KeyId: stage.KeyId, Plaintext: Buffer.from('secret'), EncryptionContext };
  const { CiphertextBlob } = await stage.world.call('kms', 'Encrypt', plain);
  await stage.world.call('kms', 'Decrypt', { CiphertextBlob, KeyId: 'alias/app', EncryptionContext }, stage.ana);
  const [event, ...others] = documents(stage, 'Decrypt');
  expect(others).toEqual([]);
  expectDocument(
    event,
    `{${direct('Decrypt')}, "requestParameters": {"encryptionAlgorithm": "SYMMETRIC_DEFAULT", "keyId": "alias/app",
      "encryptionContext": {"purpose": "test"}}, "responseElements": null,
      "additionalEventData": {"keyMaterialId": "MATERIAL"}, "requestID": "REQUEST", "eventID": "EVENT",
      "readOnly": true, ${KEY_RESOURCE}, ${end(`, ${KMS_TLS}`)}}`,
  );
});

test('a denied Decrypt', async () => {
  const stage = await newStage();
  const { world, KeyId, ana } = stage;
  const { CiphertextBlob } = await world.call('kms', 'Encrypt', { KeyId, Plaintext: Buffer.from('secret') });
  await world.call('iam', 'DeleteUserPolicy', { UserName: 'ana', PolicyName: 'kms' });
  await world.refusal('kms', 'Decrypt', { CiphertextBlob, KeyId }, ana);
  const [event, ...others] = documents(stage, 'Decrypt');
  expect(others).toEqual([]);
  const message = `User: arn:aws:iam::111122223333:user/ana is not authorized to perform: kms:Decrypt on resource:
 arn:aws:kms:us-east-1:111122223333:key/KEY because no identity-based policy allows the kms:Decrypt action`;
  const error = `, "errorCode": "AccessDenied", "errorMessage": "${message.replaceAll('\n', '')}"`;
  expectDocument(
    event,
    `{${direct('Decrypt', error)}, "requestParameters": null, "responseElements": null, "requestID": "REQUEST",
      "eventID": "EVENT", "readOnly": true, ${KEY_RESOURCE}, ${end(`, ${KMS_TLS}`)}}`,
  );
});

test('CreateGrant', async () => {
  const stage = await newStage();
  const { GrantId } = await stage.world.call(
    'kms',
    'CreateGrant',
    {
      KeyId: stage.KeyId,
      GranteePrincipal: `arn:aws:iam::${ACCOUNT}:role/AppRole`,
      Operations: ['Decrypt', 'GenerateDataKey'],
      Constraints: { EncryptionContextSubset: { 'aws:s3:arn': `arn:aws:s3:::${Bucket}` } },
      Name: 'app-read',
    },
    stage.ana,
  );
  stage.names.set(GrantId ?? '', 'GRANT');
  const [event, ...others] = documents(stage, 'CreateGrant');
  expect(others).toEqual([]);
  expectDocument(
    event,
    `{${direct('CreateGrant')}, "requestParameters": {"keyId": "KEY",
      "granteePrincipal": "arn:aws:iam::111122223333:role/AppRole", "operations": ["Decrypt", "GenerateDataKey"],
      "constraints": {"encryptionContextSubset": {"aws:s3:arn": "arn:aws:s3:::example-bucket"}},
      "name": "app-read"},
      "responseElements": {"grantId": "GRANT", "keyId": "arn:aws:kms:us-east-1:111122223333:key/KEY"},
      "requestID": "REQUEST", "eventID": "EVENT", "readOnly": false, ${KEY_RESOURCE}, ${end(`, ${KMS_TLS}`)}}`,
  );
});

test('DisableKey', async () => {
  const stage = await newStage();
  await stage.world.call('kms', 'DisableKey', { KeyId: stage.KeyId }, stage.ana);
  const [event, ...others] = documents(stage, 'DisableKey');
  expect(others).toEqual([]);
  expectDocument(
    event,
    `{${direct('DisableKey')}, "requestParameters": {"keyId": "KEY"},
      "responseElements": {"keyId": "arn:aws:kms:us-east-1:111122223333:key/KEY"}, "requestID": "REQUEST",
      "eventID": "EVENT", "readOnly": false, ${KEY_RESOURCE}, ${end(`, ${KMS_TLS}`)}}`,
  );
});

test('PutObject, a data event, with SSE-KMS asked for by a header', async () => {
  const stage = await newStage();
  const { world, KeyId, app } = stage;
  await world.call('s3', 'PutBucketVersioning', { Bucket, VersioningConfiguration: { Status: 'Enabled' } });
  const put = { Bucket, Key, Body, ServerSideEncryption: 'aws:kms', SSEKMSKeyId: KeyId } as const;
  const { VersionId } = await world.call('s3', 'PutObject', put, app);
  stage.names.set(VersionId ?? '', 'VERSION');
  const [event, ...others] = documents(stage, 'PutObject');
  expect(others).toEqual([]);
  expectDocument(
    event,
    `{"eventVersion": "1.11", "userIdentity": {${sessionIdentity}}, "eventTime": "2026-05-04T09:01:00Z",
      "eventSource": "s3.amazonaws.com", "eventName": "PutObject", "awsRegion": "us-east-1",
      "sourceIPAddress": "127.0.0.1", "userAgent": "[ssebox]",
      "requestParameters": {"bucketName": "example-bucket",
        "Host": "example-bucket.s3.us-east-1.amazonaws.com", "key": "reports/2026/q1.csv",
        "x-amz-server-side-encryption": "aws:kms", "x-amz-server-side-encryption-aws-kms-key-id": "KEY"},
      "responseElements": {"x-amz-server-side-encryption": "aws:kms",
        "x-amz-server-side-encryption-aws-kms-key-id": "arn:aws:kms:us-east-1:111122223333:key/KEY",
        "x-amz-version-id": "VERSION"},
      "additionalEventData": {"SignatureVersion": "SigV4", "CipherSuite": "TLS_AES_128_GCM_SHA256",
        "bytesTransferredIn": 48211, "SSEApplied": "SSE_KMS", "AuthenticationMethod": "AuthHeader", "x-amz-id-2": "HOST",
        "bytesTransferredOut": 0},
      "requestID": "REQUEST", "eventID": "EVENT", "readOnly": false,
      "resources": [{"type": "AWS::S3::Object", "ARN": "arn:aws:s3:::example-bucket/reports/2026/q1.csv"},
        {"accountId": "111122223333", "type": "AWS::S3::Bucket", "ARN": "arn:aws:s3:::example-bucket"}],
      "eventType": "AwsApiCall", "managementEvent": false, "recipientAccountId": "111122223333",
      "eventCategory": "Data", "tlsDetails": {"tlsVersion": "TLSv1.3", "cipherSuite": "TLS_AES_128_GCM_SHA256",
        "clientProvidedHostHeader": "example-bucket.s3.us-east-1.amazonaws.com"}}`,
  );
});

test('Decrypt with the key of another account, as the caller’s account and the owner’s see it', async () => {
  const stage = await newStage();
  const { world, names, KeyId } = stage;
  const bob = await newUser(world, 'bob', `${OTHER_ACCOUNT}:user/admin`, names, 'BOB');
  const GranteePrincipal = `arn:aws:iam::${OTHER_ACCOUNT}:user/bob`;
  await world.call('kms', 'CreateGrant', { KeyId, GranteePrincipal, Operations: ['Decrypt'] });
  const { CiphertextBlob } = await world.call('kms', 'Encrypt', { KeyId, Plaintext: Buffer.from('secret') });
  await world.call('kms', 'Decrypt', { CiphertextBlob, KeyId: arnFor(KeyId) }, bob);
  const events = documents(stage, 'Decrypt');
  const copy = (identity: string, recipient: string) => `{"eventVersion": "1.11", "userIdentity": {${identity}},
    "eventTime": "2026-05-04T09:01:00Z", "eventSource": "kms.amazonaws.com", "eventName": "Decrypt",
    "awsRegion": "us-east-1", "sourceIPAddress": "127.0.0.1", "userAgent": "ssebox",
    "requestParameters": {"encryptionAlgorithm": "SYMMETRIC_DEFAULT",
      "keyId": "arn:aws:kms:us-east-1:111122223333:key/KEY"}, "responseElements": null,
    "additionalEventData": {"keyMaterialId": "MATERIAL"}, "requestID": "REQUEST", "eventID": "EVENT", "readOnly": true,
    ${KEY_RESOURCE}, "eventType": "AwsApiCall", "managementEvent": true, "recipientAccountId": "${recipient}",
    "sharedEventID": "SHARED", "eventCategory": "Management", ${KMS_TLS}}`;
  const received = (account: string) => events.find((event) => Object(event).recipientAccountId === account);
  expectDocument(
    received(OTHER_ACCOUNT),
    copy(
      `"type": "IAMUser", "principalId": "BOB_ID", "arn": "arn:aws:iam::444455556666:user/bob",
       "accountId": "444455556666", "accessKeyId": "BOB_KEY", "userName": "bob"`,
      OTHER_ACCOUNT,
    ),
  );
  expectDocument(
    received(ACCOUNT),
    copy('"type": "AWSAccount", "principalId": "BOB_ID", "accountId": "444455556666"', ACCOUNT),
  );
  expect(events).toHaveLength(2);
  const [one, other] = eventsOf(world).filter(({ eventName }) => eventName === 'Decrypt');
  expect(one?.eventID).not.toBe(other?.eventID);
  expect(one?.sharedEventID).toBe(other?.sharedEventID);
});

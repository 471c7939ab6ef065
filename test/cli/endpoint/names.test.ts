/** The names that prompts and completion offer at an endpoint, and those that a refusal is followed by. */

import { expect, test } from 'vitest';
import { EndpointError } from '../../../src/api/errors.ts';
import type { ServiceName } from '../../../src/api/model/operations.ts';
import * as choices from '../../../src/cli/choices.ts';
import type { Choices, CommandValues } from '../../../src/cli/command.ts';
import { copyPaths } from '../../../src/cli/commands/s3/object-argument.ts';
import { withinTime } from '../../../src/cli/endpoint/within-time.ts';
import { memberAsking, memberChoices } from '../../../src/cli/member-choices.ts';
import type { Session } from '../../../src/cli/session.ts';
import { type EndpointLine, newEndpointLine } from '../../support/endpoint-line.ts';
import { ACCOUNT } from '../../support/harness.ts';

const POLICY = JSON.stringify({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action: 's3:ListAllMyBuckets', Resource: '*' }],
});
const TRUST = JSON.stringify({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Principal: { AWS: ACCOUNT }, Action: 'sts:AssumeRole' }],
});

/** A bucket with objects and an upload, a key with an alias and a grant, users, a role, policies and an alarm. */
async function filled(): Promise<EndpointLine> {
  const line = await newEndpointLine();
  const { call } = line.world;
  await call('s3', 'CreateBucket', { Bucket: 'letters' });
  for (const Key of ['2026/may.txt', '2026/june.txt', 'readme.txt']) {
    await call('s3', 'PutObject', { Bucket: 'letters', Key });
  }
  await call('s3', 'CreateMultipartUpload', { Bucket: 'letters', Key: 'film.mp4' });
  const { KeyMetadata } = await call('kms', 'CreateKey', {});
  const KeyId = KeyMetadata?.KeyId ?? '';
  await call('kms', 'CreateAlias', { AliasName: 'alias/there', TargetKeyId: KeyId });
  await call('iam', 'CreateRole', { RoleName: 'reader', AssumeRolePolicyDocument: TRUST });
  await call('kms', 'CreateGrant', {
    KeyId,
    GranteePrincipal: `arn:aws:iam::${ACCOUNT}:role/reader`,
    Operations: ['Decrypt'],
  });
  await call('iam', 'PutUserPolicy', { UserName: 'sam', PolicyName: 'inline', PolicyDocument: POLICY });
  await call('iam', 'CreatePolicy', { PolicyName: 'own', PolicyDocument: POLICY });
  await call('cloudwatch', 'PutMetricAlarm', {
    AlarmName: 'too-many',
    Namespace: 'SSEBox',
    MetricName: 'Calls',
    ComparisonOperator: 'GreaterThanThreshold',
    EvaluationPeriods: 1,
    Period: 60,
    Statistic: 'Sum',
    Threshold: 1,
  });
  return line;
}

/** The choices for what is typed after other options. */
async function offered(of: Choices, session: Session, typed = '', options: CommandValues['options'] = {}) {
  return (await of(session, { typed, values: { args: {}, options } })).map(({ value }) => value);
}

const KEY = expect.stringMatching(/^[0-9a-f-]{36}$/);
const own = `arn:aws:iam::${ACCOUNT}:policy/own`;

const table: readonly [of: Choices, names: unknown, typed?: string, options?: Record<string, string>][] = [
  [choices.keyChoices, ['alias/aws/s3', 'alias/there', KEY]],
  [choices.keyIdChoices, [KEY]],
  [choices.keyIdChoices, [expect.stringMatching(/^arn:aws:kms:us-east-1:111122223333:key\//)], 'arn:'],
  [choices.aliasChoices, ['alias/aws/s3', 'alias/there']],
  [choices.grantChoices, [expect.stringMatching(/^[0-9a-f]{64}$/)], '', { 'key-id': 'KEY' }],
  [choices.bucketChoices, ['letters']],
  [choices.bucketUriChoices, ['s3://letters']],
  [choices.bucketArnChoices, ['arn:aws:s3:::letters']],
  [choices.objectChoices, ['s3://letters/']],
  [choices.objectChoices, ['s3://letters/2026/', 's3://letters/readme.txt'], 's3://letters/'],
  [choices.objectChoices, ['s3://letters/2026/june.txt', 's3://letters/2026/may.txt'], 's3://letters/2026/'],
  [choices.objectChoices, [], 's3://elsewhere/'],
  [choices.objectKeyChoices, ['2026/', 'readme.txt'], '', { bucket: 'letters', 'version-id': 'x' }],
  [choices.copySourceChoices, ['letters/2026/', 'letters/readme.txt'], 'letters/'],
  [choices.uploadKeyChoices, ['film.mp4'], '', { bucket: 'letters' }],
  [choices.uploadChoices, [expect.any(String)], '', { bucket: 'letters', key: 'film.mp4' }],
  [choices.uploadChoices, [], '', { bucket: 'letters', key: 'film' }],
  [choices.ownAccountChoices, [ACCOUNT]],
  [choices.userChoices, ['admin', 'sam']],
  [choices.groupChoices, []],
  [choices.roleChoices, ['reader']],
  [choices.roleArnChoices, [`arn:aws:iam::${ACCOUNT}:role/reader`]],
  [choices.customerPolicyChoices, [own]],
  [choices.policyVersionChoices, ['v1'], '', { 'policy-arn': own }],
  [choices.inlinePolicyChoices, ['inline'], '', { 'user-name': 'sam' }],
  [choices.inlinePolicyChoices, [], '', { 'role-name': 'reader' }],
  [choices.accessKeyChoices, [expect.stringMatching(/^AKIA/)], '', { 'user-name': 'sam' }],
  [choices.principalChoices, ['root', 'user/admin', 'user/sam', 'role/reader']],
  [choices.trailChoices, []],
  [choices.alarmChoices, ['too-many']],
  [choices.alarmArnChoices, [`arn:aws:cloudwatch:us-east-1:${ACCOUNT}:alarm:too-many`]],
  [choices.serviceCodeChoices, expect.arrayContaining(['kms', 's3'])],
  [choices.quotaArnChoices, []],
];

test('names come from the endpoint, one call each, and the store is not opened', async () => {
  const line = await filled();
  const session = line.session();
  const [KeyId = ''] = await offered(choices.keyIdChoices, session);
  for (const [of, names, typed, options = {}] of table) {
    const given = Object.fromEntries(
      Object.entries(options).map(([key, value]) => [key, value === 'KEY' ? KeyId : value]),
    );
    const found = await offered(of, session, typed, given);
    expect([of.name, typed, found]).toEqual([of.name, typed, names]);
  }
  const asked = line.endpoint.exchanges.filter(({ operation }) => operation === 'ListBuckets');
  expect(asked).toHaveLength(1);
  expect(line.endpoint.failures).toEqual([]);
});

test('an answer that is not among the first names may still be right', async () => {
  const session = (await newEndpointLine()).session();
  const { check } = memberAsking('s3', 'ListObjectsV2', '--bucket', 'Bucket');
  await check?.('of-somebody-else', session, { args: {}, options: {} });
  // What a model lists is all that there is.
  const region = memberAsking('kms', 'ReplicateKey', '--replica-region', 'ReplicaRegion');
  await expect(region.check?.('mars', session, { args: {}, options: {} })).rejects.toThrow('is not an AWS region');
});

test('a service elsewhere offers no names to one at the endpoint', async () => {
  const session = (await filled()).session(['s3']);
  const of = (service: ServiceName, operation: string, member: string) =>
    memberChoices(service, operation, member) ?? expect.fail(`${member} has no choices`);
  // Keys of the store on this machine are unknown there.
  expect(
    await offered(memberAsking('s3', 'PutObject', '--ssekms-key-id', 'SSEKMSKeyId').choices as Choices, session),
  ).toEqual([]);
  expect(await offered(of('s3', 'ListObjectsV2', 'Bucket'), session)).toEqual(['letters']);
});

test('whoever does not answer is given up, or when a person interrupts', async () => {
  const given = withinTime(20, new AbortController().signal, () => new Promise(() => {}));
  await expect(given).rejects.toThrow(EndpointError);
  const ended = new AbortController();
  const waiting = withinTime(60_000, ended.signal, () => new Promise(() => {}));
  ended.abort();
  await expect(waiting).rejects.toThrow('aborted');
});

test('of a copy between two places, each side has the names of its own', async () => {
  const session = (await filled()).session();
  const { source, target } = copyPaths({ source: '', target: '' });
  expect(await offered(source.choices, session)).toEqual(['s3://letters/']);
  expect(await offered(source.choices, session, '', { 'from-endpoint-url': 'http://127.0.0.1:1' })).toEqual([]);
  expect(await offered(target.choices, session, '', { 'from-store': true })).toEqual(['s3://letters/']);
  await expect(offered(source.choices, session, '', { 'from-store': true })).rejects.toThrow('the store was opened');
});

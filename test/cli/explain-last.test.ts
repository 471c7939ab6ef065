/** `explain last` shows the refusal that was printed, not those of calls whose refusal nobody sees. */

import { writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { type Place, samplePlace } from '../support/place.ts';
import { ROLE, roleActions, trust } from '../support/replication-role.ts';

const MIB = 1024 ** 2;
const BOB = ['--as', 'user/bob'];
const KMS = ['--sse', 'aws:kms', '--sse-kms-key-id', 'alias/app'];

/** The sample in which bob may do everything but this. */
async function withoutFor(...denied: readonly string[]): Promise<Place> {
  const place = await samplePlace();
  const Statement = [
    { Effect: 'Allow', Action: '*', Resource: '*' },
    { Effect: 'Deny', Action: denied, Resource: '*' },
  ];
  const document = JSON.stringify({ Version: '2012-10-17', Statement });
  await place.ok([...'iam put-user-policy --user-name bob --policy-name p --policy-document'.split(' '), document]);
  return place;
}

interface Explained {
  readonly Call: string;
  readonly Refusal: { readonly Code: string; readonly Message: string };
}

const explained = async (place: Place, ...more: readonly string[]): Promise<Explained> =>
  JSON.parse((await place.ok(['explain', 'last', ...more])).out) as Explained;

/** What is kept besides the last. */
const expectOnly = async (place: Place) =>
  expect(await place.ssebox(['explain', 'last', '2'])).toMatchObject({
    code: 252,
    err: 'explain last takes a number up to 1, not "2": only 1 refused call is kept\n',
  });

test('of an upload in parts, the part that was reported, and neither the others nor that it could not be aborted', async () => {
  const place = await withoutFor('kms:Decrypt', 's3:AbortMultipartUpload');
  writeFileSync(place.path('big'), Buffer.alloc(40 * MIB));
  const { code, err } = await place.ssebox(['s3', 'cp', 'big', 's3://photos/big', ...KMS, ...BOB]);
  expect(code).toBe(1);
  const { Call, Refusal } = await explained(place);
  expect(Call).toBe('s3 UploadPart');
  expect(err).toContain(`(AccessDenied) when calling the UploadPart operation: ${Refusal.Message}`);
  await expectOnly(place);
});

test('of an upload to be resumed, the part that was reported', async () => {
  const place = await withoutFor('kms:Decrypt');
  writeFileSync(place.path('big'), Buffer.alloc(40 * MIB));
  const put = ['s3', 'put', 'big', 's3://photos/big', ...KMS, ...BOB, '--resume'];
  const { code, err } = await place.ssebox(put);
  expect(code).toBe(254);
  expect(await explained(place)).toMatchObject({ Call: 's3 UploadPart' });
  expect(err).toContain((await explained(place)).Refusal.Message);
  await expectOnly(place);
});

test('an upload that is gone begins anew, which is not a refusal to anybody', async () => {
  const place = await withoutFor('kms:Decrypt');
  writeFileSync(place.path('big'), Buffer.alloc(9 * MIB));
  const put = ['s3', 'put', 'big', 's3://photos/big', '--resume'];
  expect((await place.ssebox([...put, ...KMS, ...BOB])).code).toBe(254);
  const listed = await place.ok(['s3api', 'list-multipart-uploads', '--bucket', 'photos']);
  const [{ UploadId }] = (JSON.parse(listed.out) as { Uploads: [{ UploadId: string }] }).Uploads;
  await place.ok(['s3api', 'abort-multipart-upload', '--bucket', 'photos', '--key', 'big', '--upload-id', UploadId]);
  await place.ok([...put, ...KMS]);
  expect(await explained(place)).toMatchObject({ Call: 's3 UploadPart' });
  await expectOnly(place);
});

test('of a copy in parts, the part that was reported', async () => {
  const place = await withoutFor('kms:Decrypt', 's3:AbortMultipartUpload');
  writeFileSync(place.path('big'), Buffer.alloc(40 * MIB));
  await place.ok(['s3', 'cp', 'big', 's3://photos/big']);
  const { code, err } = await place.ssebox(['s3', 'cp', 's3://photos/big', 's3://photos/copy', ...KMS, ...BOB]);
  expect(code).toBe(1);
  const { Call, Refusal } = await explained(place);
  expect(Call).toBe('s3 UploadPartCopy');
  expect(err).toContain(Refusal.Message);
  await expectOnly(place);
});

test('of a copy whose tags cannot be set, that, and not that the copy could not be deleted', async () => {
  const place = await withoutFor('s3:PutObjectTagging', 's3:DeleteObject');
  writeFileSync(place.path('big'), Buffer.alloc(9 * MIB));
  await place.ok(['s3', 'cp', 'big', 's3://photos/big']);
  // Too long for a header of CreateMultipartUpload.
  const TagSet = Array.from({ length: 10 }, (_, i) => ({ Key: `${i}${'k'.repeat(100)}`, Value: 'v'.repeat(200) }));
  const tags = ['--tagging', JSON.stringify({ TagSet })];
  await place.ok(['s3api', 'put-object-tagging', '--bucket', 'photos', '--key', 'big', ...tags]);
  const { code, err } = await place.ssebox(['s3', 'cp', 's3://photos/big', 's3://photos/copy', ...BOB]);
  expect(code).toBe(1);
  const { Call, Refusal } = await explained(place);
  expect(Call).toBe('s3 PutObjectTagging');
  expect(err).toContain(Refusal.Message);
  await expectOnly(place);
});

// Each of them has refusals that it does not show. Those of data events are not in the event history, and the calls of
// completion are only tried.
test.for([
  ['bucket show', ['bucket', 'show', 'photos', ...BOB], ['s3:GetEncryptionConfiguration', 's3:GetBucketVersioning'], 2],
  ['bucket list', ['bucket', 'list', ...BOB], ['s3:GetBucketLocation'], 3],
  ['kms ls', ['kms', 'ls', ...BOB], ['kms:DescribeKey'], 1],
  ['s3 cp --no-overwrite', ['s3', 'cp', 'file', 's3://photos/harbour.txt', '--no-overwrite'], ['s3:*'], 0],
  ['completion', ['completion', 'query', '--', 'trail', 'show', ...BOB, ''], ['cloudtrail:LookupEvents'], 0],
] as const)('%s leaves the last refusal as it is', async ([, words, denied, least]) => {
  const place = await withoutFor(...denied);
  writeFileSync(place.path('file'), 'x');
  await place.ssebox(['kms', 'describe-key', '--key-id', 'alias/none']);
  const refused = async () => {
    const { out } = await place.ok(['trail', 'export', '--errors']);
    return (JSON.parse(out) as { Records: readonly unknown[] }).Records.length;
  };
  const before = await refused();
  await place.ok(words);
  expect(await refused()).toBeGreaterThanOrEqual(before + least);
  expect(await explained(place)).toMatchObject({ Call: 'kms DescribeKey', Refusal: { Code: 'NotFoundException' } });
  await expectOnly(place);
});

test('in a command with several failures the last one that was reported comes first', async () => {
  const place = await withoutFor('s3:DeleteObject');
  const { code, err } = await place.ssebox(['s3', 'rm', 's3://photos', '--recursive', ...BOB]);
  expect(code).toBe(1);
  const messages = err
    .trimEnd()
    .split('\n')
    .map((line) => line.replace(/^.*operation: /, ''));
  expect(messages.length).toBeGreaterThan(1);
  for (const [i, message] of messages.reverse().entries()) {
    expect((await explained(place, `${i + 1}`)).Refusal.Message).toBe(message);
  }
});

/** Replication of photos to drafts, by a role that may do everything for it but this, and a photo to replicate. */
async function replicationWithout(place: Place, action: string): Promise<void> {
  const Statement = [{ Effect: 'Allow', Action: roleActions.filter((each) => each !== action), Resource: '*' }];
  const role = ['--role-name', 'replicator'];
  const policy = ['--policy-name', 'p', '--policy-document', JSON.stringify({ Version: '2012-10-17', Statement })];
  await place.ok(['iam', 'create-role', ...role, '--assume-role-policy-document', trust]);
  await place.ok(['iam', 'put-role-policy', ...role, ...policy]);
  for (const bucket of ['photos', 'drafts']) await place.ok(['bucket', 'versioning', 'enable', bucket]);
  const rule = { ID: 'all', Priority: 1, Status: 'Enabled', Filter: {} };
  const rest = { DeleteMarkerReplication: { Status: 'Disabled' }, Destination: { Bucket: 'arn:aws:s3:::drafts' } };
  await place.ok([
    'bucket',
    'replication',
    'put',
    'photos',
    JSON.stringify({ Role: ROLE, Rules: [{ ...rule, ...rest }] }),
  ]);
  writeFileSync(place.path('file'), 'x');
  await place.ok(['s3', 'cp', 'file', 's3://photos/new']);
}

test('a replication that failed is explained with the object that it was about', async () => {
  const place = await samplePlace();
  await replicationWithout(place, 's3:ReplicateObject');
  const { code, err } = await place.ssebox(['s3', 'replicate', 'photos']);
  expect(code).toBe(1);
  const told = await place.ssebox(['explain', 'last']);
  expect(JSON.parse(told.out)).toMatchObject({
    Event: {
      Caller: 'arn:aws:sts::111122223333:assumed-role/replicator/s3-replication',
      Resource: 'arn:aws:s3:::photos/new',
    },
  });
  const { Call, Refusal } = await explained(place);
  expect(Call).toBe('s3 ReplicateObject');
  expect(err).toContain(Refusal.Message);
  const { Decisions } = JSON.parse(told.out) as { Decisions: readonly { Action: string; Allowed: boolean }[] };
  expect(Decisions.filter(({ Allowed }) => !Allowed)).toMatchObject([{ Action: 's3:ReplicateObject' }]);
  expect((await place.ssebox(['explain', 'last', '--expect', 'deny'])).code).toBe(0);
  await expectOnly(place);
});

test('a batch task that was refused is explained with the object that it may not replicate', async () => {
  const place = await withoutFor('s3:InitiateReplication');
  await replicationWithout(place, 's3:ReplicateObject');
  await place.ssebox(['s3', 'replicate', 'photos']);
  const { code, err } = await place.ssebox(['s3', 'replicate', 'photos', '--existing', ...BOB]);
  expect(code).toBe(254);
  const { Call, Refusal } = await explained(place);
  expect(Call).toBe('s3 QueueExistingObjects');
  expect(err).toContain(Refusal.Message);
  expect(await explained(place)).toMatchObject({ Event: { Resource: 'arn:aws:s3:::photos/2026/pier.txt' } });
});

test.for<readonly [string, string]>([
  ['0', 'explain last takes a whole number from 1 on, not "0"'],
  ['-1', 'explain last takes a whole number from 1 on, not "-1"'],
  ['x', 'explain last takes a whole number from 1 on, not "x"'],
  ['1.5', 'explain last takes a whole number from 1 on, not "1.5"'],
  ['', 'explain last takes a whole number from 1 on, not ""'],
  ['9'.repeat(30), `explain last takes a number up to 1, not "${'9'.repeat(30)}": only 1 refused call is kept`],
])('which one: "%s" is not a number of a refusal', async ([which, message]) => {
  const place = await samplePlace();
  await place.ssebox(['kms', 'describe-key', '--key-id', 'alias/none']);
  expect(await place.ssebox(['explain', 'last', which])).toEqual({ code: 252, out: '', err: `${message}\n` });
});

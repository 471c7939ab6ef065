/**
 * A process that changes a store in every way that leaves several rows or files to agree, until its standard input
 * ends: objects in rows and files, versions, uploads in parts, keys with aliases and grants, users in groups.
 */

import { AwsError } from '../../../src/api/errors.ts';
import { contentOf } from '../content.ts';
import { openSession } from '../store-session.ts';

const [folder = '', writer = ''] = process.argv.slice(2);
const { call, close } = await openSession(folder, { grouped: Number(writer) % 2 === 0 });

/** A plain row of numbers: each writer has its own. */
let state = 1 + Number(writer);
function pick<T>(choices: readonly T[]): T {
  state = (state * 48271) % 2147483647;
  const chosen = choices[state % choices.length];
  if (chosen === undefined) throw new Error('there is nothing to choose from');
  return chosen;
}

const place = () => ({ Bucket: pick(['plain', 'versioned']), Key: pick(['a', 'b', 'c', 'd']) });
const content = () => contentOf(writer, pick([100, 50_000, 70_000, 600_000]));

async function putAndDelete(): Promise<void> {
  await call('s3', 'PutObject', { ...place(), Body: content() });
  await call('s3', 'DeleteObject', place());
}

async function copy(): Promise<void> {
  const { Bucket, Key } = place();
  await call('s3', 'CopyObject', { ...place(), CopySource: `${Bucket}/${Key}`, MetadataDirective: 'REPLACE' });
}

async function deleteVersion(): Promise<void> {
  const { Versions = [] } = await call('s3', 'ListObjectVersions', { Bucket: 'versioned' });
  const { Key = '', VersionId } = pick(Versions.length > 0 ? Versions : [{ Key: 'a', VersionId: 'null' }]);
  await call('s3', 'DeleteObject', { Bucket: 'versioned', Key, VersionId });
}

async function uploadInParts(): Promise<void> {
  const at = place();
  const { UploadId = '' } = await call('s3', 'CreateMultipartUpload', at);
  const part = { ...at, UploadId, PartNumber: 1 };
  await call('s3', 'UploadPart', { ...part, Body: content() });
  const { ETag } = await call('s3', 'UploadPart', { ...part, Body: content() });
  const MultipartUpload = { Parts: [{ PartNumber: 1, ETag }] };
  if (pick([true, false])) await call('s3', 'CompleteMultipartUpload', { ...at, UploadId, MultipartUpload });
  else await call('s3', 'AbortMultipartUpload', { ...at, UploadId });
}

async function makeKey(turn: number): Promise<void> {
  const KeyId = (await call('kms', 'CreateKey', { MultiRegion: pick([true, false]) })).KeyMetadata?.KeyId ?? '';
  const AliasName = `alias/${writer}`;
  await call('kms', turn === 0 ? 'CreateAlias' : 'UpdateAlias', { AliasName, TargetKeyId: KeyId });
  const GranteePrincipal = 'arn:aws:iam::111122223333:user/admin';
  const { GrantId = '' } = await call('kms', 'CreateGrant', { KeyId, GranteePrincipal, Operations: ['Encrypt'] });
  await call('kms', 'EnableKeyRotation', { KeyId });
  if (pick([true, false])) await call('kms', 'RevokeGrant', { KeyId, GrantId });
  if (pick([true, false])) await call('kms', 'ScheduleKeyDeletion', { KeyId });
}

async function changeUser(turn: number): Promise<void> {
  const UserName = `user-${writer}-${turn}`;
  await call('iam', 'CreateUser', { UserName });
  await call('iam', 'AddUserToGroup', { UserName, GroupName: 'writers' });
  await call('iam', 'CreateAccessKey', { UserName });
  await call('iam', 'UpdateUser', { UserName, NewUserName: `${UserName}-renamed` });
}

const counts = { keys: 0, users: 0 };
const acts = [
  ...[putAndDelete, putAndDelete, copy, copy, deleteVersion, uploadInParts, uploadInParts],
  () => makeKey(counts.keys++),
  () => changeUser(counts.users++),
];

let isOver = false;
process.stdin
  .on('data', () => {})
  .on('end', () => {
    isOver = true;
  });
process.stdout.write('begun\n');
while (!isOver) {
  try {
    await pick(acts)();
  } catch (error) {
    // Another writer was there first.
    if (!(error instanceof AwsError)) throw error;
  }
  await new Promise<void>((resolve) => setImmediate(resolve));
}
await close();

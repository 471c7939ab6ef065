/** Removes what a check has made. What cannot be removed is named, and stops nothing else. */

import { AwsError, EndpointError } from '../../../api/errors.ts';
import type { Input } from '../../../api/model/operations.ts';
import type { Peer, Site } from './peer.ts';

/** What is still there. */
export interface CleanedUp {
  readonly left: readonly Left[];
  readonly scheduled: readonly ScheduledKey[];
}

export interface Left {
  /** Such as `bucket ssebox-check-…`. */
  readonly name: string;
  readonly reason: string;
}

export interface ScheduledKey {
  readonly arn: string;
  readonly deletionDate: Date | undefined;
}

/** @param signal ends it, as it has to end even if the endpoint has stopped answering */
export async function cleanUp(site: Site, signal: AbortSignal): Promise<CleanedUp> {
  const peer = site.during(signal);
  const { buckets, aliases, roles, kmsKeys } = site.made;
  const left: Left[] = [];
  const scheduled: ScheduledKey[] = [];
  const removed = async (name: string, remove: () => Promise<unknown>) => {
    try {
      await remove();
    } catch (error) {
      if (error instanceof AwsError && ABSENT.has(error.code)) return;
      left.push({
        name,
        reason: error instanceof AwsError ? saidOf(error) : error instanceof Error ? error.message : `${error}`,
      });
    }
  };
  for (const [Bucket, keys] of buckets) {
    await removed(`bucket ${Bucket}`, () => removeBucket(peer, Bucket, keys));
  }
  for (const AliasName of aliases) {
    await removed(`KMS alias ${AliasName}`, () => peer.call('kms', 'DeleteAlias', { AliasName }));
  }
  for (const RoleName of roles) {
    await removed(`role ${RoleName}`, () => peer.call('iam', 'DeleteRole', { RoleName }));
  }
  for (const [id, arn] of kmsKeys) {
    await removed(`KMS key ${arn}`, async () => {
      const input = { KeyId: id, PendingWindowInDays: LEAST_DAYS };
      const { DeletionDate } = await peer.call('kms', 'ScheduleKeyDeletion', input);
      scheduled.push({ arn, deletionDate: DeletionDate });
    });
  }
  return { left, scheduled };
}

const saidOf = ({ code, message }: AwsError): string => (message === '' ? code : `${code}: ${message}`);

/** The shortest waiting period: AWS KMS API Reference, ScheduleKeyDeletion. */
const LEAST_DAYS = 7;

const ABSENT: ReadonlySet<string> = new Set(['NoSuchBucket', 'NoSuchEntity', 'NotFoundException']);

/** Deletes all that is in a bucket, as far as lists show it or the check remembers, and the bucket. @throws AwsError */
async function removeBucket({ call }: Peer, Bucket: string, keys: Iterable<string>): Promise<void> {
  const tried = async <T>(work: () => Promise<T>): Promise<T | undefined> => {
    try {
      return await work();
    } catch (error) {
      // Some endpoints do not have it, or answer with something else; whether the bucket can be deleted is what counts.
      if (error instanceof AwsError || error instanceof EndpointError) return undefined;
      throw error;
    }
  };
  await tried(() => call('s3', 'DeleteBucketPolicy', { Bucket }));
  const uploads = await tried(() => call('s3', 'ListMultipartUploads', { Bucket }));
  for (const { Key = '', UploadId = '' } of uploads?.Uploads ?? []) {
    await tried(() => call('s3', 'AbortMultipartUpload', { Bucket, Key, UploadId }));
  }
  const remove = async (version: Input<'s3', 'DeleteObject'>) => {
    if (await tried(() => call('s3', 'DeleteObject', version))) return;
    await tried(() => call('s3', 'PutObjectLegalHold', { ...version, LegalHold: { Status: 'OFF' } }));
    await tried(() => call('s3', 'DeleteObject', version));
  };
  const versions = await tried(() => call('s3', 'ListObjectVersions', { Bucket }));
  for (const { Key = '', VersionId } of [...(versions?.Versions ?? []), ...(versions?.DeleteMarkers ?? [])]) {
    await remove({ Bucket, Key, VersionId });
  }
  if (!versions) for (const Key of keys) await tried(() => call('s3', 'DeleteObject', { Bucket, Key }));
  const rest = await tried(() => call('s3', 'ListObjectsV2', { Bucket }));
  for (const { Key = '' } of rest?.Contents ?? []) await remove({ Bucket, Key });
  await call('s3', 'DeleteBucket', { Bucket });
}

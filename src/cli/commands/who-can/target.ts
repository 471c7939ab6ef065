/** What who-can is about: a key, a bucket, an object, a role, or anything else with an ARN. */

import { type AccountId, bucketArn, isAccountId, objectArn, parseArn } from '../../../api/arn.ts';
import { UsageError } from '../../../api/errors.ts';
import { nearest, oneOf } from '../../../api/nearest.ts';
import { isRegion, type Region } from '../../../api/regions.ts';
import { findRole, roleArn } from '../../../iam/entities.ts';
import { aliasesOf, keyNamed } from '../../../kms/account-keys.ts';
import { arnOf } from '../../../kms/key.ts';
import { bucketsOf } from '../../../s3/objects/names.ts';
import type { RoleRecord } from '../../../store/records/iam.ts';
import type { KeyRecord } from '../../../store/records/kms.ts';
import type { BucketRecord } from '../../../store/records/s3.ts';
import type { Tx } from '../../../store/tables.ts';
import { isS3Uri, s3Uri } from '../s3/uri.ts';

export type Target =
  | { readonly kind: 'key'; readonly key: KeyRecord; readonly region: Region }
  /** The keys of a bucket that begin with a prefix are listed; empty for all. */
  | { readonly kind: 'bucket'; readonly bucket: BucketRecord; readonly region: Region }
  | { readonly kind: 'object'; readonly bucket: BucketRecord; readonly key: string; readonly region: Region }
  | { readonly kind: 'role'; readonly role: RoleRecord; readonly region: Region }
  | { readonly kind: 'other'; readonly arn: string; readonly owner: AccountId; readonly region: Region };

/** The target as an ARN. */
export function targetArn(target: Target): string {
  switch (target.kind) {
    case 'key':
      return arnOf(target.key);
    case 'bucket':
      return bucketArn(target.bucket.name);
    case 'object':
      return objectArn(target.bucket.name, target.key);
    case 'role':
      return roleArn(target.role);
    case 'other':
      return target.arn;
  }
}

interface Place {
  readonly account: AccountId;
  readonly region: Region;
  readonly tx: Tx;
}

/** Finds what a text names: a key's id or ARN, an alias, an S3 URI, an ARN, or `*`. @throws UsageError */
export function targetNamed(text: string, place: Place): Target {
  if (isS3Uri(text)) {
    const { bucket, key } = s3Uri(text);
    return inBucket(bucket, key, text, place);
  }
  const { account, region } = place;
  if (text === '*') return { kind: 'other', arn: '*', owner: account, region };
  const arn = parseArn(text);
  if (!arn) return keyOrBucket(text, place);
  const { service, resource } = arn;
  if (service === 's3') {
    const [, bucket = '', key = ''] = /^([^/]*)(?:\/(.*))?$/s.exec(resource) ?? [];
    return inBucket(bucket, key, text, place);
  }
  if (service === 'kms') return { ...keyTarget(text, { ...place, region: regionOf(arn.region, text) }) };
  const owner = isAccountId(arn.account) ? arn.account : account;
  if (service === 'iam' && resource.startsWith('role/')) {
    const role = findRole(place.tx, owner, resource.split('/').at(-1) ?? '');
    if (role && roleArn(role) === text) return { kind: 'role', role, region };
    throw new UsageError(`there is no role ${text}`);
  }
  return { kind: 'other', arn: text, owner, region: isRegion(arn.region) ? arn.region : region };
}

function regionOf(region: string, text: string): Region {
  if (isRegion(region)) return region;
  throw new UsageError(`"${text}" is not in a region that AWS has`);
}

const FORMS = 'the id, ARN or alias of a key, s3://BUCKET, s3://BUCKET/KEY, or an ARN';

/** A name alone is that of a key, or else of a bucket. */
function keyOrBucket(text: string, place: Place): Target {
  const { account, region, tx } = place;
  const key = keyNamed(text, account, region, tx);
  if (key) return { kind: 'key', key, region };
  const bucket = tx.buckets.get([text]);
  if (bucket) return { kind: 'bucket', bucket, region: bucket.region };
  const [, role] = /^role\/([^/]+)$/.exec(text) ?? [];
  const found = role === undefined ? undefined : findRole(tx, account, role);
  if (found) return { kind: 'role', role: found, region };
  if (/^alias\/|^[0-9a-f]{8}-|^mrk-/.test(text)) return keyTarget(text, place);
  throw new UsageError(`"${text}" is neither a key nor a bucket of this store: the resource is ${FORMS}`);
}

function keyTarget(text: string, { account, region, tx }: Place): Target {
  const key = keyNamed(text, account, region, tx);
  if (key) return { kind: 'key', key, region };
  const names = Array.from(aliasesOf(account, region, tx), ({ name }) => name);
  throw new UsageError(`there is no key "${text}" in ${region}${among(text, names)}`);
}

/** An empty key is the bucket itself. */
function inBucket(name: string, key: string, text: string, { account, tx }: Place): Target {
  const bucket = tx.buckets.get([name]);
  if (!bucket) {
    const names = Array.from(bucketsOf(account, tx), (each) => each.name);
    throw new UsageError(`"${text}" names the bucket "${name}", which does not exist${among(name, names)}`);
  }
  const { region } = bucket;
  return key === '' ? { kind: 'bucket', bucket, region } : { kind: 'object', bucket, key, region };
}

function among(typed: string, names: readonly string[]): string {
  const near = nearest(typed, names);
  if (near.length > 0) return `: did you mean ${oneOf(near.map((name) => `"${name}"`))}?`;
  return names.length === 0 ? '' : `: choose one of ${names.slice(0, 8).join(', ')}`;
}

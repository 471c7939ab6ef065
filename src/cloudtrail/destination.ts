/**
 * Where a trail delivers: its bucket and its KMS key, which have to let CloudTrail in before a trail is created or
 * changed. CloudTrail User Guide, "Amazon S3 bucket policy for CloudTrail" and "Configure AWS KMS key policies for
 * CloudTrail".
 */

import { type AccountId, keyArn, objectArn, parseArn } from '../api/arn.ts';
import { AwsError } from '../api/errors.ts';
import type { Region } from '../api/regions.ts';
import type { Call } from '../call/operation.ts';
import type { ServiceCaller } from '../policy/caller.ts';
import type { TrailRecord } from '../store/records/trail.ts';
import type { Tx } from '../store/tables.ts';
import { CLOUDTRAIL, trailArn } from './trail.ts';

type Place = Pick<TrailRecord, 'account' | 'homeRegion' | 'name'>;

export interface Destination extends Pick<TrailRecord, 'bucket' | 'prefix' | 'validatesFiles'> {
  /** A key's id or ARN, or an alias or its ARN; absent for SSE-S3. */
  readonly keyId?: string | undefined;
}

/** CloudTrail as it delivers for a trail. */
export const deliverer = (trail: Place): ServiceCaller => ({
  kind: 'service',
  name: CLOUDTRAIL,
  source: { arn: trailArn(trail), account: trail.account },
});

/** The beginning of the keys of a trail's files. */
export const deliveredPrefix = (
  { prefix }: Pick<Destination, 'prefix'>,
  account: AccountId,
  kind: 'CloudTrail' | 'CloudTrail-Digest',
): string => `${prefix === undefined ? '' : `${prefix}/`}AWSLogs/${account}/${kind}/`;

/**
 * Requires that CloudTrail may deliver there for a trail.
 * @returns the ARN of the key.
 * @throws AwsError S3BucketDoesNotExistException, InsufficientS3BucketPolicyException, KmsKeyNotFoundException,
 * KmsKeyDisabledException, InvalidKmsKeyIdException, InsufficientEncryptionPolicyException
 */
export function requireDestination(destination: Destination, trail: Place, call: Call): string | undefined {
  const region = requireBucket(destination, trail, call);
  return destination.keyId === undefined ? undefined : requireKey(destination.keyId, destination, trail, region, call);
}

/** @returns the bucket's region. */
function requireBucket(destination: Destination, trail: Place, call: Call): Region {
  const { bucket: Bucket, validatesFiles } = destination;
  const region = call.tx.buckets.get([Bucket])?.region;
  if (region === undefined) {
    throw new AwsError('S3BucketDoesNotExistException', `S3 bucket ${Bucket} does not exist!`);
  }
  const caller = deliverer(trail);
  const kinds = validatesFiles ? (['CloudTrail', 'CloudTrail-Digest'] as const) : (['CloudTrail'] as const);
  const mayDeliver = kinds.every((kind) =>
    call.wouldAllow(
      's3',
      'PutObject',
      { Bucket, Key: deliveredPrefix(destination, trail.account, kind), ACL: 'bucket-owner-full-control' },
      { caller, region },
    ),
  );
  const refused = () =>
    new AwsError(
      'InsufficientS3BucketPolicyException',
      `Incorrect S3 bucket policy is detected for bucket: ${Bucket}`,
      {},
      `its policy must allow ${CLOUDTRAIL} s3:GetBucketAcl on the bucket and s3:PutObject on ${objectArn(Bucket, `${deliveredPrefix(destination, trail.account, 'CloudTrail').replace(/[^/]*\/$/, '')}*`)} with the ACL bucket-owner-full-control, for the trail ${trailArn(trail)}`,
    );
  call.invoke('s3', 'GetBucketAcl', { Bucket }, { caller, region, refused });
  if (!mayDeliver) throw refused();
  return region;
}

function requireKey(KeyId: string, destination: Destination, trail: Place, region: Region, call: Call): string {
  const { bucket } = destination;
  const caller = deliverer(trail);
  const insufficient = (key: string) =>
    new AwsError(
      'InsufficientEncryptionPolicyException',
      `Insufficient permissions to access S3 bucket ${bucket} or KMS key ${key}.`,
      {},
      `the key's policy must allow ${CLOUDTRAIL} kms:DescribeKey and kms:GenerateDataKey* for the trail ${trailArn(trail)}`,
    );
  const arn = keyArnOf(KeyId, trail.account, region, call.tx);
  if (arn === undefined) {
    throw new AwsError(
      'KmsKeyNotFoundException',
      `KMS key ${KeyId} was not found in ${region}, the Region of the S3 bucket.`,
    );
  }
  const refused = ({ code }: AwsError) => (code === 'AccessDeniedException' ? insufficient(arn) : invalidKey(KeyId));
  const { KeyMetadata: key } = call.invoke('kms', 'DescribeKey', { KeyId: arn }, { caller, region, refused });
  if (key?.Arn === undefined || key.KeySpec !== 'SYMMETRIC_DEFAULT') throw invalidKey(KeyId);
  if (key.KeyState !== 'Enabled') {
    throw new AwsError('KmsKeyDisabledException', `KMS key ${key.Arn} is disabled or pending deletion.`);
  }
  const EncryptionContext = {
    'aws:cloudtrail:arn': trailArn(trail),
    'aws:s3:arn': objectArn(bucket, deliveredPrefix(destination, trail.account, 'CloudTrail')),
  };
  const viaService = `s3.${region}.amazonaws.com`;
  const input = { KeyId: key.Arn, KeySpec: 'AES_256', EncryptionContext } as const;
  if (!call.wouldAllow('kms', 'GenerateDataKey', input, { caller, region, viaService })) throw insufficient(key.Arn);
  return key.Arn;
}

/**
 * The ARN of a key in a region that is named in any way; undefined if the account does not have it. KMS does not tell a
 * service whether it is there.
 */
function keyArnOf(named: string, account: AccountId, region: Region, tx: Tx): string | undefined {
  const arn = parseArn(named) ?? { account, region, resource: named.startsWith('alias/') ? named : `key/${named}` };
  if (arn.region !== region) return undefined;
  // Nothing is known here of other accounts.
  if (arn.account !== account) return named;
  const isAlias = arn.resource.startsWith('alias/');
  const keyId = isAlias ? tx.kmsAliases.get([account, region, arn.resource])?.keyId : arn.resource.slice('key/'.length);
  return keyId !== undefined && tx.kmsKeys.get([account, region, keyId]) ? keyArn(region, account, keyId) : undefined;
}

const invalidKey = (id: string) =>
  new AwsError(
    'InvalidKmsKeyIdException',
    `Invalid KMS key: ${id}`,
    {},
    'a trail takes the id, the ARN or an alias of a symmetric encryption key',
  );

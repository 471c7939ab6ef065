/** How CloudTrail writes its files into a trail's bucket: as itself, for the trail, through S3's own operation. */

import type { Input } from '../../api/model/operations.ts';
import type { BegunCall, Call } from '../../call/operation.ts';
import type { ServiceCaller } from '../../policy/caller.ts';
import type { TrailRecord } from '../../store/records/trail.ts';
import { deliverer } from '../destination.ts';
import { CLOUDTRAIL, trailArn } from '../trail.ts';

/** Who delivers: CloudTrail for the trail. */
export const deliveryCaller = (trail: TrailRecord | undefined): ServiceCaller =>
  trail ? deliverer(trail) : { kind: 'service', name: CLOUDTRAIL };

type PutInput = Input<'s3', 'PutObject'>;

/**
 * Begins to write a compressed file.
 * @throws AwsError S3's refusal: of the bucket, its policy, or the KMS key.
 */
export function beginObject(
  trail: TrailRecord,
  key: string,
  object: Pick<PutInput, 'Body' | 'Metadata'>,
  call: Call,
): BegunCall<unknown> {
  const { bucket, keyArn } = trail;
  return call.begin(
    's3',
    'PutObject',
    {
      Bucket: bucket,
      Key: key,
      ...object,
      ACL: 'bucket-owner-full-control',
      ContentType: 'application/json',
      ContentEncoding: 'gzip',
      ...(keyArn === undefined ? { ServerSideEncryption: 'AES256' } : encryptionUnder(keyArn, trail)),
    },
    { region: call.tx.buckets.get([bucket])?.region ?? trail.homeRegion, isAnswered: true },
  );
}

/** CloudTrail User Guide, "Configure AWS KMS key policies for CloudTrail", the encryption context. */
const encryptionUnder = (keyArn: string, trail: TrailRecord) =>
  ({
    ServerSideEncryption: 'aws:kms',
    SSEKMSKeyId: keyArn,
    SSEKMSEncryptionContext: Buffer.from(JSON.stringify({ 'aws:cloudtrail:arn': trailArn(trail) })).toString('base64'),
  }) as const;

/**
 * Requests about a bucket of another region than the one they were sent to: Amazon S3 User Guide, "Making requests",
 * "Request redirection and the REST API".
 */

import { AwsError } from '../../api/errors.ts';
import type { Region } from '../../api/regions.ts';
import type { Tx } from '../../store/tables.ts';

/** What a request to S3 asks for, and where. */
export interface AskedOfBucket {
  readonly operation: string;
  readonly method: string;
  readonly bucket: string;
  /** The region of the signature's scope; where there is none, that of the host; undefined if neither names one. */
  readonly region: Region | undefined;
  /** What the region is from: only a signature can be malformed. */
  readonly place: 'header' | 'query' | 'form' | 'none';
  /** The credential of the signature, as it says it; undefined if only version 2 or nobody has signed. */
  readonly credential?: string | undefined;
}

/** The header with the region of a bucket, on every answer that sends a client there, and on refusals about a bucket. */
export const BUCKET_REGION = 'x-amz-bucket-region';

/** The region of a bucket; undefined if there is no such bucket. */
export const regionOfBucket = (bucket: string, tx: Tx): Region | undefined => tx.buckets.get([bucket])?.region;

/**
 * Refuses a request that has to be made in another region, in a way that SDKs follow: with the region in a header and
 * in the error. HEAD has no error, and an anonymous request no signature, so both are redirected.
 * @throws AwsError AuthorizationHeaderMalformed, AuthorizationQueryParametersError, InvalidArgument or PermanentRedirect
 */
export function requireRegion(
  { operation, method, bucket, region, place, credential = '' }: AskedOfBucket,
  tx: Tx,
): void {
  // It may be about a bucket that is not there yet, and where it is to be is said in its body.
  if (region === undefined || operation === 'CreateBucket') return;
  const home = regionOfBucket(bucket, tx);
  if (home === undefined || home === region) return;
  // Amazon S3 API Reference, GetBucketLocation: us-east-1 answers for all regions.
  if (operation === 'GetBucketLocation' && region === 'us-east-1') return;
  const headers = { [BUCKET_REGION]: home };
  if (method === 'HEAD' || place === 'none') {
    throw new AwsError(
      'PermanentRedirect',
      'The bucket you are attempting to access must be addressed using the specified endpoint. Please send all future requests to this endpoint.',
      { Endpoint: `${bucket}.s3.${home}.amazonaws.com`, Bucket: bucket },
      undefined,
      headers,
    );
  }
  const why = `the region '${region}' is wrong; expecting '${home}'`;
  if (place === 'form') {
    const detail = { ArgumentName: 'X-Amz-Credential', ArgumentValue: credential, Region: home };
    throw new AwsError('InvalidArgument', why, detail, undefined, headers);
  }
  if (place === 'query') {
    throw new AwsError(
      'AuthorizationQueryParametersError',
      `Error parsing the X-Amz-Credential parameter; ${why}`,
      { Region: home },
      undefined,
      headers,
    );
  }
  throw new AwsError(
    'AuthorizationHeaderMalformed',
    `The authorization header is malformed; ${why}`,
    { Region: home },
    undefined,
    headers,
  );
}

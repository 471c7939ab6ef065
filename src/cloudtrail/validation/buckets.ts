/** What a validation reads from buckets, each call in the region of its bucket, as the AWS CLI makes it. */

import { AwsError } from '../../api/errors.ts';
import type { Input, OperationName, Output, ServiceName } from '../../api/model/operations.ts';
import type { GetObjectOutput, ListObjectsOutput } from '../../api/model/s3.types.ts';
import { isRegion, type Region } from '../../api/regions.ts';

/** Makes a call as the caller of the validation. @throws AwsError when it is refused */
export type MakeCall = <S extends ServiceName, N extends OperationName<S>>(
  service: S,
  name: N,
  input: Input<S, N>,
  options?: {
    readonly region?: Region | undefined;
    readonly overlooks?: ((refusal: AwsError) => boolean) | undefined;
  },
) => Promise<Output<S, N>>;

export interface Buckets {
  /** The keys that begin like this, after a key, in their order. */
  keys(bucket: string, prefix: string, after: string): AsyncGenerator<string>;
  /** The last parts of the folders directly below a prefix that ends with a slash. */
  folders(bucket: string, prefix: string): Promise<string[]>;
  /** Undefined if there is no such object. */
  object(bucket: string, key: string): Promise<GetObjectOutput | undefined>;
}

export function bucketsBy(call: MakeCall): Buckets {
  const regions = new Map<string, Region>();
  const regionOf = async (Bucket: string): Promise<Region> => {
    const known = regions.get(Bucket);
    if (known !== undefined) return known;
    const { LocationConstraint } = await call('s3', 'GetBucketLocation', { Bucket });
    const region = regionAt(LocationConstraint);
    regions.set(Bucket, region);
    return region;
  };
  return {
    async *keys(Bucket, Prefix, after) {
      const region = await regionOf(Bucket);
      let Marker: string | undefined = after;
      while (Marker !== undefined) {
        const input = { Bucket, Prefix, Marker };
        const page: ListObjectsOutput = await call('s3', 'ListObjects', input, { region });
        const keys = (page.Contents ?? []).flatMap(({ Key }) => (Key === undefined ? [] : [Key]));
        yield* keys;
        Marker = page.IsTruncated ? (page.NextMarker ?? keys.at(-1)) : undefined;
      }
    },
    async folders(Bucket, Prefix) {
      const region = await regionOf(Bucket);
      const input = { Bucket, Prefix, Delimiter: '/' };
      const { CommonPrefixes = [] } = await call('s3', 'ListObjects', input, { region });
      return CommonPrefixes.flatMap(({ Prefix: found = '' }) => found.slice(Prefix.length).replace(/\/$/, ''));
    },
    async object(Bucket, Key) {
      const region = await regionOf(Bucket);
      try {
        return await call('s3', 'GetObject', { Bucket, Key }, { region, overlooks: isMissing });
      } catch (error) {
        if (error instanceof AwsError && isMissing(error)) return undefined;
        throw error;
      }
    },
  };
}

const isMissing = ({ code }: AwsError): boolean => code === 'NoSuchKey';

/** GetBucketLocation answers nothing for us-east-1, and EU for the oldest buckets in eu-west-1. */
function regionAt(location: string | undefined): Region {
  if (location === 'EU') return 'eu-west-1';
  return location !== undefined && isRegion(location) ? location : 'us-east-1';
}

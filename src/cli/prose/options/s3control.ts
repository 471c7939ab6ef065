/** What the options of S3 Control mean. S3 API Reference, "Amazon S3 Control", by operation. */

import type { MeaningsOf } from './meaning.ts';

export const s3controlOptions = {
  everywhere: {
    AccountId: 'the account of the caller, or the one that owns the bucket',
    ResourceArn: 'the bucket, by its ARN, such as arn:aws:s3:::photos',
    TagKeys: 'the keys of the tags to remove; those that are not there are ignored',
    Tags: 'the tags to set; a tag that the bucket has gets the new value',
  },
  within: {},
} as const satisfies MeaningsOf<'s3control'>;

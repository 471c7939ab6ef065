/**
 * Which pages of other sites may ask what of a bucket: Amazon S3 User Guide, "Using cross-origin resource sharing
 * (CORS)". An endpoint obeys these rules; on the command line there are no pages.
 */

import { AwsError } from '../../api/errors.ts';
import type { CORSConfiguration, CORSRule } from '../../api/model/s3.types.ts';
import type { OperationTable } from '../../call/operation.ts';
import type { Tx } from '../../store/tables.ts';
import { checked, configurationOperations } from './bucket-configurations.ts';
import { requireCorsRules } from './configuration-rules.ts';

const SUBRESOURCE = 'cors';

/** Every operation on CORS rules, by name. */
export const corsOperations: OperationTable = configurationOperations([
  {
    subresource: SUBRESOURCE,
    get: 'GetBucketCors',
    put: 'PutBucketCors',
    delete: 'DeleteBucketCors',
    member: 'CORSConfiguration',
    permissions: { get: 's3:GetBucketCORS', put: 's3:PutBucketCORS' },
    settle: checked(({ CORSRules }: CORSConfiguration) => requireCorsRules(CORSRules)),
    absent({ name }) {
      throw new AwsError('NoSuchCORSConfiguration', 'The CORS configuration does not exist', { BucketName: name });
    },
  },
]);

/** The rules of a bucket, in order; undefined if it has none. */
export function corsRulesOf(bucket: string, tx: Tx): readonly CORSRule[] | undefined {
  const stored = tx.bucketConfigurations.get([bucket, SUBRESOURCE, '']);
  // The model checked the document before it was stored.
  return (stored?.document as CORSConfiguration | undefined)?.CORSRules;
}

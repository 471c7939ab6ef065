/** The Amazon S3 Control operations that ssebox has, by AWS's name. */

import type { OperationTable } from '../call/operation.ts';
import { ListTagsForResource, TagResource, UntagResource } from './bucket-tags.ts';

export const s3controlOperations: OperationTable = { ListTagsForResource, TagResource, UntagResource };

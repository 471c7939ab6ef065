/** The error for members that do not go together: S3 API Reference, "Error responses", InvalidRequest. */

import { AwsError } from '../../api/errors.ts';

/** In S3's words, which differ with the operation. */
export const invalidRequest = (message: string): AwsError => new AwsError('InvalidRequest', message);

/** What services of the query protocol answer a form for an operation that AWS does not have. */

import { AwsError } from '../../api/errors.ts';

/** IAM API Reference, "Common errors", InvalidAction, as IAM and STS answer. */
export const invalidAction = (action: string, version: string | undefined): AwsError =>
  new AwsError('InvalidAction', `Could not find operation ${action} for version ${version ?? 'NO_VERSION_SPECIFIED'}`);

/** IAM API Reference, "Common errors", MissingAction; to a browser, AWS shows a page instead. */
export const missingAction = (): AwsError =>
  new AwsError('MissingAction', 'The request is missing an action or a required parameter.');

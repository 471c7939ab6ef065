/** Refusals that have AWS's name of their reason: AWS Organizations API Reference, "Common errors". */

import { AwsError } from '../api/errors.ts';

/** A limit of the organization. @param code AWS's name for which one; @param reason what it is here, for a person */
export const constraintViolation = (code: string, message: string, reason: string) =>
  new AwsError('ConstraintViolationException', message, { Reason: code }, reason);

/** A value that is not allowed. @param code AWS's name for why */
export const invalidInput = (code: string, message: string, reason: string) =>
  new AwsError('InvalidInputException', message, { Reason: code }, reason);

/** The error for a body that does not match S3's schema: S3 API Reference, "Error responses", MalformedXML. */

import { AwsError } from '../../api/errors.ts';
import { didYouMean, oneOf } from '../../api/nearest.ts';

/** @param reason what S3 leaves open: the member that is wrong, and what is allowed */
export const malformedXml = (reason: string) =>
  new AwsError(
    'MalformedXML',
    'The XML you provided was not well-formed or did not validate against our published schema',
    {},
    reason,
  );

/** The same for a value that is not one of those in the schema. @param member its name in the body */
export function notInList(member: string, value: string, values: readonly string[]): AwsError {
  const meant = didYouMean(value, values);
  return malformedXml(`${member} must be ${oneOf(values)}, not "${value}"${meant === undefined ? '' : `: ${meant}`}`);
}

/** The same for a list of a wrong length. @param member its name in the body */
export const notCounted = (member: string, least: number, most: number, count: number) =>
  malformedXml(
    `${member} must have ${least === most ? `exactly ${most}` : `from ${least} to ${most}`} element${most === 1 ? '' : 's'}, not ${count}`,
  );

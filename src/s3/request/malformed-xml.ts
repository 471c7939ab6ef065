/** The error for a body that does not match S3's schema: S3 API Reference, "Error responses", MalformedXML. */

import { AwsError } from '../../api/errors.ts';

export const malformedXml = () =>
  new AwsError(
    'MalformedXML',
    'The XML you provided was not well-formed or did not validate against our published schema',
  );

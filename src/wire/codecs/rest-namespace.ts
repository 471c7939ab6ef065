/** The namespaces of the XML that S3 and S3 Control answer with. */

import type { ServiceName } from '../../api/model/operations.ts';

/** S3's answers have that of its API; its errors have none: Amazon S3 API Reference, "Error responses". */
export const restNamespace = (service: ServiceName): string =>
  service === 's3control'
    ? 'http://awss3control.amazonaws.com/doc/2018-08-20/'
    : 'http://s3.amazonaws.com/doc/2006-03-01/';

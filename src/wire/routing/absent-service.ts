/** A request to a service that ssebox does not have. */

import { AwsError } from '../../api/errors.ts';
import type { ServiceName } from '../../api/model/operations.ts';

/** @param name what the request calls it: anything that a client may write, and as long */
export const absentService = (name: string): AwsError =>
  new AwsError('NotImplemented', `the service ${JSON.stringify(name.slice(0, 64))} is not part of ssebox`);

/** The service in whose words such a request is refused, by the protocol that it speaks. */
export const spokesman: Readonly<Record<'json' | 'json-1.0' | 'query' | 'rest-xml' | 'cbor', ServiceName>> = {
  json: 'kms',
  'json-1.0': 'cloudwatch',
  query: 'sts',
  'rest-xml': 's3',
  cbor: 'cloudwatch',
};

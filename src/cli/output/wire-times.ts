/**
 * Times as AWS sends them, which `cli_timestamp_format = wire` shows: AWS CLI User Guide, "Configuration and credential
 * file settings", cli_timestamp_format.
 */

import type { ServiceName } from '../../api/model/operations.ts';
import { type ShapeIn, shapeOf } from '../aws-input/shape-lookup.ts';
import type { PrintTime } from './plain.ts';

/** JSON has seconds since 1970, XML has ISO 8601 in UTC: Smithy 2.0, "Timestamp serialization and deserialization". */
export function wireTime(service: ServiceName): PrintTime {
  switch (service) {
    case 'kms':
    case 'cloudtrail':
    case 'cloudwatch':
    case 'organizations':
    case 'service-quotas':
      return (time) => time.getTime() / 1000;
    case 's3':
    case 's3control':
      return (time) => wholeSeconds(time).replace('Z', '.000Z');
    case 'iam':
    case 'sts':
      return wholeSeconds;
  }
}

const wholeSeconds = (time: Date): string => time.toISOString().replace(/\.\d+Z$/, 'Z');

/** The output with the times that come in headers as those have them: RFC 9110, 5.6.7, IMF-fixdate. */
export function withHeaderTimes(output: unknown, place: ShapeIn): unknown {
  const shape = shapeOf(place);
  if (shape?.type !== 'structure' || typeof output !== 'object' || output === null) return output;
  const members = Object.entries(output).map(([name, value]) => {
    const isHeader = Object.hasOwn(shape.members, name) && shape.members[name]?.location === 'header';
    return [name, isHeader && value instanceof Date ? value.toUTCString() : value];
  });
  return Object.fromEntries(members);
}

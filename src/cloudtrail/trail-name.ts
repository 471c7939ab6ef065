/** Names of trails: CloudTrail User Guide, "Naming requirements for CloudTrail resources, S3 buckets, and KMS keys". */

import { type AccountId, isAccountId, parseArn } from '../api/arn.ts';
import { AwsError } from '../api/errors.ts';
import { isRegion, type Region } from '../api/regions.ts';

/** A trail as a request names it. */
export interface TrailName {
  readonly name: string;
  /** What its ARN says; absent if the request has the name alone. */
  readonly place?: TrailPlace | undefined;
}

export interface TrailPlace {
  readonly region: Region;
  readonly account: AccountId;
}

/**
 * The name of a trail, or its ARN.
 * @throws AwsError InvalidTrailNameException, CloudTrailARNInvalidException
 */
export function parseTrailName(text: string): TrailName {
  if (!text.startsWith('arn:')) {
    requireTrailName(text);
    return { name: text };
  }
  const arn = parseTrailArn(text);
  if (!arn) throw invalidArn(text);
  const { name, ...place } = arn;
  return { name, place };
}

/** The parts of a trail's ARN; undefined if the text is not one. */
export function parseTrailArn(text: string): (TrailPlace & { readonly name: string }) | undefined {
  const arn = parseArn(text);
  if (arn?.partition !== 'aws' || arn.service !== 'cloudtrail' || !arn.resource.startsWith('trail/')) return undefined;
  const { region, account } = arn;
  const name = arn.resource.slice('trail/'.length);
  if (!isRegion(region) || !isAccountId(account) || nameFault(name)) return undefined;
  return { name, region, account };
}

export const invalidArn = (text: string): AwsError =>
  new AwsError(
    'CloudTrailARNInvalidException',
    `The ARN is not valid: ${text}`,
    {},
    'the ARN of a trail has the form arn:aws:cloudtrail:REGION:ACCOUNT:trail/NAME',
  );

/** @throws AwsError InvalidTrailNameException */
export function requireTrailName(name: string): void {
  const fault = nameFault(name);
  if (fault !== undefined) throw new AwsError('InvalidTrailNameException', fault);
}

function nameFault(name: string): string | undefined {
  const { length } = name;
  if (length < 3) {
    return `Trail name too short. Minimum allowed length: 3 characters. Specified name length: ${length} characters.`;
  }
  if (length > 128) {
    return `Trail name too long. Maximum allowed length: 128 characters. Specified name length: ${length} characters.`;
  }
  if (!/^[A-Za-z0-9]/.test(name)) return 'Trail name must starts with a letter or number.';
  if (!/[A-Za-z0-9]$/.test(name)) return 'Trail name must ends with a letter or number.';
  if (!/^[A-Za-z0-9._-]+$/.test(name)) {
    return 'Trail name or ARN can only contain uppercase letters, lowercase letters, numbers, periods (.), hyphens (-), and underscores (_).';
  }
  if (/[._-]{2}/.test(name)) return 'Trail name cannot have adjacent periods, underscores, or dashes.';
  if (/^\d+\.\d+\.\d+\.\d+$/.test(name)) return 'Trail name cannot be in IP address format.';
  return undefined;
}

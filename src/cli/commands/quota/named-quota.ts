/** The quota that a command is about: one of AWS's, the rate of a KMS key, or the rates of prefixes in S3. */

import { parseArn } from '../../../api/arn.ts';
import { UsageError } from '../../../api/errors.ts';
import { didYouMean } from '../../../api/nearest.ts';
import { isRegion, type Region } from '../../../api/regions.ts';
import { type Quota, quotasOf } from '../../../quotas/aws-quotas.ts';
import { quotaServices } from '../../../quotas/aws-values.ts';
import { keyRate } from '../../../quotas/optional-rates.ts';
import type { PlacedQuota, QuotaPlace } from '../../../quotas/settings.ts';
import { keyChoices } from '../../choices.ts';
import type { Choices, OptionSpec } from '../../command.ts';
import type { Session } from '../../session.ts';

/** A quota in its place; AWS has none of a single key. */
export interface NamedQuota {
  readonly placed: PlacedQuota;
  readonly quota: Quota | undefined;
}

/** The option for the rate of a KMS key. */
export const keyOption = {
  key: { about: 'the rate of cryptographic operations with this KMS key', type: 'string', choices: keyChoices },
} as const satisfies Record<string, OptionSpec>;

/** Names, and AWS's codes where they are known. */
export const quotaChoices: Choices = async ({ region }) =>
  quotaServices.flatMap((service) =>
    quotasOf(service, region).flatMap(({ name, code, title }) => [
      { value: name, about: title },
      ...(code === undefined ? [] : [{ value: code, about: title }]),
    ]),
  );

/** The account and region of the command. @throws UsageError for a caller without an account. */
export async function placeOf(session: Session): Promise<QuotaPlace> {
  const account = await session.aws.account('service-quotas');
  if (account === undefined) throw new UsageError('only an account has quotas: leave out --no-sign-request');
  return { account, region: session.region };
}

/**
 * The quota with a name, a code or a title of AWS's, whatever its capitals; no two have one in common.
 * @throws UsageError for one that there is not
 */
export function findNamed(text: string, region: Region): Quota {
  const all = quotaServices.flatMap((service) => quotasOf(service, region));
  const wanted = text.toLowerCase();
  const found = all.find((quota) => namesOf(quota).some((name) => name.toLowerCase() === wanted));
  if (found) return found;
  throw new UsageError(
    `"${text}" is not a quota: ssebox quota list --all lists them`,
    didYouMean(text, all.flatMap(namesOf)),
  );
}

/** The same in the account and region of the command. */
export async function quotaNamed(text: string, session: Session): Promise<NamedQuota> {
  const quota = findNamed(text, session.region);
  return { placed: { ...(await placeOf(session)), service: quota.service, name: quota.name }, quota };
}

const namesOf = ({ name, code, title }: Quota): readonly string[] => [
  name,
  title,
  ...(code === undefined ? [] : [code]),
];

/** The rate of a KMS key, in the account and region of the key. @throws AwsError when there is no such key. */
export async function rateOfKey(named: string, session: Session): Promise<NamedQuota> {
  const { KeyMetadata } = await session.aws.call('kms', 'DescribeKey', { KeyId: named });
  const { account = '', region = '' } = parseArn(KeyMetadata?.Arn ?? '') ?? {};
  const placed = keyRate({ account, region: regionOf(region), keyId: KeyMetadata?.KeyId ?? '' });
  return { placed, quota: undefined };
}

function regionOf(text: string): Region {
  if (isRegion(text)) return text;
  throw new Error(`DescribeKey answered with a key in "${text}"`);
}

/** The rates of prefixes, with what S3 promises each of them. */
export async function prefixRates(session: Session): Promise<readonly NamedQuota[]> {
  const place = await placeOf(session);
  return quotasOf('s3', session.region)
    .filter(({ per }) => per === 'prefix')
    .map((quota) => ({ placed: { ...place, service: quota.service, name: quota.name }, quota }));
}

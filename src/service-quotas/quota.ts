/**
 * A quota as Service Quotas shows it: Service Quotas API Reference, ServiceQuota. Quotas whose code is not known here
 * have their own name as their code.
 */

import { type AccountId, parseArn } from '../api/arn.ts';
import { AwsError } from '../api/errors.ts';
import type { ServiceQuota } from '../api/model/service-quotas.types.ts';
import type { Region } from '../api/regions.ts';
import type { Call } from '../call/operation.ts';
import type { Access, ConditionContext } from '../policy/access.ts';
import { callerAccount } from '../policy/caller.ts';
import { type Quota, quotasOf } from '../quotas/aws-quotas.ts';
import { type QuotaService, quotaServices } from '../quotas/aws-values.ts';
import { profileOf, type QuotaPlace, valueInForce } from '../quotas/settings.ts';

/** Names of the services in Service Quotas. */
export const serviceTitles: Readonly<Record<QuotaService, string>> = {
  cloudtrail: 'AWS CloudTrail',
  kms: 'AWS Key Management Service (AWS KMS)',
  s3: 'Amazon Simple Storage Service (Amazon S3)',
};

/**
 * The quotas of a service that Service Quotas has in a region. A global one is only in us-east-1: Service Quotas User
 * Guide, "Viewing service quotas". Rates of prefixes are not among them, since S3 scales a prefix by itself.
 */
export const listedQuotas = (service: QuotaService, { region, tx }: Surroundings): readonly Quota[] =>
  quotasOf(service, region, profileOf(tx)).filter(
    ({ per, isGlobal }) => per !== 'prefix' && (!isGlobal || region === 'us-east-1'),
  );

/** What decides which quotas there are, and AWS's values of them. */
type Surroundings = Pick<Call, 'region' | 'tx'>;

/** AWS's code, or our own name in the form of a code. */
export const codeOf = ({ code, name }: Pick<Quota, 'code' | 'name'>): string =>
  code ?? name.replace(/[^A-Za-z0-9]+/g, '-').replace(/-$/, '');

/** The service with this code. @throws NoSuchResourceException where it has no quotas. */
export function requireService(code: string, call: Surroundings): QuotaService {
  // AWS compares with capitals: https://github.com/aws/aws-cli/issues/4569.
  const service = quotaServices.find((each) => each === code);
  if (service !== undefined && listedQuotas(service, call).length > 0) return service;
  throw noSuchResource('The request failed because the specified service does not exist.');
}

/** The quota with this code. @throws NoSuchResourceException */
export function requireQuota(ServiceCode: string, QuotaCode: string, call: Surroundings): Quota {
  const quota = listedQuotas(requireService(ServiceCode, call), call).find((each) => codeOf(each) === QuotaCode);
  if (quota) return quota;
  throw noSuchResource('The request failed because the specified quota does not exist.');
}

export const noSuchResource = (message: string): AwsError => new AwsError('NoSuchResourceException', message);

export const illegalArgument = (message: string, reason?: string): AwsError =>
  new AwsError('IllegalArgumentException', message, {}, reason);

/** The account whose quotas a call is about. @throws AccessDeniedException for a caller without an account. */
export function placeOf({ caller, region }: Call): QuotaPlace {
  const account = callerAccount(caller);
  if (account === undefined) throw new AwsError('AccessDeniedException', 'Only an account has quotas.');
  return { account, region };
}

/** The permission `servicequotas:NAME`, on all resources if none is named. */
export const quotaAccess = (name: string, call: Call, resource = '*', context: ConditionContext = {}): Access => ({
  action: `servicequotas:${name}`,
  resource,
  owner: placeOf(call).account,
  context,
});

export const quotaArn = (quota: Quota, region: Region, account: AccountId | ''): string =>
  `arn:aws:servicequotas:${region}:${account}:${quota.service}/${codeOf(quota)}`;

/** The account's quota that an ARN names. @throws NoSuchResourceException */
export function quotaByArn(text: string, call: Call): Quota {
  const { account, region } = placeOf(call);
  const arn = parseArn(text);
  const [serviceCode = '', quotaCode = ''] = arn?.resource.split(/\/(.*)/s) ?? [];
  const isOwn = arn?.service === 'servicequotas' && arn.account === account && arn.region === region;
  if (isOwn) return requireQuota(serviceCode, quotaCode, call);
  throw noSuchResource('The request failed because the specified quota does not exist.');
}

/** A quota with the value in force for an account. */
export const appliedQuota = (quota: Quota, place: QuotaPlace, { tx }: Pick<Call, 'tx'>): ServiceQuota =>
  shown(quota, quotaArn(quota, place.region, place.account), currentValue(quota, place, { tx }));

/** A quota with AWS's value, which belongs to no account. */
export const defaultQuota = (quota: Quota, region: Region): ServiceQuota =>
  shown(quota, quotaArn(quota, region, ''), quota.value);

/** The value in force. */
export const currentValue = ({ service, name, value }: Quota, place: QuotaPlace, { tx }: Pick<Call, 'tx'>): number =>
  valueInForce({ ...place, service, name }, tx)?.value ?? value;

const shown = (quota: Quota, QuotaArn: string, Value: number): ServiceQuota => ({
  ServiceCode: quota.service,
  ServiceName: serviceTitles[quota.service],
  QuotaArn,
  QuotaCode: codeOf(quota),
  QuotaName: quota.title,
  Value,
  Unit: 'None',
  Adjustable: quota.isAdjustable,
  GlobalQuota: quota.isGlobal,
  ...(quota.usageResource !== undefined && { UsageMetric: usageMetric(quota.service, quota.usageResource) }),
  ...(quota.kind === 'rate' && { Period: { PeriodValue: 1, PeriodUnit: 'SECOND' } }),
  // None of these services has quotas of single resources.
  QuotaAppliedAtLevel: 'ACCOUNT',
});

/** CloudWatch User Guide, "AWS usage metrics". */
const usageMetric = (service: QuotaService, Resource: string): NonNullable<ServiceQuota['UsageMetric']> => ({
  MetricNamespace: 'AWS/Usage',
  MetricName: 'CallCount',
  MetricDimensions: { Class: 'None', Resource, Service: service.toUpperCase(), Type: 'API' },
  MetricStatisticRecommendation: 'Sum',
});

/** What help and manual say of the operations of Service Quotas. */

import type { OperationName } from '../../api/model/operations.ts';
import type { OperationProse } from './operation-prose.ts';

const ofCreateKey = '--service-code kms --quota-code L-32B67F4A';
const arnOfCreateKey = `$(ssebox service-quotas get-service-quota ${ofCreateKey} --query Quota.QuotaArn --output text)`;
const request = `$(ssebox service-quotas request-service-quota-increase ${ofCreateKey} --desired-value 10 --query RequestedQuota.Id --output text)`;

export const serviceQuotasProse = {
  GetAWSDefaultServiceQuota: {
    summary: "Show AWS's default value of a quota",
    examples: [
      `ssebox service-quotas get-aws-default-service-quota ${ofCreateKey}`,
      'ssebox service-quotas get-aws-default-service-quota --service-code kms --quota-code L-6E3AF000 --region eu-north-1 --query Quota.Value',
    ],
  },
  GetRequestedServiceQuotaChange: {
    summary: 'Show a request for a higher quota',
    examples: [
      `ssebox service-quotas get-requested-service-quota-change --request-id ${request}`,
      `ssebox service-quotas get-requested-service-quota-change --request-id ${request} --query RequestedQuota.Status --output text`,
    ],
  },
  GetServiceQuota: {
    summary: "Show the value of a quota in the caller's account",
    description: `AWS's code is known here for 22 quotas of KMS and for the number of buckets. The code of any other is
its name, such as ListKeys.`,
    examples: [
      `ssebox service-quotas get-service-quota ${ofCreateKey}`,
      'ssebox service-quotas get-service-quota --service-code kms --quota-code ListKeys --query Quota.Value',
    ],
  },
  ListAWSDefaultServiceQuotas: {
    summary: "List AWS's default values of the quotas of a service",
    examples: [
      'ssebox service-quotas list-aws-default-service-quotas --service-code kms --max-items 5',
      'ssebox service-quotas list-aws-default-service-quotas --service-code kms --query "Quotas[].[QuotaName, Value]" --output text',
    ],
  },
  ListRequestedServiceQuotaChangeHistory: {
    summary: 'List the requests for higher quotas, newest first',
    examples: [
      'ssebox service-quotas list-requested-service-quota-change-history',
      'ssebox service-quotas list-requested-service-quota-change-history --service-code kms --status APPROVED',
    ],
  },
  ListRequestedServiceQuotaChangeHistoryByQuota: {
    summary: 'List the requests for a higher value of one quota, newest first',
    examples: [
      `ssebox service-quotas list-requested-service-quota-change-history-by-quota ${ofCreateKey}`,
      `ssebox service-quotas list-requested-service-quota-change-history-by-quota ${ofCreateKey} --query "RequestedQuotas[].DesiredValue"`,
    ],
  },
  ListServiceQuotas: {
    summary: "List the quotas of a service with their values in the caller's account",
    examples: [
      'ssebox service-quotas list-service-quotas --service-code kms --max-items 5',
      'ssebox service-quotas list-service-quotas --service-code kms --query "Quotas[].[QuotaName, Value]" --output text',
    ],
  },
  ListServices: {
    summary: 'List the services that have quotas here',
    examples: [
      'ssebox service-quotas list-services',
      'ssebox service-quotas list-services --query "Services[].ServiceCode" --output text',
    ],
  },
  ListTagsForResource: {
    summary: 'List the tags of a quota',
    examples: [
      `ssebox service-quotas list-tags-for-resource --resource-arn ${arnOfCreateKey}`,
      `ssebox service-quotas list-tags-for-resource --resource-arn ${arnOfCreateKey} --query "Tags[].Key"`,
    ],
  },
  RequestServiceQuotaIncrease: {
    summary: 'Request a higher value of a quota, which is granted at once',
    description: `The value holds from the next call on, in the caller's account and in this region. As AWS's own
value, it is observed, or enforced if enforcement is on: see ssebox quota enforce. ssebox quota set also lowers a quota.`,
    examples: [
      `ssebox service-quotas request-service-quota-increase ${ofCreateKey} --desired-value 10`,
      'ssebox service-quotas request-service-quota-increase --service-code kms --quota-code ListKeys --desired-value 1000 --query RequestedQuota.Status --output text',
    ],
  },
  TagResource: {
    summary: 'Set tags on a quota',
    examples: [
      `ssebox service-quotas tag-resource --resource-arn ${arnOfCreateKey} --tags Key=team,Value=storage`,
      `ssebox service-quotas tag-resource --resource-arn ${arnOfCreateKey} --tags Key=team,Value=storage Key=stage,Value=test`,
    ],
  },
  UntagResource: {
    summary: 'Remove tags from a quota',
    examples: [
      `ssebox service-quotas untag-resource --resource-arn ${arnOfCreateKey} --tag-keys team`,
      `ssebox service-quotas untag-resource --resource-arn ${arnOfCreateKey} --tag-keys team stage`,
    ],
  },
} as const satisfies Record<OperationName<'service-quotas'>, OperationProse>;

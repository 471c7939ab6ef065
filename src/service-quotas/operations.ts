/** Every operation of Service Quotas that ssebox has, by AWS's name. */

import type { OperationTable } from '../call/operation.ts';
import {
  GetRequestedServiceQuotaChange,
  ListRequestedServiceQuotaChangeHistory,
  ListRequestedServiceQuotaChangeHistoryByQuota,
  RequestServiceQuotaIncrease,
} from './increase-requests.ts';
import {
  GetAWSDefaultServiceQuota,
  GetServiceQuota,
  ListAWSDefaultServiceQuotas,
  ListServiceQuotas,
  ListServices,
} from './quotas.ts';
import { ListTagsForResource, TagResource, UntagResource } from './tags.ts';

export const serviceQuotasOperations: OperationTable = {
  GetAWSDefaultServiceQuota,
  GetRequestedServiceQuotaChange,
  GetServiceQuota,
  ListAWSDefaultServiceQuotas,
  ListRequestedServiceQuotaChangeHistory,
  ListRequestedServiceQuotaChangeHistoryByQuota,
  ListServiceQuotas,
  ListServices,
  ListTagsForResource,
  RequestServiceQuotaIncrease,
  TagResource,
  UntagResource,
};

/** The services with quotas, and their quotas: Service Quotas User Guide, "Viewing service quotas". */

import { operation } from '../call/operation.ts';
import { quotaServices } from '../quotas/aws-values.ts';
import { pageOfList } from './paging.ts';
import {
  appliedQuota,
  codeOf,
  defaultQuota,
  listedQuotas,
  noSuchResource,
  placeOf,
  quotaAccess,
  requireQuota,
  requireService,
  serviceTitles,
} from './quota.ts';

export const ListServices = operation('service-quotas', 'ListServices', {
  resolve: (_input, call) => quotaServices.filter((service) => listedQuotas(service, call).length > 0),
  authorize: (_target, _input, call) => [quotaAccess('ListServices', call)],
  run(services, input) {
    const { items, more } = pageOfList('services', input, services, (service) => service);
    const Services = items.map((service) => ({ ServiceCode: service, ServiceName: serviceTitles[service] }));
    return { Services, ...more };
  },
});

export const ListServiceQuotas = operation('service-quotas', 'ListServiceQuotas', {
  resolve({ ServiceCode, QuotaCode, QuotaAppliedAtLevel }, call) {
    const all = listedQuotas(requireService(ServiceCode, call), call);
    // No quota here is one of a single resource.
    if (QuotaAppliedAtLevel === 'RESOURCE') return [];
    return QuotaCode === undefined ? all : [requireQuota(ServiceCode, QuotaCode, call)];
  },
  authorize: (_quotas, _input, call) => [quotaAccess('ListServiceQuotas', call)],
  run(quotas, input, call) {
    const { items, more } = pageOfList(`quotas of ${input.ServiceCode}`, input, quotas, codeOf);
    return { Quotas: items.map((quota) => appliedQuota(quota, placeOf(call), call)), ...more };
  },
});

export const GetServiceQuota = operation('service-quotas', 'GetServiceQuota', {
  resolve({ ServiceCode, QuotaCode, ContextId }, call) {
    const quota = requireQuota(ServiceCode, QuotaCode, call);
    if (ContextId === undefined) return quota;
    throw noSuchResource('The request failed because applied value for the specified context Id do not exist.');
  },
  authorize: (_quota, _input, call) => [quotaAccess('GetServiceQuota', call)],
  run: (quota, _input, call) => ({ Quota: appliedQuota(quota, placeOf(call), call) }),
});

export const ListAWSDefaultServiceQuotas = operation('service-quotas', 'ListAWSDefaultServiceQuotas', {
  resolve: ({ ServiceCode }, call) => listedQuotas(requireService(ServiceCode, call), call),
  authorize: (_quotas, _input, call) => [quotaAccess('ListAWSDefaultServiceQuotas', call)],
  run(quotas, input, { region }) {
    const { items, more } = pageOfList(`default quotas of ${input.ServiceCode}`, input, quotas, codeOf);
    return { Quotas: items.map((quota) => defaultQuota(quota, region)), ...more };
  },
});

export const GetAWSDefaultServiceQuota = operation('service-quotas', 'GetAWSDefaultServiceQuota', {
  resolve: ({ ServiceCode, QuotaCode }, call) => requireQuota(ServiceCode, QuotaCode, call),
  authorize: (_quota, _input, call) => [quotaAccess('GetAWSDefaultServiceQuota', call)],
  run: (quota, _input, { region }) => ({ Quota: defaultQuota(quota, region) }),
});

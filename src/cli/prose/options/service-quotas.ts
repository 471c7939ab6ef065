/** What the options of Service Quotas mean. Service Quotas API Reference, by operation. */

import type { MeaningsOf } from './meaning.ts';

export const serviceQuotasOptions = {
  everywhere: {
    ContextId: 'the resource that a quota of resources is about; no quota here is one',
    DesiredValue: 'the new value, which must be higher than the one in force',
    QuotaAppliedAtLevel: 'list only quotas of accounts or of resources; all quotas here are of accounts',
    QuotaCode: 'the code that AWS has for the quota, or its name where the code is not known here',
    QuotaRequestedAtLevel: 'list only requests about accounts or about resources; all requests here are about accounts',
    RequestId: 'the id of the request, as the request returned it',
    ResourceARN: "the ARN of the quota, with the caller's account in it",
    ServiceCode: 'the service whose quotas to use, by its code',
    Status: 'list only requests of this status; all requests here are approved',
    SupportCaseAllowed: 'whether AWS may open a support case, which has no effect here',
    TagKeys: 'the keys of the tags to remove; keys that the quota does not have are ignored',
    Tags: 'the tags to set; a tag that the quota has gets the new value',
  },
  within: {
    ListRequestedServiceQuotaChangeHistory: {
      ServiceCode: 'list only requests about this service (default: all)',
    },
    ListServiceQuotas: { QuotaCode: 'list only the quota with this code (default: all)' },
  },
} as const satisfies MeaningsOf<'service-quotas'>;

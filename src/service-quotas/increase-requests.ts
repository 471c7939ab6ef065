/**
 * Requests for higher quotas: Service Quotas User Guide, "Requesting a quota increase". AWS decides after minutes or
 * days; here each is granted at once.
 */

import { lowerFirst } from '../api/message.ts';
import type { RequestedServiceQuotaChange, RequestStatus } from '../api/model/service-quotas.types.ts';
import { randomName } from '../api/random-name.ts';
import { type Call, operation } from '../call/operation.ts';
import { callerArn } from '../policy/caller.ts';
import type { Quota } from '../quotas/aws-quotas.ts';
import { grantQuota, type QuotaPlace } from '../quotas/settings.ts';
import type { QuotaRequest } from '../store/records/service-quotas.ts';
import { pageOf } from './paging.ts';
import {
  codeOf,
  currentValue,
  illegalArgument,
  listedQuotas,
  noSuchResource,
  placeOf,
  quotaAccess,
  quotaArn,
  requireQuota,
  requireService,
  serviceTitles,
} from './quota.ts';

export const RequestServiceQuotaIncrease = operation('service-quotas', 'RequestServiceQuotaIncrease', {
  resolve({ ServiceCode, QuotaCode, ContextId }, call) {
    const quota = requireQuota(ServiceCode, QuotaCode, call);
    if (ContextId === undefined) return quota;
    throw illegalArgument(
      'The request failed because the specified quota does not support the specified context Id.',
      'every quota here is one of an account, so leave out --context-id',
    );
  },
  authorize: (quota, _input, call) => {
    const { account, region } = placeOf(call);
    const context = { 'servicequotas:service': quota.service };
    return [quotaAccess('RequestServiceQuotaIncrease', call, quotaArn(quota, region, account), context)];
  },
  run(quota, { DesiredValue }, call) {
    const place = placeOf(call);
    requireHigher(quota, DesiredValue, place, call);
    const { service, name } = quota;
    const request: QuotaRequest = {
      v: 1,
      service,
      quota: name,
      desired: DesiredValue,
      createdMs: call.now.getTime(),
      requesterArn: callerArn(call.caller),
    };
    const id = newRequestId(call);
    call.tx.quotaRequests.put([place.account, place.region, id], request);
    grantQuota({ ...place, service, name }, DesiredValue, call.tx);
    return { RequestedQuota: requestedQuota(id, request, call) };
  },
  response: ({ RequestedQuota = {} }) => ({ requestedQuota: logged(RequestedQuota) }),
});

export const GetRequestedServiceQuotaChange = operation('service-quotas', 'GetRequestedServiceQuotaChange', {
  resolve({ RequestId }, call) {
    const { account, region } = placeOf(call);
    const request = call.tx.quotaRequests.get([account, region, RequestId]);
    if (request) return request;
    throw noSuchResource('The request failed because the specified request does not exist.');
  },
  authorize: (_request, _input, call) => [quotaAccess('GetRequestedServiceQuotaChange', call)],
  run: (request, { RequestId }, call) => ({ RequestedQuota: requestedQuota(RequestId, request, call) }),
});

export const ListRequestedServiceQuotaChangeHistory = operation(
  'service-quotas',
  'ListRequestedServiceQuotaChangeHistory',
  {
    resolve: ({ ServiceCode }, call) => (ServiceCode === undefined ? undefined : requireService(ServiceCode, call)),
    authorize: (_service, _input, call) => [quotaAccess('ListRequestedServiceQuotaChangeHistory', call)],
    run: (service, input, call) =>
      history(
        `requests ${service ?? ''}`,
        input,
        call,
        (request) => service === undefined || request.service === service,
      ),
  },
);

export const ListRequestedServiceQuotaChangeHistoryByQuota = operation(
  'service-quotas',
  'ListRequestedServiceQuotaChangeHistoryByQuota',
  {
    resolve: ({ ServiceCode, QuotaCode }, call) => requireQuota(ServiceCode, QuotaCode, call),
    authorize: (_quota, _input, call) => [quotaAccess('ListRequestedServiceQuotaChangeHistoryByQuota', call)],
    run: ({ service, name }, input, call) =>
      history(
        `requests ${service}/${name}`,
        input,
        call,
        (request) => request.service === service && request.quota === name,
      ),
  },
);

/**
 * As AWS words it: a value is compared with the default before it is compared with the one in force.
 * @throws IllegalArgumentException
 */
function requireHigher(quota: Quota, desired: number, place: QuotaPlace, call: Call): void {
  if (!quota.isAdjustable) {
    throw illegalArgument('The request failed because the specified quota is not adjustable.');
  }
  if (desired <= quota.value) {
    throw illegalArgument(
      `You must provide a quota value greater than the default quota value of ${decimal(quota.value)}`,
    );
  }
  if (desired <= currentValue(quota, place, call)) {
    throw illegalArgument('You must provide a quota value greater than the current quota value');
  }
}

/** `1000.0`: as Java prints a double. */
const decimal = (value: number): string => (Number.isInteger(value) ? value.toFixed(1) : String(value));

/** 32 hexadecimal digits, of which the first twelve are the time, and eight letters and digits. */
function newRequestId({ now, random }: Call): string {
  const time = now.getTime().toString(16).padStart(12, '0');
  const rest = Buffer.from(random(10)).toString('hex');
  return time + rest + randomName(8, random);
}

interface HistoryRequest {
  readonly Status?: RequestStatus | undefined;
  readonly QuotaRequestedAtLevel?: 'ACCOUNT' | 'RESOURCE' | 'ALL' | undefined;
  readonly MaxResults?: number | undefined;
  readonly NextToken?: string | undefined;
}

/** One page of the requests of an account in a region, newest first. */
function history(list: string, input: HistoryRequest, call: Call, isWanted: (request: QuotaRequest) => boolean) {
  const { account, region } = placeOf(call);
  const { Status = GRANTED, QuotaRequestedAtLevel } = input;
  const isEmpty = Status !== GRANTED || QuotaRequestedAtLevel === 'RESOURCE';
  function* found(after: string | undefined) {
    if (isEmpty) return;
    const start = [account, region];
    const end = after === undefined ? [account, region, LAST] : [account, region, after];
    for (const { key, value } of call.tx.quotaRequests.range({ start, end, reverse: true })) {
      if (isWanted(value)) yield { id: key[2], request: value };
    }
  }
  const { items, more } = pageOf(list, input, found, ({ id }) => id);
  return { RequestedQuotas: items.map(({ id, request }) => requestedQuota(id, request, call)), ...more };
}

/** After all ids. */
const LAST = '\uffff';

const GRANTED: RequestStatus = 'APPROVED';

function requestedQuota(id: string, request: QuotaRequest, call: Call): RequestedServiceQuotaChange {
  const { service, quota: name, desired, createdMs, requesterArn } = request;
  const { account, region } = placeOf(call);
  const quota = listedQuotas(service, call).find((each) => each.name === name);
  if (!quota) throw new Error(`${service} has no quota ${name} in ${region}`);
  return {
    Id: id,
    ServiceCode: service,
    ServiceName: serviceTitles[service],
    QuotaCode: codeOf(quota),
    QuotaName: quota.title,
    DesiredValue: desired,
    Status: GRANTED,
    Created: new Date(createdMs),
    LastUpdated: new Date(createdMs),
    Requester: JSON.stringify({ accountId: account, callerArn: requesterArn }),
    QuotaArn: quotaArn(quota, region, account),
    GlobalQuota: quota.isGlobal,
    Unit: 'None',
    QuotaRequestedAtLevel: 'ACCOUNT',
  };
}

/** Members with a lower-case first letter, dates as text. */
const logged = (members: object): Readonly<Record<string, unknown>> =>
  Object.fromEntries(
    Object.entries(members).map(([name, value]) => [
      lowerFirst(name),
      value instanceof Date ? value.toISOString() : value,
    ]),
  );

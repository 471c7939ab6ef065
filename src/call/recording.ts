/** The record step: the record of a call, drafted while it runs and written in the transaction in which it ends. */

import type { AccountId } from '../api/arn.ts';
import { httpStatusOf } from '../api/error-codes.ts';
import type { AwsError } from '../api/errors.ts';
import { operationModel } from '../api/model/loader.ts';
import type { ServiceName } from '../api/model/operations.ts';
import type { Region } from '../api/regions.ts';
import { serviceFacts } from '../api/service-facts.ts';
import { callerAccount, callerArn } from '../policy/caller.ts';
import type { CallRecord, RecordedResource } from '../store/records/call.ts';
import { type Refusal, storedDecision } from '../store/records/refusal.ts';
import { identityOf, resourcesOf } from './record-members.ts';
import { keepRefusal } from './refusals.ts';
import type { Draft, Invocation, Scope } from './scope.ts';
import { showTo } from './view.ts';

export function newDraft(scope: Scope, service: ServiceName, operation: string, invocation: Invocation): Draft {
  const { environment } = scope.parts;
  return {
    service,
    operation,
    region: invocation.region,
    depth: invocation.depth,
    viaService: invocation.viaService,
    caller: invocation.caller ?? scope.caller,
    requestId: serviceFacts[service].requestId === 's3' ? s3RequestId(environment.random(8)) : environment.uuid(),
    within: invocation.within,
    startedMs: environment.elapsed(),
    endedMs: undefined,
    timeMs: scope.now.getTime(),
    accesses: [],
    parameters: null,
    response: null,
    noted: {},
    written: false,
    keys: [],
  };
}

/** Writes the records of all calls of a scope, and the refusal if the user's own call was refused. */
export function writeRecords(scope: Scope): void {
  for (const draft of scope.drafts) {
    const eventId = writeRecord(scope, draft);
    if (draft.error && draft.depth === 0) {
      writeRefusal(scope, draft, draft.error, eventId);
    }
    draft.written = true;
    if (draft.before) draft.before.written = true;
  }
}

/** Sixteen upper-case letters and digits: Amazon S3 User Guide, "Getting Amazon S3 request IDs". */
function s3RequestId(random: Uint8Array): string {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
  let id = '';
  for (const byte of random) id += `${alphabet[byte & 31]}${alphabet[(byte >> 3) & 31]}`;
  return id;
}

/** @returns the event id of the caller's copy. */
function writeRecord(scope: Scope, draft: Draft): string {
  const { noted, error } = draft;
  const { environment, views } = scope.parts;
  const recipients = recipientsOf(draft);
  const region = regionOf(draft);
  const sharedEventId = recipients.length > 1 ? environment.uuid() : undefined;
  // A call on the caller's behalf shows the service, not the connection of the caller's own call.
  const origin = draft.viaService === undefined && scope.origin.kind === 'http' ? scope.origin : undefined;
  const caller = identityOf(draft.caller);
  const resources = noted.resources ?? resourcesOf(draft.accesses);
  const keyArn = noted.keyArn ?? (draft.service === 'kms' ? keyIn(resources) : undefined);
  const httpStatus = (error && httpStatusOf(error.code, draft.service)) ?? noted.httpStatus ?? successStatus(draft);
  const durationMs = (draft.endedMs ?? environment.elapsed()) - draft.startedMs;
  let first = '';
  for (const recipient of recipients) {
    const eventId = scope.nextEventId(draft.timeMs);
    first ||= eventId;
    if (noted.body !== undefined) draft.keys.push([recipient, region, draft.timeMs, eventId]);
    const record: CallRecord = {
      eventId,
      requestId: draft.requestId,
      timeMs: draft.timeMs,
      recipient,
      region,
      service: draft.service,
      operation: draft.operation,
      caller,
      viaService: draft.viaService,
      origin,
      parameters: noted.parameters === undefined ? draft.parameters : noted.parameters,
      response: noted.response === undefined ? draft.response : noted.response,
      extra: noted.extra,
      bytesIn: noted.bytesIn,
      bytesOut: noted.bytesOut,
      body: noted.body,
      keyArn,
      rates: draft.rates,
      httpStatus,
      resources,
      error: error && { code: error.code, message: error.message },
      sharedEventId,
      within: draft.within,
      durationMs,
    };
    showTo(views, record, scope.tx);
  }
  return first;
}

const keyIn = (resources: readonly RecordedResource[]): string | undefined =>
  resources.find(({ arn }) => arn.includes(':key/'))?.arn;

/** As in the service's model; a service's own work has no status. */
function successStatus({ service, operation }: Draft): number | undefined {
  const model = operationModel(service, operation);
  return model && (model.http?.responseCode ?? 200);
}

function regionOf({ service, accesses, region }: Draft): Region {
  if (serviceFacts[service].isGlobal) return 'us-east-1';
  // For a copy, the destination comes last, and the request was sent to its region.
  return accesses.findLast((access) => access.region !== undefined)?.region ?? region;
}

/**
 * The caller's account, and the resource owner's if it is another. A denied KMS call across accounts is logged only in
 * the caller's account, whereas S3 always logs for the bucket's owner: CloudTrail User Guide, "CloudTrail record
 * contents", and AWS KMS Developer Guide, "Logging AWS KMS API calls".
 */
function recipientsOf(draft: Draft): AccountId[] {
  const own = callerAccount(draft.caller);
  const recipients = own === undefined ? [] : [own];
  if (draft.error === undefined || draft.service === 's3') {
    for (const { owner } of draft.accesses) if (!recipients.includes(owner)) recipients.push(owner);
  }
  return recipients;
}

function writeRefusal(scope: Scope, draft: Draft, error: AwsError, eventId: string): void {
  const refusal: Refusal = {
    v: 1,
    eventId,
    timeMs: draft.timeMs,
    service: draft.service,
    operation: draft.operation,
    caller: callerArn(draft.caller),
    region: draft.region,
    code: error.code,
    message: error.message,
    decisions: scope.decisions.map(storedDecision),
    ...(scope.skipped.length > 0 && { spared: scope.skipped }),
  };
  keepRefusal(refusal, scope.tx);
}

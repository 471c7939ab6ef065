/** The record step: the record of a call, drafted while it runs and written in the transaction in which it ends. */

import { type AccountId, bucketArn, objectArn } from '../api/arn.ts';
import { httpStatusOf } from '../api/error-codes.ts';
import { AwsError, HiddenAbsence } from '../api/errors.ts';
import { operationModel } from '../api/model/loader.ts';
import type { ServiceName } from '../api/model/operations.ts';
import type { Region } from '../api/regions.ts';
import { serviceFacts } from '../api/service-facts.ts';
import { type Caller, callerAccount, callerArn } from '../policy/caller.ts';
import type { CallRecord, RecordedResource } from '../store/records/call.ts';
import { type Refusal, storedDecision } from '../store/records/refusal.ts';
import type { Tx } from '../store/tables.ts';
import type { Elsewhere, Failure } from './operation.ts';
import { contentShare, identityOf, permissionsOf, resourcesOf } from './record-members.ts';
import { KEPT_OF_A_CALL, keepOverlooked, keepRefusal } from './refusals.ts';
import type { Request } from './request.ts';
import type { CallerlessScope, Decided, Door, Draft, Invocation, Scope } from './scope.ts';
import { showTo } from './view.ts';

export function newDraft(scope: Scope, service: ServiceName, operation: string, invocation: Invocation): Draft {
  const { environment } = scope.parts;
  return {
    service,
    operation,
    region: invocation.region,
    depth: invocation.depth,
    viaService: invocation.viaService,
    isAnswered: invocation.isAnswered ?? false,
    caller: invocation.caller ?? scope.caller,
    requestId: (invocation.depth === 0 ? scope.requestId : undefined) ?? newRequestId(service, environment),
    within: invocation.within,
    startedMs: environment.elapsed(),
    endedMs: undefined,
    timeMs: scope.now.getTime(),
    delayMs: 0,
    accesses: [],
    parameters: null,
    response: null,
    noted: {},
    written: false,
    keys: [],
  };
}

/** Writes the records of all calls of a scope, and the refusals that the user's own call ended with or reports. */
export function writeRecords(scope: Scope): void {
  const refusals: RefusedDraft[] = [];
  for (const draft of scope.drafts) {
    draft.written = true;
    if (draft.before) draft.before.written = true;
    // Nobody reads the records of calls that are only tried.
    if (scope.parts.rehearsal) continue;
    const eventId = writeRecord(scope, draft);
    const isReported = draft.depth === 0 || draft.isAnswered;
    const cause = isReported ? (draft.error ?? draft.failure) : undefined;
    if (cause) refusals.push({ draft, cause, eventId });
  }
  for (const refused of refusals.slice(-KEPT_OF_A_CALL)) writeRefusal(scope, refused);
}

interface RefusedDraft {
  readonly draft: Draft;
  readonly cause: AwsError | Failure;
  readonly eventId: string;
}

/** The id of a request to a service. */
export const newRequestId = (service: ServiceName, { random, uuid }: Door['environment']): string =>
  serviceFacts[service].requestId === 's3' ? s3RequestId(random(8)) : uuid();

/** Sixteen upper-case letters and digits: Amazon S3 User Guide, "Getting Amazon S3 request IDs". */
function s3RequestId(random: Uint8Array): string {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
  let id = '';
  for (const byte of random) id += `${alphabet[byte & 31]}${alphabet[(byte >> 3) & 31]}`;
  return id;
}

/** @returns the event id of the caller's copy, or another one if there is no copy. */
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
  const permissions = permissionsOf(draft.accesses, draft, resources);
  const keyArn = noted.keyArn ?? (draft.service === 'kms' ? keyIn(resources) : undefined);
  const httpStatus = (error && httpStatusOf(error.code, draft.service)) ?? noted.httpStatus ?? successStatus(draft);
  const durationMs = (draft.endedMs ?? environment.elapsed()) - draft.startedMs + draft.delayMs;
  const machineMs = environment.now();
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
      kms: noted.kms,
      content: contentShare(draft.times),
      keyArn,
      rates: draft.rates,
      filters: noted.filters,
      httpStatus,
      resources,
      permissions,
      error: error && { code: error.code, message: error.message },
      sharedEventId,
      within: draft.within,
      durationMs,
    };
    if (noted.body !== undefined) draft.record ??= record;
    const shown = { machineMs, isFirst: eventId === first };
    showTo(views, record, scope.tx, shown);
    if (noted.elsewhere && !error) showTo(views, recordElsewhere(record, noted.elsewhere, scope), scope.tx, shown);
  }
  // A refused call that no account has a record of is still found among the refusals.
  return first || scope.nextEventId(draft.timeMs);
}

/**
 * The record of what a service did for a call in another region: the caller's, sent on by the service, with the same
 * request id. AWS KMS Developer Guide, "UpdatePrimaryRegion" log entry. The call itself has the rates of both regions.
 */
function recordElsewhere(record: CallRecord, elsewhere: Elsewhere, { nextEventId }: Scope): CallRecord {
  const { host } = serviceFacts[record.service as ServiceName];
  return {
    ...record,
    ...elsewhere,
    eventId: nextEventId(record.timeMs),
    viaService: `${host}.${record.region}.amazonaws.com`,
    rates: undefined,
    filters: undefined,
    extra: undefined,
    // The call itself required them.
    permissions: [],
    keyArn: keyIn(elsewhere.resources),
    sharedEventId: undefined,
  };
}

const keyIn = (resources: readonly RecordedResource[]): string | undefined =>
  resources.find(({ arn }) => arn.includes(':key/'))?.arn;

/** As in the service's model; a service's own work has no status. */
function successStatus({ service, operation }: Draft): number | undefined {
  const model = operationModel(service, operation);
  return model && (model.http?.responseCode ?? 200);
}

function regionOf({ service, accesses, region, noted }: Draft): Region {
  if (serviceFacts[service].isGlobal) return 'us-east-1';
  if (noted.region !== undefined) return noted.region;
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
  if (draft.error === undefined || draft.service === 's3' || draft.service === 's3control') {
    const owners = [...draft.accesses.map(({ owner }) => owner), ...(draft.noted.resources ?? []).map(ownerOf)];
    for (const owner of owners) if (owner !== undefined && !recipients.includes(owner)) recipients.push(owner);
  }
  return recipients;
}

const ownerOf = ({ account }: RecordedResource): AccountId | undefined => account;

function writeRefusal(scope: Scope, { draft, cause, eventId }: RefusedDraft): void {
  const { decisions, skipped } = decidedAbout(draft, scope);
  const about = 'about' in cause ? cause.about : aboutOf(draft);
  const refusal: Refusal = {
    v: 1,
    eventId,
    requestId: draft.requestId,
    ...(draft.within !== undefined && { within: draft.within }),
    ...(about !== undefined && { about }),
    timeMs: draft.timeMs,
    service: draft.service,
    operation: draft.operation,
    caller: callerArn(draft.caller),
    region: draft.region,
    ...wordsOf(cause),
    decisions: decisions.map(storedDecision),
    ...(skipped.length > 0 && { spared: skipped }),
  };
  keep(refusal, cause, scope, scope.tx);
}

const wordsOf = (cause: AwsError | Failure): Pick<Refusal, 'code' | 'message' | 'hidesAbsence' | 'reason'> => ({
  code: cause.code,
  message: cause.message,
  ...(cause instanceof HiddenAbsence && { hidesAbsence: true }),
  ...(cause instanceof AwsError && cause.reason !== undefined && { reason: cause.reason }),
});

function keep(refusal: Refusal, cause: AwsError | Failure, { overlooks }: Pick<Request, 'overlooks'>, tx: Tx): void {
  if (cause instanceof AwsError && overlooks?.(cause)) keepOverlooked(refusal, tx);
  else keepRefusal(refusal, tx);
}

/** What is known of a call whose credentials are refused. */
interface Unrecorded extends Pick<Refusal, 'service' | 'operation' | 'region' | 'requestId'> {
  /** Undefined if the credentials are nobody's. */
  readonly caller: Caller | undefined;
}

/** Writes the refusal of a caller's credentials: there is no call to record. */
export function writeUnrecorded(
  { caller, ...call }: Unrecorded,
  cause: AwsError,
  { parts, tx, now, overlooks }: CallerlessScope,
): void {
  const timeMs = now.getTime();
  const by = caller ? callerArn(caller) : 'a caller whose credentials are not valid';
  const refusal = { v: 1, eventId: parts.nextEventId(timeMs), ...call, timeMs, caller: by, decisions: [] } as const;
  keep({ ...refusal, ...wordsOf(cause) }, cause, { overlooks }, tx);
}

/** What was decided about a call: in the calls that it made too, and in the first transaction of a transfer. */
function decidedAbout({ before, decided, depth }: Draft, scope: Scope): Decided {
  if (depth > 0 && decided) return decided;
  const begun = before?.decided ?? { decisions: [], skipped: [] };
  return { decisions: [...begun.decisions, ...scope.decisions], skipped: [...begun.skipped, ...scope.skipped] };
}

/** The ARN of what a call was about: of the access that it required last, if it came so far. */
function aboutOf({ accesses, parameters }: Draft): string | undefined {
  const resource = accesses.at(-1)?.resource;
  if (resource !== undefined) return resource === '*' ? undefined : resource;
  const { bucketName, key } = parameters ?? {};
  if (typeof bucketName !== 'string') return undefined;
  return typeof key === 'string' ? objectArn(bucketName, key) : bucketArn(bucketName);
}

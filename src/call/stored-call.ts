/** Converts the record of a call to its row, and back; only absent members are lost. */

import { DAY_MS } from '../api/duration.ts';
import type { Region } from '../api/regions.ts';
import type {
  CallerIdentity,
  CallRecord,
  MatchedFilters,
  Rate,
  RecordedResource,
  RequiredPermission,
  StoredBytes,
  StoredCall,
  StoredFilters,
  StoredKmsShare,
  StoredRate,
} from '../store/records/call.ts';
import type { CallKey } from '../store/tables.ts';

/** What a row has besides its record. */
export interface RowFacts {
  /** The caller's number. */
  readonly caller: number;
  /** The machine's day on which it is written (`writtenDayOf`). */
  readonly writtenDay: number;
  /** Whether it is in the queue of a trail. */
  readonly isWanted: boolean;
}

/** The row of a record. */
export function storedCall(record: CallRecord, { caller, writtenDay, isWanted }: RowFacts): StoredCall {
  const { error } = record;
  const row: StoredCall = [
    isWanted ? 3 : 2,
    caller,
    record.service,
    record.operation,
    record.requestId,
    Math.round(record.durationMs * 1000),
    packedResources(record),
    record.parameters ?? 0,
    record.httpStatus ?? 0,
    packedKey(record),
    packedRates(record),
    record.response ?? 0,
    record.extra ?? 0,
    packedBytes(record),
    record.within ?? 0,
    record.viaService ?? 0,
    error ? [error.code, error.message] : 0,
    record.sharedEventId ?? 0,
    record.serviceEvent ?? 0,
    record.origin ?? 0,
    packedKms(record),
    writtenDay,
    packedFilters(record),
    packedPermissions(record),
  ];
  while (row[row.length - 1] === 0) row.pop();
  return row;
}

/** Two times are the same if they differ by less: a call takes a moment from reading the clock to its record. */
const SAME_MS = 1000;

/** The machine's day, in days since 1970; 0 for a record whose time is the machine's. */
export const writtenDayOf = (timeMs: number, machineMs: number): number =>
  Math.abs(timeMs - machineMs) < SAME_MS ? 0 : Math.floor(machineMs / DAY_MS);

/** A moment of the machine's clock before which a row was certainly written. Old rows do not say it, so their time counts. */
export function writtenBefore(row: StoredCall, timeMs: number): number {
  const day = row[WRITTEN_DAY];
  return typeof day === 'number' && day > 0 ? (day + 1) * DAY_MS : timeMs + 1;
}

const WRITTEN_DAY = 21;

/** Whether a trail wanted a call: it may wait in its queue. */
export const isWantedCall = ([v]: StoredCall): boolean => v === 3;

/** Facts that become known about a call after its record is written. */
export type LateMembers = Required<Pick<CallRecord, 'bytesOut' | 'body' | 'durationMs'>> & Pick<CallRecord, 'content'>;

/** The row of a record with the facts that are now known. */
export function amendedCall(
  row: StoredCall,
  late: LateMembers,
  key: CallKey,
  callerOf: (number: number) => CallerIdentity,
): StoredCall {
  // What is packed by the caller's account is unpacked by it.
  const facts = { caller: row[1], writtenDay: row[WRITTEN_DAY] ?? 0, isWanted: isWantedCall(row) };
  return storedCall(amendedRecord(callRecord(row, key, callerOf), late), facts);
}

/** A record with the facts that are now known. */
export const amendedRecord = (record: CallRecord, late: LateMembers): CallRecord => ({
  ...record,
  ...late,
  ...(record.body === 'planned' && { answeredMs: record.durationMs }),
});

/** The record of a row, from its key and the callers by number. */
export function callRecord(row: StoredCall, key: CallKey, callerOf: (number: number) => CallerIdentity): CallRecord {
  const [recipient, region, timeMs, eventId] = key;
  const [, caller, service, operation, requestId, duration, packed, parameters, httpStatus, keyAt, ...more] = row;
  const [
    rates,
    response,
    extra,
    bytes,
    within,
    viaService,
    error,
    sharedEventId,
    serviceEvent,
    origin,
    kms,
    ,
    filters,
    permissions,
  ] = more;
  const resources = resourcesOf(packed, key);
  const identity = callerOf(caller);
  const [bytesIn, bytesOut, body, answered, encryption, disk] = bytes || [];
  return {
    eventId,
    requestId,
    timeMs,
    recipient,
    region,
    service,
    operation,
    caller: identity,
    parameters: parameters || null,
    response: response || null,
    resources,
    durationMs: duration / 1000,
    ...(isThere(httpStatus) && { httpStatus }),
    ...(isThere(keyAt) && { keyArn: typeof keyAt === 'number' ? resources[keyAt - 1]?.arn : keyAt }),
    ...(isThere(rates) && { rates: rates.map((rate) => rateOf(rate, operation, region, identity)) }),
    ...(isThere(extra) && { extra }),
    ...(typeof bytesIn === 'number' && { bytesIn }),
    ...(typeof bytesOut === 'number' && { bytesOut }),
    ...(body && { body }),
    ...(body && typeof answered === 'number' && { answeredMs: answered / 1000 }),
    ...(typeof encryption === 'number' && { content: { encryptionMs: encryption / 1000, diskMs: (disk ?? 0) / 1000 } }),
    ...(isThere(kms) && { kms: { ms: kms[0] / 1000, spared: kms[1] ?? 0 } }),
    ...(isThere(filters) && { filters: filtersOf(filters) }),
    ...(isThere(permissions) && { permissions: permissionsOf(permissions, service, resources) }),
    ...(isThere(within) && { within }),
    ...(isThere(viaService) && { viaService }),
    ...(isThere(error) && { error: { code: error[0], message: error[1] } }),
    ...(isThere(sharedEventId) && { sharedEventId }),
    ...(isThere(serviceEvent) && { serviceEvent }),
    ...(isThere(origin) && { origin }),
  };
}

const isThere = <T>(member: T | 0 | undefined): member is T => member !== 0 && member !== undefined;

/** Rows store a type's index: add new ones at the end. */
const knownTypes: readonly string[] = [
  'AWS::KMS::Key',
  'AWS::S3::Object',
  'AWS::S3::Bucket',
  'AWS::IAM::User',
  'AWS::IAM::Role',
  'AWS::IAM::Group',
  'AWS::IAM::ManagedPolicy',
];

function packedKey({ keyArn, resources }: CallRecord): string | number {
  if (keyArn === undefined) return 0;
  const at = resources.findIndex(({ arn }) => arn === keyArn);
  return at < 0 ? keyArn : at + 1;
}

/** Quotas, with the spec of their key, by their place from 1 on, which a row keeps: new ones are added at the end. */
const knownQuotas: readonly Pick<Rate, 'quota' | 'spec'>[] = [
  { quota: 'symmetric' },
  { quota: 'rsa' },
  { quota: 'ecc' },
  { quota: 'ml-dsa' },
  { quota: 'rsa', spec: 'RSA_2048' },
  { quota: 'rsa', spec: 'RSA_3072' },
  { quota: 'rsa', spec: 'RSA_4096' },
];

function packedRates({ rates, operation, region, caller }: CallRecord): readonly StoredRate[] | 0 {
  if (rates === undefined) return 0;
  return rates.map((rate) => {
    const known = knownQuotas.findIndex(({ quota, spec }) => quota === rate.quota && spec === rate.spec) + 1;
    const quota = rate.quota === operation ? 0 : known || rate.quota;
    const spec = known > 0 && quota !== 0 ? undefined : rate.spec;
    if (rate.isOver) return [quota, rate.region, rate.account, spec ?? 0, 1];
    if (spec !== undefined) return [quota, rate.region, rate.account, spec];
    return rate.region === region && rate.account === caller.accountId ? quota : [quota, rate.region, rate.account];
  });
}

function rateOf(packed: StoredRate, operation: string, region: Region, caller: CallerIdentity): Rate {
  const [code, ...place] = typeof packed === 'object' ? packed : [packed];
  const [ofRegion = region, account = caller.accountId ?? '', ofKey, isOver] = place;
  const known = typeof code === 'number' && code > 0 ? knownQuotas[code - 1] : undefined;
  const quota = typeof code === 'string' ? code : code === 0 ? operation : (known?.quota ?? '');
  const spec = ofKey || known?.spec;
  return { quota, region: ofRegion, account, ...(spec !== undefined && { spec }), ...(isOver && { isOver: true }) };
}

function packedBytes({ bytesIn, bytesOut, body, answeredMs, content }: CallRecord): StoredBytes | 0 {
  const [received, sent] = [bytesIn ?? null, bytesOut ?? null];
  const answered = answeredMs === undefined ? null : microseconds(answeredMs);
  if (content) {
    const { encryptionMs, diskMs } = content;
    const times = [microseconds(encryptionMs), microseconds(diskMs)] as const;
    return body === undefined ? [received, sent, 0, 0, ...times] : [received, sent, body, answered, ...times];
  }
  if (answered !== null) return [received, sent, body, answered];
  if (body !== undefined) return [received, sent, body];
  return bytesIn === undefined && bytesOut === undefined ? 0 : [received, sent];
}

const microseconds = (ms: number): number => Math.round(ms * 1000);

function packedKms({ kms }: CallRecord): StoredKmsShare | 0 {
  if (!kms) return 0;
  const duration = Math.round(kms.ms * 1000);
  return kms.spared === 0 ? [duration] : [duration, kms.spared];
}

const packedFilters = ({ filters }: CallRecord): StoredFilters | 0 =>
  filters ? [filters.bucket, filters.account, filters.region, ...filters.ids] : 0;

const filtersOf = ([bucket, account, region, ...ids]: StoredFilters): MatchedFilters => ({
  bucket,
  account,
  region,
  ids,
});

/** A resource is its index among the call's resources, from 1; 0 for `*`; an ARN if it is not among them. */
function packedPermissions({ permissions, service, resources }: CallRecord): readonly (string | number)[] | 0 {
  if (!permissions) return 0;
  const own = `${service}:`;
  return permissions.flatMap(({ action, resource }) => [
    action.startsWith(own) ? action.slice(own.length) : action,
    resource === '*' ? 0 : resources.findIndex(({ arn }) => arn === resource) + 1 || resource,
  ]);
}

function permissionsOf(
  packed: readonly (string | number)[],
  service: string,
  resources: readonly RecordedResource[],
): RequiredPermission[] {
  const permissions: RequiredPermission[] = [];
  for (let i = 0; i < packed.length; i += 2) {
    const [action, at] = [String(packed[i]), packed[i + 1]];
    permissions.push({
      action: action.includes(':') ? action : `${service}:${action}`,
      resource: typeof at === 'number' ? (resources[at - 1]?.arn ?? '*') : String(at),
    });
  }
  return permissions;
}

function packedResources({ resources, recipient }: CallRecord): StoredCall[6] {
  const packed: (string | number)[] = [];
  for (const { arn, type, account } of resources) {
    const known = knownTypes.indexOf(type);
    packed.push(arn, known < 0 ? type : known, account === recipient ? 1 : (account ?? 0));
  }
  return packed;
}

function resourcesOf(packed: StoredCall[6], [recipient]: CallKey): RecordedResource[] {
  const resources: RecordedResource[] = [];
  for (let i = 0; i < packed.length; i += 3) {
    const [arn, type, account] = packed.slice(i, i + 3);
    resources.push({
      arn: String(arn),
      type: typeof type === 'number' ? (knownTypes[type] ?? '') : String(type),
      ...(account !== 0 && { account: account === 1 ? recipient : String(account) }),
    });
  }
  return resources;
}

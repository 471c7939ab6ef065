/** What the recorded calls of a user or role needed of its policies. */

import { type AccountId, bucketArn, parseArn } from '../../../api/arn.ts';
import { regions } from '../../../api/regions.ts';
import { isDeniedCode } from '../../../api/service-facts.ts';
import { callRows } from '../../../call/call-log.ts';
import { neededPermissions } from '../../../iam/needed-permissions.ts';
import type { NeededPermission } from '../../../policy/least-privilege.ts';
import type { CallerIdentity, CallRecord } from '../../../store/records/call.ts';
import type { CallKey, Tx } from '../../../store/tables.ts';
import type { Session } from '../../session.ts';
import { serviceSettings } from '../../settings.ts';

/** Whose calls. */
export interface Principal {
  readonly kind: 'user' | 'role';
  readonly account: AccountId;
  readonly name: string;
  readonly arn: string;
}

/** Which calls: from one time, or event, to another. Event ids are in the order of time. */
export interface Window {
  readonly startMs: number;
  readonly endMs: number;
  readonly firstId?: string | undefined;
  readonly lastId?: string | undefined;
}

/** A permission, with the first call that needed it and how many did. */
export interface Used {
  readonly needed: NeededPermission;
  readonly call: CallRecord;
  count: number;
}

export interface UsedPermissions {
  readonly used: readonly Used[];
  /** The calls whose permissions these are. */
  readonly calls: number;
  /** The calls that were left out, `s3 PutObject: AccessDenied`, with their number. */
  readonly denied: ReadonlyMap<string, number>;
  /** Calls that were refused before they needed a permission. */
  readonly refused: ReadonlyMap<string, number>;
  /** Calls whose records do not say what they needed. */
  readonly unknown: ReadonlyMap<string, number>;
  /** Buckets whose bucket key was used and for which no call to KMS is recorded. */
  readonly unseenBucketKeys: readonly string[];
}

interface Options {
  /** Counts what was denied as if it had been allowed. */
  readonly withDenied: boolean;
}

/** Reads the records, in transactions of some thousand each. */
export async function usedPermissions(
  principal: Principal,
  window: Window,
  { withDenied }: Options,
  session: Session,
): Promise<UsedPermissions> {
  const deniedCalls = new Set<string>();
  // A call that another one made may be recorded in another region, so these are known before anything is counted.
  if (!withDenied) {
    for await (const call of callsOf(principal, window, session)) if (isDenied(call)) deniedCalls.add(call.requestId);
  }
  const used = new Map<string, Used>();
  const counts = { denied: new Map(), refused: new Map(), unknown: new Map() } as const;
  const bucketKeys = new Set<string>();
  let calls = 0;
  for await (const call of callsOf(principal, window, session)) {
    const needed = neededPermissions(call);
    if (deniedCalls.has(call.requestId) || deniedCalls.has(call.within ?? '')) {
      if (isDenied(call)) addOne(counts.denied, `${call.service} ${call.operation}: ${call.error?.code}`);
    } else if (!needed) addOne(counts.unknown, `${call.service} ${call.operation}`);
    else if (needed.length === 0 && call.error) {
      addOne(counts.refused, `${call.service} ${call.operation}: ${call.error.code}`);
    } else {
      calls += 1;
      for (const each of needed) add(each, call);
      if (call.kms && call.kms.spared > 0) for (const bucket of bucketsOf(call)) bucketKeys.add(bucket);
    }
  }
  for await (const call of callsOf(principal, beforeIt(window, session), session)) {
    if (bucketKeys.size === 0) break;
    if (!call.error && bucketKeys.has(bucketKeyOf(call) ?? '')) {
      for (const each of neededPermissions(call) ?? []) add(each, call);
    }
  }
  const seen = new Set(Array.from(used.values(), ({ call }) => bucketKeyOf(call)));
  return {
    used: [...used.values()],
    calls,
    ...counts,
    unseenBucketKeys: [...bucketKeys].filter((bucket) => !seen.has(bucket)),
  };

  function add(needed: NeededPermission, call: CallRecord): void {
    const name = JSON.stringify([needed.action, needed.resource, needed.context]);
    const known = used.get(name);
    if (known) known.count += 1;
    else used.set(name, { needed, call, count: 1 });
  }
}

const addOne = (counts: Map<string, number>, name: string): void => void counts.set(name, (counts.get(name) ?? 0) + 1);

const isDenied = ({ error }: CallRecord): boolean => error !== undefined && isDeniedCode(error.code);

const bucketsOf = ({ resources }: CallRecord): string[] =>
  resources.flatMap(({ arn }) => {
    const [bucket = ''] = parseArn(arn)?.resource.split('/', 1) ?? [];
    return arn.startsWith('arn:aws:s3:::') ? [bucketArn(bucket)] : [];
  });

/** The bucket for whose bucket key S3 called KMS; undefined for other calls. */
function bucketKeyOf({ service, viaService, parameters }: CallRecord): string | undefined {
  const context = parameters?.encryptionContext;
  if (service !== 'kms' || viaService === undefined || !(context instanceof Object)) return undefined;
  const arn = 'aws:s3:arn' in context ? context['aws:s3:arn'] : undefined;
  return typeof arn === 'string' && !arn.includes('/') ? arn : undefined;
}

/** The time in which S3 can have got the bucket-level keys that it used in the window. */
const beforeIt = ({ startMs }: Window, { settings }: Session): Window => ({
  startMs: Math.max(0, startMs - serviceSettings(settings).bucketKeyLifetimeMs),
  endMs: startMs,
});

/** So many records are read in one transaction. */
const PIECE = 2000;

/** The calls of a principal in all regions, region by region. */
async function* callsOf(principal: Principal, window: Window, { store }: Session): AsyncGenerator<CallRecord> {
  for (const region of regions) {
    let piece: Piece = { calls: [], last: [principal.account, region, window.startMs, ''] };
    while (piece.last) {
      const after: CallKey = piece.last;
      piece = await store.transact<Piece>((tx) => nextPiece(after, principal, window, tx));
      yield* piece.calls;
    }
  }
}

interface Piece {
  readonly calls: readonly CallRecord[];
  /** Where to go on; undefined at the end. */
  readonly last: CallKey | undefined;
}

function nextPiece(after: CallKey, principal: Principal, { endMs, firstId, lastId }: Window, tx: Tx): Piece {
  const [account, region] = after;
  const calls: CallRecord[] = [];
  let looked = 0;
  for (const { key, value } of callRows({ start: after, after: true, end: [account, region, endMs + 1] }, tx)) {
    const isInside =
      (firstId === undefined || value.eventId >= firstId) && (lastId === undefined || value.eventId <= lastId);
    if (isInside && value.serviceEvent === undefined && isBy(value.caller, principal)) calls.push(value);
    looked += 1;
    if (looked === PIECE) return { calls, last: key };
  }
  return { calls, last: undefined };
}

/** The sessions of a role have its permissions, and the federated users that a user vouches for have the user's. */
const isBy = ({ arn, issuer }: CallerIdentity, { kind, arn: principal }: Principal): boolean =>
  issuer?.arn === principal || (kind === 'user' && arn === principal);

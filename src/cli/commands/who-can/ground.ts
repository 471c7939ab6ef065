/** What who-can looks at: the store as it is, or as it would be with proposed policies, and calls that are tried on it. */

import { type AccountId, parseArn } from '../../../api/arn.ts';
import { AwsError, CallRefused } from '../../../api/errors.ts';
import type { OperationName } from '../../../api/model/operations.ts';
import { PROCESS } from '../../../api/origin.ts';
import type { Region } from '../../../api/regions.ts';
import type { Call } from '../../../call/operation.ts';
import type { ServiceSettings } from '../../../call/settings.ts';
import type { RootKey } from '../../../crypto/root-key.ts';
import type { Circumstance } from '../../../iam/authorize.ts';
import { permitted } from '../../../iam/permitted.ts';
import { covers, indexName, isGrantOperation, permissionOf } from '../../../kms/grant.ts';
import { namesOf } from '../../../kms/grant-principal.ts';
import { getKey } from '../../../kms/key.ts';
import type { Access, GrantPermission } from '../../../policy/access.ts';
import { type Caller, callerArn } from '../../../policy/caller.ts';
import type { Context } from '../../../policy/context.ts';
import type { Decision } from '../../../policy/decision.ts';
import type { OpenKeys } from '../../../policy/open-context.ts';
import type { StatedContext } from '../../../policy/stated-context.ts';
import type { OpenGrants } from '../../../policy/who-can.ts';
import type { GrantRecord, KeyRecord } from '../../../store/records/kms.ts';
import type { Tx } from '../../../store/tables.ts';

export interface Ground {
  readonly tx: Tx;
  readonly now: Date;
  /** The account of the command, whose names need no account in front; undefined if its caller has none. */
  readonly own: AccountId | undefined;
  readonly region: Region;
  readonly rootKey: RootKey;
  readonly settings: ServiceSettings;
  readonly stated: StatedContext | undefined;
  /** Tries a call of S3 on a ground of its own, with every permission, and returns those that it took. */
  tryCall(operation: OperationName<'s3'>, input: unknown, caller: Caller, region: Region): Promise<TriedCall>;
}

/** A permission that a call took. */
export interface Taken extends Pick<Circumstance, 'region' | 'viaService' | 'asked'> {
  readonly access: Access;
}

export interface TriedCall {
  readonly taken: readonly Taken[];
  /** What it is refused for, although it has every permission. */
  readonly refusal: AwsError | undefined;
}

/** Takes down the permissions of a call by a caller, and gives them all. */
export function takingDown(caller: Caller): { readonly taken: Taken[]; decide(access: Access, call: Call): Decision } {
  const taken: Taken[] = [];
  return {
    taken,
    decide(access, call) {
      const { region, viaService, asked } = call;
      // The context is looked up while the call's transaction lasts.
      if (access.decidesOnly === undefined && callerArn(call.caller) === callerArn(caller)) {
        taken.push({ access: withoutGrants(access), region, viaService, asked });
      }
      return permitted(access, call);
    },
  };
}

/** A permission apart from grants, which depend on the caller, with its context as it is now. */
export const withoutGrants = (access: Access): Access => ({ ...access, grants: undefined, nearGrants: undefined });

/** The call's refusal, if that is what an error is. @throws any other error */
export function refusalIn(error: unknown): AwsError {
  if (!(error instanceof AwsError)) throw error;
  return error instanceof CallRefused ? error.refusal : error;
}

/** The circumstances of a permission, for a caller. */
export const circumstanceOf = (
  { region, viaService, asked }: Omit<Taken, 'access'>,
  caller: Caller,
  { tx, now, stated }: Ground,
): Circumstance => ({ caller, region, viaService, asked, now, tx, origin: PROCESS, stated });

/** The grants on keys, by grantee. */
export interface KeyGrants {
  /** Those on a key. */
  of(key: KeyRecord): Iterable<GrantRecord>;
  /** Those that could let a caller do something with a key (an ARN); undefined if there are none. */
  for(action: string, keyArn: string, caller: Caller, open: OpenKeys): OpenGrants | undefined;
}

type ByGrantee = ReadonlyMap<string, readonly GrantRecord[]>;

/** Reads the grants of each key once. */
export function keyGrants({ tx }: Pick<Ground, 'tx'>): KeyGrants {
  const known = new Map<string, ByGrantee>();
  function read(arn: string): ByGrantee {
    let grants = known.get(arn);
    if (!grants) {
      grants = byGrantee(keyOf(arn, tx), tx);
      known.set(arn, grants);
    }
    return grants;
  }
  return {
    of: ({ account, region, keyId }) => valuesOf(tx.kmsGrants.under([account, region, keyId])),
    for(action, keyArn, caller, open) {
      const operation = action.slice('kms:'.length);
      if (!action.startsWith('kms:') || !isGrantOperation(operation)) return undefined;
      const grants = read(keyArn);
      if (grants.size === 0) return undefined;
      const named = namesOf(caller).flatMap(({ name, arn }) =>
        (grants.get(name) ?? []).flatMap((grant) => (grant.operations.includes(operation) ? [{ grant, arn }] : [])),
      );
      return named.length === 0 ? undefined : openGrants(named, operation, caller, open);
    },
  };
}

function* valuesOf<T>(rows: Iterable<{ readonly value: T }>): Iterable<T> {
  for (const { value } of rows) yield value;
}

/** The key with an ARN; undefined if there is none. */
export function keyOf(arn: string, tx: Tx): KeyRecord | undefined {
  const { account = '', region = '', resource = '' } = parseArn(arn) ?? {};
  return getKey(tx, account, region as Region, resource.replace(/^key\//, ''));
}

function byGrantee(key: KeyRecord | undefined, tx: Tx): ByGrantee {
  const grants = new Map<string, GrantRecord[]>();
  if (!key || key.grantCount === 0) return grants;
  for (const { value } of tx.kmsGrants.under([key.account, key.region, key.keyId])) {
    const name = indexName(value.grantee);
    const others = grants.get(name);
    if (others) others.push(value);
    else grants.set(name, [value]);
  }
  return grants;
}

interface NamedGrant {
  readonly grant: GrantRecord;
  /** The grantee as it is called now. */
  readonly arn: string;
}

const PAIR = 'kms:EncryptionContext:';

function openGrants(
  named: readonly NamedGrant[],
  operation: Parameters<typeof covers>[1],
  caller: Caller,
  open: OpenKeys,
): OpenGrants {
  const pairs = named.flatMap(({ grant: { constraints } }) =>
    Object.entries({ ...constraints.subset, ...constraints.equals }),
  );
  const sources = named.flatMap(({ grant }) => grant.constraints.sourceArn ?? []);
  const permissions = (grants: readonly NamedGrant[]): readonly GrantPermission[] =>
    grants.map(({ grant, arn }) => permissionOf(grant.grantId, grant.grantee, arn));
  const hasOpen = ({ grant: { constraints } }: NamedGrant) =>
    constraints.sourceArn !== undefined || constraints.subset !== undefined || constraints.equals !== undefined;
  const isOpen = open(`${PAIR}x`.toLowerCase(), `${PAIR}x`) !== undefined || caller.kind === 'service';
  const fits = ({ grant }: NamedGrant, context: Context): boolean => {
    if (!hasOpen({ grant, arn: '' })) return covers(grant, operation, { caller }, {});
    return covers(grant, operation, { caller: withSource(caller, context) }, contextOf(pairs, context));
  };
  return {
    fitting(context, to) {
      if (to === 'hopeful' && isOpen) return permissions(named);
      if (to === 'wary' && isOpen) return permissions(named.filter((one) => !hasOpen(one)));
      return permissions(named.filter((one) => fits(one, context)));
    },
    values(key) {
      if (key === 'aws:sourcearn') return sources;
      return pairs.flatMap(([name, value]) => (`${PAIR}${name}`.toLowerCase() === key ? [value] : []));
    },
  };
}

/** A service calls for the resource that the request says. */
function withSource(caller: Caller, context: Context): Caller {
  if (caller.kind !== 'service') return caller;
  const arn = context.values('aws:sourcearn', 'aws:SourceArn')?.[0];
  return arn === undefined ? caller : { ...caller, source: { arn, account: parseArn(arn)?.account ?? '' } };
}

/** The encryption context of a request; the pairs that constraints compare are asked for. */
function contextOf(pairs: readonly (readonly [string, string])[], context: Context): Readonly<Record<string, string>> {
  for (const [name] of pairs) context.values(`${PAIR}${name}`.toLowerCase(), `${PAIR}${name}`);
  const found: Record<string, string> = {};
  for (const [name, value] of Object.entries(context.entries())) {
    if (name.toLowerCase().startsWith(PAIR.toLowerCase()) && typeof value === 'string') {
      found[name.slice(PAIR.length)] = value;
    }
  }
  return found;
}

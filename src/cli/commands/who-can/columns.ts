/** What is asked about every principal: a permission, or an operation with all permissions that it takes. */

import { rootArn } from '../../../api/arn.ts';
import { type AwsError, HiddenAbsence, UsageError } from '../../../api/errors.ts';
import { questionOf } from '../../../iam/authorize.ts';
import { actsAcrossAccounts } from '../../../kms/key-id.ts';
import { keyAccess } from '../../../kms/permissions.ts';
import type { Access, ResourcePolicy } from '../../../policy/access.ts';
import { type Caller, callerAccount } from '../../../policy/caller.ts';
import type { OpenKeys } from '../../../policy/open-context.ts';
import { type OpenPermission, type OpenPrincipal, openKeysFor } from '../../../policy/open-keys.ts';
import { type Asked, documentsOf, type Needed } from '../../../policy/who-can.ts';
import { currentObject } from '../../../s3/content/object-lookup.ts';
import { existingTagContext } from '../../../s3/request/object-context.ts';
import { bucketAccess, objectAccess } from '../../../s3/request/permissions.ts';
import { circumstanceOf, type Ground, type KeyGrants, type Taken, type TriedCall, withoutGrants } from './ground.ts';
import { type Headers, headersIn, isSentWith, NO_HEADERS } from './headers.ts';
import type { Verb, Wanted } from './permissions.ts';
import type { Principal } from './principals.ts';
import { type Target, targetArn } from './target.ts';

/** A column of the answer. */
export interface Column {
  /** The verb or the permission. */
  readonly name: string;
  /** The permissions that it takes the owner of the resource. */
  readonly needs: readonly Taken[];
  /** What refuses it, whoever calls. */
  readonly refusal: string | undefined;
  /** Makes it known what it takes such principals. */
  prepare(principals: readonly Principal[]): Promise<void>;
  /** Why it is refused for a principal whatever policies say, or else what to ask of the policies. */
  ask(principal: Calling): Asking;
}

export type Asking =
  | { readonly refused: string }
  /** `varied`: what else to ask if that is denied, since the caller may send the request in other ways. */
  | { readonly asked: Asked; readonly varied?: (() => Asked) | undefined };

/** A principal that exists. */
export type Calling = Principal & { readonly caller: Caller };

export interface ColumnPlace {
  readonly ground: Ground;
  readonly grants: KeyGrants;
  readonly target: Target;
}

/** The policies of the resources that a column is about. */
export const policiesOf = ({ needs }: Column): readonly ResourcePolicy[] =>
  needs.flatMap(({ access }) => access.resourcePolicy ?? []);

/** Makes a column. @throws UsageError if there is nothing of the kind to ask about */
export async function columnFor(wanted: Wanted, place: ColumnPlace): Promise<Column> {
  if (wanted.kind === 'permission') return permissionColumn(wanted.action, place);
  const { target } = place;
  if (target.kind !== 'object' && target.kind !== 'bucket') throw new Error(`${wanted.verb} is not about a bucket`);
  return operationColumn(wanted.verb, target, place);
}

function permissionColumn(action: string, place: ColumnPlace): Column {
  const { ground, target } = place;
  const owner: Caller = { kind: 'root', account: ownerOf(target), arn: rootArn(ownerOf(target)) };
  const known = new Map<string, Taken>();
  /** What it takes depends on the caller's account alone. */
  const taken = (caller: Caller): Taken => {
    const group = groupOf(caller);
    const found = known.get(group) ?? {
      access: withoutGrants(bareAccess(action, caller, place)),
      region: target.region,
    };
    known.set(group, found);
    return found;
  };
  const isKnown = knownKeysOf(target, ground);
  const neededBy = needing(place, { action, viaService: false, isBare: true, isKnown, stated: ground.stated });
  return {
    name: action,
    needs: [taken(owner)],
    refusal: undefined,
    prepare: async () => {},
    ask(principal) {
      const refused = refusedTo(action, principal, target);
      if (refused !== undefined) return { refused };
      const needed = [neededBy(taken(principal.caller), principal)];
      return { asked: { needed: () => needed, isVarying: false } };
    },
  };
}

const ownerOf = (target: Target): string => {
  switch (target.kind) {
    case 'key':
      return target.key.account;
    case 'bucket':
    case 'object':
      return target.bucket.owner;
    case 'role':
      return target.role.account;
    case 'other':
      return target.owner;
  }
};

/** A permission on its own, by a request of which nothing more is known. */
function bareAccess(action: string, caller: Caller, { ground, target }: ColumnPlace): Access {
  const { tx, now, settings, rootKey } = ground;
  const call = { caller, tx, now, settings, rootKey, viaService: undefined, origin: { kind: 'process' } } as const;
  switch (target.kind) {
    case 'key':
      return keyAccess(action.slice('kms:'.length), { key: target.key }, call, { grants: [] });
    case 'bucket':
      return bucketAccess(action, target.bucket, call);
    case 'object':
      return objectAccess(action, target, call, existingTagContext(currentObject(target, call)?.changing.tags));
    case 'role': {
      const { account, trustPolicy } = target.role;
      const resourcePolicy = { kind: 'trust-policy', document: trustPolicy } as const;
      const isTrusted = action.startsWith('sts:');
      return { action, resource: targetArn(target), owner: account, ...(isTrusted && { resourcePolicy }) };
    }
    case 'other':
      return {
        action,
        resource: target.arn,
        owner: target.arn === '*' ? (callerAccount(caller) ?? target.owner) : target.owner,
      };
  }
}

/** The keys that say something of a resource which exists, so that they are not open. */
function knownKeysOf(target: Target, { tx }: Ground): (key: string) => boolean {
  const exists = target.kind === 'object' && currentObject(target, { tx }) !== undefined;
  return (key) => key === 's3:resourceaccount' || (exists && key.startsWith('s3:existingobjecttag/'));
}

/** AWS's own rules, which no policy changes. */
function refusedTo(action: string, { caller, kind }: Principal, target: Target): string | undefined {
  const name = action.slice(action.indexOf(':') + 1);
  if (target.kind === 'key') {
    if (caller?.kind === 'anonymous') return 'KMS takes signed requests only';
    const account = caller && callerAccount(caller);
    const operation = name.startsWith('ReEncrypt') ? 'ReEncrypt' : name;
    if (account !== undefined && account !== target.key.account && !actsAcrossAccounts(operation)) {
      return `${name} cannot be called for a key of another account, whatever policies allow`;
    }
  }
  if (action === 'sts:AssumeRole' && (kind === 'root' || kind === 'account') && caller?.kind === 'root') {
    return 'a root user cannot assume a role';
  }
  return undefined;
}

const operations = { read: 'GetObject', write: 'PutObject', delete: 'DeleteObject', list: 'ListObjectsV2' } as const;

type InBucket = Extract<Target, { kind: 'object' | 'bucket' }>;

function inputOf(verb: Verb, target: InBucket): Readonly<Record<string, unknown>> {
  const Bucket = target.bucket.name;
  const key = target.kind === 'object' ? target.key : '';
  if (verb === 'list') return key === '' ? { Bucket } : { Bucket, Prefix: key };
  return { Bucket, Key: key, ...(verb === 'write' && { Body: new Uint8Array() }) };
}

/** The keys that a listing leaves open, as whoever lists chooses them. */
const LISTED = ['s3:prefix', 's3:delimiter', 's3:max-keys'];

async function operationColumn(verb: Verb, target: InBucket, place: ColumnPlace): Promise<Column> {
  const { ground } = place;
  const input = inputOf(verb, target);
  const variants = new Map<string, readonly Variant[]>();
  const tryAs = (caller: Caller, headers: Headers): Promise<TriedCall> =>
    ground.tryCall(operations[verb], { ...input, ...headers.input }, probeOf(caller), target.region);
  const owner = target.bucket.owner;
  const byOwner = await tryAs({ kind: 'root', account: owner, arn: rootArn(owner) }, NO_HEADERS);
  requireThere(byOwner, target);
  /** Where the owner is refused, too, what the others would need is told; a call that was refused before has none. */
  const isRefusedOnlyTo = ({ refusal, taken }: TriedCall) =>
    refusal !== undefined && (byOwner.refusal === undefined || taken.length === 0);
  const permissions = new Map<string, ReturnType<typeof needing>>();
  function neededBy({ taken }: TriedCall, headers: readonly string[], principal: Calling): readonly Needed[] {
    return taken.map((one) => {
      const { access, viaService } = one;
      const name = [access.action, viaService, ...headers].join(' ');
      let need = permissions.get(name);
      if (!need) {
        const isVia = viaService !== undefined;
        const { action } = access;
        need = needing(place, { action, viaService: isVia, isBare: false, headers, stated: ground.stated });
        permissions.set(name, need);
      }
      return need(one, principal);
    });
  }
  /** The ways to write that the policies of these principals tell apart. */
  const waysOf = (call: TriedCall, principals: readonly Calling[]): readonly Headers[] =>
    headersIn(
      principals.flatMap((principal) =>
        neededBy(call, [], principal).flatMap(({ request: { action, context }, policies }) =>
          action.startsWith('s3:') ? [{ action, context, documents: documentsOf(policies) }] : [],
        ),
      ),
    );
  return {
    name: verb,
    needs: byOwner.taken,
    refusal: byOwner.refusal && refusalText(byOwner.refusal),
    async prepare(principals) {
      for (const [group, alike] of grouped(principals.filter(isCalling), ({ caller }) => groupOf(caller))) {
        const [{ caller } = { caller: undefined }] = alike;
        if (!caller || variants.has(group)) continue;
        const call = await tryAs(caller, NO_HEADERS);
        const made: Variant[] = [{ headers: NO_HEADERS, call }];
        if (verb === 'write') {
          for (const headers of waysOf(call, alike)) made.push({ headers, call: await tryAs(caller, headers) });
        }
        variants.set(group, made);
      }
    },
    ask(principal) {
      const made = variants.get(groupOf(principal.caller)) ?? [];
      const [first] = made;
      if (!first) throw new Error(`${verb} was not tried as ${principal.id}`);
      const { refusal } = first.call;
      if (refusal && isRefusedOnlyTo(first.call)) return { refused: refusalText(refusal) };
      const plain = neededBy(first.call, [], principal);
      const asked: Asked = { needed: () => plain, isVarying: false };
      if (verb === 'list' && !('Prefix' in input)) {
        return { asked, varied: () => ({ needed: always(neededBy(first.call, LISTED, principal)), isVarying: false }) };
      }
      return made.length === 1 ? { asked } : { asked, varied: () => amongWays(made, principal) };
    },
  };

  function amongWays(made: readonly Variant[], principal: Calling): Asked {
    const names = [...new Set(made.flatMap(({ headers }) => [...headers.sent.keys()]))];
    const usable = made.filter(({ call }) => !isRefusedOnlyTo(call));
    const each = new Map(usable.map((variant) => [variant, neededBy(variant.call, names, principal)]));
    return {
      isVarying: true,
      needed(given) {
        const variant = usable.find(({ headers }) => isSentWith(headers, given, names));
        return variant && each.get(variant);
      },
    };
  }
}

interface Variant {
  readonly headers: Headers;
  readonly call: TriedCall;
}

const always =
  <T>(value: T) =>
  (): T =>
    value;

const isCalling = (principal: Principal): principal is Calling => principal.caller !== undefined;

/** Those whose calls take the same permissions: of one account, or one service. */
const groupOf = (caller: Caller): string =>
  caller.kind === 'service' ? caller.name : (callerAccount(caller) ?? 'anonymous');

function grouped<T>(items: readonly T[], nameOf: (item: T) => string): ReadonlyMap<string, readonly T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const name = nameOf(item);
    const others = groups.get(name);
    if (others) others.push(item);
    else groups.set(name, [item]);
  }
  return groups;
}

const refusalText = ({ message, reason }: AwsError): string =>
  reason === undefined ? message : `${message.replace(/\.$/, '')}; ${reason}`;

/** @throws UsageError if what is to be read does not exist */
function requireThere({ refusal, taken }: TriedCall, target: InBucket): void {
  if (!refusal) return;
  if (refusal instanceof HiddenAbsence || refusal.code === 'NoSuchKey' || taken.length === 0) {
    throw new UsageError(
      refusal.code === 'NoSuchKey' && target.kind === 'object'
        ? `there is no object s3://${target.bucket.name}/${target.key}: only what exists is encrypted under a key; ask about s3:GetObject, or about an object that exists`
        : (refusal.reason ?? refusal.message),
    );
  }
}

/** Somebody of the same account, for whom S3 has kept nothing. */
function probeOf(caller: Caller): Caller {
  if (caller.kind === 'service' || caller.kind === 'anonymous') return caller;
  const { account } = caller;
  const arn = `arn:aws:iam::${account}:user/whoever-can`;
  return { kind: 'user', account, arn, userId: 'AIDAWHOEVERCANDOTHIS', name: 'whoever-can', tags: {} };
}

/** Makes what a permission needs of a principal into a question. */
function needing(place: ColumnPlace, permission: OpenPermission) {
  const { ground, grants } = place;
  const openKeysOf = openKeysFor(permission);
  const opened = new Map<OpenPrincipal, OpenKeys>();
  return (taken: Taken, { caller, open: openPrincipal, assumed }: Calling): Needed => {
    let open = opened.get(openPrincipal);
    if (!open) {
      open = openKeysOf(openPrincipal);
      opened.set(openPrincipal, open);
    }
    const { access } = taken;
    const { request, policies } = questionOf(access, circumstanceOf(taken, caller, ground));
    return {
      request,
      policies: assumed ? { ...policies, ...assumed.policies } : policies,
      open,
      grants: grants.for(access.action, access.resource, caller, open),
    };
  };
}

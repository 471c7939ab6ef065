/** `ssebox iam least-privilege`: the policy that allows what a user or role did. */

import { UsageError } from '../../../api/errors.ts';
import { callFamily } from '../../../call/call-family.ts';
import { eventTimeMs } from '../../../call/event-id.ts';
import { findCall } from '../../../call/refused-call.ts';
import { eventTime } from '../../../cloudtrail/event-time.ts';
import type { Caller } from '../../../policy/caller.ts';
import { joinedTo, joinedToFolders, type ObjectPrefix } from '../../../policy/joined-objects.ts';
import { type IdentityPolicy, type Join, leastPolicy, policySize } from '../../../policy/least-privilege.ts';
import { readPolicy } from '../../../policy/policy-document.ts';
import { storeNow } from '../../../store/clock.ts';
import type { Tx } from '../../../store/tables.ts';
import { objectChoices } from '../../choices.ts';
import { command, type Result } from '../../command.ts';
import { momentOf } from '../../moment.ts';
import { paintedJson } from '../../output/painted.ts';
import type { Session } from '../../session.ts';
import { serviceSettings } from '../../settings.ts';
import { eventIdOf, isEndingOfId } from '../trail/event-id.ts';
import { type ResourceNow, replayed, resourceNow } from './replayed.ts';
import { type Principal, type Used, type UsedPermissions, usedPermissions, type Window } from './used-permissions.ts';

const options = {
  since: {
    about: 'only calls from this event or time on, or no longer ago than this: 15m, 30d, 2030-01-01T12:00:00Z',
    type: 'string',
    value: 'EVENT|TIME',
  },
  until: { about: 'only calls up to this event or time (default: now)', type: 'string', value: 'EVENT|TIME' },
  generalize: { about: 'join objects to their folders: reports/2026/*', type: 'boolean' },
  prefix: {
    about: 'join the objects under this prefix of a bucket: s3://reports/2026/; repeatable',
    type: 'repeat',
    value: 'S3URI',
    choices: objectChoices,
  },
  denied: { about: 'also allow calls that were denied', type: 'boolean' },
} as const;

export const leastPrivilege = command({
  name: 'least-privilege',
  hasPage: true,
  makesNoCalls: true,
  summary: 'Print the policy that allows exactly the calls that a user or role made',
  description:
    'Reads the recorded calls of the caller, or of --as: all sessions of a role together, in all regions. S3 calls KMS for the caller, so the policy allows KMS only through S3 and for the encryption context of those calls. A list of objects is allowed for its prefix. Each permission is decided again with this policy as the only one of the caller; notes on standard error say where the policy of a resource decides otherwise, which calls are left out, and where the policy fits. Calls about objects are recorded for a day, or as long as trail.keep-data-events says.',
  options,
  examples: [
    'ssebox s3 ls && ssebox iam least-privilege --since 1h',
    'ssebox s3 ls s3://reports && ssebox iam least-privilege --since 15m --generalize > policy.json',
  ],
  run: (values, session) => run(values.options, session),
});

interface Chosen {
  readonly since: string | undefined;
  readonly until: string | undefined;
  readonly generalize: boolean;
  readonly prefix: readonly string[] | undefined;
  readonly denied: boolean;
}

async function run({ since, until, generalize, prefix, denied }: Chosen, session: Session): Promise<Result> {
  const join = joinOf(generalize, prefix ?? []);
  const caller = await session.aws.caller('iam');
  const principal = principalOf(caller);
  const window = await windowOf(since, until, session);
  const found = await usedPermissions(principal, window, { withDenied: denied }, session);
  const checked = await withResources(found.used, principal, session);
  const needed = checked.filter(({ used, now }) => !now.isAwsManaged && used.needed.action !== 'sts:GetCallerIdentity');
  const policy = leastPolicy(
    needed.map(({ used }) => used.needed),
    join,
  );
  const spoken = `${principal.kind}/${principal.name}${timeText(window, until)}`;
  const notes = [...leftOut(found, checked), ...keptNote(window, found, session)];
  if (needed.length === 0) {
    for (const line of notes) session.tell(line);
    const hint = found.denied.size > 0 && !denied ? 'ssebox iam least-privilege --denied' : 'ssebox trail lookup';
    throw new UsageError(`no recorded call of ${spoken} needs a permission`, hint);
  }
  const decided = decidedAgain(needed, caller, policy);
  session.tell(
    `allows the ${plural(found.calls, 'call')} of ${spoken}: ${plural(needed.length, 'permission')}, each allowed by this policy`,
  );
  for (const line of [...notes, ...decided, ...joinedNotes(needed, join), ...sizeNotes(policy, principal)])
    session.tell(line);
  return { kind: 'page', value: policy, page: () => [paintedJson(policy, 2)] };
}

/** @throws UsageError for a caller whose permissions are not those of policies that can be attached to it */
function principalOf(caller: Caller): Principal {
  switch (caller.kind) {
    case 'user':
      return { kind: 'user', account: caller.account, name: caller.name, arn: caller.arn };
    case 'role-session':
      return { kind: 'role', account: caller.account, name: caller.roleName, arn: caller.roleArn };
    case 'federated-user':
      throw new UsageError(
        'the policies of a federated user are those of the user who vouches for it: name that user with --as',
      );
    default:
      throw new UsageError(
        `${caller.kind === 'root' ? 'the root user' : 'this caller'} has no policies: name a user or role with --as`,
        'ssebox iam least-privilege --as role/NAME',
      );
  }
}

/** @throws UsageError for a text that is neither an event nor a time, or a window that ends before it begins */
async function windowOf(since: string | undefined, until: string | undefined, session: Session): Promise<Window> {
  const nowMs = await session.store.transact((tx) => storeNow(tx, session.environment.now()));
  const first = since === undefined ? undefined : await edgeOf('since', since, nowMs, session);
  const last = until === undefined ? undefined : await edgeOf('until', until, nowMs, session);
  const window = {
    startMs: first?.timeMs ?? 0,
    endMs: last?.timeMs ?? nowMs,
    ...(first?.id !== undefined && { firstId: first.id }),
    ...(last?.id !== undefined && { lastId: last.id }),
  };
  if (window.startMs <= window.endMs) return window;
  throw new UsageError(
    until === undefined
      ? `--since takes a time that has passed, not "${since}"`
      : '--since is a later time than --until: swap them',
  );
}

interface Edge {
  readonly timeMs: number;
  readonly id?: string | undefined;
}

async function edgeOf(option: 'since' | 'until', text: string, nowMs: number, session: Session): Promise<Edge> {
  if (!isEvent(text)) return { timeMs: momentOf(option, text, nowMs, 'the id of an event') };
  const named = await eventIdOf(text, session);
  const id = await session.store.transact((tx) => edgeId(option, named, tx));
  const timeMs = id === undefined ? undefined : eventTimeMs(id);
  if (timeMs === undefined)
    throw new UsageError(`--${option}: there is no event "${text}" in this store`, 'ssebox trail lookup');
  return { timeMs, id };
}

/** A call is recorded after the calls that it made, which belong to it: it begins with the first of them. */
function edgeId(option: 'since' | 'until', named: string, tx: Tx): string | undefined {
  const found = findCall(named, tx);
  if (!found?.call) return found && named;
  const { recipient, region } = found.call;
  const family = callFamily(named, [recipient, region], tx);
  if (option === 'until') return family?.outer?.eventId ?? named;
  return [named, ...(family?.inner ?? []).map(({ eventId }) => eventId)].sort()[0];
}

const isEvent = (text: string): boolean =>
  /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(text) || isEndingOfId(text);

/** A prefix that is named comes before a folder. @throws UsageError for a prefix that is not one of a bucket */
function joinOf(byFolder: boolean, named: readonly string[]): Join | undefined {
  const toNamed = joinedTo(named.map(prefixOf));
  if (byFolder) return (text, of) => toNamed(text, of) ?? joinedToFolders(text, of);
  return named.length > 0 ? toNamed : undefined;
}

function prefixOf(text: string): ObjectPrefix {
  const [, bucket, prefix = ''] = /^s3:\/\/([^/]+)(?:\/(.*))?$/s.exec(text) ?? [];
  if (bucket !== undefined) return { bucket, prefix: prefix.replace(/\*$/, '') };
  throw new UsageError(`--prefix takes one such as s3://reports/2026/, not "${text}"`);
}

interface Checked {
  readonly used: Used;
  readonly now: ResourceNow;
}

const withResources = (used: readonly Used[], { account }: Principal, { store }: Session): Promise<Checked[]> =>
  store.transact<Checked[]>((tx) =>
    used.map((each) => ({ used: each, now: resourceNow(each.needed.resource, account, tx) })),
  );

/**
 * Decides each permission again under the policy alone.
 * @throws Error if the policy does not allow one, which is a bug
 * @returns notes about resources whose own policies decide more than that
 */
function decidedAgain(needed: readonly Checked[], caller: Caller, policy: IdentityPolicy): string[] {
  const document = readPolicy(policy);
  const silent = new Map<string, number>();
  const denying = new Map<string, number>();
  const open = new Map<string, number>();
  for (const { used, now } of needed) {
    const { action, resource } = used.needed;
    const policyOf = `${now.policy?.name} of ${resourceOf(resource)}`;
    const { allowed, denial } = replayed(used, caller, document, now);
    const isOpen = now.policy !== undefined && allowed && replayed(used, caller, undefined, now).allowed;
    // Otherwise the policy is what allowed it.
    if (!allowed || isOpen) {
      const alone = replayed(used, caller, document, { ...now, owner: ownAccount(caller, now), policy: undefined });
      if (!alone.allowed) throw new Error(`the policy does not allow ${action} on ${resource}, which it was made for`);
    }
    if (isOpen) addOne(open, policyOf);
    else if (denial?.explicit) addOne(denying, policyOf);
    else if (denial && !now.hasGrants) addOne(silent, policyOf);
  }
  return [
    ...Array.from(denying, ([policyOf, count]) => `the ${policyOf}, as it is now, denies ${these(count)}`),
    ...Array.from(silent, ([policyOf, count]) => `the ${policyOf}, as it is now, does not allow ${these(count)}, too`),
    ...Array.from(open, ([policyOf, count]) => `the ${policyOf} already allows ${these(count)} by itself`),
  ];
}

/** A policy of another account needs this one beside it, which is looked at alone here. */
const ownAccount = (caller: Caller, now: ResourceNow): string => ('account' in caller ? caller.account : now.owner);

const these = (count: number): string => (count === 1 ? 'one of these permissions' : `${count} of these permissions`);

/** An object's bucket has the policy. */
const resourceOf = (resource: string): string =>
  resource.startsWith('arn:aws:s3:::') ? (resource.split('/', 1)[0] ?? resource) : resource;

const addOne = (counts: Map<string, number>, name: string): void => void counts.set(name, (counts.get(name) ?? 0) + 1);

function leftOut(
  { denied, refused, unknown, unseenBucketKeys }: UsedPermissions,
  checked: readonly Checked[],
): string[] {
  const managed = new Set(checked.flatMap(({ used, now }) => (now.isAwsManaged ? [used.needed.resource] : [])));
  return [
    ...listed('left out, denied (--denied allows them)', denied),
    ...listed('left out, refused before a permission was needed', refused),
    ...listed('left out, recorded without their permissions by an earlier version', unknown),
    ...Array.from(managed, (key) => `left out: ${key} is managed by AWS, whose key policy lets in callers through S3`),
    ...unseenBucketKeys.map(
      (bucket) =>
        `S3 used a bucket key of ${bucket} for which no call to KMS is recorded any more: what it needs of KMS is missing`,
    ),
  ];
}

function listed(what: string, counts: ReadonlyMap<string, number>): string[] {
  if (counts.size === 0) return [];
  const names = Array.from(counts, ([name, count]) => (count === 1 ? name : `${name} (${count})`));
  return [`${what}: ${names.sort().join(', ')}`];
}

/** Data events go earlier than others, or are not recorded at all. */
function keptNote({ endMs }: Window, { used }: UsedPermissions, { settings }: Session): string[] {
  const { keepDataEventsMs } = serviceSettings(settings);
  if (keepDataEventsMs === 0)
    return ['calls about objects are not recorded while trail.keep-data-events is 0: what they need is missing'];
  const isOlder = used.some(({ call }) => call.timeMs < endMs - keepDataEventsMs);
  return isOlder
    ? ['calls about objects are recorded only as long as trail.keep-data-events says: older ones are missing']
    : [];
}

const timeText = ({ startMs, endMs }: Window, until: string | undefined): string =>
  (startMs === 0 ? '' : ` from ${eventTime(startMs)}`) +
  (startMs === 0 && until === undefined ? '' : ` to ${eventTime(endMs)}`);

const plural = (count: number, noun: string): string =>
  `${count.toLocaleString('en')} ${noun}${count === 1 ? '' : 's'}`;

/** Which objects stand behind each prefix. */
function joinedNotes(needed: readonly Checked[], join: Join | undefined): string[] {
  const objects = new Map<string, Set<string>>();
  for (const { used } of needed) {
    const { resource } = used.needed;
    const beginning = join?.(resource, { key: undefined, resource });
    if (beginning !== undefined) objects.set(beginning, (objects.get(beginning) ?? new Set()).add(resource));
  }
  const lines = Array.from(objects, ([beginning, names]) => `${beginning}* stands for ${plural(names.size, 'object')}`);
  const more = lines.length - MOST_PREFIXES;
  return more > 1 ? [...lines.slice(0, MOST_PREFIXES), `and ${more} other prefixes for others`] : lines;
}

/** So many prefixes are told one by one. */
const MOST_PREFIXES = 10;

/** IAM User Guide, "IAM and AWS STS quotas": characters of a policy, without white space. */
const LIMITS = { managed: 6144, user: 2048, role: 10_240 };

function sizeNotes(policy: IdentityPolicy, { kind }: Principal): string[] {
  const size = policySize(policy);
  const isManaged = size <= LIMITS.managed;
  const isInline = size <= LIMITS[kind];
  const shown = `${size.toLocaleString('en')} characters`;
  const inline = `the inline policies of a ${kind} (${LIMITS[kind].toLocaleString('en')})`;
  const managed = `a managed policy (${LIMITS.managed.toLocaleString('en')})`;
  if (isManaged && isInline) return [];
  if (isManaged || isInline)
    return [`${shown} fit ${isManaged ? managed : inline}, but not ${isManaged ? inline : managed}`];
  return [`${shown} are more than ${managed} and ${inline} may have: join objects with --generalize, or split it`];
}

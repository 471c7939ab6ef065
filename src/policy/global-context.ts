/** The condition keys that every request has: IAM User Guide, "AWS global condition context keys". */

import type { AccountId } from '../api/arn.ts';
import { connectionOf, type Origin, PROCESS } from '../api/origin.ts';
import type { Region } from '../api/regions.ts';
import type { ConditionContext, ContextValue } from './access.ts';
import { type Caller, callerAccount, callerUserId, type Tags } from './caller.ts';
import { type Context, lowerCase, RecordContext, shown, texts } from './context.ts';

export interface Circumstances {
  readonly caller: Caller;
  readonly owner: AccountId;
  readonly region: Region;
  readonly now: Date;
  /** The service that calls on the caller's behalf. */
  readonly viaService?: string | undefined;
  /** Where the caller's own call came from; absent if from this process. */
  readonly origin?: Origin | undefined;
  /** The places in organizations of those whom the request is about; absent for one who is in none. */
  readonly places?: Places | undefined;
}

export interface Places {
  /** The caller's account. */
  readonly principal?: OrganizationPlace | undefined;
  /** The resource's owner. */
  readonly resource?: OrganizationPlace | undefined;
  /** The account on whose behalf a service calls. */
  readonly source?: OrganizationPlace | undefined;
}

/** Where an account is in an organization. */
export interface OrganizationPlace {
  /** `o-…`. */
  readonly organization: string;
  /** From the organization to the account's root or unit: `o-…/r-…/ou-…/`. */
  readonly path: string;
}

/** The value of a key under some circumstances; undefined if it is absent. */
type Source = (circumstances: Circumstances) => ContextValue | undefined;

const sources: Readonly<Record<string, Source>> = {
  'aws:PrincipalArn': ({ caller }) => principalArn(caller),
  'aws:PrincipalAccount': ({ caller }) => (caller.kind === 'anonymous' ? 'anonymous' : callerAccount(caller)),
  'aws:PrincipalType': ({ caller }) => principalTypes[caller.kind],
  'aws:userid': ({ caller }) => callerUserId(caller),
  'aws:username': ({ caller }) => (caller.kind === 'user' ? caller.name : undefined),
  'aws:SourceIdentity': ({ caller }) => (caller.kind === 'role-session' ? caller.sourceIdentity : undefined),
  'aws:TokenIssueTime': ({ caller }) => issuedAt(caller),
  // Only temporary credentials have this key; none here were issued with a second factor.
  'aws:MultiFactorAuthPresent': ({ caller }) => (issuedAt(caller) ? false : undefined),
  'aws:PrincipalIsAWSService': ({ caller }) => (caller.kind === 'anonymous' ? undefined : caller.kind === 'service'),
  'aws:PrincipalServiceName': ({ caller }) => (caller.kind === 'service' ? caller.name : undefined),
  'aws:PrincipalServiceNamesList': ({ caller }) => (caller.kind === 'service' ? [caller.name] : undefined),
  // Only where a service calls by itself for a resource: the sessions of a role that it assumed have neither.
  'aws:SourceArn': ({ caller }) => (caller.kind === 'service' ? caller.source?.arn : undefined),
  'aws:SourceAccount': ({ caller }) => (caller.kind === 'service' ? caller.source?.account : undefined),
  'aws:SourceOrgID': ({ places }) => places?.source?.organization,
  'aws:SourceOrgPaths': ({ places }) => pathsOf(places?.source),
  'aws:PrincipalOrgID': ({ places }) => places?.principal?.organization,
  'aws:PrincipalOrgPaths': ({ places }) => pathsOf(places?.principal),
  'aws:ResourceAccount': ({ owner }) => owner,
  'aws:ResourceOrgID': ({ places }) => places?.resource?.organization,
  'aws:ResourceOrgPaths': ({ places }) => pathsOf(places?.resource),
  'aws:RequestedRegion': ({ region }) => region,
  'aws:CurrentTime': ({ now }) => now,
  'aws:EpochTime': ({ now }) => Math.floor(now.getTime() / 1000),
  // A service always calls over TLS.
  'aws:SecureTransport': (at) => at.viaService !== undefined || connection(at).tls !== undefined,
  'aws:ViaAWSService': ({ viaService }) => viaService !== undefined,
  // A call that a service makes on the caller's behalf does not come from the caller's address.
  'aws:SourceIp': (at) =>
    at.viaService === undefined && at.caller.kind !== 'service' ? connection(at).sourceIp : undefined,
  'aws:UserAgent': (at) => at.viaService ?? connection(at).userAgent,
  'aws:referer': (at) => (at.viaService === undefined ? connection(at).referer : undefined),
};

const pathsOf = (place: OrganizationPlace | undefined) => place && [place.path];

/** The global keys show the same for every service. */
const connection = ({ origin = PROCESS }: Circumstances) => connectionOf(origin, '');

const byKey = new Map(Object.entries(sources).map(([name, source]) => [name.toLowerCase(), { name, source }]));

const TAG = 'aws:principaltag/';

/** The global keys, overridden by those of the request itself. */
export class RequestContext implements Context {
  readonly #circumstances: Circumstances;
  readonly #own: ConditionContext;
  #record: RecordContext | undefined;

  constructor(circumstances: Circumstances, own: ConditionContext = {}) {
    this.#circumstances = circumstances;
    this.#own = own;
  }

  values(key: string, spelled?: string): readonly string[] | undefined {
    const global = byKey.get(key);
    if (global) {
      const value = this.#global(global.name, global.source);
      return value === undefined ? undefined : texts(value);
    }
    if (key.startsWith(TAG)) return tagValues(tagsOf(this.#circumstances.caller), key.slice(TAG.length));
    this.#record ??= new RecordContext(this.#own);
    return this.#record.values(key, spelled);
  }

  entries(): Readonly<Record<string, string | readonly string[]>> {
    const entries: Record<string, string | readonly string[]> = {};
    for (const [name, source] of Object.entries(sources)) {
      const value = this.#global(name, source);
      if (value !== undefined) entries[name] = shown(value);
    }
    const tags = tagsOf(this.#circumstances.caller);
    for (const key of Object.keys(tags)) entries[`aws:PrincipalTag/${key}`] = tags[key] ?? '';
    return { ...entries, ...new RecordContext(this.#own).entries() };
  }

  /** A value that the operation sets for a global key wins, even undefined; operations spell keys as AWS does. */
  #global(name: string, source: Source): ContextValue | undefined {
    return name in this.#own ? this.#own[name] : source(this.#circumstances);
  }
}

/** For a session, the role's ARN with its path, never the session's ARN. */
function principalArn(caller: Caller): string | undefined {
  if (caller.kind === 'service' || caller.kind === 'anonymous') return undefined;
  return caller.kind === 'role-session' ? caller.roleArn : caller.arn;
}

const principalTypes = {
  user: 'User',
  'role-session': 'AssumedRole',
  'federated-user': 'FederatedUser',
  root: 'Account',
  service: undefined,
  anonymous: 'Anonymous',
} as const satisfies Record<Caller['kind'], string | undefined>;

const issuedAt = (caller: Caller): Date | undefined =>
  caller.kind === 'service' || caller.kind === 'anonymous' ? undefined : caller.issuedAt;

const NO_TAGS: Tags = {};
const tagsOf = (caller: Caller): Tags => ('tags' in caller ? caller.tags : NO_TAGS);

/** The values of all tags with this key, ignoring case. */
function tagValues(tags: Tags, key: string): readonly string[] | undefined {
  let values: string[] | undefined;
  for (const name in tags) {
    if (lowerCase(name) !== key) continue;
    values ??= [];
    values.push(tags[name] ?? '');
  }
  return values;
}

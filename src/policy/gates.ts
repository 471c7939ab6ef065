/** The gates that a request passes through, each with its policies and the request as those policies see it. */

import type { AccountId } from '../api/arn.ts';
import type { GrantPermission, NearGrant, ResourcePolicy, ServiceRule, UnsentKeys } from './access.ts';
import { type Padding, requestResource } from './arn-pattern.ts';
import type { Caller } from './caller.ts';
import { type Context, HidingContext, lowerCase } from './context.ts';
import type { ControlTarget, GateKind } from './decision.ts';
import type { PolicyDocument, Statement } from './policy-document.ts';
import { type PrincipalBindings, type Strength, strength } from './principal-pattern.ts';
import { applies, type Facts, type Subject } from './statement.ts';

/** A caller, an action and a resource, with the context of the request. */
export interface AccessRequest {
  readonly caller: Caller;
  readonly action: string;
  /** The resource's ARN; `*` for an action that has no resource. */
  readonly resource: string;
  /** For an action without a resource: an ARN that policies may name nevertheless, such as `arn:aws:s3:::*`. */
  readonly wildcardArn?: string | undefined;
  /** The account that owns the resource. */
  readonly owner: AccountId;
  /** All condition keys. */
  readonly context: Context;
  /** Set when the call can succeed without this permission: what the answer changes. */
  readonly decidesOnly?: string | undefined;
  /** Why a service makes this request for the caller, as a sentence. */
  readonly asked?: string | undefined;
  readonly unsent?: UnsentKeys | undefined;
}

export interface NamedPolicy {
  /** Its name for a person: `AdministratorAccess`, `inline policy reports`, `key policy`. */
  readonly name: string;
  readonly arn?: string | undefined;
  readonly document: PolicyDocument;
  /** For a setting that counts as a policy: how to remove it. */
  readonly lift?: string | undefined;
  /** For a rule of a service that counts as a policy: what callers whom it does not let in are shown. */
  readonly ifSilent?: ServiceRule['ifSilent'] | undefined;
  /** Set for a policy that is attached but does not exist: its document has no statements, so it allows nothing. */
  readonly isUnknown?: true | undefined;
}

/** A policy that is attached but that nobody has: a gate with nothing but it never opens. */
export const unknownPolicy = (name: string, arn: string): NamedPolicy => ({
  name,
  arn,
  document: NO_STATEMENTS,
  isUnknown: true,
});

const NO_STATEMENTS: PolicyDocument = {
  version: undefined,
  id: undefined,
  statements: [],
  about: () => [],
  json: () => ({ Version: '2012-10-17', Statement: [] }),
  text: () => '{"Version":"2012-10-17","Statement":[]}',
};

/** The policies at one level of an organization. */
export interface ControlLevel {
  readonly target: ControlTarget;
  readonly policies: readonly NamedPolicy[];
}

/** Every policy that bears on a request. An absent member: the gate does not concern the caller or the resource. */
export interface Policies {
  /** The caller's own, its groups' or its role's. */
  readonly identity?: readonly NamedPolicy[] | undefined;
  readonly boundary?: NamedPolicy | undefined;
  readonly session?: readonly NamedPolicy[] | undefined;
  readonly resource?: AttachedPolicy | undefined;
  /** For the caller's account, from the root of the organization down. */
  readonly serviceControl?: readonly ControlLevel[] | undefined;
  /** For the resource owner's account, from the root of the organization down. */
  readonly resourceControl?: readonly ControlLevel[] | undefined;
  readonly grants?: readonly GrantPermission[] | undefined;
  /** For a denied request: grants that would have allowed it if their constraints had been met. */
  readonly nearGrants?: readonly NearGrant[] | undefined;
}

/** A resource's policy; without a document, nothing is attached. */
export interface AttachedPolicy {
  readonly kind: ResourcePolicy['kind'];
  readonly name: string;
  readonly document?: PolicyDocument | undefined;
  readonly principals?: PrincipalBindings | undefined;
  /** Set for a policy that nobody can change. */
  readonly isFixed?: boolean | undefined;
  /** Denies in addition to the document. */
  readonly setting?: NamedPolicy | undefined;
  /** Allows in place of the document. */
  readonly rule?: NamedPolicy | undefined;
}

/** One gate that applies to the request. */
export interface Gate {
  readonly kind: Exclude<GateKind, 'grant'>;
  /** Each level must allow; within a level, one policy is enough. */
  readonly levels: readonly (readonly NamedPolicy[])[];
  /** For control policies: what each level is. */
  readonly targets?: readonly ControlTarget[] | undefined;
  readonly subject: Subject;
}

/** The statement that decided something. */
export interface Hit {
  readonly gate: Gate['kind'];
  readonly policy: NamedPolicy;
  readonly statement: Statement;
  /** The level of the organization that the policy is attached to. */
  readonly target?: ControlTarget | undefined;
}

/** The outcome of a gate. */
export interface GateResult {
  readonly deny?: Hit | undefined;
  /** The strongest statement that allows. */
  readonly allow?: Hit | undefined;
  readonly reach: Strength;
}

/**
 * Service control policies do not apply to services and anonymous callers; callers of other accounts have their own.
 */
const isControlled = ({ kind }: Caller) => kind !== 'service' && kind !== 'anonymous';

/** AWS Organizations User Guide, "Resource control policies (RCPs)", services that support RCPs, and their exceptions. */
const isResourceControlled = (action: string) => /^(?:s3|kms|sts):/.test(action) && action !== 'kms:retiregrant';

/** Amazon S3 User Guide, "Bucket policies": the owner's root user can always repair the policy. */
const MENDING = new Set(['s3:getbucketpolicy', 's3:putbucketpolicy', 's3:deletebucketpolicy']);

/** The gates that concern a request, in the order in which their denies are reported. */
export function gatesOf(request: AccessRequest, policies: Policies): Gate[] {
  const { caller, owner, context, wildcardArn } = request;
  const { identity, boundary, session, resource, serviceControl, resourceControl } = policies;
  const facts: Facts = {
    caller,
    action: lowerCase(request.action),
    resource: requestResource(request.resource),
    wildcardArn: wildcardArn === undefined ? undefined : requestResource(wildcardArn),
    hasBoundary: boundary !== undefined,
  };
  const gates: Gate[] = [];
  if (resourceControl && isResourceControlled(facts.action)) {
    const subject = unnamed(facts, context, 'never');
    gates.push(control('resource-control-policy', resourceControl, subject));
  }
  if (serviceControl && isControlled(caller)) {
    const subject = unnamed(facts, context, 'after-star');
    gates.push(control('service-control-policy', serviceControl, subject));
  }
  if (resource) {
    const mends = caller.kind === 'root' && caller.account === owner && MENDING.has(facts.action);
    const { name, document, setting, rule } = resource;
    const written = document && !mends ? [{ name, document }] : [];
    gates.push({
      kind: 'resource-policy',
      levels: [setting || rule ? [...(setting ? [setting] : []), ...written, ...(rule ? [rule] : [])] : written],
      subject: named(facts, context, resource),
    });
  }
  const own = unnamed(facts, context, 'always');
  if (identity) gates.push({ kind: 'identity-policy', levels: [identity], subject: own });
  if (boundary) gates.push({ kind: 'permissions-boundary', levels: [[boundary]], subject: own });
  if (session) gates.push({ kind: 'session-policy', levels: [session], subject: own });
  return gates;
}

const unnamed = (facts: Facts, context: Context, padding: Padding): Subject => ({
  facts,
  context,
  padding,
  names: 'nobody',
  bindings: undefined,
  impliesResource: false,
});

const named = (facts: Facts, context: Context, { kind, principals }: AttachedPolicy): Subject => ({
  facts,
  // AWS KMS Developer Guide, "kms:ResourceAliases": not available in key policies.
  context: kind === 'key-policy' ? new HidingContext(context, 'kms:resourcealiases') : context,
  padding: 'after-star',
  names: 'principals',
  bindings: principals,
  impliesResource: kind === 'trust-policy',
});

const control = (kind: Gate['kind'], levels: readonly ControlLevel[], subject: Subject): Gate => ({
  kind,
  levels: levels.map(({ policies }) => policies),
  targets: levels.map(({ target }) => target),
  subject,
});

/** The outcome of a gate: a Deny anywhere ends it, and every level needs an Allow. */
export function sweep({ kind, levels, targets, subject }: Gate): GateResult {
  let allow: Hit | undefined;
  let reach: Strength = strength.none;
  let isOpen = levels.length > 0;
  for (let i = 0; i < levels.length; i += 1) {
    const policies = levels[i] ?? [];
    let here: Strength = strength.none;
    for (const policy of policies) {
      for (const statement of policy.document.about(subject.facts.action)) {
        const found = applies(statement, subject);
        if (found === strength.none) continue;
        const hit: Hit = { gate: kind, policy, statement, target: targets?.[i] };
        if (statement.effect === 'Deny') return { deny: hit, reach: strength.none };
        if (found > here) here = found;
        if (found > reach || allow === undefined) {
          allow = hit;
          reach = found;
        }
      }
    }
    if (here === strength.none) isOpen = false;
  }
  return isOpen ? { allow, reach } : { reach: strength.none };
}

/** The outcome of each level of a gate with control policies. */
export const sweepLevels = (gate: Gate): readonly { readonly target: ControlTarget; readonly result: GateResult }[] =>
  (gate.targets ?? []).map((target, i) => ({
    target,
    result: sweep({ ...gate, levels: gate.levels.slice(i, i + 1), targets: [target] }),
  }));

/** The strongest way in which any of the grants names the caller. */
export function grantReach(
  grants: readonly GrantPermission[],
  caller: Caller,
): { readonly grant?: GrantPermission | undefined; readonly reach: Strength } {
  let best: GrantPermission | undefined;
  let reach: Strength = strength.none;
  for (const grant of grants) {
    const one = granteeReach(grant, caller);
    if (one > reach) {
      best = grant;
      reach = one;
    }
  }
  return { grant: best, reach };
}

function granteeReach({ granteePrincipal, granteeId }: GrantPermission, caller: Caller): Strength {
  const is = (arn: string, id: string) => (granteeId === undefined ? granteePrincipal === arn : granteeId === id);
  switch (caller.kind) {
    case 'anonymous':
      return strength.none;
    case 'service':
      return granteePrincipal === caller.name ? strength.direct : strength.none;
    case 'user':
      if (is(caller.arn, caller.userId)) return strength.direct;
      break;
    case 'role-session':
      if (granteePrincipal === caller.arn) return strength.direct;
      if (is(caller.roleArn, caller.roleId)) return strength.role;
      break;
    case 'federated-user':
      if (granteePrincipal === caller.arn) return strength.direct;
      if (is(caller.baseUserArn, caller.baseUserId)) return strength.baseUser;
      break;
    case 'root':
      break;
  }
  if (granteePrincipal !== `arn:aws:iam::${caller.account}:root` && granteePrincipal !== caller.account) {
    return strength.none;
  }
  return caller.kind === 'root' ? strength.direct : strength.account;
}

/** The authorize step: gathers everything relevant to a permission from the store and has it evaluated. */

import { serviceFactsOf } from '../api/service-facts.ts';
import type { Call } from '../call/operation.ts';
import type { Access, ResourcePolicy } from '../policy/access.ts';
import { type Caller, callerAccount, isServiceLinked } from '../policy/caller.ts';
import type { Decision } from '../policy/decision.ts';
import { evaluate } from '../policy/evaluate.ts';
import type { AccessRequest, AttachedPolicy, Policies } from '../policy/gates.ts';
import { type Places, RequestContext } from '../policy/global-context.ts';
import { loadPolicy } from '../policy/policy-document.ts';
import { statedFor } from '../policy/stated-context.ts';
import { callerPolicies } from './caller-policies.ts';
import { controlLevels, type Standing, standingOf } from './organization.ts';

/** The parts of a call that a decision depends on. */
export type Circumstance = Pick<Call, 'caller' | 'region' | 'now' | 'tx' | 'viaService'> &
  Partial<Pick<Call, 'asked' | 'origin' | 'stated'>>;

/** What the evaluator is asked, and every policy of the store that bears on it. */
export interface Question {
  readonly request: AccessRequest;
  readonly policies: Policies;
}

/** Decides whether a call's caller has a permission. */
export function decide(access: Access, call: Circumstance): Decision {
  const { request, policies } = questionOf(access, call);
  const decision = evaluate(request, policies);
  const nearGrants = decision.allowed ? undefined : access.nearGrants?.();
  return nearGrants?.length ? evaluate(request, { ...policies, nearGrants }) : decision;
}

/** Gathers what a decision about a call's caller depends on. */
export function questionOf(access: Access, call: Circumstance): Question {
  const { action, resource, owner, grants, decidesOnly, unsent } = access;
  const { caller, now, viaService, asked, origin, stated } = call;
  const context = stated
    ? { ...access.context, ...statedFor(action, stated, { isOwn: viaService === undefined }) }
    : access.context;
  const region = isGlobal(action) ? 'us-east-1' : call.region;
  const { standing, ...own } = callerPolicies(caller, call.tx);
  const owning = callerAccount(caller) === owner ? standing : standingOf(owner, call.tx);
  const request: AccessRequest = {
    caller,
    action,
    resource,
    wildcardArn: resource === '*' ? wildcardArnOf(access, call) : undefined,
    owner,
    context: new RequestContext(
      { caller, owner, region, now, viaService, origin, places: placesOf(caller, standing, owning, call) },
      context,
    ),
    decidesOnly,
    asked,
    unsent,
  };
  const policies: Policies = {
    ...own,
    resource: access.resourcePolicy && attached(access.resourcePolicy, access),
    resourceControl: owning && resourceControl(access, caller, owning, call),
    grants,
  };
  return { request, policies };
}

/** Those of the owner's organization, unless they do not concern the caller or the resource. */
function resourceControl({ isAwsManaged }: Access, caller: Caller, owning: Standing, { tx }: Circumstance) {
  return isAwsManaged || isServiceLinked(caller) ? undefined : controlLevels(owning, 'RESOURCE_CONTROL_POLICY', tx);
}

/** Where those whom a request is about are in organizations; undefined if none of them is in one. */
function placesOf(
  caller: Caller,
  principal: Standing | undefined,
  resource: Standing | undefined,
  { tx }: Circumstance,
): Places | undefined {
  const source = caller.kind === 'service' && caller.source ? standingOf(caller.source.account, tx) : undefined;
  if (!principal && !resource && !source) return undefined;
  return { principal: placeOf(principal), resource: placeOf(resource), source: placeOf(source) };
}

const placeOf = (standing: Standing | undefined) =>
  standing && { organization: standing.organization.id, path: standing.path };

const isGlobal = (action: string): boolean => serviceFactsOf(action.slice(0, action.indexOf(':')))?.isGlobal ?? false;

const policyNames = {
  'key-policy': 'key policy',
  'bucket-policy': 'bucket policy',
  'trust-policy': 'trust policy',
} as const satisfies Record<ResourcePolicy['kind'], string>;

function attached(
  { kind, document, principals, setting, rule }: ResourcePolicy,
  { isAwsManaged }: Access,
): AttachedPolicy {
  return {
    kind,
    name: policyNames[kind],
    document: document === undefined ? undefined : loadPolicy(document),
    principals,
    isFixed: isAwsManaged,
    setting: setting && { name: setting.name, lift: setting.lift, document: loadPolicy(setting.document) },
    rule: rule && { name: rule.name, ifSilent: rule.ifSilent, document: loadPolicy(rule.document) },
  };
}

/**
 * Policies may name a service's ARNs even if an action has no resource: Amazon S3 User Guide, "User policy examples"
 * (ListAllMyBuckets), and AWS KMS Developer Guide, "Using IAM policies with AWS KMS" (CreateKey).
 */
function wildcardArnOf({ action }: Access, { caller, region }: Circumstance): string | undefined {
  if (action.startsWith('s3:')) return 'arn:aws:s3:::*';
  const account = callerAccount(caller);
  return action.startsWith('kms:') && account !== undefined ? `arn:aws:kms:${region}:${account}:*` : undefined;
}

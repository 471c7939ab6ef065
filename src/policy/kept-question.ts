/** The question behind a denial as a text that can be kept with it, so that it can be asked again with changes. */

import type { Caller } from './caller.ts';
import { RecordContext } from './context.ts';
import type { Decision } from './decision.ts';
import type { Question } from './evaluate.ts';
import type { AttachedPolicy, ControlLevel, NamedPolicy, Policies } from './gates.ts';
import { loadPolicy } from './policy-document.ts';

/** A policy with its document as text. */
interface KeptPolicy extends Omit<NamedPolicy, 'document'> {
  readonly document: string;
}

interface KeptPolicies extends Pick<Policies, 'grants' | 'nearGrants'> {
  readonly identity?: readonly KeptPolicy[] | undefined;
  readonly boundary?: KeptPolicy | undefined;
  readonly session?: readonly KeptPolicy[] | undefined;
  readonly resource?: KeptAttached | undefined;
  readonly serviceControl?: readonly KeptLevel[] | undefined;
  readonly resourceControl?: readonly KeptLevel[] | undefined;
}

interface KeptAttached extends Omit<AttachedPolicy, 'document' | 'setting' | 'rule'> {
  readonly document?: string | undefined;
  readonly setting?: KeptPolicy | undefined;
  readonly rule?: KeptPolicy | undefined;
}

interface KeptLevel extends Omit<ControlLevel, 'policies'> {
  readonly policies: readonly KeptPolicy[];
}

interface Kept {
  readonly caller: Omit<Caller, 'issuedAt'> & { readonly issuedAt?: string | undefined };
  readonly owner: string;
  readonly wildcardArn?: string | undefined;
  readonly policies: KeptPolicies;
}

/** Rows of refusals are kept by the thousand: characters of policies in one of them. */
const MOST = 64 * 1024;

/** The text; undefined if it would be too long. What the decision itself has is not in it. */
export function keptQuestion({ request, policies }: Question): string | undefined {
  const { caller, owner, wildcardArn } = request;
  if (sizeOf(policies) > MOST) return undefined;
  return JSON.stringify({ caller: keptCaller(caller), owner, wildcardArn, policies: keptPolicies(policies) });
}

/** The characters of all documents: what would be too long is not written first. */
function sizeOf({ identity, boundary, session, resource, serviceControl, resourceControl }: Policies): number {
  const levels = [...(serviceControl ?? []), ...(resourceControl ?? [])].flatMap((level) => level.policies);
  const named = [identity, boundary, session, resource?.setting, resource?.rule, levels].flatMap((each) => each ?? []);
  const documents = [...named.map(({ document }) => document), ...(resource?.document ? [resource.document] : [])];
  return documents.reduce((size, document) => size + document.text().length, 0);
}

/** What a caller is to policies: nothing of its credentials. The policies of a session are among the others. */
const CALLER_MEMBERS: ReadonlySet<string> = new Set([
  ...['kind', 'account', 'arn', 'name', 'tags', 'issuedAt', 'source', 'sourceIdentity'],
  ...['userId', 'roleId', 'roleName', 'roleArn', 'sessionName', 'sessionPolicyArns', 'baseUserArn', 'baseUserId'],
]);

const keptCaller = (caller: Caller): object =>
  Object.fromEntries(Object.entries(caller).filter(([member]) => CALLER_MEMBERS.has(member)));

const kept = ({ document, ...others }: NamedPolicy): KeptPolicy => ({ ...others, document: document.text() });

const read = ({ document, ...others }: KeptPolicy): NamedPolicy => ({ ...others, document: loadPolicy(document) });

function keptPolicies(policies: Policies): KeptPolicies {
  const { identity, boundary, session, resource, serviceControl, resourceControl, grants, nearGrants } = policies;
  const level = (each: ControlLevel): KeptLevel => ({ ...each, policies: each.policies.map(kept) });
  return {
    identity: identity?.map(kept),
    boundary: boundary && kept(boundary),
    session: session?.map(kept),
    resource: resource && {
      ...resource,
      document: resource.document?.text(),
      setting: resource.setting && kept(resource.setting),
      rule: resource.rule && kept(resource.rule),
    },
    serviceControl: serviceControl?.map(level),
    resourceControl: resourceControl?.map(level),
    grants,
    nearGrants,
  };
}

/** The question that a kept decision answered. */
export function readQuestion(text: string, decision: Decision): Question {
  const { action, resource, context, decidesOnly, asked } = decision;
  // `keptQuestion` wrote it.
  const { caller, owner, wildcardArn, policies } = JSON.parse(text) as Kept;
  const { identity, boundary, session, serviceControl, resourceControl } = policies;
  const level = (each: KeptLevel): ControlLevel => ({ ...each, policies: each.policies.map(read) });
  const { issuedAt } = caller;
  return {
    request: {
      caller: { ...caller, ...(issuedAt !== undefined && { issuedAt: new Date(issuedAt) }) } as Caller,
      action,
      resource,
      wildcardArn,
      owner,
      context: new RecordContext(context),
      decidesOnly,
      asked,
    },
    policies: {
      ...policies,
      identity: identity?.map(read),
      boundary: boundary && read(boundary),
      session: session?.map(read),
      resource: policies.resource && {
        ...policies.resource,
        document: policies.resource.document === undefined ? undefined : loadPolicy(policies.resource.document),
        setting: policies.resource.setting && read(policies.resource.setting),
        rule: policies.resource.rule && read(policies.resource.rule),
      },
      serviceControl: serviceControl?.map(level),
      resourceControl: resourceControl?.map(level),
    },
  };
}

/** Managed policies, the account's own and AWS's: IAM User Guide, "Managed policies and inline policies". */

import { type AccountId, isAccountId, parseArn } from '../api/arn.ts';
import { AwsError } from '../api/errors.ts';
import { type Call, operation } from '../call/operation.ts';
import type { Access, ConditionContext } from '../policy/access.ts';
import { type AwsManagedPolicy, awsManagedPolicies, awsManagedPolicy } from '../policy/aws-managed-policies.ts';
import { checkIdentityPolicy } from '../policy/identity-policy-check.ts';
import type { ManagedPolicyRecord } from '../store/records/iam.ts';
import type { Tx } from '../store/tables.ts';
import { AbsentEntity } from './absent-entity.ts';
import { auditFields } from './audit-text.ts';
import { policyKey } from './caller-policies.ts';
import { customerPoliciesOf } from './entities.ts';
import { newEntityId } from './entity-id.ts';
import { tagContext, tagList, withTags } from './entity-tags.ts';
import { requestAccount, resourceTagContext } from './identity.ts';
import { lowerName, pageOf } from './listing.ts';
import { countedSize, iamQuotas, limitExceeded } from './quota.ts';

/** IAM User Guide, "IAM and AWS STS quotas": managed policy size, without white space. */
const MAX_SIZE = iamQuotas.policySize;

/** A managed policy from either source. */
export type FoundPolicy =
  | { readonly kind: 'customer'; readonly record: ManagedPolicyRecord }
  | { readonly kind: 'aws'; readonly record: AwsManagedPolicy };

export const CreatePolicy = operation('iam', 'CreatePolicy', {
  resolve: ({ PolicyName, Path = '/' }, call) => {
    const account = requestAccount(call);
    return { account, name: PolicyName, path: Path, arn: `arn:aws:iam::${account}:policy${Path}${PolicyName}` };
  },
  authorize({ account, arn }, { Tags }): Access[] {
    const access = (action: string): Access => ({ action, resource: arn, owner: account, context: tagContext(Tags) });
    return [access('iam:CreatePolicy'), ...(Tags?.length ? [access('iam:TagPolicy')] : [])];
  },
  run({ account, name, path, arn }, { PolicyDocument, Description, Tags = [] }, call) {
    const { tx, now, random } = call;
    if (isTaken(name, account, tx)) {
      throw new AwsError(
        'EntityAlreadyExists',
        `A policy called ${name} already exists. Duplicate names are not allowed.`,
      );
    }
    acceptManagedDocument(PolicyDocument, call);
    const createdMs = now.getTime();
    const record: ManagedPolicyRecord = {
      v: 1,
      account,
      arn,
      name,
      path,
      id: newEntityId('ANPA', random),
      createdMs,
      updatedMs: createdMs,
      description: Description,
      tags: withTags({}, Tags),
      versions: { 1: { document: PolicyDocument, createdMs } },
      defaultVersion: 'v1',
      lastVersion: 1,
    };
    tx.managedPolicies.put(policyKey(arn), record);
    return { Policy: { ...policyOf({ kind: 'customer', record }, tx, account), Description: undefined } };
  },
  response: (output) => auditFields(output),
});

/** Names are unique in an account whatever their path and case: IAM API Reference, CreatePolicy, PolicyName. */
function isTaken(name: string, account: AccountId, tx: Tx): boolean {
  for (const policy of customerPoliciesOf(account, tx)) if (lowerName(policy) === name.toLowerCase()) return true;
  return false;
}

export const GetPolicy = operation('iam', 'GetPolicy', {
  resolve: ({ PolicyArn }, call) => requirePolicy(PolicyArn, call),
  authorize: (policy, _input, call) => policyAccess('GetPolicy', policy, call),
  run: (policy, _input, call) => ({ Policy: policyOf(policy, call.tx, requestAccount(call)) }),
});

/** AWS's policies and the account's own, or one of the two by scope. */
export const ListPolicies = operation('iam', 'ListPolicies', {
  resolve: (_input, call) => requestAccount(call),
  authorize: (account, { PathPrefix = '/' }) => [
    { action: 'iam:ListPolicies', resource: `arn:aws:iam::${account}:policy${PathPrefix}`, owner: account },
  ],
  run(account, { Scope = 'All', OnlyAttached = false, PathPrefix = '/', PolicyUsageFilter, ...request }, { tx }) {
    const use = PolicyUsageFilter === 'PermissionsBoundary' ? 'boundary' : 'policy';
    const isWanted = (policy: FoundPolicy): boolean => {
      if (!policy.record.path.startsWith(PathPrefix)) return false;
      if (!OnlyAttached && PolicyUsageFilter === undefined) return true;
      const { attached, bounding } = usesOf(policy.record.arn, account, tx);
      return (use === 'boundary' ? bounding : attached) > 0;
    };
    const { items, ...more } = pageOf(
      request,
      (after) => filtered(allPolicies(account, Scope, after, tx), isWanted),
      ({ record }) => record.arn,
    );
    const Policies = items.map((policy) => ({
      ...policyOf(policy, tx, account),
      Description: undefined,
      Tags: undefined,
    }));
    return { Policies, ...more };
  },
});

/** Only if it is not attached anywhere and has no version other than the default. */
export const DeletePolicy = operation('iam', 'DeletePolicy', {
  resolve: ({ PolicyArn }, call) => requireOwnPolicy(PolicyArn, call),
  authorize: (record, _input, call) => policyAccess('DeletePolicy', { kind: 'customer', record }, call),
  run(record, _input, { tx }) {
    const { attached, bounding } = usesOf(record.arn, record.account, tx);
    if (attached + bounding > 0) throw new AwsError('DeleteConflict', 'Cannot delete a policy attached to entities.');
    if (Object.keys(record.versions).length > 1) {
      throw new AwsError(
        'DeleteConflict',
        "This policy has more than one version. Before you delete a policy, you must delete the policy's versions. The default version is deleted with the policy.",
      );
    }
    tx.managedPolicies.remove(policyKey(record.arn));
  },
});

/** @throws ValidationError, in IAM's words, when the text is not the ARN of a managed policy. */
export function requirePolicyArn(arn: string): void {
  if (!isPolicyArn(arn))
    throw new AwsError(
      'ValidationError',
      'Invalid ARN:  Could not be parsed!',
      {},
      `"${arn}" is not the ARN of a policy: it is arn:aws:iam::ACCOUNT:policy/NAME, or arn:aws:iam::aws:policy/NAME of AWS's own`,
    );
}

/** Whether a text has the form of a managed policy's ARN, an account's or AWS's. */
export function isPolicyArn(text: string): boolean {
  const arn = parseArn(text);
  if (arn?.service !== 'iam' || arn.region !== '' || !arn.resource.startsWith('policy/')) return false;
  return arn.partition === 'aws' && (arn.account === 'aws' || isAccountId(arn.account));
}

/** @throws NoSuchEntity, ValidationError when the text is not the ARN of a managed policy. */
export function requirePolicy(arn: string, call: Call): FoundPolicy {
  requirePolicyArn(arn);
  const record = findPolicy(arn, call);
  if (!record) throw new AbsentEntity(`Policy ${arn} was not found.`, { resource: arn, owner: requestAccount(call) });
  return record;
}

/** A managed policy visible to the account: its own or AWS's. */
export function findPolicy(arn: string, call: Call): FoundPolicy | undefined {
  const ofAws = awsManagedPolicy(arn);
  if (ofAws) return { kind: 'aws', record: ofAws };
  const [account, pathAndName] = policyKey(arn);
  const record = isAccountId(account) ? call.tx.managedPolicies.get([account, pathAndName]) : undefined;
  return record?.account === requestAccount(call) ? { kind: 'customer', record } : undefined;
}

/** @throws AccessDenied for AWS's own, which cannot be changed. */
export function requireOwnPolicy(arn: string, call: Call): ManagedPolicyRecord {
  const policy = requirePolicy(arn, call);
  if (policy.kind === 'customer') return policy.record;
  throw new AwsError(
    'AccessDenied',
    `Policy ${arn} is managed by AWS and cannot be changed`,
    {},
    'create a policy of your own with ssebox iam create-policy, and attach that',
  );
}

/** The permission for an operation on a managed policy. */
export const policyAccess = (
  operation: string,
  policy: FoundPolicy,
  call: Call,
  context: ConditionContext = {},
): readonly Access[] => [
  {
    action: `iam:${operation}`,
    resource: policy.record.arn,
    owner: requestAccount(call),
    context: { ...(policy.kind === 'customer' && resourceTagContext(policy.record.tags)), ...context },
  },
];

/** @throws MalformedPolicyDocument or LimitExceeded */
export function acceptManagedDocument(document: string, call: Call): void {
  checkIdentityPolicy(document);
  if (countedSize(document) > MAX_SIZE) throw limitExceeded('PolicySize', MAX_SIZE);
  call.afterwards({ kind: 'policy-accepted', document, type: 'identity', holder: 'managed policy' });
}

/** A managed policy in AWS's format, with its uses in one account, the caller's, even if AWS manages the policy. */
export function policyOf(policy: FoundPolicy, tx: Tx, account: AccountId) {
  const { record } = policy;
  const { attached, bounding } = usesOf(record.arn, account, tx);
  const tags = policy.kind === 'customer' ? tagList(policy.record.tags) : [];
  return {
    PolicyName: record.name,
    PolicyId: record.id,
    Arn: record.arn,
    Path: record.path,
    DefaultVersionId: policy.kind === 'customer' ? policy.record.defaultVersion : policy.record.version,
    AttachmentCount: attached,
    PermissionsBoundaryUsageCount: bounding,
    IsAttachable: true,
    Description: record.description,
    CreateDate: new Date(record.createdMs),
    UpdateDate: new Date(record.updatedMs),
    Tags: tags.length > 0 ? tags : undefined,
  };
}

/** The number of an account's entities to which the policy is attached, and the number that it bounds. */
export function usesOf(arn: string, account: string, tx: Tx): { attached: number; bounding: number } {
  const uses = { attached: 0, bounding: 0 };
  for (const { value } of tx.policyUses.under([arn])) {
    if (value.account !== account) continue;
    if (value.as === 'policy') uses.attached++;
    else uses.bounding++;
  }
  return uses;
}

/** The policies of a scope: the account's own by path and name, then AWS's by name. */
function* allPolicies(
  account: string,
  scope: 'All' | 'AWS' | 'Local',
  after: string | undefined,
  tx: Tx,
): Iterable<FoundPolicy> {
  const isAfterOwn = after !== undefined && awsManagedPolicy(after) !== undefined;
  if (scope !== 'AWS' && !isAfterOwn) {
    const range = after === undefined ? {} : { start: policyKey(after), after: true };
    for (const { value } of tx.managedPolicies.under([account], range)) yield { kind: 'customer', record: value };
  }
  if (scope === 'Local') return;
  const at = isAfterOwn ? awsManagedPolicies.findIndex(({ arn }) => arn === after) : -1;
  for (const record of awsManagedPolicies.slice(at + 1)) yield { kind: 'aws', record };
}

function* filtered<T>(items: Iterable<T>, isWanted: (item: T) => boolean): Iterable<T> {
  for (const item of items) if (isWanted(item)) yield item;
}

/** A policy of an organization: its own, or one that AWS manages. */

import { AwsError } from '../api/errors.ts';
import type { PolicySummary } from '../api/model/organizations.types.ts';
import type { Call } from '../call/operation.ts';
import { policyArn } from '../iam/organization.ts';
import type { Access, ConditionContext } from '../policy/access.ts';
import type { Tags } from '../policy/caller.ts';
import { type AwsOrganizationPolicy, awsOrganizationPolicy } from '../policy/organization-policies.ts';
import type {
  ControlPolicyType,
  OrganizationPolicyRecord,
  OrganizationRecord,
} from '../store/records/organizations.ts';
import type { Tx } from '../store/tables.ts';
import { organizationsAccess, resourceTags } from './organization.ts';
import { invalidInput } from './refusal.ts';

export interface Policy {
  readonly id: string;
  readonly arn: string;
  readonly type: ControlPolicyType;
  readonly name: string;
  readonly description: string;
  readonly content: string;
  readonly tags: Tags;
  /** Its row; undefined if AWS manages it. */
  readonly record: OrganizationPolicyRecord | undefined;
}

export const ownPolicy = (record: OrganizationPolicyRecord, organization: OrganizationRecord): Policy => {
  const { id, type, name, description, content, tags } = record;
  return { id, arn: policyArn(organization, record), type, name, description, content, tags, record };
};

export const awsPolicy = ({ document, ...policy }: AwsOrganizationPolicy): Policy => ({
  ...policy,
  content: document,
  tags: {},
  record: undefined,
});

export function findPolicy(id: string, organization: OrganizationRecord, tx: Tx): Policy | undefined {
  const aws = awsOrganizationPolicy(id);
  if (aws) return organization.featureSet === 'ALL' ? awsPolicy(aws) : undefined;
  const record = tx.organizationPolicies.get([organization.id, id]);
  return record && ownPolicy(record, organization);
}

/** @throws PolicyNotFoundException */
export function requirePolicy(id: string, organization: OrganizationRecord, tx: Tx): Policy {
  const policy = findPolicy(id, organization, tx);
  if (policy) return policy;
  throw new AwsError(
    'PolicyNotFoundException',
    "You specified a policy that doesn't exist.",
    {},
    `${id} is not a policy of the organization ${organization.id}`,
  );
}

/** The row of a policy that is to be changed. @throws InvalidInputException for one that AWS manages */
export function requireOwn({ id, record }: Policy): OrganizationPolicyRecord {
  if (record) return record;
  throw invalidInput(
    'IMMUTABLE_POLICY',
    "You specified a policy that is managed by AWS and can't be modified.",
    `${id} is managed by AWS`,
  );
}

/** The permission for a policy. */
export const policyAccess = (
  name: string,
  { arn, type, tags }: Policy,
  call: Pick<Call, 'caller'>,
  context: ConditionContext = {},
): Access =>
  organizationsAccess(name, call, arn, { ...resourceTags(tags), 'organizations:PolicyType': type, ...context });

export const shownSummary = ({ id, arn, name, description, type, record }: Policy): PolicySummary => ({
  Id: id,
  Arn: arn,
  Name: name,
  Description: description,
  Type: type,
  AwsManaged: record === undefined,
});

export const shownPolicy = (policy: Policy) => ({ PolicySummary: shownSummary(policy), Content: policy.content });

/** The policies of an organization: AWS Organizations User Guide, "Authorization policies". */

import { AwsError } from '../api/errors.ts';
import { randomName, SMALL_LETTERS_AND_DIGITS } from '../api/random-name.ts';
import { type Call, operation } from '../call/operation.ts';
import { auditFields } from '../iam/audit-text.ts';
import { awsOrganizationPolicies } from '../policy/organization-policies.ts';
import type {
  ControlPolicyType,
  OrganizationPolicyRecord,
  OrganizationRecord,
} from '../store/records/organizations.ts';
import type { Tx } from '../store/tables.ts';
import { targetsOf } from './attached.ts';
import { organizationsAccess, requireManagement } from './organization.ts';
import { pageOf } from './page.ts';
import {
  awsPolicy,
  ownPolicy,
  type Policy,
  policyAccess,
  requireOwn,
  requirePolicy,
  shownPolicy,
  shownSummary,
} from './policy.ts';
import { acceptContent } from './policy-content.ts';
import { controlPolicyType, policyTypeNotAvailable } from './policy-type.ts';
import { tagContext, withTags } from './tag-rules.ts';

export const CreatePolicy = operation('organizations', 'CreatePolicy', {
  resolve({ Type }, call) {
    const organization = requireManagement(call);
    return { organization, type: controlPolicyType(Type) };
  },
  authorize({ type }, { Tags = [] }, call) {
    const context = { 'organizations:PolicyType': type, ...tagContext(Tags) };
    const access = (name: string) => organizationsAccess(name, call, '*', context);
    return [access('CreatePolicy'), ...(Tags.length > 0 ? [access('TagResource')] : [])];
  },
  run({ organization, type }, { Name, Description, Content, Tags = [] }, call) {
    const { tx, random } = call;
    if (organization.featureSet !== 'ALL') throw policyTypeNotAvailable(organization);
    acceptContent(Content, type, call);
    requireFreeName(Name, type, organization, tx);
    const policy: OrganizationPolicyRecord = {
      v: 1,
      organization: organization.id,
      id: `p-${randomName(10, random, SMALL_LETTERS_AND_DIGITS)}`,
      type,
      name: Name,
      description: Description,
      content: Content,
      tags: withTags({}, Tags),
    };
    putPolicy(policy, call);
    return { Policy: shownPolicy(ownPolicy(policy, organization)) };
  },
  response: (output) => auditFields(output),
});

export const UpdatePolicy = operation('organizations', 'UpdatePolicy', {
  resolve: ({ PolicyId }, call) => resolvePolicy(PolicyId, call),
  authorize: ({ policy }, _input, call) => [policyAccess('UpdatePolicy', policy, call)],
  run({ organization, policy }, { Name, Description, Content }, call) {
    const record = requireOwn(policy);
    if (Content !== undefined) acceptContent(Content, record.type, call);
    if (Name !== undefined && Name !== record.name) requireFreeName(Name, record.type, organization, call.tx);
    const changed: OrganizationPolicyRecord = {
      ...record,
      name: Name ?? record.name,
      description: Description ?? record.description,
      content: Content ?? record.content,
    };
    putPolicy(changed, call);
    return { Policy: shownPolicy(ownPolicy(changed, organization)) };
  },
  response: (output) => auditFields(output),
});

export const DeletePolicy = operation('organizations', 'DeletePolicy', {
  resolve: ({ PolicyId }, call) => resolvePolicy(PolicyId, call),
  authorize: ({ policy }, _input, call) => [policyAccess('DeletePolicy', policy, call)],
  run({ organization, policy }, _input, { tx }) {
    const { id } = requireOwn(policy);
    const [target] = targetsOf(id, organization, tx);
    if (target !== undefined) {
      throw new AwsError(
        'PolicyInUseException',
        'The policy is attached to one or more entities. You must detach it from all roots, OUs, and accounts before performing this operation.',
        {},
        `the policy ${id} is attached to ${target}`,
      );
    }
    tx.organizationPolicies.remove([organization.id, id]);
  },
});

export const DescribePolicy = operation('organizations', 'DescribePolicy', {
  resolve: ({ PolicyId }, call) => resolvePolicy(PolicyId, call),
  authorize: ({ policy }, _input, call) => [policyAccess('DescribePolicy', policy, call)],
  run: ({ policy }) => ({ Policy: shownPolicy(policy) }),
});

export const ListPolicies = operation('organizations', 'ListPolicies', {
  resolve: (_input, call) => requireManagement(call),
  authorize: (_organization, { Filter }, call) => [
    organizationsAccess('ListPolicies', call, '*', { 'organizations:PolicyType': Filter }),
  ],
  run(organization, input, { tx }) {
    const { items, ...more } = pageOf(
      'ListPolicies',
      input,
      (after) => policiesOf(input.Filter, organization, tx, after),
      ({ id }) => id,
    );
    return { Policies: items.map(shownSummary), ...more };
  },
});

/** AWS's first, then the organization's own by their ids. */
function* policiesOf(type: string, organization: OrganizationRecord, tx: Tx, after?: string): Generator<Policy> {
  if (organization.featureSet !== 'ALL') return;
  const aws = awsOrganizationPolicies.find((policy) => policy.type === type);
  if (after === undefined && aws) yield awsPolicy(aws);
  const range = after === undefined || after === aws?.id ? {} : { start: [organization.id, after], after: true };
  for (const { value } of tx.organizationPolicies.under([organization.id], range)) {
    if (value.type === type) yield ownPolicy(value, organization);
  }
}

function resolvePolicy(id: string, call: Call) {
  const organization = requireManagement(call);
  return { organization, policy: requirePolicy(id, organization, call.tx) };
}

function putPolicy(policy: OrganizationPolicyRecord, { tx }: Call): void {
  tx.organizationPolicies.put([policy.organization, policy.id], policy);
}

/** @throws DuplicatePolicyException if a policy of the type has the name. */
function requireFreeName(name: string, type: ControlPolicyType, organization: OrganizationRecord, tx: Tx): void {
  for (const policy of policiesOf(type, organization, tx)) {
    if (policy.name === name) {
      throw new AwsError(
        'DuplicatePolicyException',
        'A policy with the specified name and type already exists.',
        {},
        `the policy ${policy.id} has the name "${name}"`,
      );
    }
  }
}

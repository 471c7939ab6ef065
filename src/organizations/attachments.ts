/** Attaching policies: AWS Organizations User Guide, "Attaching organization policies". */

import { AwsError } from '../api/errors.ts';
import type { PolicyTargetSummary } from '../api/model/organizations.types.ts';
import { type Call, operation } from '../call/operation.ts';
import type { ControlPolicyType, OrganizationRecord } from '../store/records/organizations.ts';
import { attach, attachedTo, detach, isAttached, targetsOf } from './attached.ts';
import {
  accessDenied,
  accountOf,
  organizationsAccess,
  requireManagement,
  requireOrganization,
  resourceTags,
} from './organization.ts';
import { pageOf } from './page.ts';
import { type Policy, policyAccess, requirePolicy, shownSummary } from './policy.ts';
import { isControlPolicyType, policyTypeNotEnabled } from './policy-type.ts';
import { constraintViolation, invalidInput } from './refusal.ts';
import { requireTarget, type Target } from './target.ts';

/** Of each type, on a root, a unit or an account: AWS Organizations User Guide, "Quotas for AWS Organizations". */
const MOST_POLICIES = 5;

export const AttachPolicy = operation('organizations', 'AttachPolicy', {
  resolve: (input, call) => resolvePair(input, call),
  authorize: (pair, _input, call) => pairAccess('AttachPolicy', pair, call),
  run({ organization, policy, target }, _input, { tx }) {
    const attachment = { target: target.id, policy: policy.id, type: policy.type };
    if (!organization.policyTypes.includes(policy.type)) throw policyTypeNotEnabled(policy.type, organization);
    if (isAttached(attachment, organization, tx)) {
      throw new AwsError(
        'DuplicatePolicyAttachmentException',
        // As AWS words it, whatever it means.
        'A policy with the specified name and type already exists.',
        {},
        `the policy ${policy.id} is already attached to ${target.id}`,
      );
    }
    const count = [...attachedTo(target.id, policy.type, organization, tx)].length;
    if (count >= MOST_POLICIES) {
      throw constraintViolation(
        'MAX_POLICY_TYPE_ATTACHMENT_LIMIT_EXCEEDED',
        'You have attached the maximum number of policies to the specified target.',
        `${target.id} has ${count} policies of the type ${policy.type}`,
      );
    }
    attach(attachment, organization, tx);
  },
});

export const DetachPolicy = operation('organizations', 'DetachPolicy', {
  resolve: (input, call) => resolvePair(input, call),
  authorize: (pair, _input, call) => pairAccess('DetachPolicy', pair, call),
  run({ organization, policy, target }, _input, { tx }) {
    const attachment = { target: target.id, policy: policy.id, type: policy.type };
    if (!policy.record && policy.type === 'RESOURCE_CONTROL_POLICY') {
      throw invalidInput(
        'NON_DETACHABLE_POLICY',
        "You can't detach this AWS Managed Policy.",
        `${policy.id} stays attached to every root, unit and account`,
      );
    }
    if (!organization.policyTypes.includes(policy.type)) throw policyTypeNotEnabled(policy.type, organization);
    if (!isAttached(attachment, organization, tx)) {
      throw new AwsError(
        'PolicyNotAttachedException',
        "The policy isn't attached to the specified target in the specified root.",
        {},
        `the policy ${policy.id} is not attached to ${target.id}`,
      );
    }
    const [, second] = attachedTo(target.id, policy.type, organization, tx);
    if (second === undefined) {
      throw constraintViolation(
        'MIN_POLICY_TYPE_ATTACHMENT_LIMIT_EXCEEDED',
        'You cannot remove the last policy attached to the specified target. You must have at least one attached at all times.',
        `${policy.id} is the last policy of ${target.id}: attach another one before`,
      );
    }
    detach(attachment, organization, tx);
  },
});

export const ListPoliciesForTarget = operation('organizations', 'ListPoliciesForTarget', {
  resolve({ TargetId }, call) {
    const organization = requireManagement(call);
    return { organization, target: requireTarget(TargetId, organization, call.tx) };
  },
  authorize: ({ target }, { Filter }, call) => [
    organizationsAccess('ListPoliciesForTarget', call, target.arn, {
      ...resourceTags(target.tags),
      'organizations:PolicyType': Filter,
    }),
  ],
  run({ organization, target }, input, { tx }) {
    const { Filter: type } = input;
    const { items, ...more } = pageOf(
      'ListPoliciesForTarget',
      input,
      (after) => (isControlPolicyType(type) ? attachedTo(target.id, type, organization, tx, after) : []),
      (id) => id,
    );
    return { Policies: items.map((id) => shownSummary(requirePolicy(id, organization, tx))), ...more };
  },
});

export const ListTargetsForPolicy = operation('organizations', 'ListTargetsForPolicy', {
  resolve({ PolicyId }, call) {
    const organization = requireManagement(call);
    return { organization, policy: requirePolicy(PolicyId, organization, call.tx) };
  },
  authorize: ({ policy }, _input, call) => [policyAccess('ListTargetsForPolicy', policy, call)],
  run({ organization, policy }, input, { tx }) {
    const { items, ...more } = pageOf(
      'ListTargetsForPolicy',
      input,
      (after) => targetsOf(policy.id, organization, tx, after),
      (id) => id,
    );
    return { Targets: items.map((id) => shownTarget(requireTarget(id, organization, tx))), ...more };
  },
});

/** Only for types of policies that do not decide, of which ssebox has none. Every account may ask about itself. */
export const DescribeEffectivePolicy = operation('organizations', 'DescribeEffectivePolicy', {
  resolve({ TargetId }, call) {
    const organization = requireOrganization(call);
    const account = accountOf(call);
    if (TargetId !== undefined && TargetId !== account && account !== organization.managementAccount) {
      throw accessDenied(`the account ${account} may ask about itself only`);
    }
    return requireTarget(TargetId ?? account, organization, call.tx);
  },
  authorize: (target, { PolicyType }, call) => [
    organizationsAccess('DescribeEffectivePolicy', call, target.arn, {
      ...resourceTags(target.tags),
      'organizations:PolicyType': PolicyType,
    }),
  ],
  run({ id }, { PolicyType }) {
    throw new AwsError(
      'EffectivePolicyNotFoundException',
      "If you ran this action on the management account, this policy type is not enabled. If you ran the action on a member account, the account doesn't have an effective policy of this type. Contact the administrator of your organization about attaching a policy of this type to the account.",
      {},
      `policies of the type ${PolicyType} are not part of ssebox, so ${id} has none`,
    );
  },
});

interface Pair {
  readonly organization: OrganizationRecord;
  readonly policy: Policy;
  readonly target: Target;
}

function resolvePair({ PolicyId, TargetId }: { PolicyId: string; TargetId: string }, call: Call): Pair {
  const organization = requireManagement(call);
  const policy = requirePolicy(PolicyId, organization, call.tx);
  return { organization, policy, target: requireTarget(TargetId, organization, call.tx) };
}

/** Both have to be allowed: Service Authorization Reference, "AWS Organizations". */
const pairAccess = (name: string, { policy, target }: Pair, call: Call) => [
  policyAccess(name, policy, call),
  organizationsAccess(name, call, target.arn, {
    ...resourceTags(target.tags),
    'organizations:PolicyType': policy.type satisfies ControlPolicyType,
  }),
];

const shownTarget = ({ id, arn, name, kind }: Target): PolicyTargetSummary => ({
  TargetId: id,
  Arn: arn,
  Name: name,
  Type: kind,
});

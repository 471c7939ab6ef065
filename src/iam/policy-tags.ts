/** Tags of managed policies: IAM User Guide, "Tag customer managed policies". */

import { operation } from '../call/operation.ts';
import { policyKey } from './caller-policies.ts';
import { tagContext, tagPage, withoutTags, withTags } from './entity-tags.ts';
import { policyAccess, requireOwnPolicy, requirePolicy } from './managed-policies.ts';

export const TagPolicy = operation('iam', 'TagPolicy', {
  resolve: ({ PolicyArn }, call) => requireOwnPolicy(PolicyArn, call),
  authorize: (record, { Tags }, call) =>
    policyAccess('TagPolicy', { kind: 'customer', record }, call, tagContext(Tags)),
  run(policy, { Tags }, { tx }) {
    tx.managedPolicies.put(policyKey(policy.arn), { ...policy, tags: withTags(policy.tags, Tags) });
  },
});

export const UntagPolicy = operation('iam', 'UntagPolicy', {
  resolve: ({ PolicyArn }, call) => requireOwnPolicy(PolicyArn, call),
  authorize: (record, { TagKeys }, call) =>
    policyAccess('UntagPolicy', { kind: 'customer', record }, call, { 'aws:TagKeys': TagKeys }),
  run(policy, { TagKeys }, { tx }) {
    tx.managedPolicies.put(policyKey(policy.arn), { ...policy, tags: withoutTags(policy.tags, TagKeys) });
  },
});

/** AWS's own policies have no tags. */
export const ListPolicyTags = operation('iam', 'ListPolicyTags', {
  resolve: ({ PolicyArn }, call) => requirePolicy(PolicyArn, call),
  authorize: (policy, _input, call) => policyAccess('ListPolicyTags', policy, call),
  run: (policy, input) => tagPage(policy.kind === 'customer' ? policy.record.tags : {}, input),
});

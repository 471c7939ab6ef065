/** The tags of roots, units, accounts and policies: AWS Organizations API Reference, TagResource. */

import { type Call, operation } from '../call/operation.ts';
import type { Tags } from '../policy/caller.ts';
import type { OrganizationRecord } from '../store/records/organizations.ts';
import type { Tx } from '../store/tables.ts';
import { organizationsAccess, requireManagement, resourceTags } from './organization.ts';
import { pageOf } from './page.ts';
import { findPolicy, requireOwn } from './policy.ts';
import { tagContext, tagsList, withTags } from './tag-rules.ts';
import { findTarget, targetNotFound } from './target.ts';

interface Tagged {
  readonly arn: string;
  readonly tags: Tags;
  /** @throws InvalidInputException for a policy that AWS manages */
  put(tags: Tags, tx: Tx): void;
}

export const TagResource = operation('organizations', 'TagResource', {
  resolve: ({ ResourceId }, call) => requireTagged(ResourceId, call),
  authorize: (found, { Tags }, call) => tagAccess('TagResource', found, call, tagContext(Tags)),
  run: (found, { Tags }, { tx }) => found.put(withTags(found.tags, Tags), tx),
});

export const UntagResource = operation('organizations', 'UntagResource', {
  resolve: ({ ResourceId }, call) => requireTagged(ResourceId, call),
  authorize: (found, { TagKeys }, call) =>
    tagAccess('UntagResource', found, call, TagKeys.length === 0 ? {} : { 'aws:TagKeys': TagKeys }),
  run(found, { TagKeys }, { tx }) {
    const kept = Object.entries(found.tags).filter(([key]) => !TagKeys.includes(key));
    found.put(Object.fromEntries(kept), tx);
  },
});

export const ListTagsForResource = operation('organizations', 'ListTagsForResource', {
  resolve: ({ ResourceId }, call) => requireTagged(ResourceId, call),
  authorize: (found, _input, call) => tagAccess('ListTagsForResource', found, call),
  run({ tags }, input) {
    const all = tagsList(tags);
    const { items, ...more } = pageOf(
      'ListTagsForResource',
      input,
      (after) => all.slice(after === undefined ? 0 : all.findIndex(({ Key }) => Key === after) + 1),
      ({ Key }) => Key,
    );
    return { Tags: items, ...more };
  },
});

const tagAccess = (name: string, { arn, tags }: Tagged, call: Call, context = {}) => [
  organizationsAccess(name, call, arn, { ...resourceTags(tags), ...context }),
];

/** @throws TargetNotFoundException */
function requireTagged(id: string, call: Call): Tagged {
  const organization = requireManagement(call);
  const found = id.startsWith('p-') ? taggedPolicy(id, organization, call.tx) : taggedTarget(id, organization, call.tx);
  if (found) return found;
  throw targetNotFound(id, organization);
}

function taggedPolicy(id: string, organization: OrganizationRecord, tx: Tx): Tagged | undefined {
  const policy = findPolicy(id, organization, tx);
  return (
    policy && {
      arn: policy.arn,
      tags: policy.tags,
      put: (tags, at) => at.organizationPolicies.put([organization.id, id], { ...requireOwn(policy), tags }),
    }
  );
}

function taggedTarget(id: string, organization: OrganizationRecord, tx: Tx): Tagged | undefined {
  const target = findTarget(id, organization, tx);
  return target && { arn: target.arn, tags: target.tags, put: (tags, at) => putTags(target, tags, organization, at) };
}

function putTags(
  target: NonNullable<ReturnType<typeof findTarget>>,
  tags: Tags,
  organization: OrganizationRecord,
  tx: Tx,
): void {
  switch (target.kind) {
    case 'ROOT':
      tx.organizations.put([organization.id], { ...organization, rootTags: tags });
      break;
    case 'ORGANIZATIONAL_UNIT':
      tx.organizationUnits.put([organization.id, target.id], { ...target.record, tags });
      break;
    case 'ACCOUNT':
      tx.organizationMembers.put([target.id], { ...target.record, tags });
      break;
  }
}

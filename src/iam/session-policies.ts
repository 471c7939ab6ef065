/** The policies and tags that are passed when temporary credentials are asked for: IAM User Guide, "Session policies". */

import { type AccountId, parseArn } from '../api/arn.ts';
import { AwsError } from '../api/errors.ts';
import type { PolicyDescriptorType, Tag } from '../api/model/sts.types.ts';
import type { Call } from '../call/operation.ts';
import type { Tags } from '../policy/caller.ts';
import { checkIdentityPolicy } from '../policy/identity-policy-check.ts';
import { managedPolicyText } from './caller-policies.ts';
import { tagKeyFault } from './entity-tags.ts';

interface PassedPolicies {
  readonly Policy?: string | undefined;
  readonly PolicyArns?: readonly PolicyDescriptorType[] | undefined;
}

/** The session policies of a request as texts, managed ones last; undefined if none were passed. */
export function passedPolicies(
  { Policy, PolicyArns = [] }: PassedPolicies,
  account: AccountId,
  call: Call,
): readonly string[] | undefined {
  if (Policy === undefined && PolicyArns.length === 0) return undefined;
  if (Policy !== undefined) {
    checkIdentityPolicy(Policy);
    call.afterwards({ kind: 'policy-accepted', document: Policy, type: 'session' });
  }
  const managed = PolicyArns.map(({ arn = '' }) => {
    const isOwn = [account, 'aws'].includes(parseArn(arn)?.account ?? '');
    const document = isOwn ? managedPolicyText(arn, call.tx) : undefined;
    if (document === undefined) throw new AwsError('ValidationError', `${arn} is invalid`);
    return document;
  });
  return [...(Policy === undefined ? [] : [Policy]), ...managed];
}

/** The ARNs of those that were passed as managed policies. */
export const passedArns = ({ PolicyArns }: PassedPolicies): readonly string[] | undefined =>
  PolicyArns?.map(({ arn = '' }) => arn);

/** Refuses tags that no session may have. @throws InvalidParameterValue */
export function checkSessionTags(tags: readonly Tag[]): void {
  const keys = tags.map(({ Key }) => Key.toLowerCase());
  if (new Set(keys).size < keys.length) {
    throw invalidParameter('Duplicate tag keys found. Please note that Tag keys are case insensitive.');
  }
  const fault = tagKeyFault(tags);
  if (fault !== undefined) throw invalidParameter(fault);
}

export const invalidParameter = (message: string) => new AwsError('InvalidParameterValue', message);

/** The space for packed policies and tags, in bytes; AWS does not publish it. */
const PACKED_ROOM = 4096;

/** Policies and tags as a percentage of the space for them. @throws PackedPolicyTooLarge when they exceed it. */
export function packedSize(policies: readonly string[], tags: Tags): number {
  const isBare = policies.length === 0 && Object.keys(tags).length === 0;
  const packed =
    policies.map((text) => JSON.stringify(JSON.parse(text))).join('') + (isBare ? '' : JSON.stringify(tags));
  const percent = Math.ceil((Buffer.byteLength(packed) / PACKED_ROOM) * 100);
  if (percent <= 100) return percent;
  throw new AwsError(
    'PackedPolicyTooLarge',
    `Packed policy consumes ${percent}% of allotted space, please use smaller policy.`,
  );
}

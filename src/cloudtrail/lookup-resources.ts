/** The user and resources of an event, as the event history shows and finds them: CloudTrail API Reference, Event. */

import { parseArn } from '../api/arn.ts';
import type { Resource } from '../api/model/cloudtrail.types.ts';
import type { CallRecord, RecordedResource } from '../store/records/call.ts';

/** A user's name, a role's session name, or `root`; undefined for services and callers from other accounts. */
export function usernameOf({ caller, recipient }: CallRecord): string | undefined {
  if (caller.accountId !== recipient) return undefined;
  return caller.type === 'Root' ? 'root' : caller.userName;
}

/** KMS keys by their ARN, buckets and IAM's entities by their name. */
export function lookupResources({ resources }: CallRecord): readonly Resource[] {
  return resources.map((resource) => ({ ResourceType: resource.type, ResourceName: resourceName(resource) }));
}

function resourceName({ arn, type }: RecordedResource): string {
  const resource = parseArn(arn)?.resource ?? arn;
  if (type === 'AWS::S3::Bucket') return resource;
  return type.startsWith('AWS::IAM::') ? resource.slice(resource.lastIndexOf('/') + 1) : arn;
}

/** The names that find a resource: the displayed one, the whole ARN, and the bare id of a key. */
export function namesOf(resource: RecordedResource): readonly string[] {
  const id = resource.arn.slice(resource.arn.lastIndexOf(':key/') + ':key/'.length);
  return [resourceName(resource), resource.arn, ...(resource.arn.includes(':key/') ? [id] : [])];
}

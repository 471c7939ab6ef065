/** The smallest statement that allows a request where nothing does: for its caller, action and resource alone. */

import type { Caller } from './caller.ts';
import type { AccessRequest, Gate } from './gates.ts';
import { oneResource, type SeveralResources } from './several-resources.ts';
import { literalText } from './variables.ts';

type Conditions = Readonly<Record<string, Readonly<Record<string, string | readonly string[]>>>>;

export interface AllowStatement {
  readonly Effect: 'Allow';
  readonly Principal?: '*' | { readonly AWS: string } | { readonly Service: string } | undefined;
  readonly Action: string;
  /** Absent in a trust policy. */
  readonly Resource?: string | readonly string[] | undefined;
  readonly Condition?: Conditions | undefined;
}

/** Requests that were decided alike, and that the same statement is to allow. */
export interface AlikeRequests {
  /** The resources that they are about. */
  readonly resources?: SeveralResources | undefined;
  /** The values of `kms:EncryptionContext:aws:s3:arn`, for requests by S3 to KMS. */
  readonly objects?: SeveralResources | undefined;
}

/** S3's encryption context: the object's ARN, or with a bucket key the bucket's. Amazon S3 User Guide, "Using SSE-KMS". */
export const S3_CONTEXT = 'kms:EncryptionContext:aws:s3:arn';

export function addedStatement(gate: Gate['kind'], request: AccessRequest, alike: AlikeRequests = {}): AllowStatement {
  const { action, caller } = request;
  const conditions = conditionsOf(request, alike);
  const covered = deliveredObjects(request) ?? resourcesElement(alike.resources ?? oneResource(request.resource));
  if (gate !== 'resource-policy')
    return { Effect: 'Allow', Action: action, Resource: covered, ...conditionElement(conditions) };
  // A key policy is about its own key, a trust policy about its own role.
  const Resource = action.startsWith('s3:') ? covered : action.startsWith('kms:') ? '*' : undefined;
  return {
    Effect: 'Allow',
    Principal: principalElement(caller),
    Action: action,
    ...(Resource !== undefined && { Resource }),
    ...conditionElement(caller.kind === 'root' ? { ...conditions, ArnEquals: rootAlone(caller.arn) } : conditions),
  };
}

/** The ARN of the root user as a principal means everybody in the account. */
const rootAlone = (arn: string) => ({ 'aws:PrincipalArn': arn });

/** The principal that policies name: for a session, its role. */
export function principalOf(caller: Caller): string | undefined {
  if (caller.kind === 'service' || caller.kind === 'anonymous') return undefined;
  return caller.kind === 'role-session' ? caller.roleArn : caller.arn;
}

function principalElement(caller: Caller): AllowStatement['Principal'] {
  if (caller.kind === 'service') return { Service: caller.name };
  const AWS = principalOf(caller);
  return AWS === undefined ? '*' : { AWS };
}

/**
 * All objects that CloudTrail delivers to that bucket for that account: each file has a name of its own. CloudTrail User
 * Guide, "Amazon S3 bucket policy for CloudTrail".
 */
function deliveredObjects({ action, resource, caller }: AccessRequest): string | undefined {
  if (caller.kind !== 'service' || caller.name !== 'cloudtrail.amazonaws.com' || action !== 's3:PutObject') {
    return undefined;
  }
  const [place] = /^.*\/AWSLogs\/\d{12}\//s.exec(resource) ?? [];
  return place === undefined ? undefined : `${literalText(place)}*`;
}

function resourcesElement({ listed, hasMore, common }: SeveralResources): string | readonly string[] {
  const [first = '', ...others] = listed.map(resourceElement).sort();
  if (hasMore) return `${literalText(common)}*`;
  return others.length === 0 ? first : [first, ...others];
}

/** A `*` in an object's name is not a wildcard of the request. */
const resourceElement = (resource: string): string => (resource === '*' ? resource : literalText(resource));

/**
 * A caller who needs KMS only through a service needs no permission to call KMS directly, nor for what is encrypted
 * under the key elsewhere. A service is let in only for the sake of what it called for, so that nobody else can make it
 * call; each of its files has a name of its own.
 */
function conditionsOf({ caller, context }: AccessRequest, { objects }: AlikeRequests): Conditions {
  const [via] = context.values('kms:viaservice') ?? [];
  const [arn] = context.values(S3_CONTEXT.toLowerCase()) ?? [];
  const equals: Record<string, string | readonly string[]> = {};
  if (via !== undefined) equals['kms:ViaService'] = via;
  if (caller.kind === 'service') {
    if (caller.source) equals['aws:SourceArn'] = literalText(caller.source.arn);
    return { StringEquals: equals };
  }
  if (via === undefined || arn === undefined) return { StringEquals: equals };
  const named = resourcesElement(objects ?? oneResource(arn));
  return objects?.hasMore
    ? { StringEquals: equals, StringLike: { [S3_CONTEXT]: named } }
    : { StringEquals: { ...equals, [S3_CONTEXT]: named } };
}

/** Without the operators that compare nothing. */
function conditionElement(conditions: Conditions): { Condition?: Conditions } {
  const used = Object.entries(conditions).filter(([, keys]) => Object.keys(keys).length > 0);
  return used.length === 0 ? {} : { Condition: Object.fromEntries(used) };
}

/**
 * The permissions of past calls, decided again with one policy as the only one of their caller, and the policies of the
 * resources as they are now.
 */

import { type AccountId, parseArn } from '../../../api/arn.ts';
import { isRegion } from '../../../api/regions.ts';
import { findRole } from '../../../iam/entities.ts';
import { getKey } from '../../../kms/key.ts';
import { specContext } from '../../../kms/permissions.ts';
import type { ConditionContext } from '../../../policy/access.ts';
import { type Caller, callerAccount } from '../../../policy/caller.ts';
import type { Decision } from '../../../policy/decision.ts';
import { evaluate } from '../../../policy/evaluate.ts';
import type { AttachedPolicy } from '../../../policy/gates.ts';
import { RequestContext } from '../../../policy/global-context.ts';
import { loadPolicy, type PolicyDocument } from '../../../policy/policy-document.ts';
import type { CallRecord } from '../../../store/records/call.ts';
import type { Tx } from '../../../store/tables.ts';
import type { Used } from './used-permissions.ts';

/** The resource of a permission as it is now. */
export interface ResourceNow {
  readonly owner: AccountId;
  /** Undefined for what has no policy of its own, or does not exist any more. */
  readonly policy?: AttachedPolicy | undefined;
  readonly context?: ConditionContext | undefined;
  /** A key that AWS manages, whose policy nobody can change. */
  readonly isAwsManaged?: boolean | undefined;
  readonly hasGrants?: boolean | undefined;
}

/** Finds the resource of a permission. */
export function resourceNow(resource: string, owner: AccountId, tx: Tx): ResourceNow {
  const arn = parseArn(resource);
  switch (arn?.service) {
    case 'kms':
      return keyNow(arn, tx) ?? { owner };
    case 's3':
      return bucketNow(arn.resource, tx) ?? { owner };
    case 'iam':
      return arn.resource.startsWith('role/') ? (roleNow(arn, tx) ?? { owner }) : { owner };
    default:
      return { owner };
  }
}

type Place = Readonly<Record<'account' | 'region' | 'resource', string>>;

function keyNow({ account, region, resource }: Place, tx: Tx): ResourceNow | undefined {
  const key = isRegion(region) ? getKey(tx, account, region, resource.replace(/^key\//, '')) : undefined;
  return (
    key && {
      owner: key.account,
      policy: {
        kind: 'key-policy',
        name: 'key policy',
        document: loadPolicy(key.policy),
        principals: key.principals,
      },
      context: {
        ...specContext(key),
        'kms:ResourceAliases': key.aliases,
        ...Object.fromEntries(key.tags.map(({ TagKey, TagValue }) => [`aws:ResourceTag/${TagKey}`, TagValue])),
      },
      isAwsManaged: key.manager === 'AWS',
      hasGrants: key.grantCount > 0,
    }
  );
}

function bucketNow(resource: string, tx: Tx): ResourceNow | undefined {
  const bucket = tx.buckets.get([resource.split('/', 1)[0] ?? '']);
  return (
    bucket && {
      owner: bucket.owner,
      policy: {
        kind: 'bucket-policy',
        name: 'bucket policy',
        document: bucket.policy === undefined ? undefined : loadPolicy(bucket.policy),
        principals: bucket.policyPrincipals,
      },
      context: { 's3:ResourceAccount': bucket.owner, 'aws:RequestedRegion': bucket.region },
    }
  );
}

function roleNow({ account, resource }: Place, tx: Tx): ResourceNow | undefined {
  const role = findRole(tx, account, resource.slice(resource.lastIndexOf('/') + 1));
  return (
    role && {
      owner: role.account,
      policy: { kind: 'trust-policy', name: 'trust policy', document: loadPolicy(role.trustPolicy) },
    }
  );
}

/** Decides a permission that a call needed; without a policy, as the resource's policy alone does. */
export function replayed(
  { needed, call }: Pick<Used, 'needed' | 'call'>,
  caller: Caller,
  policy: PolicyDocument | undefined,
  now: ResourceNow,
): Decision {
  const { action, resource, context } = needed;
  const { owner } = now;
  const via = call.viaService;
  const circumstances = {
    caller,
    owner,
    region: isRegion(call.region) ? call.region : 'us-east-1',
    now: new Date(call.timeMs),
    viaService: via,
    origin: call.origin,
  } as const;
  // Only the trust policy of a role that is assumed decides about it.
  const isAbout = now.policy?.kind !== 'trust-policy' || action.startsWith('sts:');
  return evaluate(
    {
      caller,
      action,
      resource,
      owner,
      context: new RequestContext(circumstances, {
        'kms:CallerAccount': callerAccount(caller),
        ...now.context,
        ...headerContext(call),
        ...context,
        ...namesOf(context),
      }),
    },
    {
      identity: policy ? [{ name: 'this policy', document: policy }] : [],
      resource: isAbout ? now.policy : undefined,
    },
  );
}

/** Headers that are condition keys: `s3:x-amz-server-side-encryption`. */
function headerContext({ service, parameters }: CallRecord): ConditionContext {
  if (service !== 's3') return {};
  const headers = Object.entries(parameters ?? {}).filter(
    (entry): entry is [string, string] => entry[0].startsWith('x-amz-') && typeof entry[1] === 'string',
  );
  return Object.fromEntries(headers.map(([name, value]) => [`s3:${name}`, value]));
}

/** The names of the encryption context. */
function namesOf(context: Readonly<Record<string, string>>): ConditionContext {
  const prefix = 'kms:EncryptionContext:';
  const names = Object.keys(context).flatMap((key) => (key.startsWith(prefix) ? [key.slice(prefix.length)] : []));
  return names.length > 0 ? { 'kms:EncryptionContextKeys': names } : {};
}

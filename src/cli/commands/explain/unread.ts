/** The policies that decided and that the caller may not read: an explanation sees the whole store. */

import { parseArn } from '../../../api/arn.ts';
import { isRegion, type Region } from '../../../api/regions.ts';
import { callerArn } from '../../../policy/caller.ts';
import type { Decision } from '../../../policy/decision.ts';
import type { Session } from '../../session.ts';
import { answerOf, denialsOf, type Explained, explainedCall, hidesReason, refusalOf } from './explained.ts';
import { tryCall } from './one-call.ts';

/** The call that reads a policy. */
interface Reading {
  readonly policy: string;
  readonly service: 'kms' | 's3';
  readonly operation: string;
  readonly input: Readonly<Record<string, unknown>>;
  /** The key's. */
  readonly region?: Region | undefined;
}

/** Adds the policies of resources that deny access, as far as the session's caller is denied to read them. */
export async function withUnread(explained: Explained, session: Session): Promise<Explained> {
  const deciding = denialsOf(explained).filter(({ denial }) => denial?.gate === 'resource-policy');
  // What is refused without a reason says so already.
  if (deciding.length === 0 || hidesReason(explained)) return explained;
  const own = callerArn(await session.aws.caller('sts'));
  const readings = new Map<string, Reading>();
  for (const decision of deciding) {
    const reading = decision.caller === own ? readingOf(decision) : undefined;
    if (reading) readings.set(JSON.stringify(reading), reading);
  }
  const unread = new Set<string>();
  for (const reading of readings.values()) {
    if (await isDenied(reading, session)) unread.add(reading.policy);
  }
  return unread.size === 0 ? explained : { ...explained, unread: [...unread] };
}

function readingOf({ resource, gates }: Decision): Reading | undefined {
  const gate = gates.find((each) => each.gate === 'resource-policy');
  // Neither a setting nor a service's own rule is a policy.
  const policy = gate?.policies.find(({ lift, wayOut }) => lift === undefined && wayOut === undefined)?.name;
  const arn = parseArn(resource);
  if (policy === undefined || !arn) return undefined;
  switch (arn.service) {
    case 'kms': {
      const input = { KeyId: resource, PolicyName: 'default' };
      return {
        policy,
        service: 'kms',
        operation: 'GetKeyPolicy',
        input,
        region: isRegion(arn.region) ? arn.region : undefined,
      };
    }
    case 's3': {
      const [Bucket = ''] = arn.resource.split('/', 1);
      return { policy, service: 's3', operation: 'GetBucketPolicy', input: { Bucket } };
    }
    default:
      // STS never says what denied.
      return undefined;
  }
}

async function isDenied({ service, operation, input, region }: Reading, session: Session): Promise<boolean> {
  const { decisions, skipped, refusal } = await tryCall(service, operation, input, session, { region });
  const call = explainedCall({ call: `${service} ${operation}`, decisions, skipped, refusal: refusalOf(refusal) });
  return answerOf(call) === 'deny';
}

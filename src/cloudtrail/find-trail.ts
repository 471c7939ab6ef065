/** How a request finds a trail, and what the caller has to be permitted on it. */

import { AwsError } from '../api/errors.ts';
import type { Region } from '../api/regions.ts';
import type { Call } from '../call/operation.ts';
import type { Access, ConditionContext } from '../policy/access.ts';
import { callerAccount } from '../policy/caller.ts';
import type { TrailRecord } from '../store/records/trail.ts';
import { isIn, type NumberedTrail, trailArn, trailNamed, trailsOf } from './trail.ts';
import { parseTrailName } from './trail-name.ts';

/** A trail that a request names, existing or not. */
export interface NamedTrail {
  readonly arn: string;
  readonly account: string;
  readonly found: NumberedTrail | undefined;
}

/** @throws AwsError AccessDeniedException for a caller without an account. */
export function requireAccount({ caller }: Pick<Call, 'caller'>): string {
  const account = callerAccount(caller);
  if (account === undefined) throw new AwsError('AccessDeniedException', 'Only an account has trails.');
  return account;
}

/**
 * The trail of a name in the call's region, or of an ARN in any region that has the trail or its shadow. CloudTrail API
 * Reference, GetTrailStatus and DescribeTrails: the shadow of a trail in another region is found only by its ARN.
 */
export function findTrail(text: string, call: Call): NamedTrail {
  const account = requireAccount(call);
  const { name, place = { region: call.region, account } } = parseTrailName(text);
  const arn = trailArn({ homeRegion: place.region, account: place.account, name });
  // Trails of other accounts are as unknown as those that do not exist.
  const found = place.account === account ? trailNamed(account, place.region, name, call.tx) : undefined;
  return { arn, account, found };
}

/** The same for an operation that changes it, in its home region alone; the name of a shadow is its trail's. */
export function findTrailToChange(text: string, call: Call): NamedTrail {
  const named = findTrail(text, call);
  if (named.found) return named;
  const { name, place } = parseTrailName(text);
  const shadowed = place
    ? undefined
    : trailsOf(named.account, call.tx).find(({ trail }) => trail.name === name && isIn(trail, call.region));
  return shadowed ? { ...named, arn: trailArn(shadowed.trail), found: shadowed } : named;
}

/** @throws AwsError TrailNotFoundException */
export function requireTrail({ arn, account, found }: NamedTrail): NumberedTrail {
  if (!found) throw new AwsError('TrailNotFoundException', `Unknown trail: ${arn} for the user: ${account}`);
  return found;
}

/** @throws AwsError TrailNotFoundException, InvalidHomeRegionException */
export function requireHome(named: NamedTrail, { region }: Pick<Call, 'region'>): NumberedTrail {
  const found = requireTrail(named);
  const { homeRegion } = found.trail;
  if (homeRegion !== region) {
    throw new AwsError(
      'InvalidHomeRegionException',
      `The trail ${named.arn} was created in ${homeRegion} and cannot be changed from ${region}.`,
    );
  }
  return found;
}

/** A permission on a trail. Service Authorization Reference, "Actions, resources, and condition keys for AWS CloudTrail". */
export function trailAccess(action: string, named: NamedTrail, context: ConditionContext = {}): Access {
  return {
    action: `cloudtrail:${action}`,
    resource: named.arn,
    owner: named.account,
    context: { ...resourceTags(named.found?.trail), ...context },
  };
}

/** A permission that is not about one trail. */
export const accountAccess = (action: string, account: string): Access => ({
  action: `cloudtrail:${action}`,
  resource: '*',
  owner: account,
});

function resourceTags(trail: TrailRecord | undefined): ConditionContext {
  return Object.fromEntries((trail?.tags ?? []).map(({ Key, Value }) => [`aws:ResourceTag/${Key}`, Value ?? '']));
}

/** The region of which a trail's status or shadow is shown. */
export const shownRegion = ({ homeRegion, isMultiRegion }: TrailRecord, region: Region): Region =>
  isMultiRegion ? region : homeRegion;

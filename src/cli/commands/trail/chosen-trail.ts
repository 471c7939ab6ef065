/** The trail that a command is about, named or not. */

import { UsageError } from '../../../api/errors.ts';
import type { Trail } from '../../../api/model/cloudtrail.types.ts';
import { trailChoices } from '../../choices.ts';
import type { Session } from '../../session.ts';

/** The name of a trail that `trail data-events enable` makes. */
export const OWN_TRAIL = 'ssebox';

/** Its name or ARN, as an argument that may be left out. */
export const trailArgument = {
  trail: {
    about: `the name or ARN of the trail (default: the only one of the region, or the one named ${OWN_TRAIL})`,
    optional: true,
    choices: trailChoices,
  },
} as const;

/**
 * The trail that is named, or is the only one of the region; undefined if there is none.
 * @param how the option that names it, for the message
 * @throws UsageError if there are several
 */
export async function chosenTrail(
  name: string | undefined,
  session: Session,
  { includeShadowTrails = false, how = '' } = {},
): Promise<Trail | undefined> {
  if (name !== undefined) return (await session.aws.call('cloudtrail', 'GetTrail', { Name: name })).Trail;
  const { trailList = [] } = await session.aws.call('cloudtrail', 'DescribeTrails', { includeShadowTrails });
  const own = trailList.find(({ Name }) => Name === OWN_TRAIL);
  if (own || trailList.length <= 1) return own ?? trailList[0];
  const names = trailList.map(({ Name, HomeRegion, TrailARN }) => (HomeRegion === session.region ? Name : TrailARN));
  throw new UsageError(`there are several trails in ${session.region}: choose one of ${names.join(', ')}${how}`);
}

/** The same for a command that needs one. @throws UsageError if there is none, or several */
export async function requireTrail(name: string | undefined, session: Session): Promise<Trail> {
  const trail = await chosenTrail(name, session, { includeShadowTrails: true });
  if (trail) return trail;
  throw new UsageError(`there is no trail in ${session.region}`, 'ssebox trail data-events enable');
}

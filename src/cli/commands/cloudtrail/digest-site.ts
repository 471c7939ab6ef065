/** Where the digest files of a trail are, as the AWS CLI finds them. */

import { AbsenceError, UsageError } from '../../../api/errors.ts';
import type { Trail } from '../../../api/model/cloudtrail.types.ts';
import { bucketsBy } from '../../../cloudtrail/validation/buckets.ts';
import { type DigestSite, regionsFolder } from '../../../cloudtrail/validation/digest-names.ts';
import type { Session } from '../../session.ts';

export interface SiteWanted {
  readonly trailArn: string;
  /** Another account than the trail's. */
  readonly account: string | undefined;
  /** Where they are instead of where the trail delivers to: it does not need to exist any more. */
  readonly place: { readonly bucket: string; readonly prefix: string | undefined } | undefined;
}

/**
 * The site of the region that is named on the command line, or of the trail's home region.
 * @throws AbsenceError when there is no such trail, UsageError when its account is missing
 */
export async function siteOf({ trailArn, account, place }: SiteWanted, session: Session): Promise<DigestSite> {
  const { homeRegion, owner, trailName } = partsOf(trailArn);
  const region = session.globals.region ?? homeRegion;
  const common = { account: account ?? owner, region, trailName, homeRegion };
  if (place) return { ...place, organization: undefined, ...common };
  const { trailList = [] } = await session.aws.call('cloudtrail', 'DescribeTrails', {});
  const trail = trailList.find(({ TrailARN }) => TrailARN === trailArn);
  if (!trail) throw new AbsenceError(`A trail could not be found for ${trailArn}`, 'ssebox cloudtrail describe-trails');
  const isOfOrganization = trail.IsOrganizationTrail === true;
  if (isOfOrganization && account === undefined)
    throw new UsageError("Missing required parameter for organization trail: '--account-id'");
  return {
    bucket: trail.S3BucketName ?? '',
    prefix: trail.S3KeyPrefix,
    organization: isOfOrganization ? await organizationId(session) : undefined,
    ...common,
  };
}

function partsOf(trailArn: string) {
  const [, , , homeRegion = '', owner = '', resource = ''] = trailArn.split(':');
  return { homeRegion, owner, trailName: resource.slice(resource.lastIndexOf('/') + 1) };
}

/** The sites of a trail's own account: of one region, or of each that has digest files. */
export async function sitesOf({ TrailARN = '', S3BucketName = '', S3KeyPrefix }: Trail, session: Session) {
  const { homeRegion, owner, trailName } = partsOf(TrailARN);
  const whole = { bucket: S3BucketName, prefix: S3KeyPrefix, organization: undefined };
  const site = { ...whole, account: owner, trailName, homeRegion };
  const { globals, aws } = session;
  const home = globals.region ?? homeRegion;
  const found =
    globals.region === undefined ? await bucketsBy(aws.call).folders(S3BucketName, regionsFolder(site)) : [];
  return [...new Set([home, ...found])].map((region): DigestSite => ({ ...site, region }));
}

async function organizationId({ aws }: Session): Promise<string | undefined> {
  const { Organization } = await aws.call('organizations', 'DescribeOrganization', {});
  return Organization?.Id;
}

/** The settings of trails: CloudTrail User Guide, "Working with CloudTrail trails". */

import type { AccountId } from '../api/arn.ts';
import { AwsError } from '../api/errors.ts';
import { type Region, regions } from '../api/regions.ts';
import { type Call, operation } from '../call/operation.ts';
import { resourceLimit } from '../quotas/settings.ts';
import type { TrailRecord } from '../store/records/trail.ts';
import { deepLowerFirst } from './audit-form.ts';
import { changeValidation } from './delivery/chain.ts';
import { requireDestination } from './destination.ts';
import {
  accountAccess,
  findTrail,
  findTrailToChange,
  type NamedTrail,
  requireAccount,
  requireHome,
  requireTrail,
  trailAccess,
} from './find-trail.ts';
import {
  addTrail,
  changeTrail,
  deleteTrail,
  isIn,
  type NumberedTrail,
  trailArn,
  trailDescription,
  trailSettings,
  trailsOf,
} from './trail.ts';
import { lacksGlobalEvents, requireTrailInput } from './trail-input.ts';
import { requireTrailName } from './trail-name.ts';
import { requireNewTags, tagContext } from './trail-tags.ts';

/** Makes a trail, which does not log until StartLogging. */
export const CreateTrail = operation('cloudtrail', 'CreateTrail', {
  resolve(input, call): NamedTrail {
    requireTrailName(input.Name);
    requireTrailInput(input);
    requireNewTags(input.TagsList ?? []);
    const account = requireAccount(call);
    const arn = trailArn({ homeRegion: call.region, account, name: input.Name });
    return { arn, account, found: undefined };
  },
  authorize(target, { TagsList = [] }) {
    const context = tagContext(TagsList);
    const tagging = TagsList.length > 0 ? [trailAccess('AddTags', target, context)] : [];
    return [trailAccess('CreateTrail', target, context), ...tagging];
  },
  run({ account }, input, call) {
    const place = { account, homeRegion: call.region, name: input.Name };
    const isMultiRegion = input.IsMultiRegionTrail ?? false;
    requireRoom({ ...place, isMultiRegion }, undefined, call);
    const settings = {
      bucket: input.S3BucketName,
      prefix: input.S3KeyPrefix || undefined,
      validatesFiles: input.EnableLogFileValidation ?? false,
    };
    const trail: TrailRecord = {
      v: 1,
      ...place,
      createdMs: call.now.getTime(),
      ...settings,
      keyArn: requireDestination({ ...settings, keyId: input.KmsKeyId || undefined }, place, call),
      includesGlobalServices: input.IncludeGlobalServiceEvents ?? true,
      isMultiRegion,
      tags: (input.TagsList ?? []).map(({ Key, Value = '' }) => ({ Key, Value })),
      isLogging: false,
    };
    addTrail(trail, call.tx);
    return trailSettings(trail);
  },
  response: (output) => deepLowerFirst(output),
});

/** Changes what the request names; everything else stays. */
export const UpdateTrail = operation('cloudtrail', 'UpdateTrail', {
  resolve(input, call) {
    const named = findTrailToChange(input.Name, call);
    requireTrailInput(input);
    return named;
  },
  authorize: (named) => [trailAccess('UpdateTrail', named)],
  run(named, input, call) {
    const { number, trail } = requireHome(named, call);
    const changed: TrailRecord = {
      ...trail,
      bucket: input.S3BucketName ?? trail.bucket,
      prefix: (input.S3KeyPrefix ?? trail.prefix) || undefined,
      validatesFiles: input.EnableLogFileValidation ?? trail.validatesFiles,
      includesGlobalServices: input.IncludeGlobalServiceEvents ?? trail.includesGlobalServices,
      isMultiRegion: input.IsMultiRegionTrail ?? trail.isMultiRegion,
    };
    if (changed.isMultiRegion && !changed.includesGlobalServices) throw lacksGlobalEvents();
    requireRoom(changed, number, call);
    const keyArn = requireDestination(
      { ...changed, keyId: (input.KmsKeyId ?? trail.keyArn) || undefined },
      trail,
      call,
    );
    const stored = { ...changed, keyArn };
    changeTrail({ number, trail: stored }, call.tx);
    if (stored.validatesFiles !== trail.validatesFiles) changeValidation(number, stored, call.now.getTime(), call.tx);
    return trailSettings(stored);
  },
  response: (output) => deepLowerFirst(output),
});

/** Deletes a trail; its files stay, and what it has still to deliver is delivered. */
export const DeleteTrail = operation('cloudtrail', 'DeleteTrail', {
  resolve: ({ Name }, call) => findTrailToChange(Name, call),
  authorize: (named) => [trailAccess('DeleteTrail', named)],
  run(named, _input, call) {
    deleteTrail(requireHome(named, call), call.now.getTime(), call.tx);
    return {};
  },
});

export const GetTrail = operation('cloudtrail', 'GetTrail', {
  resolve: ({ Name }, call) => findTrail(Name, call),
  authorize: (named) => [trailAccess('GetTrail', named)],
  run: (named) => ({ Trail: trailDescription(requireTrail(named).trail) }),
});

/** The trails of a region, with the shadows of multi-Region trails of other regions unless they are left out. */
export const DescribeTrails = operation('cloudtrail', 'DescribeTrails', {
  resolve(input, call) {
    const { trailNameList: names = [], includeShadowTrails = true } = input;
    const account = requireAccount(call);
    return {
      account,
      trails: names.length > 0 ? namedTrails(names, call) : shownTrails(account, includeShadowTrails, call),
    };
  },
  authorize: ({ account }) => [accountAccess('DescribeTrails', account)],
  run: ({ trails }) => ({ trailList: trails.map(({ trail }) => trailDescription(trail)) }),
});

/** Names that no trail has are passed over. */
const namedTrails = (names: readonly string[], call: Call): readonly NumberedTrail[] =>
  names.flatMap((name) => findTrail(name, call).found ?? []);

const shownTrails = (account: AccountId, includesShadows: boolean, { region, tx }: Call): readonly NumberedTrail[] =>
  trailsOf(account, tx).filter(({ trail }) => trail.homeRegion === region || (includesShadows && trail.isMultiRegion));

/** The trails of the account in all regions, all in one page. */
export const ListTrails = operation('cloudtrail', 'ListTrails', {
  resolve(_input, call) {
    const account = requireAccount(call);
    return { account, trails: trailsOf(account, call.tx) };
  },
  authorize: ({ account }) => [accountAccess('ListTrails', account)],
  run: ({ trails }) => ({
    Trails: trails.map(({ trail }) => ({ TrailARN: trailArn(trail), Name: trail.name, HomeRegion: trail.homeRegion })),
  }),
});

/**
 * Requires that no other trail of the trail's regions has its name, and that none of them has too many.
 * @param number the trail's, if it exists
 */
function requireRoom(
  trail: Pick<TrailRecord, 'account' | 'homeRegion' | 'name' | 'isMultiRegion'>,
  number: number | undefined,
  { tx }: Call,
): void {
  const others = trailsOf(trail.account, tx).filter((each) => each.number !== number);
  const meets = (region: Region) => trail.isMultiRegion || trail.homeRegion === region;
  if (
    others.some((each) => each.trail.name === trail.name && (each.trail.isMultiRegion || meets(each.trail.homeRegion)))
  ) {
    throw new AwsError(
      'TrailAlreadyExistsException',
      `Trail ${trail.name} already exists for customer: ${trail.account}`,
    );
  }
  // CloudTrail User Guide, "Quotas in AWS CloudTrail": a trail of all Regions counts as one in each.
  const most = (region: Region) => resourceLimit('cloudtrail', 'trails', { account: trail.account, region }, tx);
  const full = regions.find(
    (region) => meets(region) && others.filter((each) => isIn(each.trail, region)).length >= most(region),
  );
  if (full === undefined) return;
  throw new AwsError(
    'MaximumNumberOfTrailsExceededException',
    `User: ${trail.account} already has ${most(full)} trails in ${full}.`,
  );
}

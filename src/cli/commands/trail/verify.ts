/** `ssebox trail verify`: whether the files of a trail are as they were delivered, for people. */

import { UsageError } from '../../../api/errors.ts';
import type { Trail } from '../../../api/model/cloudtrail.types.ts';
import { isRegion } from '../../../api/regions.ts';
import { storeNow } from '../../../store/clock.ts';
import { command, type Result } from '../../command.ts';
import { momentOf } from '../../moment.ts';
import type { Session } from '../../session.ts';
import { requireTrail, trailArgument } from './chosen-trail.ts';
import type { Verification } from './verification-page.ts';

const options = {
  since: {
    about: 'only what was delivered since this time, or no longer ago than this: 2026-05-04T09:00:00Z, 12h, 30d',
    type: 'string',
    value: 'TIME',
  },
  until: {
    about: 'only what was delivered up to this time, or so long ago (default: now)',
    type: 'string',
    value: 'TIME',
  },
  errors: { about: 'list only files with something wrong, and gaps', type: 'boolean' },
} as const;

export const verify = command({
  name: 'verify',
  hasPage: true,
  summary: 'Check that the files of a trail are as CloudTrail delivered them',
  description:
    'Follows the digest files of each region back to the first one, checks their signatures and the hashes by which they follow one another, and the hash of each log file. Exits with 1 if a file is missing or was changed, or if there is nothing to check. A gap is a time without digest files, in which the trail did not log or did not validate its files. The calls are those of ssebox cloudtrail validate-logs, which does not check the hashes of digest files.',
  args: trailArgument,
  options,
  examples: [
    'ssebox trail data-events enable && ssebox clock advance 2h && ssebox trail verify',
    "ssebox trail data-events enable && ssebox clock advance 2h && ssebox trail verify ssebox --since 1d --query 'DigestFiles.Valid'",
  ],
  async run(values, session) {
    const trail = await requireTrail(values.args.trail, session);
    const now = await session.store.transact((tx) => storeNow(tx, session.environment.now()));
    const { since, until } = values.options;
    const startMs = since === undefined ? 0 : momentOf('since', since, now);
    const endMs = until === undefined ? now : momentOf('until', until, now);
    if (startMs > endMs) {
      throw new UsageError(
        until === undefined
          ? `--since takes a time that has passed, not "${since}"`
          : '--since is a later time than --until: swap them',
      );
    }
    return verified(trail, { startMs, endMs, isBrief: values.options.errors }, session);
  },
});

interface Wanted {
  readonly startMs: number;
  readonly endMs: number;
  readonly isBrief: boolean;
}

async function verified(trail: Trail, { startMs, endMs, isBrief }: Wanted, session: Session): Promise<Result> {
  const [{ validated }, { hasFaults, noSums, withFinding }, { sitesOf }, { verificationPage, verificationValue }] =
    await Promise.all([
      import('../../../cloudtrail/validation/validation.ts'),
      import('../../../cloudtrail/validation/sums.ts'),
      import('../cloudtrail/digest-site.ts'),
      import('./verification-page.ts'),
    ]);
  const rows: Verification['rows'][number][] = [];
  let sums = noSums;
  for (const site of await sitesOf(trail, session)) {
    const keyRegion = isRegion(site.region) ? site.region : undefined;
    const found = validated({ site, startMs, endMs, keyRegion, isThorough: true }, session.aws.call);
    for await (const finding of found) {
      sums = withFinding(sums, finding);
      const isSound = finding.kind !== 'gap' && finding.fault === undefined;
      if (!(isBrief && isSound)) rows.push({ ...finding, region: site.region });
    }
  }
  const verification: Verification = { trail, startMs, endMs, rows, sums };
  return {
    kind: 'page',
    value: verificationValue(verification),
    page: (painter) => verificationPage(verification, painter),
    failed: hasFaults(sums) || sums.digests.all + sums.backfillDigests.all === 0,
  };
}

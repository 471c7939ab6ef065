/** The keys of log files and digest files: CloudTrail User Guide, "CloudTrail log file name format" and "Digest file location". */

import type { AccountId } from '../../api/arn.ts';
import type { Region } from '../../api/regions.ts';
import type { TrailRecord } from '../../store/records/trail.ts';
import { deliveredPrefix } from '../destination.ts';

type Place = Pick<TrailRecord, 'prefix' | 'account'> & { readonly region: Region };

/** The key of a log file: its time has minutes, and what is random keeps files of one minute apart. */
export function logFileKey({ prefix, account, region }: Place, timeMs: number, random: string): string {
  const name = `${account}_CloudTrail_${region}_${compactTime(timeMs).slice(0, -3)}Z_${random}.json.gz`;
  return `${folder(prefix, account, 'CloudTrail', region, timeMs)}${name}`;
}

/** The key of the digest file that ends at a time, which is in it with its seconds. */
export function digestKey(
  { prefix, account, region, name, homeRegion }: Place & Pick<TrailRecord, 'name' | 'homeRegion'>,
  endMs: number,
): string {
  const file = `${account}_CloudTrail-Digest_${region}_${name}_${homeRegion}_${compactTime(endMs)}.json.gz`;
  return `${folder(prefix, account, 'CloudTrail-Digest', region, endMs)}${file}`;
}

function folder(
  prefix: string | undefined,
  account: AccountId,
  kind: 'CloudTrail' | 'CloudTrail-Digest',
  region: Region,
  timeMs: number,
): string {
  const day = new Date(timeMs).toISOString().slice(0, 10).replaceAll('-', '/');
  return `${deliveredPrefix({ prefix }, account, kind)}${region}/${day}/`;
}

/** `20260504T090500Z`. */
const compactTime = (timeMs: number): string => `${new Date(timeMs).toISOString().slice(0, 19).replace(/[-:]/g, '')}Z`;

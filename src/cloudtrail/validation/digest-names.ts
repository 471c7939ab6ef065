/**
 * Where CloudTrail puts the digest files of a trail. AWS CloudTrail User Guide, "CloudTrail digest file structure",
 * digest file location.
 */

/** Whose digest files, of which region, below which part of a bucket. */
export interface DigestSite {
  readonly bucket: string;
  /** The trail's own prefix of keys. */
  readonly prefix: string | undefined;
  /** The id of the organization whose trail it is. */
  readonly organization: string | undefined;
  /** The account whose events they are about. */
  readonly account: string;
  readonly region: string;
  readonly trailName: string;
  readonly homeRegion: string;
}

/** A digest file by its name. */
export interface NamedDigest {
  readonly key: string;
  /** The end of its time: `20260504T090000Z`. Texts of times are in the order of the times. */
  readonly time: string;
  /** Made later, for a time in which none was made. */
  readonly isBackfill: boolean;
}

/** The folder that has one of digest files for each region, with a slash at its end. */
export function regionsFolder({ prefix, organization, account }: Omit<DigestSite, 'bucket' | 'region'>): string {
  const parts = [prefix || undefined, 'AWSLogs', organization, account, 'CloudTrail-Digest', ''];
  return parts.filter((part) => part !== undefined).join('/');
}

/** The beginning of the keys of the digest files of a region. */
export const digestFolder = (site: Omit<DigestSite, 'bucket'>): string => `${regionsFolder(site)}${site.region}`;

/** The key of the digest file whose time ends then, whether there is one or not. */
export function digestKeyAt(ms: number, site: DigestSite): string {
  const time = nameTime(ms);
  const day = [time.slice(0, 4), time.slice(4, 6), time.slice(6, 8)].join('/');
  return `${digestFolder(site)}/${day}/${fileStart(site)}${time}.json.gz`;
}

/** Reads the name of a digest file of this trail and region; undefined for any other key. */
export function digestNamed(key: string, site: DigestSite): NamedDigest | undefined {
  const [, file = '', time, backfill] = /([^/]*?)(\d{8}T\d{6}Z)(_backfill)?\.json\.gz$/.exec(key) ?? [];
  if (time === undefined || file !== fileStart(site)) return undefined;
  return { key, time, isBackfill: backfill !== undefined };
}

const fileStart = ({ account, region, trailName, homeRegion }: DigestSite): string =>
  `${account}_CloudTrail-Digest_${region}_${trailName}_${homeRegion}_`;

/** `20260504T090000Z`. */
export const nameTime = (ms: number): string => secondsText(ms).replaceAll(/[-:]/g, '');

/** `2026-05-04T09:00:00Z`, as the texts of digest files have times. */
export const secondsText = (ms: number): string => `${new Date(ms).toISOString().slice(0, 19)}Z`;

/** The time in the name of a digest file as its text has it. */
export const textOfNameTime = (time: string): string =>
  time.replace(/^(\d{4})(\d{2})(\d{2})T(\d{2})(\d{2})(\d{2})Z$/, '$1-$2-$3T$4:$5:$6Z');

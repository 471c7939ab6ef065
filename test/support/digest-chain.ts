/**
 * Log files and digest files as CloudTrail delivers them, made from AWS's description alone: AWS CloudTrail User Guide,
 * "CloudTrail digest file structure" and "Custom implementations of CloudTrail log file integrity validation".
 */

import { createHash, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { gunzipSync, gzipSync } from 'node:zlib';
import type { PublicKey } from '../../src/api/model/cloudtrail.types.ts';
import { ACCOUNT } from './harness.ts';

/** An object with the metadata that CloudTrail gives to digest files. */
export interface DeliveredFile {
  readonly bucket: string;
  readonly key: string;
  readonly body: Uint8Array;
  readonly metadata: Readonly<Record<string, string>>;
}

export interface Signer {
  readonly publicKey: PublicKey;
  readonly fingerprint: string;
  /** In lower-case hex. */
  sign(text: string): string;
}

/** A key pair as one region has it. */
export function newSigner(bits = 2048): Signer {
  const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: bits });
  return signerOf(publicKey, privateKey);
}

function signerOf(publicKey: KeyObject, privateKey: KeyObject): Signer {
  const der = publicKey.export({ format: 'der', type: 'pkcs1' });
  const fingerprint = createHash('md5').update(der).digest('hex');
  return {
    fingerprint,
    publicKey: {
      Value: new Uint8Array(der),
      Fingerprint: fingerprint,
      ValidityStartTime: new Date('2026-01-01T00:00:00Z'),
      ValidityEndTime: new Date('2027-01-01T00:00:00Z'),
    },
    sign: (text) => sign('sha256', Buffer.from(text), privateKey).toString('hex'),
  };
}

/** Where files are delivered, and for which trail. */
export interface DeliveringTrail {
  readonly bucket: string;
  readonly prefix?: string;
  readonly organization?: string;
  readonly account?: string;
  readonly region?: string;
  readonly home?: string;
  readonly name?: string;
}

/** One digest file and the log files that it lists. */
export interface DigestPlan {
  /** The end of its time, such as `2026-05-04T09:00:00Z`; it begins an hour earlier. */
  readonly end: string;
  /** The number of its log files; none when absent. */
  readonly logs?: number;
  /** Begins a chain of its own. The first one does. */
  readonly starts?: boolean;
  /** When it was generated, as one that was made up for later. */
  readonly backfilled?: string;
  /** Another key than the chain's. */
  readonly signer?: Signer;
  /** Another place than the trail's. */
  readonly bucket?: string;
}

export interface DeliveredChain {
  readonly digests: readonly DeliveredFile[];
  readonly logs: readonly DeliveredFile[];
}

/** The files of digests that follow one another, in the order of the plans. */
export function deliveredChain(trail: DeliveringTrail, plans: readonly DigestPlan[], signer: Signer): DeliveredChain {
  const digests: DeliveredFile[] = [];
  const logs: DeliveredFile[] = [];
  for (const plan of plans) {
    const own = Array.from({ length: plan.logs ?? 0 }, (_, i) =>
      logFile({ ...trail, bucket: plan.bucket ?? trail.bucket }, plan.end, i),
    );
    logs.push(...own);
    digests.push(digestFile(trail, plan, own, plan.starts ? undefined : digests.at(-1), plan.signer ?? signer));
  }
  return { digests, logs };
}

/** The files of a chain in the order in which they are delivered, as objects of buckets. */
export const filesOf = ({ digests, logs }: DeliveredChain): readonly DeliveredFile[] => [...logs, ...digests];

const HOUR = 3_600_000;

const secondsOf = (ms: number): string => `${new Date(ms).toISOString().slice(0, 19)}Z`;

const compact = (time: string): string => time.replaceAll(/[-:]/g, '');

/** The folder of one kind of files of a day. */
function folderOf(
  { prefix, organization, account = ACCOUNT, region = 'us-east-1' }: DeliveringTrail,
  kind: string,
  time: string,
) {
  const parts = [prefix, 'AWSLogs', organization, account, kind, region, ...time.slice(0, 10).split('-')];
  return parts.filter((part) => part !== undefined).join('/');
}

/** One that was delivered so many times five minutes before the end of its digest. */
function logFile(trail: DeliveringTrail, end: string, i: number): DeliveredFile {
  const { account = ACCOUNT, region = 'us-east-1', bucket } = trail;
  const time = secondsOf(Date.parse(end) - (i + 1) * 300_000);
  const name = `${account}_CloudTrail_${region}_${compact(time).slice(0, 13)}Z_${createHash('sha256').update(`${end} ${i}`).digest('hex').slice(0, 16)}.json.gz`;
  const record = {
    eventVersion: '1.11',
    eventTime: time,
    eventSource: 'kms.amazonaws.com',
    eventName: 'Decrypt',
    awsRegion: region,
  };
  return {
    bucket,
    key: `${folderOf(trail, 'CloudTrail', time)}/${name}`,
    body: gzipSync(JSON.stringify({ Records: [record] })),
    metadata: {},
  };
}

/** The key of a digest file. */
function digestKey(trail: DeliveringTrail, { end, backfilled }: Pick<DigestPlan, 'end' | 'backfilled'>): string {
  const { account = ACCOUNT, region = 'us-east-1', home = region, name = 'main' } = trail;
  const file = `${account}_CloudTrail-Digest_${region}_${name}_${home}_${compact(end)}${backfilled ? '_backfill' : ''}.json.gz`;
  return `${folderOf(trail, 'CloudTrail-Digest', end)}/${file}`;
}

function digestFile(
  trail: DeliveringTrail,
  plan: DigestPlan,
  logs: readonly DeliveredFile[],
  previous: DeliveredFile | undefined,
  signer: Signer,
): DeliveredFile {
  const { end, backfilled, bucket = trail.bucket } = plan;
  const key = digestKey(trail, plan);
  const before = previous?.metadata.signature ?? null;
  const times = logs.map(({ body }) => timeIn(body)).sort();
  const body = Buffer.from(
    JSON.stringify({
      awsAccountId: trail.account ?? ACCOUNT,
      digestStartTime: secondsOf(Date.parse(end) - HOUR),
      digestEndTime: end,
      digestS3Bucket: bucket,
      digestS3Object: key,
      digestPublicKeyFingerprint: signer.fingerprint,
      digestSignatureAlgorithm: 'SHA256withRSA',
      newestEventTime: times.at(-1) ?? null,
      oldestEventTime: times[0] ?? null,
      previousDigestS3Bucket: previous?.bucket ?? null,
      previousDigestS3Object: previous?.key ?? null,
      previousDigestHashValue: previous ? hashOfZipped(previous.body) : null,
      previousDigestHashAlgorithm: previous ? 'SHA-256' : null,
      previousDigestSignature: before,
      logFiles: logs.map((log) => ({
        s3Bucket: log.bucket,
        s3Object: log.key,
        hashValue: hashOfZipped(log.body),
        hashAlgorithm: 'SHA-256',
        newestEventTime: timeIn(log.body),
        oldestEventTime: timeIn(log.body),
      })),
    }),
  );
  return {
    bucket,
    key,
    body: gzipSync(body),
    metadata: {
      signature: signer.sign(`${end}\n${bucket}/${key}\n${sha256(body)}\n${before}`),
      'signature-algorithm': 'SHA256withRSA',
      ...(backfilled && { 'backfill-generation-timestamp': backfilled }),
    },
  };
}

const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

const hashOfZipped = (zipped: Uint8Array): string => sha256(gunzipSync(zipped));

function timeIn(zipped: Uint8Array): string {
  const { Records } = JSON.parse(gunzipSync(zipped).toString()) as {
    readonly Records: readonly { readonly eventTime: string }[];
  };
  return Records[0]?.eventTime ?? '';
}

/**
 * One file under each mode of encryption: what is stored, called and logged, how long it takes, and who may read it.
 */

import { createHash } from 'node:crypto';
import { AwsError } from '../../../api/errors.ts';
import type { GetObjectRequest, PutObjectRequest } from '../../../api/model/s3.types.ts';
import { operationFacts } from '../../../api/operation-facts.ts';
import { callsSince, newestCall } from '../../../call/call-log.ts';
import { cloudTrailEvent } from '../../../cloudtrail/event.ts';
import type { CallRecord } from '../../../store/records/call.ts';
import type { Session } from '../../session.ts';
import { fileBody } from '../s3/file-body.ts';

export interface Measured {
  readonly mode: string;
  readonly kind: Mode['kind'];
  /** How often it was put and read. */
  readonly times: number;
  /** Bytes of ciphertext, and of the wrapped keys stored with it. */
  readonly storedBytes: number;
  readonly keyBytes: number;
  readonly puts: Calls;
  readonly gets: Calls;
  /** Whether a customer managed KMS key is needed. */
  readonly needsKmsKey: boolean;
  readonly readers: readonly Reader[];
}

/** The totals of all puts, or all gets, in one mode. */
export interface Calls {
  /** The KMS operations that S3 called, with their counts. */
  readonly kms: readonly string[];
  /** The events in the audit log, and those in a trail that logs data events. */
  readonly managementEvents: number;
  readonly dataEvents: number;
  /** The bytes of these events as CloudTrail writes them, as JSON. */
  readonly logBytes: number;
  /** The median, and that of the part in which S3 waited for KMS. */
  readonly medianMs: number;
  readonly medianKmsMs: number;
  /** The part that KMS has in the time of all of them together, from 0 to 1. */
  readonly kmsShare: number;
}

export interface Reader {
  readonly name: string;
  /** The permissions that its policies grant, in words. */
  readonly permissions: string;
  readonly mayRead: boolean;
  /** The refusal's code and message. */
  readonly refusal?: { readonly code: string; readonly message: string } | undefined;
}

/** Puts and gets the file this many times in each mode, and lets every user try to read it. */
export async function measureModes(
  { file, size, times }: { readonly file: string; readonly size: number; readonly times: number },
  session: Session,
): Promise<readonly Measured[]> {
  const keyArn = await prepare(session);
  const modes = modesOf(keyArn, session);
  await warmUp(modes, { file, size }, session);
  const puts = await inRounds(modes, times, session, async (mode, i) => {
    const body = await fileBody(file, () => {});
    await session.aws.call('s3', 'PutObject', { ...mode.write, ...body, Bucket: BUCKET, Key: keyOf(mode, i) });
  });
  const gets = await inRounds(modes, times, session, (mode, i) => read(mode, BUCKET, keyOf(mode, i), session));
  return Promise.all(
    modes.map(async (mode, i) => ({
      mode: mode.name,
      kind: mode.kind,
      times,
      needsKmsKey: mode.needsKmsKey,
      ...(await storedBytes(keyOf(mode, 0), session)),
      puts: callsOf(puts[i] ?? []),
      gets: callsOf(gets[i] ?? []),
      readers: await readersOf(mode, session),
    })),
  );
}

interface Mode {
  readonly kind: 'SSE-S3' | 'SSE-KMS' | 'bucket-key' | 'DSSE-KMS' | 'SSE-C';
  readonly name: string;
  readonly needsKmsKey: boolean;
  readonly write: Partial<PutObjectRequest>;
  /** The customer-provided key, if there is one. */
  readonly read: Partial<GetObjectRequest>;
}

function modesOf(keyArn: string, { environment }: Session): readonly Mode[] {
  const key = environment.random(32);
  const own = {
    SSECustomerAlgorithm: 'AES256',
    SSECustomerKey: Buffer.from(key).toString('base64'),
    SSECustomerKeyMD5: createHash('md5').update(key).digest('base64'),
  };
  const underKey = { SSEKMSKeyId: keyArn, BucketKeyEnabled: false };
  const kms = { ...underKey, ServerSideEncryption: 'aws:kms' } as const;
  return [
    { kind: 'SSE-S3', name: 'SSE-S3', needsKmsKey: false, write: { ServerSideEncryption: 'AES256' }, read: {} },
    { kind: 'SSE-KMS', name: 'SSE-KMS', needsKmsKey: true, write: kms, read: {} },
    {
      kind: 'bucket-key',
      name: 'SSE-KMS with a bucket key',
      needsKmsKey: true,
      write: { ...kms, BucketKeyEnabled: true },
      read: {},
    },
    {
      kind: 'DSSE-KMS',
      name: 'DSSE-KMS',
      needsKmsKey: true,
      write: { SSEKMSKeyId: keyArn, ServerSideEncryption: 'aws:kms:dsse' },
      read: {},
    },
    { kind: 'SSE-C', name: 'SSE-C', needsKmsKey: false, write: own, read: own },
  ];
}

const BUCKET = 'compare';
const users = [
  { name: 'admin', permissions: 'everything' },
  { name: 'reader', permissions: 's3:GetObject' },
  { name: 'key-user', permissions: 's3:GetObject and kms:Decrypt' },
] as const;

/** Creates a key, two buckets that accept every mode, and two users besides the administrator. */
async function prepare(session: Session): Promise<string> {
  const { KeyMetadata } = await session.aws.call('kms', 'CreateKey', { Description: 'Compare' });
  if (!KeyMetadata?.Arn) throw new Error('CreateKey answered without a key');
  const LocationConstraint = session.region;
  for (const Bucket of [BUCKET, 'warm-up']) {
    await session.aws.call('s3', 'CreateBucket', {
      Bucket,
      ...(LocationConstraint !== 'us-east-1' && { CreateBucketConfiguration: { LocationConstraint } }),
    });
    // New buckets refuse SSE-C: Amazon S3 User Guide, "Blocking or unblocking SSE-C for a general purpose bucket".
    const Rules = [{ BlockedEncryptionTypes: { EncryptionType: ['NONE' as const] } }];
    await session.aws.call('s3', 'PutBucketEncryption', { Bucket, ServerSideEncryptionConfiguration: { Rules } });
  }
  for (const { name, permissions } of users) {
    if (permissions === 'everything') continue;
    await session.aws.call('iam', 'CreateUser', { UserName: name });
    const Statement = permissions.split(' and ').map((Action) => ({
      Effect: 'Allow',
      Action,
      Resource: Action.startsWith('kms:') ? KeyMetadata.Arn : `arn:aws:s3:::${BUCKET}/*`,
    }));
    const PolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement });
    await session.aws.call('iam', 'PutUserPolicy', { UserName: name, PolicyName: 'read', PolicyDocument });
  }
  return KeyMetadata.Arn;
}

const keyOf = ({ name }: Mode, i: number): string => `${name}/${i}`;

/** Rounds that nobody measures. */
const WARM_UPS = 3;
/** Above this, a part of the file takes the same way. */
const MOST_WARM_BYTES = 4 * 1024 * 1024;

/**
 * What comes first takes longer: code that was not compiled yet, caches that are empty, a bucket's first object. Bucket
 * keys are warmed up in another bucket, so that each call of theirs to KMS is counted.
 */
async function warmUp(
  modes: readonly Mode[],
  { file, size }: { readonly file: string; readonly size: number },
  session: Session,
): Promise<void> {
  const body = async (): Promise<Pick<PutObjectRequest, 'Body'>> =>
    size > MOST_WARM_BYTES ? { Body: Buffer.alloc(MOST_WARM_BYTES) } : fileBody(file, () => {});
  for (let i = 0; i < WARM_UPS; i++) {
    for (const mode of modes) {
      for (const Bucket of mode.kind === 'bucket-key' ? ['warm-up'] : ['warm-up', BUCKET]) {
        const Key = `warm-up/${mode.name}`;
        await session.aws.call('s3', 'PutObject', { ...mode.write, ...(await body()), Bucket, Key });
        await read(mode, Bucket, Key, session);
      }
    }
  }
}

async function read(mode: Mode, Bucket: string, Key: string, session: Session, as?: string): Promise<void> {
  const { Body } = await session.aws.call('s3', 'GetObject', { ...mode.read, Bucket, Key }, { as });
  // The object has been read only after its last byte.
  for await (const _ of Body ?? []);
}

/** One piece of work: how long it took, and the calls that it caused. */
interface Done {
  readonly tookMs: number;
  readonly calls: readonly CallRecord[];
}

/**
 * Repeats the work, taking turns between the modes, so that whatever slows the machine down slows all of them. Each round
 * begins with another mode, since each comes after what the one before it has left to the disk.
 */
async function inRounds(
  modes: readonly Mode[],
  times: number,
  session: Session,
  work: (mode: Mode, i: number) => Promise<void>,
): Promise<readonly (readonly Done[])[]> {
  const done: Done[][] = modes.map(() => []);
  const { environment, signal } = session;
  const place = await placeOfCalls(session);
  for (let i = 0; i < times; i++) {
    for (const turn of modes.keys()) {
      const at = (i + turn) % modes.length;
      const mode = modes[at];
      if (!mode) continue;
      signal.throwIfAborted();
      const before = await session.store.transact((tx) => newestCall(place, tx));
      const startMs = environment.elapsed();
      await work(mode, i);
      const tookMs = environment.elapsed() - startMs;
      // Every call is in the record once: nobody calls across accounts here.
      const calls = await session.store.transact((tx) => callsSince(before, place, tx));
      done[at]?.push({ tookMs, calls });
    }
  }
  return done;
}

/** The place of this account's calls in the record. */
async function placeOfCalls(session: Session): Promise<[account: string, region: string]> {
  const account = await session.aws.account('s3');
  if (account === undefined) throw new Error('the calls have to come from an account');
  return [account, session.region];
}

function callsOf(done: readonly Done[]): Calls {
  const made = done.flatMap(({ calls }) => calls);
  const data = made.filter(({ service, operation }) => operationFacts(service, operation).isData);
  const kmsMs = done.map(({ calls }) => calls.reduce((sum, { kms }) => sum + (kms?.ms ?? 0), 0));
  const tookMs = done.map(({ tookMs }) => tookMs);
  return {
    kms: made.filter(({ service }) => service === 'kms').map(({ operation }) => operation),
    managementEvents: made.length - data.length,
    dataEvents: data.length,
    logBytes: made.reduce((sum, call) => sum + Buffer.byteLength(JSON.stringify(cloudTrailEvent(call))), 0),
    medianMs: median(tookMs),
    medianKmsMs: median(kmsMs),
    kmsShare: Math.min(1, total(kmsMs) / Math.max(total(tookMs), Number.MIN_VALUE)),
  };
}

const total = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0);

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor((sorted.length - 1) / 2)] ?? 0;
}

async function storedBytes(Key: string, session: Session) {
  const [{ inspectObject }, { store, blobs }] = await Promise.all([
    import('../../../s3/content/inspect.ts'),
    session.store.assembly(),
  ]);
  const { pieces, keys } = await inspectObject({ Bucket: BUCKET, Key }, { store, blobs });
  return {
    storedBytes: pieces.reduce((sum, piece) => sum + piece.storedBytes, 0),
    keyBytes: keys.reduce((sum, { bytes }) => sum + bytes.length, 0),
  };
}

async function readersOf(mode: Mode, session: Session): Promise<Reader[]> {
  const found: Reader[] = [];
  for (const { name, permissions } of users) {
    const refusal = await refusalOf(() => read(mode, BUCKET, keyOf(mode, 0), session, `user/${name}`));
    found.push({ name: `user/${name}`, permissions, mayRead: refusal === undefined, refusal });
  }
  return found;
}

async function refusalOf(work: () => Promise<void>): Promise<Reader['refusal']> {
  try {
    await work();
    return undefined;
  } catch (error) {
    if (error instanceof AwsError) return { code: error.code, message: error.message };
    throw error;
  }
}

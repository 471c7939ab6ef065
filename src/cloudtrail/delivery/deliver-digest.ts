/** Delivers one digest: the chain goes on from it in the transaction in which the object is written. */

import { gzipSync } from 'node:zlib';
import { AwsError } from '../../api/errors.ts';
import type { Region } from '../../api/regions.ts';
import type { Call } from '../../call/operation.ts';
import { task } from '../../call/task.ts';
import type { DigestChain, TrailDelivery, TrailRecord } from '../../store/records/trail.ts';
import { trailArn } from '../trail.ts';
import type { DigestEnd } from './chain.ts';
import { beginObject } from './delivered-object.ts';
import { type BegunFile, type DeliveryPlan, deliverySteps } from './delivery-steps.ts';
import { type Digest, digestText, SIGNATURE_ALGORITHM, sha256Of, signedText } from './digest-file.ts';
import { digestKey } from './object-key.ts';
import { failed, type Outcome } from './outcome.ts';
import { signingKeyAt } from './signing-key.ts';

export interface DigestInput extends DigestEnd {
  /** The trail's number. */
  readonly trail: number;
  readonly region: Region;
  /** The chain as it was found. */
  readonly chain: DigestChain;
}

interface DigestFile {
  readonly bucket: string;
  readonly endMs: number;
  readonly previous: NonNullable<DigestChain['previous']>;
}

const steps = deliverySteps<DigestInput, DigestFile>({
  begin,
  finish,
  parameters: ({ trail, region }) => ({ trail, region }),
});

export const deliverDigest = task('cloudtrail', 'DeliverDigest', steps);

function begin(trail: TrailRecord | undefined, input: DigestInput, call: Call): DeliveryPlan<DigestFile> {
  const delivery = call.tx.trailDeliveries.get([input.trail, input.region]);
  if (!trail || !isAsFound(delivery, input)) return { kind: 'done', outcome: { status: 'gone' } };
  const { region, chain } = input;
  const { bucket, account } = trail;
  const { endMs, key } = freeKey(trail, input, call);
  const signing = signingKeyAt(region, input.endMs, call.tx, call.rootKey);
  if (!signing) throw new Error(`no signing key of ${region} for a digest that ends at ${input.endMs}`);
  const { fingerprint } = signing;
  const digest: Digest = { ...chain, account, endMs, bucket, key, fingerprint, previous: chain.previous };
  const text = digestText(digest);
  const sha256 = sha256Of(text);
  const signature = signing.sign(signedText(digest, sha256));
  const Metadata = { signature, 'signature-algorithm': SIGNATURE_ALGORITHM };
  try {
    const put = beginObject(trail, key, { Body: gzipSync(text), Metadata }, call);
    return { kind: 'file', put, bucket, endMs, previous: { bucket, key, sha256, signature } };
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    return { kind: 'done', outcome: noteFailure(trail, delivery, error, input, call) };
  }
}

/** Whether the chain still stands where it was found; somebody may have delivered this digest, or another log file. */
function isAsFound(delivery: TrailDelivery | undefined, { chain }: DigestInput): delivery is TrailDelivery {
  const now = delivery?.chain;
  return (
    now !== undefined &&
    now.startMs === chain.startMs &&
    now.previous?.signature === chain.previous?.signature &&
    now.logFiles.length === chain.logFiles.length
  );
}

/** The clock may have been set back: a digest that was written before its time came again keeps its place. */
function freeKey(trail: TrailRecord, { region, endMs }: DigestInput, { tx }: Call): { endMs: number; key: string } {
  for (let end = endMs; ; end += 1000) {
    const key = digestKey({ ...trail, region }, end);
    if (!tx.objects.get([trail.bucket, key])) return { endMs: end, key };
  }
}

function finish(plan: BegunFile<DigestFile>, input: DigestInput, call: Call): Outcome {
  const { trail: number, region, isFinal } = input;
  const trail = call.tx.trails.get([number]);
  const found = call.tx.trailDeliveries.get([number, region]);
  if (!trail || trail.bucket !== plan.bucket || !isAsFound(found, input)) {
    call.giveUp(plan.put);
    return { status: 'gone' };
  }
  try {
    call.complete(plan.put);
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    call.giveUp(plan.put);
    return noteFailure(trail, found, error, input, call);
  }
  const { chain: _ended, digestError: _mended, ...delivery } = found;
  const { endMs, previous, bucket } = plan;
  call.tx.trailDeliveries.put([number, region], {
    ...delivery,
    digestDeliveredMs: Math.min(endMs, call.now.getTime()),
    ...(!isFinal && { chain: { startMs: endMs, previous, logFiles: [] } }),
  });
  return {
    status: 'delivered',
    kind: 'digest',
    trailArn: trailArn(trail),
    region,
    bucket,
    key: previous.key,
    events: 0,
    isPart: false,
  };
}

function noteFailure(
  trail: TrailRecord,
  delivery: TrailDelivery,
  error: AwsError,
  { trail: number, region }: DigestInput,
  call: Call,
): Outcome {
  call.tx.trailDeliveries.put([number, region], { ...delivery, digestError: error.code });
  return failed('digest', trail, region, error);
}

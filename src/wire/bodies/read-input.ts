/** The input of a call, as far as its message can be read, and what is wrong with the rest. */

import { AwsError } from '../../api/errors.ts';
import type { OperationModel } from '../../api/model/loader.ts';
import type { MessageFault } from '../../call/request.ts';
import { findBucket } from '../../s3/request/bucket.ts';
import type { Tx } from '../../store/tables.ts';
import type { Codec, RoutedMessage } from '../codecs/codec.ts';
import { type HeaderFields, headerValue } from '../http/message.ts';
import { refuseHeaders } from './s3-headers.ts';

export interface ReadInput {
  readonly input: unknown;
  readonly fault?: MessageFault | undefined;
}

/**
 * Reads an input.
 * @param model undefined for an operation of which nothing is known but its name
 * @param known what is wrong with the message before its input is read
 */
export function readInput(
  codec: Codec,
  model: OperationModel | undefined,
  message: RoutedMessage,
  known: MessageFault | undefined,
): ReadInput {
  if (!model || known?.at === 'head') return { input: {}, fault: known };
  const { service } = model;
  if (service === 's3') {
    const suited = refused(() => refuseHeaders(model, message.headers, message.target.query));
    if ('refusal' in suited) return inHead(suited.refusal);
  }
  const whole = known ?? refused(() => codec.readInput(model, message));
  if ('value' in whole) return { input: whole.value };
  const head = service === 's3' ? refused(() => codec.readHead?.(model, message)) : whole;
  // Of a body whose length cannot be read, the header field with it cannot be either.
  if ('refusal' in head) return inHead(known ? known.refusal : head.refusal);
  return { input: head.value, fault: { refusal: whole.refusal, at: 'body' } };
}

const inHead = (refusal: AwsError): ReadInput => ({ input: {}, fault: { refusal, at: 'head' } });

function refused<T>(work: () => T): { readonly value: T } | { readonly refusal: AwsError } {
  try {
    return { value: work() };
  } catch (error) {
    if (error instanceof AwsError) return { refusal: error };
    throw error;
  }
}

/**
 * What refuses a request about a bucket, by the same order as S3: that there is no such bucket comes before all that is
 * wrong with the request's header fields.
 * @param bucket undefined if the request names none
 */
export function bucketFirst(
  fault: MessageFault,
  about: { readonly operation: string; readonly bucket: string | undefined; readonly headers: HeaderFields },
  tx: Tx,
): MessageFault {
  const { operation, bucket, headers } = about;
  if (fault.at === 'body' || bucket === undefined || operation === 'CreateBucket') return fault;
  const owner = headerValue(headers, 'x-amz-expected-bucket-owner');
  const found = refused(() => findBucket({ Bucket: bucket, ExpectedBucketOwner: owner }, { tx }));
  return 'refusal' in found ? { refusal: found.refusal, at: 'head' } : fault;
}

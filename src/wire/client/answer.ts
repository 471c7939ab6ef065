/** The answer to a call as a client reads it: its output, or the refusal. */

import { STATUS_CODES } from 'node:http';
import { EndpointError, ReceivedRefusal } from '../../api/errors.ts';
import type { OperationModel } from '../../api/model/loader.ts';
import type { RunningDigest } from '../../crypto/running-digest.ts';
import { type Codec, type ReceivedError, RefusedAnswer, UnreadableAnswer } from '../codecs/codec.ts';
import { type AnswerMessage, headerValue, type RequestMessage } from '../http/message.ts';
import { type ChecksumPolicy, checksumHeader, isDigestName, openChecksum } from './payload.ts';
import { typedOutput } from './typed-output.ts';

/** An answer whose body is still on its way. */
export type ReceivedAnswer = AnswerMessage & { readonly body: AsyncIterable<Uint8Array> };

/** How an answer is read. */
export interface AnswerRules {
  /** Names the endpoint in messages. */
  readonly origin: string;
  /** Whether its body is compared with the checksum that comes with it. */
  readonly isVerified: boolean;
  /** Takes what the answer has beyond the model; absent: nobody looks for it. */
  readonly debug?: ((line: string) => void) | undefined;
}

/**
 * What an answer says. A body that streams is read to its end by whoever takes the output.
 * @throws ReceivedRefusal, EndpointError; of a stream with a wrong checksum when it ends
 */
export async function outputOf(
  codec: Codec,
  model: OperationModel,
  answer: ReceivedAnswer,
  { origin, isVerified, debug }: AnswerRules,
): Promise<unknown> {
  const isStreamed = answer.status < 300 && streams(model);
  const body = isVerified && isStreamed ? await verified(model, answer) : answer.body;
  const whole: AnswerMessage = { ...answer, body: isStreamed ? body : await wholeBody(body) };
  if (answer.status >= 300) throw refused(codec.readError(whole), model);
  try {
    const output = typedOutput(model, codec.readOutput(model, whole));
    if (debug && whole.body instanceof Uint8Array) {
      const { beyondModel } = await import('./beyond-model.ts');
      for (const line of beyondModel(model, whole.body)) debug(`beyond the model: ${line}`);
    }
    return output;
  } catch (error) {
    // The status of a refusal in what began as a success: botocore, handlers.py, `check_for_200_error`.
    if (error instanceof RefusedAnswer) throw refused({ ...error.refusal, status: 500 }, model);
    if (error instanceof UnreadableAnswer) {
      throw new EndpointError(`${origin} does not answer as ${model.service} does: ${error.message}`, { cause: error });
    }
    throw error;
  }
}

/** A refusal without a code and words, such as a proxy's, has those of its status: botocore, parsers.py. */
function refused(received: ReceivedError, { service, name }: OperationModel): ReceivedRefusal {
  const message = received.message || (received.code === `${received.status}` && STATUS_CODES[received.status]) || '';
  return new ReceivedRefusal(
    { ...received, message },
    { service, operation: name, requestId: received.requestId ?? '' },
  );
}

/** Whether the output has a member that is the body itself. */
function streams({ output, shapes }: OperationModel): boolean {
  const shape = output && shapes[output.shape];
  return shape?.type === 'structure' && Object.values(shape.members).some(({ streaming }) => streaming);
}

const MODE = 'x-amz-checksum-mode';

/** A request that asks for the checksum of what it reads, where its operation can: `response_checksum_validation`. */
export function checksumMode(
  { httpChecksum }: OperationModel,
  message: RequestMessage,
  policy: ChecksumPolicy,
): RequestMessage {
  const isAsked = httpChecksum?.requestValidationModeMember !== undefined && policy === 'when_supported';
  if (!isAsked || message.headers.has(MODE)) return message;
  return { ...message, headers: new Map(message.headers).set(MODE, ['ENABLED']) };
}

export const asksForChecksum = ({ headers }: RequestMessage): boolean => headerValue(headers, MODE) === 'ENABLED';

const PARTIAL_CONTENT = 206;

/**
 * The body of an answer, which fails at its end if it does not have the checksum that the answer says. That of an object
 * in parts may be one over the checksums of its parts, and that of a range is of the whole object: neither can be
 * compared. AWS SDKs and Tools Reference Guide, "Data Integrity Protections for Amazon S3".
 */
async function verified(
  { httpChecksum }: OperationModel,
  { status, headers, body }: ReceivedAnswer,
): Promise<AsyncIterable<Uint8Array>> {
  const algorithm = httpChecksum?.responseAlgorithms?.find((name) => headers.has(checksumHeader(name)));
  if (algorithm === undefined || !isDigestName(algorithm) || status === PARTIAL_CONTENT) return body;
  const expected = headerValue(headers, checksumHeader(algorithm)) ?? '';
  const isComposite = /-\d+$/.test(expected) || headerValue(headers, 'x-amz-checksum-type') === 'COMPOSITE';
  return isComposite ? body : compared(body, await openChecksum(algorithm), { algorithm, expected });
}

/** @throws EndpointError in the AWS CLI's words: botocore, httpchecksum.py, `FlexibleChecksumError` */
async function* compared(
  body: AsyncIterable<Uint8Array>,
  digest: RunningDigest,
  { algorithm, expected }: { readonly algorithm: string; readonly expected: string },
): AsyncGenerator<Uint8Array, void> {
  for await (const piece of body) {
    digest.update(piece);
    yield piece;
  }
  const computed = Buffer.from(digest.digest()).toString('base64');
  if (computed === expected) return;
  throw new EndpointError(
    `Expected checksum ${expected} did not match calculated checksum: ${computed} (${algorithm} of what the endpoint sent)`,
  );
}

/** The longest answer that is no stream, in bytes: far above what any operation of AWS answers. */
const LONGEST = 64 * 1024 * 1024;

async function wholeBody(body: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const pieces: Uint8Array[] = [];
  let size = 0;
  for await (const piece of body) {
    size += piece.length;
    if (size > LONGEST) throw new EndpointError(`the answer is longer than ${LONGEST} bytes`);
    pieces.push(piece);
  }
  return Buffer.concat(pieces);
}

/** The answer to a call as a client reads it: its output, or the refusal. */

import { EndpointError, ReceivedRefusal } from '../../api/errors.ts';
import type { OperationModel } from '../../api/model/loader.ts';
import { type Codec, type ReceivedError, RefusedAnswer, UnreadableAnswer } from '../codecs/codec.ts';
import type { AnswerMessage } from '../http/message.ts';

/** An answer whose body is still on its way. */
export type ReceivedAnswer = AnswerMessage & { readonly body: AsyncIterable<Uint8Array> };

/**
 * What an answer says. A body that streams is read to its end by whoever takes the output.
 * @param origin names the endpoint in messages
 * @throws ReceivedRefusal, EndpointError
 */
export async function outputOf(
  codec: Codec,
  model: OperationModel,
  answer: ReceivedAnswer,
  origin: string,
): Promise<unknown> {
  const isStreamed = answer.status < 300 && streams(model);
  const whole: AnswerMessage = isStreamed ? answer : { ...answer, body: await wholeBody(answer.body) };
  if (answer.status >= 300) throw refused(codec.readError(whole), model);
  try {
    return codec.readOutput(model, whole);
  } catch (error) {
    if (error instanceof RefusedAnswer) throw refused(error.refusal, model);
    if (error instanceof UnreadableAnswer) {
      throw new EndpointError(`${origin} does not answer as ${model.service} does: ${error.message}`, { cause: error });
    }
    throw error;
  }
}

const refused = (received: ReceivedError, { service, name }: OperationModel): ReceivedRefusal =>
  new ReceivedRefusal(received, { service, operation: name, requestId: received.requestId ?? '' });

/** Whether the output has a member that is the body itself. */
function streams({ output, shapes }: OperationModel): boolean {
  const shape = output && shapes[output.shape];
  return shape?.type === 'structure' && Object.values(shape.members).some(({ streaming }) => streaming);
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

/**
 * A codec speaks one of AWS's protocols, both ways: a server reads inputs and writes outputs and refusals, a client does
 * the reverse. What it needs for an operation is compiled from the model once and kept.
 */

import type { AwsError } from '../../api/errors.ts';
import type { OperationModel } from '../../api/model/loader.ts';
import type { ServiceName } from '../../api/model/operations.ts';
import type { AnswerMessage, RequestMessage } from '../http/message.ts';

/** A request that is known to be for one operation. Its body is whole, unless the operation streams it. */
export interface RoutedMessage extends RequestMessage {
  /** The values of the labels of the path, decoded; `Key` is the member's name, without a plus sign. */
  readonly labels: Readonly<Record<string, string>>;
}

/** What identifies an answer. */
export interface MessageIds {
  readonly requestId: string;
  /** `x-amz-id-2` of S3's answers. */
  readonly hostId: string;
}

/** A refusal as a client receives it: the code may be one that nobody here knows. */
export interface ReceivedError {
  readonly status: number;
  readonly code: string;
  readonly message: string;
  /** Whatever else the refusal says, by name. */
  readonly detail: Readonly<Record<string, string>>;
  readonly requestId: string | undefined;
}

export interface Codec {
  /**
   * A value that does not have its member's type is passed on as it is, or as an empty one of its kind, since the check
   * of inputs words what is wrong with it.
   * @throws AwsError in the service's code for what cannot be read at all
   */
  readInput(model: OperationModel, message: RoutedMessage): unknown;
  /** All of an input but what is in the body; absent where all of it is. @throws like `readInput` */
  readHead?(model: OperationModel, message: RoutedMessage): Readonly<Record<string, unknown>>;
  writeOutput(model: OperationModel, output: unknown, ids: MessageIds): AnswerMessage;
  /** @param model undefined if the operation is unknown */
  writeError(error: AwsError, ids: MessageIds, model: OperationModel | undefined, service: ServiceName): AnswerMessage;
  /** A request for the service's endpoint; it is not signed yet and does not name a host. */
  writeInput(model: OperationModel, input: unknown): RequestMessage;
  /** @throws UnreadableAnswer, RefusedAnswer */
  readOutput(model: OperationModel, answer: AnswerMessage): unknown;
  /** Any answer with a status of 300 or more is one, whatever its body says. */
  readError(answer: AnswerMessage): ReceivedError;
}

/** An answer that is not in its protocol's form, such as the page of a proxy. */
export class UnreadableAnswer extends Error {}

/** A refusal in an answer with a status of success. */
export class RefusedAnswer extends Error {
  readonly refusal: ReceivedError;
  constructor(refusal: ReceivedError) {
    super(refusal.message);
    this.refusal = refusal;
  }
}

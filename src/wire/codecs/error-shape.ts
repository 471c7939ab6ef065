/** Refusals as the model declares them, for the protocols whose errors are structures. */

import type { AwsError } from '../../api/errors.ts';
import type { OperationModel } from '../../api/model/loader.ts';
import type { ServiceName } from '../../api/model/operations.ts';
import { type AnswerMessage, type HeaderFields, headerValue } from '../http/message.ts';
import type { ReceivedError } from './codec.ts';

export interface ErrorBody {
  /** The name of the shape, or the code of an error that the operation does not declare. */
  readonly type: string;
  readonly isDeclared: boolean;
  /** The message under the name that the shape has for it, and the other members of the shape. */
  readonly members: Readonly<Record<string, string>>;
}

/** A refusal as a structure. A message without words is left out, as AWS does. */
export function errorBody({ code, message, detail }: AwsError, model: OperationModel | undefined): ErrorBody {
  for (const name of model?.errors ?? []) {
    const shape = model?.shapes[name];
    if (shape?.type !== 'structure' || (shape.error?.code ?? name) !== code) continue;
    const declared = Object.entries(detail).filter(([member]) => Object.hasOwn(shape.members, member));
    const spelling = Object.hasOwn(shape.members, 'Message') ? 'Message' : 'message';
    const members = { ...(message !== '' && { [spelling]: message }), ...Object.fromEntries(declared) };
    return { type: name, isDeclared: true, members };
  }
  return { type: code, isDeclared: false, members: message === '' ? {} : { message } };
}

/** A refusal that a client has received. @param body undefined if it is not a structure */
export function receivedError(
  { status, headers }: AnswerMessage,
  body: Readonly<Record<string, unknown>> | undefined,
): ReceivedError {
  const { __type, message, Message, ...rest } = body ?? {};
  const words = message ?? Message;
  const detail = Object.entries(rest).filter((entry): entry is [string, string] => typeof entry[1] === 'string');
  return {
    status,
    code: receivedCode(headers, __type) ?? `${status}`,
    message: typeof words === 'string' ? words : '',
    detail: Object.fromEntries(detail),
    requestId: headerValue(headers, 'x-amzn-requestid'),
  };
}

/** A code may have a namespace before it and an address after it; the query protocol's code takes precedence. */
function receivedCode(headers: HeaderFields, type: unknown): string | undefined {
  const query = headerValue(headers, 'x-amzn-query-error')?.split(';')[0];
  const code = query ?? headerValue(headers, 'x-amzn-errortype') ?? type;
  return typeof code === 'string' ? code.replace(/^[^#]*#/, '').replace(/:.*$/s, '') : undefined;
}

/**
 * The code in the words of the query protocol, for clients of a service that spoke only that one: Smithy specification,
 * "AWS query compatible trait". Of the services here that is CloudWatch.
 */
export const queryErrorField = (
  { code }: AwsError,
  status: number,
  service: ServiceName,
): Readonly<Record<string, string>> =>
  service === 'cloudwatch' ? { 'x-amzn-query-error': `${code};${faultOf(status)}` } : {};

/** Who has to act: AWS's query protocol, `Type` of an error. */
export const faultOf = (status: number): 'Sender' | 'Receiver' => (status < 500 ? 'Sender' : 'Receiver');

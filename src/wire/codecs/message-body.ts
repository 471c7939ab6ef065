/** The bodies of messages whose body is whole. */

import { AwsError } from '../../api/errors.ts';
import type { ServiceName } from '../../api/model/operations.ts';
import { serviceFacts } from '../../api/service-facts.ts';
import type { Body } from '../http/message.ts';

const utf8 = new TextDecoder('utf-8', { fatal: true });

/** The bytes of a body; none if it has no body. @throws Error for one that streams: nobody has read it */
export function bytesOf(body: Body | undefined): Uint8Array {
  if (body === undefined) return new Uint8Array();
  if (body instanceof Uint8Array) return body;
  throw new Error('the body of the message has not been read');
}

/** The text of a body, without a byte order mark; undefined if it is not UTF-8. */
export function textOf(body: Body | undefined): string | undefined {
  try {
    return utf8.decode(bytesOf(body));
  } catch (error) {
    if (error instanceof TypeError) return undefined;
    throw error;
  }
}

export const toBytes = (text: string): Uint8Array => Buffer.from(text, 'utf8');

/**
 * The refusal of a body that is not what the protocol sends; without words, as AWS's services do.
 * @param reason what it is not, for people
 */
export const unreadableBody = (service: ServiceName, reason: string): AwsError =>
  new AwsError(serviceFacts[service].unreadableCode, '', {}, reason);

/** Refusals in XML: of S3, of S3 Control, and of the query protocol. */

import { SaxesParser } from 'saxes';
import { type AnswerMessage, headerValue } from '../http/message.ts';
import type { ReceivedError } from './codec.ts';
import { textOf } from './message-body.ts';

/** Longer than any refusal. */
const MAX_LENGTH = 1 << 20;
const MAX_DEPTH = 8;

/**
 * A refusal in an `Error` element, which may stand in another one. Without a body, as in the answer to HEAD, and for
 * what is not XML, the status is the code.
 */
export function readXmlError({ status, headers, body }: AnswerMessage): ReceivedError {
  const { Code, Message = '', RequestId, Type: _, HostId: __, ...detail } = leavesIn(textOf(body)?.trimStart() ?? '');
  return {
    status,
    code: Code ?? `${status}`,
    message: Message,
    detail,
    requestId: RequestId ?? headerValue(headers, 'x-amz-request-id') ?? headerValue(headers, 'x-amzn-requestid'),
  };
}

/** The texts of the elements in `Error`, and beside it; nothing of what is not well-formed. */
function leavesIn(text: string): Readonly<Record<string, string>> {
  if (text.length > MAX_LENGTH) return {};
  const leaves = new Map<string, string>();
  const open: { readonly name: string; text: string; isLeaf: boolean }[] = [];
  const parser = new SaxesParser();
  parser.on('error', (error) => {
    throw error;
  });
  parser.on('opentag', ({ name }) => {
    const parent = open.at(-1);
    if (parent) parent.isLeaf = false;
    if (open.length >= MAX_DEPTH) throw new Error('too deep');
    open.push({ name, text: '', isLeaf: true });
  });
  parser.on('text', (piece) => {
    const last = open.at(-1);
    if (last) last.text += piece;
  });
  parser.on('closetag', () => {
    const closed = open.pop();
    const parent = open.at(-1)?.name;
    if (closed?.isLeaf && (parent === 'Error' || parent === 'ErrorResponse')) leaves.set(closed.name, closed.text);
  });
  try {
    parser.write(text).close();
  } catch {
    return {};
  }
  return leaves.has('Code') ? Object.fromEntries(leaves) : {};
}

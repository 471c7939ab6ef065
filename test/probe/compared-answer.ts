/** Answers as they are compared where ids and secrets are others each time. */

import { isRecord, isStream } from '../../src/api/message.ts';
import type { Answered } from './run-probe.ts';

/** An answer whose body, if it streams, is all there, as text with a character a byte. */
export async function wholeAnswer(answer: Answered): Promise<Answered> {
  if (!('output' in answer) || !isStream(answer.output.Body)) return answer;
  const pieces: Uint8Array[] = [];
  for await (const piece of answer.output.Body) pieces.push(Buffer.from(piece));
  return { ...answer, output: { ...answer.output, Body: Buffer.concat(pieces).toString('latin1') } };
}

/** What of an answer is sent: to HEAD, and of what has not been modified, no body with words and members. */
export const sentPart = (answer: Answered): Pick<Answered, 'status'> =>
  'code' in answer && answer.code === undefined ? { status: answer.status } : answer;

/**
 * A value as JSON has it, with a sign in place of what looks like an id, a hash, a token or bytes.
 * @param isSame whether a text of 16 characters and more, with a digit in it, is the same each time
 */
export const withoutChance = (value: unknown, isSame: (text: string) => boolean = () => false): object =>
  Object(
    JSON.parse(JSON.stringify(asText(value)), (_, each) =>
      typeof each === 'string' ? each.replace(LONG, (text) => (isSame(text) ? text : '…')) : each,
    ),
  );

const LONG = /\bA[A-Z]{3}[A-Z\d]{16}\b|\bo-\w{10}\b|(?=[\w+/=.-]*\d)[\w+/=.-]{16,}/g;

/** A value with its bytes as text, if they are one. */
function asText(value: unknown): unknown {
  if (value instanceof Uint8Array) return /^[ -~]*$/.test(`${Buffer.from(value)}`) ? `${Buffer.from(value)}` : 'bytes';
  if (Array.isArray(value)) return value.map(asText);
  return isRecord(value) ? Object.fromEntries(Object.entries(value).map(([key, each]) => [key, asText(each)])) : value;
}

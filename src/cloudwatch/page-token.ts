/** Tokens of CloudWatch's lists: each holds where its list goes on, and is valid for the same question only. */

import { createHash } from 'node:crypto';
import { AwsError } from '../api/errors.ts';

/** What a list goes on after. */
export type Position = readonly (string | number)[];

/** @param question what must be the same for every page: the operation's name, and its input without the token */
export const writeToken = (position: Position, question: unknown): string =>
  Buffer.from(JSON.stringify([...position, digestOf(question)])).toString('base64url');

/** @throws InvalidNextToken for a text that is not a token of this list */
export function readToken(token: string, question: unknown): Position {
  const position = positionIn(token, question);
  if (position) return position;
  throw new AwsError('InvalidNextToken', INVALID_TOKEN);
}

export const INVALID_TOKEN = 'Invalid nextToken: it is not one that this list returned.';

/** The same for a list that refuses it with another code: undefined for a text that is not a token of it. */
export function positionIn(token: string, question: unknown): Position | undefined {
  const parts = parsed(token);
  return Array.isArray(parts) && parts.at(-1) === digestOf(question) ? parts.slice(0, -1) : undefined;
}

function parsed(token: string): unknown {
  try {
    return JSON.parse(Buffer.from(token, 'base64url').toString());
  } catch {
    return undefined;
  }
}

const digestOf = (question: unknown): string =>
  createHash('sha256').update(JSON.stringify(question)).digest('base64url').slice(0, 16);

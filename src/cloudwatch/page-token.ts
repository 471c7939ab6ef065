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
  const parts = parsed(token);
  if (Array.isArray(parts) && parts.at(-1) === digestOf(question)) return parts.slice(0, -1);
  throw new AwsError('InvalidNextToken', 'Invalid nextToken: it is not one that this list returned.');
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

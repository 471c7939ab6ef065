/**
 * Where the statements of a policy stand in its text, as IAM's policy simulator counts: IAM API Reference, Statement and
 * Position. Its parser notes where it is, not where the statement is, so a statement starts behind what was read before
 * it (the bracket of the list, the statement in front of it) and ends behind its own brace.
 */

import { readPlaces } from './json-places.ts';

/** Both from 1; a column is a UTF-16 unit. */
interface Position {
  readonly Line: number;
  readonly Column: number;
}

export interface StatementPlace {
  readonly StartPosition: Position;
  readonly EndPosition: Position;
}

/**
 * The place of each statement, in the order of the document.
 * @throws JsonFault for a text that is not JSON.
 */
export function statementPlaces(text: string): readonly StatementPlace[] {
  const root = readPlaces(text);
  const statements = root.kind === 'object' ? root.members.find(({ name }) => name === 'Statement')?.value : undefined;
  if (!statements) return [];
  const positionOf = positions(text);
  const first = positionOf(statements.at + 1);
  // Without a list, a statement is only known for one once its brace was read.
  if (statements.kind !== 'list') return [{ StartPosition: first, EndPosition: positionOf(statements.end) }];
  let behind = first;
  return statements.items.map(({ end }) => {
    const place = { StartPosition: behind, EndPosition: positionOf(end) };
    behind = place.EndPosition;
    return place;
  });
}

/** Finds the positions of growing indices in one pass over the text. */
function positions(text: string): (at: number) => Position {
  const lineEnds = text.matchAll(/\r\n|\n|\r/g);
  let line = 1;
  let lineStart = 0;
  let next = lineEnds.next();
  return (at) => {
    while (!next.done && next.value.index < at) {
      line += 1;
      lineStart = next.value.index + next.value[0].length;
      next = lineEnds.next();
    }
    return { Line: line, Column: at - lineStart + 1 };
  };
}

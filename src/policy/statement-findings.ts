/** Findings about statements that others leave nothing to do for. */

import { covers } from './covering.ts';
import type { Examined, ExaminedStatement, Found } from './finding.ts';

/**
 * Comparing every statement with every other one takes time: the characters of one times those of the other add up to
 * this at most, which is more than the largest policy that AWS takes has.
 */
const MOST_WORK = 1_200_000_000;

/** An Allow that a Deny covers, and statements that another one of the same effect covers; each is reported once. */
export function* needlessStatements({ statements }: Examined): Iterable<readonly [ExaminedStatement, Found]> {
  let work = 0;
  const sized = statements.map((statement) => ({ statement, size: JSON.stringify(statement.json).length }));
  const needless = new Set<ExaminedStatement>();
  for (const { statement, size } of sized) {
    for (const { statement: other, size: otherSize } of sized) {
      if (other === statement || needless.has(other)) continue;
      work += size * otherSize;
      if (work > MOST_WORK) return;
      const isDeny = other.read.effect === 'Deny';
      if (other.read.effect !== statement.read.effect && !isDeny) continue;
      if (!covers(other, statement)) continue;
      needless.add(statement);
      yield [statement, foundIn(statement, other)];
      break;
    }
  }
}

function foundIn({ read: { effect } }: ExaminedStatement, other: ExaminedStatement): Found {
  if (effect !== other.read.effect) {
    return {
      kind: 'unreachable-statement',
      says: `the statement has no effect, since ${other.name} denies all that it allows`,
      path: [],
      advice: `remove it, or narrow ${other.name}`,
    };
  }
  return {
    kind: 'redundant-statement',
    says: `${other.name} ${effect === 'Allow' ? 'allows' : 'denies'} all that this one does`,
    path: [],
    advice: 'remove it',
  };
}

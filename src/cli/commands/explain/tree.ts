/** Lines with depths as a tree with strokes. A line that is too long continues beside the strokes. */

import type { ExplainLine } from '../../../policy/explain.ts';
import type { Painter } from '../../command.ts';
import { painted, type Shown } from '../../output/painted.ts';
import { wrapped } from '../../output/wrap.ts';

type Role = ExplainLine['role'];

const marks: Readonly<Record<Role, string>> = {
  allowed: '✓ ',
  denied: '✗ ',
  silent: '· ',
  skipped: '· ',
  fact: '',
  warning: '! ',
  advice: '→ ',
};

/** The tree as it is shown, in the painter's width. */
export function treeOf(lines: readonly ExplainLine[], painter: Painter): Shown[] {
  const paints: Readonly<Record<Role, (text: string) => Shown>> = {
    allowed: painter.good,
    denied: painter.bad,
    silent: (text) => text,
    skipped: painter.faint,
    fact: (text) => text,
    warning: painter.strong,
    advice: painter.strong,
  };
  return lines.flatMap(({ role, text }, i) => {
    const { first, others } = strokes(lines, i);
    const hanging = others.padEnd(first.length + marks[role].length);
    const texts = wrapped(marks[role] + text, painter.width - first.length, painter.width - hanging.length);
    return texts.map((each, row) => painted`${painter.faint(row === 0 ? first : hanging)}${paints[role](each)}`);
  });
}

/** A text in the painter's width, each line painted. */
export const paragraph = (text: string, paint: (line: string) => Shown, { width }: Painter): Shown[] =>
  wrapped(text, width).map(paint);

interface Strokes {
  /** Before the line: what connects it to its parent, and its ancestors to their next children. */
  readonly first: string;
  /** Before what it continues with: what connects it to its next sibling and to its own children. */
  readonly others: string;
}

function strokes(lines: readonly ExplainLine[], at: number): Strokes {
  const depth = lines[at]?.depth ?? 0;
  let ancestors = '';
  for (let level = 1; level < depth; level++) ancestors += continues(lines, at, level) ? '│  ' : '   ';
  const hasSibling = continues(lines, at, depth);
  const hasChildren = (lines[at + 1]?.depth ?? 0) > depth;
  const own = depth === 0 ? '' : hasSibling ? '├─ ' : '└─ ';
  const beside = depth === 0 ? '' : hasSibling ? '│  ' : '   ';
  return { first: ancestors + own, others: `${ancestors}${beside}${hasChildren ? '│ ' : ''}` };
}

/** Whether another line of this level follows below the same parent. */
function continues(lines: readonly ExplainLine[], at: number, level: number): boolean {
  for (let i = at + 1; i < lines.length; i++) {
    const { depth = 0 } = lines[i] ?? {};
    if (depth <= level) return depth === level;
  }
  return false;
}

/** The outcome of tests as text for people: `--format text`, and the tree of a test in any format. */

import type { Painter } from '../../command.ts';
import { painted, type Shown } from '../../output/painted.ts';
import { explanation } from '../explain/page.ts';
import { paragraph } from '../explain/tree.ts';
import type { Failure, Tested } from './verdict.ts';

/** How a test ended, as `explain` shows it. */
export const treeOf = ({ explained }: Failure, painter: Painter): readonly Shown[] =>
  explanation(explained, asExplained).page(painter);

/** The same as a value for scripts. */
export const explanationOf = ({ explained }: Failure): unknown => explanation(explained, asExplained).value;

const asExplained = { options: { all: false, fix: false, 'show-context': false, expect: undefined } } as const;

const INDENT = '    ';

/** Every test on a line, a failed one with its place and its tree, and how many there are. */
export function textOf(tests: readonly Tested[], painter: Painter): Shown[] {
  const files = new Set(tests.map(({ assertion }) => assertion.file));
  const narrow: Painter = { ...painter, width: painter.width - INDENT.length };
  const lines: Shown[] = [];
  let file: string | undefined;
  for (const test of tests) {
    const { name, file: own, line, column } = test.assertion;
    if (files.size > 1 && own !== file) lines.push(...(file === undefined ? [] : ['']), painter.strong(own));
    file = own;
    if (test.failure === undefined) {
      lines.push(painted`${painter.good('✓')} ${name}`);
      continue;
    }
    lines.push(
      painter.bad(`✗ ${name}`),
      painter.faint(`${INDENT}${own}:${line}:${column}`),
      ...[...paragraph(test.failure.says, painter.strong, narrow), '', ...treeOf(test.failure, narrow)].map((each) =>
        each === '' ? '' : painted`${INDENT}${each}`,
      ),
      '',
    );
  }
  const summary = summaryOf(tests);
  const paint = tests.some(({ failure }) => failure !== undefined) ? painter.bad : painter.good;
  return [...lines, ...(lines.at(-1) === '' ? [] : ['']), paint(summary)];
}

/** `3 tests: 2 passed, 1 failed` */
function summaryOf(tests: readonly Tested[]): string {
  const failed = tests.filter(({ failure }) => failure !== undefined).length;
  const all = tests.length === 1 ? '1 test' : `${tests.length} tests`;
  return failed === 0 ? `${all}, all passed` : `${all}: ${tests.length - failed} passed, ${failed} failed`;
}

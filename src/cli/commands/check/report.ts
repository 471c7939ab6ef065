/** The outcome of tests in the form that is wanted. */

import type { Painter, Result } from '../../command.ts';
import { painterOf } from '../../output/painter.ts';
import { explanationOf, textOf } from './lines.ts';
import type { Tested } from './verdict.ts';

/** `text` is for people, in a pipe too, unless `--output` chooses a form for scripts. */
export type Format = 'text' | 'tap' | 'junit';

export async function reportOf(tests: readonly Tested[], format: Format): Promise<Result> {
  const failed = tests.some(({ failure }) => failure !== undefined);
  switch (format) {
    case 'text':
      return {
        kind: 'page',
        value: testsValue(tests),
        page: (painter) => textOf(tests, painter),
        isAlsoInPipes: true,
        failed,
      };
    case 'tap':
      return linesOf((await import('./tap.ts')).tapOf(tests, plainPainter), failed);
    case 'junit':
      return linesOf((await import('./junit.ts')).junitOf(tests, plainPainter), failed);
  }
}

const linesOf = (lines: readonly string[], failed: boolean): Result => ({
  kind: 'lines',
  lines,
  exitCode: () => (failed ? 1 : 0),
});

/** Reports are read by programs, which show them in their own way. */
const plainPainter: Painter = painterOf({ width: 120, color: false, isTerminal: false });

const testsValue = (tests: readonly Tested[]) => ({
  Passed: tests.filter(({ failure }) => failure === undefined).length,
  Failed: tests.filter(({ failure }) => failure !== undefined).length,
  Tests: tests.map((test) => {
    const { file, line, column, name, as, command, expect } = test.assertion;
    return {
      File: file,
      Line: line,
      Column: column,
      Name: name,
      ...(as !== undefined && { As: as }),
      Do: command.value,
      Expected: expect,
      Actual: test.actual,
      Passed: test.failure === undefined,
      ...(test.failure !== undefined && { Failure: test.failure.says, Explanation: explanationOf(test.failure) }),
    };
  }),
});

/** The outcome of tests as TAP: testanything.org, "TAP 14 specification". */

import type { Painter } from '../../command.ts';
import { paintedLines } from '../../output/painted.ts';
import { treeOf } from './lines.ts';
import type { Failure, Tested } from './verdict.ts';

/** The lines of a report; a failed test has a block of YAML below it. */
export function tapOf(tests: readonly Tested[], painter: Painter): string[] {
  return [
    'TAP version 14',
    `1..${tests.length}`,
    ...tests.flatMap((test, i) => {
      const line = `ok ${i + 1} - ${description(test.assertion.name)}`;
      return test.failure === undefined ? [line] : [`not ${line}`, ...diagnosis(test, test.failure, painter)];
    }),
  ];
}

/** "Escaping": a number sign would begin a directive. A description is one line. */
const description = (name: string): string =>
  [...name]
    .map((char) => (/\p{Cc}|[\u2028\u2029]/u.test(char) ? ' ' : char))
    .join('')
    .replaceAll(/[\\#]/g, '\\$&')
    .trim();

/** A text as JSON has it is a text in YAML, too. */
const quoted = (text: string): string => JSON.stringify(text).replaceAll(/[\x7f-\x9f\u2028\u2029]/g, escaped);

const escaped = (char: string): string => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`;

function diagnosis({ assertion, actual }: Tested, failure: Failure, painter: Painter): string[] {
  const { file, line, column, expect } = assertion;
  const tree = paintedLines(treeOf(failure, painter)).painted.trimEnd().split('\n');
  return [
    '  ---',
    `  message: ${quoted(failure.says)}`,
    '  severity: fail',
    `  expected: ${quoted(expect)}`,
    `  actual: ${quoted(actual)}`,
    '  at:',
    `    file: ${quoted(file)}`,
    `    line: ${line}`,
    `    column: ${column}`,
    // The number says by how much it is indented, whatever its first line begins with.
    '  explanation: |2',
    ...tree.map((each) => (each === '' ? '' : `    ${each}`)),
    '  ...',
  ];
}

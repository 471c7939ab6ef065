/** The outcome of tests as the XML of JUnit, which most CI services read. */

import type { Painter } from '../../command.ts';
import { paintedLines } from '../../output/painted.ts';
import { treeOf } from './lines.ts';
import type { Tested } from './verdict.ts';

/** The lines of a report, with a suite for each file. */
export function junitOf(tests: readonly Tested[], painter: Painter): string[] {
  const files = new Map<string, Tested[]>();
  for (const test of tests) {
    const own = files.get(test.assertion.file);
    if (own) own.push(test);
    else files.set(test.assertion.file, [test]);
  }
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites${attributes({ name: 'ssebox check', ...counts(tests) })}>`,
    ...[...files].flatMap(([file, own]) => [
      `  <testsuite${attributes({ name: file, ...counts(own), skipped: 0 })}>`,
      ...own.flatMap((test) => testCase(test, painter)),
      '  </testsuite>',
    ]),
    '</testsuites>',
  ];
}

const counts = (tests: readonly Tested[]) => ({
  tests: tests.length,
  failures: tests.filter(({ failure }) => failure !== undefined).length,
  errors: 0,
});

function testCase(test: Tested, painter: Painter): string[] {
  const { name, file, line } = test.assertion;
  const own = attributes({ name, classname: file, file, line });
  if (test.failure === undefined) return [`    <testcase${own}/>`];
  const tree = paintedLines(treeOf(test.failure, painter)).painted.trimEnd();
  const failure = attributes({ message: test.failure.says, type: test.actual });
  return [`    <testcase${own}>`, `      <failure${failure}>${escaped(tree)}</failure>`, '    </testcase>'];
}

const attributes = (values: Readonly<Record<string, string | number>>): string =>
  Object.entries(values)
    .map(([name, value]) => ` ${name}="${escaped(String(value)).replaceAll(/[\t\n\r]/g, reference)}"`)
    .join('');

const references: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

/** XML 1.0, "Characters": what no document may have, not even by its number, is replaced. */
const escaped = (text: string): string =>
  text
    .toWellFormed()
    .replaceAll(/[&<>"]/g, (char) => references[char] ?? char)
    .replaceAll(/[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu, '\ufffd');

/** A line break in an attribute counts as a space unless it is written by its number. */
const reference = (char: string): string => `&#${char.charCodeAt(0)};`;

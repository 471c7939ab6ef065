/** The results of the probe, for people and for programs. */

import type { ProbeResult } from './run-probe.ts';

const isAsExpected = ({ call, got }: ProbeResult): boolean => got === call.expected;

/** A table in Markdown, with the sum below it; a call that is answered otherwise than expected shows both. */
export function markdownOf(results: readonly ProbeResult[]): string {
  const rows = results.map((result) => {
    const { call, got } = result;
    const asked = call.as === undefined ? '' : ` (as ${call.as})`;
    const answer = isAsExpected(result) ? got : `**${got}**, expected ${call.expected}`;
    return [call.service, call.operation, `${cell(call.title)}${asked}`, cell(answer)];
  });
  const same = results.filter(isAsExpected).length;
  const sum = `${same} of ${results.length} calls ${same === 1 ? 'is' : 'are'} answered as expected.`;
  return `${tableOf(['service', 'operation', 'what', 'status and code'], rows)}\n\n${sum}\n`;
}

/** A table whose columns are as wide as what is in them. */
function tableOf(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = head.map((title, i) => Math.max(title.length, ...rows.map((row) => row[i]?.length ?? 0)));
  const line = (cells: readonly string[]) => `| ${cells.map((text, i) => text.padEnd(widths[i] ?? 0)).join(' | ')} |`;
  const rule = widths.map((width) => '-'.repeat(width));
  return [head, rule, ...rows].map(line).join('\n');
}

const cell = (text: string): string => text.replaceAll('|', '\\|').replace(/\s+/g, ' ');

/** One object a call, with the message of a refusal. */
export const jsonOf = (results: readonly ProbeResult[]): string =>
  `${JSON.stringify(
    results.map(({ call: { service, operation, title, expected, as }, got, message }) => ({
      service,
      operation,
      title,
      as,
      expected,
      got,
      message,
    })),
    undefined,
    2,
  )}\n`;

/** Renders a result in the `--output` format. Only the renderer that is needed is loaded. */

import type { Screen } from '../io.ts';
import type { Plain } from './plain.ts';
import { spelledJson, spelledLines, spelledText } from './spelled-out.ts';

export const forms = ['json', 'table', 'text', 'yaml', 'yaml-stream', 'off'] as const;
export type Form = (typeof forms)[number];

/**
 * The text of a result; `title` is for tables. For programs it is exact; on a terminal, what could act on it is spelled
 * out, in JSON as escapes that mean the same.
 */
export async function render(form: Form, value: Plain, title: string, screen: Screen): Promise<string> {
  const exact = (text: string): string => text;
  const { isTerminal } = screen;
  switch (form) {
    case 'json':
      return (isTerminal ? spelledJson : exact)((await import('./json.ts')).renderJson(value));
    case 'text':
      return (isTerminal ? spelledText : exact)((await import('./text.ts')).renderText(value));
    case 'table':
      return (await import('./table.ts')).renderTable(value, title, screen);
    case 'yaml':
      return (isTerminal ? spelledLines : exact)((await import('./yaml.ts')).renderYaml(value));
    case 'yaml-stream':
      return (isTerminal ? spelledLines : exact)((await import('./yaml.ts')).renderYamlStream(value));
    case 'off':
      return '';
  }
}

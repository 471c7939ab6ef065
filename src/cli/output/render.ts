/** Renders a result in the `--output` format. Only the renderer that is needed is loaded. */

import type { Screen } from '../io.ts';
import type { Plain } from './plain.ts';

export const forms = ['json', 'table', 'text', 'yaml'] as const;
export type Form = (typeof forms)[number];

/** The text of a result; `title` is for tables. */
export async function render(form: Form, value: Plain, title: string, screen: Screen): Promise<string> {
  switch (form) {
    case 'json':
      return (await import('./json.ts')).renderJson(value);
    case 'text':
      return (await import('./text.ts')).renderText(value);
    case 'table':
      return (await import('./table.ts')).renderTable(value, title, screen);
    case 'yaml':
      return (await import('./yaml.ts')).renderYaml(value);
  }
}

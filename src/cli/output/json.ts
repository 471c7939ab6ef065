/** `--output json`: AWS CLI User Guide, "JSON output format". */

import { Double, doubleText } from './double.ts';
import { hasDouble, isList, isMap, type Plain } from './plain.ts';

/** Four spaces per level; a result without members prints nothing. */
export function renderJson(value: Plain): string {
  if (isMap(value) && Object.keys(value).length === 0) return '';
  return `${hasDouble(value) ? printed(value, '') : JSON.stringify(value, undefined, 4)}\n`;
}

/** What `JSON.stringify` prints, with doubles, which it cannot print. */
function printed(value: Plain, indent: string): string {
  if (value instanceof Double) return doubleText(value.value);
  if (isList(value))
    return block(
      '[',
      value.map((item) => printed(item, `${indent}    `)),
      ']',
      indent,
    );
  if (!isMap(value)) return JSON.stringify(value);
  const members = Object.entries(value).map(
    ([name, item]) => `${JSON.stringify(name)}: ${printed(item, `${indent}    `)}`,
  );
  return block('{', members, '}', indent);
}

function block(open: string, items: readonly string[], close: string, indent: string): string {
  if (items.length === 0) return open + close;
  const inner = `\n${indent}    `;
  return `${open}${inner}${items.join(`,${inner}`)}\n${indent}${close}`;
}

/** `--output json`: AWS CLI User Guide, "JSON output format". */

import { isMap, type Plain } from './plain.ts';

/** Four spaces per level; a result without members prints nothing. */
export function renderJson(value: Plain): string {
  return isMap(value) && Object.keys(value).length === 0 ? '' : `${JSON.stringify(value, undefined, 4)}\n`;
}

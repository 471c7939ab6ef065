/** `--output yaml`: AWS CLI User Guide, "YAML output format". */

import { stringify } from 'yaml';
import { isMap, type Plain } from './plain.ts';

/** Block style, two spaces per level, without folding lines; a result without members prints nothing. */
export function renderYaml(value: Plain): string {
  if (isMap(value) && Object.keys(value).length === 0) return '';
  return stringify(value, STYLE);
}

/** `yaml-stream`: the items of a list, one for each answer of the service. */
export function renderYamlStream(value: Plain): string {
  return renderYaml(value) === '' ? '' : stringify([value], STYLE);
}

const STYLE = { indent: 2, indentSeq: false, lineWidth: 0, version: '1.1', singleQuote: true } as const;

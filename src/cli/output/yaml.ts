/** `--output yaml`: AWS CLI User Guide, "YAML output format". */

import { type ScalarTag, stringify } from 'yaml';
import { Double, doubleText } from './double.ts';
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

/** YAML 1.1 reads a number with an exponent only if it has a point, too: as PyYAML prints it. */
const double: ScalarTag = {
  tag: 'tag:yaml.org,2002:float',
  default: true,
  identify: (value) => value instanceof Double,
  resolve: Number,
  stringify: ({ value }) => (value instanceof Double ? doubleText(value.value).replace(/^(-?\d+)e/, '$1.0e') : ''),
};

const STYLE = {
  ...({ indent: 2, indentSeq: false, lineWidth: 0, version: '1.1', singleQuote: true } as const),
  customTags: [double],
};

/**
 * `--generate-cli-skeleton`: a template to fill in for `--cli-input-json` or `--cli-input-yaml`, or a sample of the
 * output. AWS CLI User Guide, "Using skeletons and input files". The AWS CLI picks an enum's value at random; here it is
 * the first.
 */

import { UsageError } from '../../api/errors.ts';
import type { OperationModel } from '../../api/model/loader.ts';
import { renderJson } from '../output/json.ts';
import type { Plain } from '../output/plain.ts';
import { partOf, type ShapeIn, shapeOf } from './shape-lookup.ts';

/**
 * The skeleton of an operation's input or output as JSON, or of its input as YAML, without a trailing newline.
 * @throws UsageError for another kind.
 */
export async function skeleton(model: OperationModel, kind: string): Promise<string> {
  if (kind !== 'input' && kind !== 'yaml-input' && kind !== 'output') {
    throw new UsageError(`--generate-cli-skeleton takes input, yaml-input or output, not "${kind}"`);
  }
  const message = model[kind === 'output' ? 'output' : 'input'];
  const value = message ? formOf({ shapes: model.shapes, name: message.shape }, kind, '', []) : {};
  if (kind === 'yaml-input') return (await import('./yaml-form.ts')).yamlSkeleton(model, value);
  return renderJson(value).trimEnd() || '{}';
}

/** `path` holds the enclosing structures: one that contains itself is left empty. */
function formOf(
  place: ShapeIn,
  kind: 'input' | 'yaml-input' | 'output',
  member: string,
  path: readonly string[],
): Plain {
  const shape = shapeOf(place);
  switch (shape.type) {
    case 'structure': {
      if (path.includes(place.name)) return {};
      const inside = [...path, place.name];
      return Object.fromEntries(
        Object.entries(shape.members).map(([name, ref]) => [name, formOf(partOf(place, ref), kind, name, inside)]),
      );
    }
    case 'list':
      return [formOf(partOf(place, shape.member), kind, shape.member.shape, path)];
    case 'map':
      return { KeyName: formOf(partOf(place, shape.value), kind, '', path) };
    case 'string':
      return kind === 'output' ? member : (shape.enum?.[0] ?? '');
    case 'integer':
    case 'long':
    case 'double':
      return 0;
    case 'boolean':
      return true;
    case 'timestamp':
      return '1970-01-01T00:00:00';
    case 'blob':
      return kind === 'yaml-input' ? '' : null;
  }
}

/** The parts of a request that the audit log may show: nothing that the model marks as sensitive, and no bytes. */

import { isRecord, lowerFirst } from '../api/message.ts';
import { operationModel } from '../api/model/loader.ts';
import type { ServiceName } from '../api/model/operations.ts';
import type { Shape } from '../api/model/shapes.ts';

type Shapes = Readonly<Record<string, Shape>>;

/**
 * The members of an input that are neither sensitive nor binary, their names with a lower-case first letter, as
 * CloudTrail spells them: CloudTrail User Guide, "CloudTrail record contents", requestParameters.
 */
export function loggable(service: ServiceName, operation: string, input: unknown): Readonly<Record<string, unknown>> {
  const model = operationModel(service, operation);
  if (!model?.input) return {};
  const shown = showable(model.shapes, model.input.shape, input);
  return isRecord(shown) ? shown : {};
}

/** A value in the log's form; undefined if the log does not show it. */
function showable(shapes: Shapes, name: string, value: unknown): unknown {
  const shape = shapes[name];
  if (!shape || value === undefined || value === null || ('sensitive' in shape && shape.sensitive)) return undefined;
  switch (shape.type) {
    case 'structure':
      if (!isRecord(value)) return undefined;
      return compact(
        Object.entries(shape.members).map(([member, ref]) => [
          lowerFirst(member),
          showable(shapes, ref.shape, value[member]),
        ]),
      );
    case 'list':
      return Array.isArray(value) ? value.map((item) => showable(shapes, shape.member.shape, item)) : undefined;
    case 'map':
      if (!isRecord(value)) return undefined;
      return compact(Object.entries(value).map(([key, item]) => [key, showable(shapes, shape.value.shape, item)]));
    case 'timestamp':
      return value instanceof Date ? value.toISOString() : undefined;
    case 'blob':
      return undefined;
    default:
      return typeof value === 'object' ? undefined : value;
  }
}

const compact = (entries: readonly (readonly [string, unknown])[]): Record<string, unknown> =>
  Object.fromEntries(entries.filter(([, value]) => value !== undefined));

/** The least input that the command line accepts for an operation, made from the model. */

import { operationModel } from '../../src/api/model/loader.ts';
import type { ServiceName } from '../../src/api/model/operations.ts';
import type { Shape } from '../../src/api/model/shapes.ts';
import { commandName } from '../../src/cli/aws-input/flags.ts';

/** The words that give what is required, of the least size. A body is read from a file. */
export function leastInput(service: ServiceName, operation: string, body: string): readonly string[] {
  const model = operationModel(service, operation);
  const name = model?.input?.shape;
  if (!model || name === undefined) return [];
  const valueFor = (shape: Shape | undefined, depth: number): unknown => {
    switch (shape?.type) {
      case 'structure': {
        const members = Object.entries(shape.members);
        const wanted = shape.union ? members.slice(0, 1) : members.filter(([each]) => shape.required?.includes(each));
        const inForm = wanted.filter(([, { streaming }]) => !streaming);
        return Object.fromEntries(inForm.map(([each, ref]) => [each, valueFor(model.shapes[ref.shape], depth + 1)]));
      }
      case 'list':
        return depth > 8 ? [] : [valueFor(model.shapes[shape.member.shape], depth + 1)];
      case 'map':
        return {};
      case 'string':
        return shape.enum?.[0] ?? 'x'.repeat(Math.max(1, shape.min ?? 1));
      case 'blob':
        return 'eA==';
      case 'boolean':
        return true;
      case 'timestamp':
        return '2030-01-01T00:00:00Z';
      default:
        return Math.max(1, shape?.min ?? 1);
    }
  };
  const shape = model.shapes[name];
  const streamed = shape?.type === 'structure' ? shape.required?.filter((each) => shape.members[each]?.streaming) : [];
  const flags = (streamed ?? []).flatMap((member) => [`--${commandName(member)}`, body]);
  return ['--cli-input-json', JSON.stringify(valueFor(shape, 0)), ...flags];
}

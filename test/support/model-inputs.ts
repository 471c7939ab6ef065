/** Inputs of operations, made from the model: always the same ones. */

import type { OperationModel } from '../../src/api/model/loader.ts';
import type { Shape, ShapeRef } from '../../src/api/model/shapes.ts';

/** How much of an input there is. */
export type Extent = 'least' | 'full';

/** What a member is instead of what its shape says; undefined: it is left out. */
export type Overrides = Readonly<Record<string, unknown>>;

/** An input with all that is required, or with everything that the model has. */
export function modelInput(
  { input, shapes }: OperationModel,
  extent: Extent,
  overrides: Overrides = {},
): Readonly<Record<string, unknown>> {
  const shape = input && shapes[input.shape];
  if (shape?.type !== 'structure') return {};
  const value = (ref: ShapeRef): unknown => valueFor(shapes, ref, extent);
  const members = Object.entries(shape.members)
    // A token that nobody gives is made up.
    .filter(([name, ref]) => extent === 'full' || shape.required?.includes(name) || ref.idempotencyToken)
    .map(([name, ref]) => [name, Object.hasOwn(overrides, name) ? overrides[name] : value(ref)] as const);
  return Object.fromEntries(members.filter(([, given]) => given !== undefined));
}

function valueFor(shapes: Readonly<Record<string, Shape>>, ref: ShapeRef, extent: Extent): unknown {
  const shape = shapes[ref.shape];
  const of = (next: ShapeRef) => valueFor(shapes, next, extent);
  switch (shape?.type) {
    case 'structure': {
      const members = Object.entries(shape.members);
      const wanted = shape.union
        ? members.slice(0, 1)
        : members.filter(([name]) => extent === 'full' || shape.required?.includes(name));
      return Object.fromEntries(wanted.map(([name, each]) => [name, of(each)]));
    }
    case 'list':
      return extent === 'full' ? [of(shape.member), of(shape.member)] : [of(shape.member)];
    case 'map':
      return extent === 'full' ? { key: of(shape.value), other: of(shape.value) } : {};
    case 'string':
      return shape.enum?.[0] ?? 'x y'.padEnd(shape.min ?? 1, 'z');
    case 'blob':
      return Buffer.from('some bytes');
    case 'boolean':
      return true;
    case 'timestamp':
      return new Date('2030-01-02T03:04:05Z');
    case 'double':
      return 1.5;
    default:
      return Math.max(1, shape?.min ?? 1);
  }
}

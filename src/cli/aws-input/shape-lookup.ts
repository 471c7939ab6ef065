/** Finding a shape by its name among those of a service model. */

import type { Shape } from '../../api/model/shapes.ts';

/** The shapes of one service by name. */
export type Shapes = Readonly<Record<string, Shape>>;

/** A shape with the others that it refers to. */
export interface ShapeIn {
  readonly shapes: Shapes;
  readonly name: string;
}

/** The shape of that name; its absence is a bug in the model. */
export function shapeOf({ shapes, name }: ShapeIn): Shape {
  const shape = shapes[name];
  if (!shape) throw new Error(`the model has no shape ${name}`);
  return shape;
}

/** The same shapes, starting from a part of the shape. */
export const partOf = (whole: ShapeIn, part: { readonly shape: string }): ShapeIn => ({
  shapes: whole.shapes,
  name: part.shape,
});

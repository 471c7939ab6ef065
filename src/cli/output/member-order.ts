/** The order of an output's members, where it is not that of its shape. */

import { type ShapeIn, shapeOf } from '../aws-input/shape-lookup.ts';
import { isMap, type Plain } from './plain.ts';

/** An output with the members of another value first, in their order there. */
export function inOrderOf(value: unknown, plain: Plain): Plain {
  return isMap(plain) && typeof value === 'object' && value !== null ? withFirst(Object.keys(value), plain) : plain;
}

/** An output with the members that come in headers first, since botocore reads headers before the body. */
export function headersFirst(plain: Plain, place: ShapeIn): Plain {
  const shape = shapeOf(place);
  if (!isMap(plain) || shape?.type !== 'structure') return plain;
  const headers = Object.entries(shape.members).flatMap(([name, { location }]) =>
    location === undefined ? [] : [name],
  );
  return headers.length === 0 ? plain : withFirst(headers, plain);
}

function withFirst(names: readonly string[], plain: Extract<Plain, { readonly [key: string]: Plain }>): Plain {
  const first = names.flatMap((name) => {
    const member = Object.hasOwn(plain, name) ? plain[name] : undefined;
    return member === undefined ? [] : [[name, member] as const];
  });
  return { ...Object.fromEntries(first), ...plain };
}

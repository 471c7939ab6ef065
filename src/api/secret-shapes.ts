/** Which parts of an operation's input are secret, by its model: they are not shown on a screen. */

import type { Shape } from './model/shapes.ts';

/** Marked as well, since they can be confidential, and not secret: the names of keys, and an encryption context. */
const confidential: ReadonlySet<string> = new Set([
  'NonEmptyKmsKeyArnString',
  'SSEKMSEncryptionContext',
  'SSEKMSKeyId',
]);

/** Whether a shape is secret, as text or as bytes, or has a secret somewhere in it, as text; undefined if not. */
export function secretIn(
  name: string,
  shapes: Readonly<Record<string, Shape>>,
  outer: readonly string[] = [],
): 'text' | 'bytes' | undefined {
  const shape = shapes[name];
  if (!shape || confidential.has(name) || outer.includes(name)) return undefined;
  switch (shape.type) {
    case 'string':
      return shape.sensitive ? 'text' : undefined;
    case 'blob':
      return shape.sensitive ? 'bytes' : undefined;
    case 'structure':
      return hasSecret(Object.values(shape.members)) ? 'text' : undefined;
    case 'list':
      return hasSecret([shape.member]) ? 'text' : undefined;
    case 'map':
      return hasSecret([shape.value]) ? 'text' : undefined;
    default:
      return undefined;
  }

  function hasSecret(parts: readonly { readonly shape: string }[]): boolean {
    return parts.some((part) => secretIn(part.shape, shapes, [...outer, name]) !== undefined);
  }
}

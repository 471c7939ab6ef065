/** Values that fit a shape of a model, for properties about whatever carries them. */

import fc from 'fast-check';
import type { Shape, ShapeRef } from '../../src/api/model/shapes.ts';

/** What the carrier can hold; by default everything. */
export interface Carrier {
  readonly string?: fc.Arbitrary<string> | undefined;
  readonly key?: fc.Arbitrary<string> | undefined;
  readonly double?: fc.Arbitrary<number> | undefined;
  /** The first time; by default long before 1970. */
  readonly earliest?: Date | undefined;
  /** Milliseconds that times are multiples of. */
  readonly precision?: number | undefined;
  /** Whether a list or map without elements is told from one that is not there. */
  readonly keepsEmpty?: boolean | undefined;
  /** Whether a member of the structure at the top is always there. */
  readonly isRequired?: ((name: string) => boolean) | undefined;
  /** What carries a member of the structure at the top, if something else does. */
  readonly member?: ((ref: ShapeRef) => Carrier | undefined) | undefined;
}

const NAMES = ['__proto__', 'constructor', 'toString', 'key', 'value', 'a.b', 'member', ' ', 'é'];
const anyText = fc.string({ unit: 'grapheme', maxLength: 12 });

/** Values of a shape. A union has one member; of other structures any members may be absent. */
export function valuesOf(
  shapes: Readonly<Record<string, Shape>>,
  ref: ShapeRef,
  carrier: Carrier = {},
): fc.Arbitrary<unknown> {
  const shape = shapes[ref.shape];
  const of = (next: ShapeRef) => valuesOf(shapes, next, carrier);
  const minLength = carrier.keepsEmpty === false ? 1 : 0;
  const text = carrier.string ?? anyText;
  switch (shape?.type) {
    case 'structure': {
      const { member, isRequired, ...inner } = carrier;
      const members = Object.entries(shape.members).map(
        ([name, each]) => [name, valuesOf(shapes, each, member?.(each) ?? inner)] as const,
      );
      if (shape.union) return fc.oneof(...members.map(([name, values]) => fc.record({ [name]: values })));
      return fc.record(Object.fromEntries(members), {
        requiredKeys: Object.keys(shape.members).filter((name) => shape.required?.includes(name) || isRequired?.(name)),
        noNullPrototype: true,
      });
    }
    case 'list':
      return fc.array(of(shape.member), { minLength, maxLength: 3 });
    case 'map': {
      const key = carrier.key ?? fc.oneof(text, fc.constantFrom(...NAMES));
      return fc
        .array(fc.tuple(key, of(shape.value)), { minLength, maxLength: 3 })
        .map((entries) => Object.fromEntries(entries));
    }
    case 'string':
      return shape.enum ? fc.constantFrom(...shape.enum) : text;
    case 'blob':
      return fc.uint8Array({ maxLength: 40 }).map((bytes) => Buffer.from(bytes));
    case 'boolean':
      return fc.boolean();
    case 'integer':
      return fc.oneof(fc.integer(), fc.constantFrom(0, -1, 2 ** 31 - 1, -(2 ** 31)));
    case 'long':
      return fc.oneof(fc.maxSafeInteger(), fc.constantFrom(0, -1, 2 ** 31, Number.MAX_SAFE_INTEGER));
    case 'double':
      // Most protocols write a zero without a sign.
      return carrier.double ?? fc.double().map((value) => value + 0);
    case 'timestamp': {
      const precision = shape.timestampFormat === 'rfc822' ? 1000 : (carrier.precision ?? 1);
      return fc
        .date({ min: carrier.earliest ?? new Date('1900-01-01'), max: new Date('2999-12-31'), noInvalidDate: true })
        .map((date) => new Date(Math.floor(date.getTime() / precision) * precision));
    }
    default:
      throw new Error(`the model has no shape ${ref.shape}`);
  }
}

/**
 * Values converted shape by shape, for protocols whose messages have the form of the model: JSON and CBOR. Members that
 * the model does not have are left out, as AWS ignores them, and so are those that are null.
 */

import { isRecord } from '../../api/message.ts';
import type { OperationModel } from '../../api/model/loader.ts';
import type { Shape, StructureShape } from '../../api/model/shapes.ts';

export type Convert = (value: unknown) => unknown;

/** The scalars that a protocol has a form of its own for; the others stay as they are. */
export type Scalars = Readonly<Partial<Record<Shape['type'], Convert>>>;

/**
 * The conversion of an input or output, compiled the first time.
 * @returns a function that takes the model and the name of the shape; undefined stands for a structure without members
 */
export function compiledOnce(scalars: Scalars): (model: OperationModel, shape: string | undefined) => Convert {
  const known = new WeakMap<OperationModel, Compiler>();
  return (model, shape) => {
    const compiler = known.get(model) ?? new Compiler(model, scalars);
    known.set(model, compiler);
    return shape === undefined ? noMembers : compiler.convert(shape);
  };
}

const noMembers: Convert = (value) => (isRecord(value) ? {} : shallow(value));

class Compiler {
  readonly #model: OperationModel;
  readonly #scalars: Scalars;
  readonly #made = new Map<string, Convert>();

  constructor(model: OperationModel, scalars: Scalars) {
    this.#model = model;
    this.#scalars = scalars;
  }

  convert(name: string): Convert {
    const known = this.#made.get(name);
    if (known) return known;
    // A shape may contain itself.
    this.#made.set(name, (value) => this.#made.get(name)?.(value));
    const convert = this.#make(name);
    this.#made.set(name, convert);
    return convert;
  }

  #make(name: string): Convert {
    const shape = this.#model.shapes[name];
    if (!shape) throw new Error(`the model of ${this.#model.name} has no shape ${name}`);
    switch (shape.type) {
      case 'structure':
        return this.#structure(shape);
      case 'list': {
        const item = this.convert(shape.member.shape);
        return (value) => (Array.isArray(value) ? value.map(item) : shallow(value));
      }
      case 'map': {
        const item = this.convert(shape.value.shape);
        return (value) => {
          if (!isRecord(value)) return shallow(value);
          // Also right for a key named __proto__.
          return Object.fromEntries(
            Object.entries(value).flatMap(([key, each]) => (isAbsent(each) ? [] : [[key, item(each)]])),
          );
        };
      }
      default: {
        const convert = this.#scalars[shape.type];
        if (!convert) return shallow;
        return (value) => {
          const converted = convert(value);
          return converted === value ? shallow(value) : converted;
        };
      }
    }
  }

  #structure(shape: StructureShape): Convert {
    const members = Object.entries(shape.members).map(([name, ref]) => ({ name, convert: this.convert(ref.shape) }));
    return (value) => {
      if (!isRecord(value)) return shallow(value);
      const found: Record<string, unknown> = {};
      for (const { name, convert } of members) {
        const member = Object.hasOwn(value, name) ? value[name] : undefined;
        if (!isAbsent(member)) found[name] = convert(member);
      }
      return found;
    };
  }
}

const isAbsent = (value: unknown): boolean => value === undefined || value === null;

/**
 * A value where its kind is not expected. Only its kind is ever said of it, and what is in a list or an object could be
 * nested as deep as the message is long.
 */
function shallow(value: unknown): unknown {
  if (Array.isArray(value)) return [];
  return isRecord(value) ? {} : value;
}

/**
 * The types of what an endpoint answers. Codecs pass on what does not have its member's type, since the check of inputs
 * words what is wrong with a request; with an answer nobody would look again, and a command would stumble over it.
 */

import { isRecord, isStream } from '../../api/message.ts';
import type { OperationModel } from '../../api/model/loader.ts';
import type { Shape } from '../../api/model/shapes.ts';
import { UnreadableAnswer } from '../codecs/codec.ts';

/**
 * The output, if every member has the type that the model says. An empty text stands for no value, as in `<Size/>`.
 * @throws UnreadableAnswer that names the member
 */
export function typedOutput({ shapes, output }: OperationModel, value: unknown): unknown {
  const shape = output && shapes[output.shape];
  return shape ? typed(value, shape, { shapes, path: '' }) : value;
}

interface Place {
  readonly shapes: Readonly<Record<string, Shape>>;
  /** As `Contents[].Size`; empty for the output as a whole. */
  readonly path: string;
}

function typed(value: unknown, shape: Shape, place: Place): unknown {
  if (value === undefined || value === null || (value === '' && shape.type !== 'string')) return undefined;
  const { shapes, path } = place;
  const within = (item: unknown, name: string, step: string) => {
    const of = shapes[name];
    return of ? typed(item, of, { shapes, path: `${path}${step}` }) : item;
  };
  switch (shape.type) {
    case 'structure':
      if (!isRecord(value)) throw wrong(value, 'a structure', place);
      return mapped(value, (item, name) => {
        const member = Object.hasOwn(shape.members, name) ? shape.members[name] : undefined;
        return member ? within(item, member.shape, path === '' ? name : `.${name}`) : item;
      });
    case 'map':
      if (!isRecord(value)) throw wrong(value, 'a map', place);
      return mapped(value, (item) => within(item, shape.value.shape, '{}'));
    case 'list':
      if (!Array.isArray(value)) throw wrong(value, 'a list', place);
      return value.map((item) => within(item, shape.member.shape, '[]'));
    case 'string':
      return requireType(typeof value === 'string', value, 'a text', place);
    case 'boolean':
      return requireType(typeof value === 'boolean', value, 'true or false', place);
    case 'timestamp':
      return requireType(value instanceof Date && !Number.isNaN(value.getTime()), value, 'a time', place);
    case 'blob':
      return requireType(value instanceof Uint8Array || isStream(value), value, 'bytes', place);
    default:
      return requireType(typeof value === 'number', value, 'a number', place);
  }
}

/** The members that are left, also of one called `__proto__`. */
function mapped(value: Readonly<Record<string, unknown>>, of: (item: unknown, name: string) => unknown): unknown {
  const entries = Object.entries(value).map(([name, item]) => [name, of(item, name)] as const);
  return Object.fromEntries(entries.filter(([, item]) => item !== undefined));
}

function requireType(isOfType: boolean, value: unknown, wanted: string, place: Place): unknown {
  if (!isOfType) throw wrong(value, wanted, place);
  return value;
}

function wrong(value: unknown, wanted: string, { path }: Place): UnreadableAnswer {
  // What should be bytes, or text, may be secret.
  const isShown = typeof value === 'string' && ['a number', 'a time', 'true or false'].includes(wanted);
  const found = isShown ? `"${value.slice(0, 60)}"` : Array.isArray(value) ? 'a list' : `a ${typeof value}`;
  return new UnreadableAnswer(`${path === '' ? 'the answer' : path} is ${found}, not ${wanted}`);
}

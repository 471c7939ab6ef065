/** The values that a member of an operation's input takes, from its model, in words for help and manual. */

import type { OperationModel } from '../../api/model/loader.ts';
import type { ListShape, Shape, ShapeRef, StringShape } from '../../api/model/shapes.ts';

/** Limits for a number, or for the length of a text. */
interface Range {
  readonly min?: number | undefined;
  readonly max?: number | undefined;
}

/** Limits of the service that are closer than its model's. */
export interface Narrower extends Range {
  /** What the length of a text is counted in; characters when absent. */
  readonly unit?: 'bytes';
}

/**
 * What a value must be: `one of AES_256, AES_128`, `90 to 2560`, `form: TagKey=string,TagValue=string`; undefined when
 * the model does not limit it.
 * @param isName whether the value refers to something by its name, whose length says nothing
 */
export function allowedValues(
  { shapes }: Pick<OperationModel, 'shapes'>,
  shape: Shape,
  isName: boolean,
  narrower?: Narrower,
): string | undefined {
  switch (shape.type) {
    case 'string':
      return narrower ? sized(narrower, narrower.unit ?? 'characters') : textValues(shape, isName);
    case 'blob':
      return sized(shape, 'bytes');
    case 'integer':
    case 'long':
    case 'double':
      return range(narrower ?? shape);
    case 'timestamp':
      return 'a time in ISO 8601, or in seconds since 1970';
    case 'list':
      return listValues(shape, shapes);
    case 'structure':
      return `form: ${formOf(shape, shapes)}`;
    case 'map':
      return 'form: NAME=VALUE,NAME=VALUE';
    case 'boolean':
      return undefined;
  }
}

function textValues(shape: StringShape, isName: boolean): string | undefined {
  if (shape.enum) return shape.enum.length === 1 ? `only ${shape.enum[0]}` : `one of ${shape.enum.join(', ')}`;
  return isName ? undefined : sized(shape, 'characters');
}

function listValues({ member, ...list }: ListShape, shapes: OperationModel['shapes']): string | undefined {
  const item = shapes[member.shape];
  const most = list.max === undefined ? [] : [`at most ${list.max} values`];
  const each =
    item?.type === 'structure'
      ? [`form: ${formOf(item, shapes)}`]
      : item?.type === 'string' && item.enum
        ? [item.enum.length === 1 ? `only ${item.enum[0]}` : `any of ${item.enum.join(', ')}`]
        : [];
  return [...most, ...each].join('; ') || undefined;
}

function sized({ min = 0, max }: Range, unit: string): string | undefined {
  if (max === undefined) return min > 1 ? `at least ${min} ${unit}` : undefined;
  if (min === max) return `${max} ${unit}`;
  return min > 1 ? `${min} to ${max} ${unit}` : `at most ${max} ${unit}`;
}

function range({ min, max }: Range): string | undefined {
  if (min !== undefined && max !== undefined) return `${min} to ${max}`;
  if (max !== undefined) return `at most ${max}`;
  return min === undefined ? undefined : `at least ${min}`;
}

/** Structures within structures are written out as far as this, if that is not too long. */
const DEEPEST = 4;
const LONGEST = 300;
/** A longer form has blanks at which it can be wrapped. */
const ONE_LINE = 44;
/** An enum with more values is only called a string. */
const MANY = 9;

/** A structure as its shorthand, with what each member takes; deep parts are left out. */
function formOf(shape: Shape, shapes: OperationModel['shapes']): string {
  for (let depth = DEEPEST; depth > 1; depth--) {
    const form = inside(shape, shapes, depth);
    if (form.length <= ONE_LINE && !form.includes('{')) return form.replaceAll(', ', ',').replaceAll(' | ', '|');
    if (form.length <= LONGEST) return form;
  }
  return inside(shape, shapes, 1);
}

function inside(shape: Shape, shapes: OperationModel['shapes'], depth: number): string {
  if (shape.type !== 'structure') return formed(shape, shapes, depth);
  const members = Object.entries(shape.members);
  return members.map(([name, ref]) => `${name}=${formedAt(ref, shapes, depth)}`).join(', ');
}

function formedAt({ shape }: ShapeRef, shapes: OperationModel['shapes'], depth: number): string {
  const found = shapes[shape];
  return found ? formed(found, shapes, depth) : 'string';
}

function formed(shape: Shape, shapes: OperationModel['shapes'], depth: number): string {
  switch (shape.type) {
    case 'structure':
      return depth > 1 ? `{ ${inside(shape, shapes, depth - 1)} }` : '{...}';
    case 'list':
      return depth > 1 ? `[${formedAt(shape.member, shapes, depth)}]` : '[...]';
    case 'map':
      return depth > 1 ? `{NAME=${formedAt(shape.value, shapes, depth - 1)}}` : '{...}';
    case 'string':
      return shape.enum && shape.enum.length <= MANY ? shape.enum.join(' | ') : 'string';
    default:
      return shape.type;
  }
}

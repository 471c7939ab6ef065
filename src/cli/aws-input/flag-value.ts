/** One flag's text as its shape asks for it: scalars, lists of words, JSON, shorthand, files. */

import { isTooDeep, MAX_JSON_DEPTH } from '../../api/json-depth.ts';
import type { ShapeRef } from '../../api/model/shapes.ts';
import { type InputFiles, loadParamFile, openParamFile, parameterError } from './param-file.ts';
import { partOf, type ShapeIn, shapeOf } from './shape-lookup.ts';
import { parseShorthand, type Shorthand, ShorthandError } from './shorthand.ts';

/**
 * One flag's value: text, numbers, switches, lists, structures, or a promise of standard input; binary values and times
 * are still text.
 * @throws UsageError that names the flag, in the AWS CLI's words.
 */
export function readFlag(
  flag: string,
  typed: GivenFlag['value'],
  input: ShapeIn,
  ref: ShapeRef,
  files: InputFiles,
): unknown {
  if (typeof typed === 'boolean' || typeof typed === 'number') return typed;
  const place = partOf(input, ref);
  const shape = shapeOf(place);
  const words = typeof typed === 'string' ? [typed] : typed;
  if (shape.type === 'list') {
    // The AWS CLI reads a file only where it is the whole value: awscli, paramfile.py, `_load_using_case`.
    if (words.length !== 1) return words.map((word) => readLoaded(flag, word, partOf(place, shape.member), files));
    const text = loadParamFile(flag, words[0] ?? '', files);
    if (typeof text === 'string' && text.trimStart().startsWith('[')) return parseJson(flag, text);
    return [readLoaded(flag, text, partOf(place, shape.member), files)];
  }
  const [word = ''] = words;
  if (shape.type === 'blob' && ref.streaming) return openParamFile(flag, word, files);
  if (shape.type === 'blob' && word === '-') return files.readStdin();
  return readWord(flag, word, place, files);
}

function readWord(flag: string, word: string, place: ShapeIn, files: InputFiles): unknown {
  return readLoaded(flag, loadParamFile(flag, word, files), place, files);
}

function readLoaded(flag: string, value: string | Uint8Array, place: ShapeIn, files: InputFiles): unknown {
  const { type } = shapeOf(place);
  if (typeof value !== 'string') return value;
  switch (type) {
    case 'structure':
    case 'map':
      return readStructure(flag, value, place, files);
    case 'list':
      return value.trimStart().startsWith('[') ? parseJson(flag, value) : readStructure(flag, value, place, files);
    case 'boolean':
      return value.toLowerCase() !== 'false';
    default:
      return readScalar(flag, value, type);
  }
}

function readStructure(flag: string, text: string, place: ShapeIn, files: InputFiles): unknown {
  const start = text.trimStart()[0];
  if (start === '{') return parseJson(flag, text);
  if (start === '[') throw parameterError(flag, ['Invalid JSON:', ...text.split('\n')]);
  try {
    const parsed = parseShorthand(text, (value) => loadParamFile(flag, value, files));
    return fitted(flag, parsed, place);
  } catch (error) {
    throw error instanceof ShorthandError ? parameterError(flag, error.message.split('\n')) : error;
  }
}

/** Converts shorthand to the types of its shape: numbers, switches, and lists of one element. */
function fitted(flag: string, value: Shorthand, place: ShapeIn): unknown {
  const shape = shapeOf(place);
  switch (shape.type) {
    case 'structure':
      return mapPairs(value, (item, key) => {
        const ref = Object.hasOwn(shape.members, key) ? shape.members[key] : undefined;
        return ref ? fitted(flag, item, partOf(place, ref)) : item;
      });
    case 'map':
      return mapPairs(value, (item) => fitted(flag, item, partOf(place, shape.value)));
    case 'list':
      return (isList(value) ? value : [value]).map((item) => fitted(flag, item, partOf(place, shape.member)));
    case 'boolean': {
      const word = typeof value === 'string' ? value.toLowerCase() : undefined;
      return word === 'true' || word === 'false' ? word === 'true' : value;
    }
    default:
      return typeof value === 'string' ? readScalar(flag, value, shape.type) : value;
  }
}

const isList = (value: Shorthand): value is readonly Shorthand[] => Array.isArray(value);

function mapPairs(value: Shorthand, change: (item: Shorthand, key: string) => unknown): unknown {
  if (typeof value === 'string' || value instanceof Uint8Array || isList(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, change(item, key)]));
}

function readScalar(
  flag: string,
  text: string,
  type: 'string' | 'blob' | 'timestamp' | 'integer' | 'long' | 'double',
): unknown {
  if (type === 'integer' || type === 'long') {
    if (/^\s*[+-]?\d+(?:_\d+)*\s*$/.test(text)) return Number(text.replaceAll('_', ''));
    throw parameterError(flag, `invalid literal for int() with base 10: '${text}'`);
  }
  if (type === 'double') {
    const number = text.trim() === '' ? Number.NaN : Number(text);
    if (!Number.isNaN(number)) return number;
    throw parameterError(flag, `could not convert string to float: '${text}'`);
  }
  return text;
}

/** Parses the JSON value of a parameter. @throws UsageError that names the parameter. */
export function parseJson(flag: string, text: string): unknown {
  if (isTooDeep(text)) throw parameterError(flag, `Invalid JSON: it is nested more than ${MAX_JSON_DEPTH} levels deep`);
  try {
    return JSON.parse(text);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw parameterError(flag, [`Invalid JSON: ${reason}`, ...`JSON received: ${text}`.split('\n')]);
  }
}

/** A flag as it was typed. */
export interface GivenFlag {
  /** With its dashes. */
  readonly flag: string;
  /** The member of the input that it sets. */
  readonly member: string;
  readonly value: string | boolean | number | readonly string[];
}

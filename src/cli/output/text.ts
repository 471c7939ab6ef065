/**
 * `--output text`: one line per record, its fields separated by tabs in the order of their names, nested records on
 * lines of their own after their upper-case name. AWS CLI User Guide, "Text output format".
 */

import { pythonText } from '../aws-input/python-text.ts';
import { isList, isMap, isScalar, type Plain, type PlainMap, scalarText } from './plain.ts';

export function renderText(value: Plain): string {
  return [...lines(value)].map((line) => `${line}\n`).join('');
}

/** `name` is the member that the value is in; `columns` are the fields that its siblings have too. */
function* lines(value: Plain, name?: string, columns?: readonly string[]): Generator<string> {
  if (isList(value)) yield* listLines(value, name);
  else if (isMap(value)) yield* recordLines(value, name, columns);
  else yield scalarText(value);
}

function* listLines(list: readonly Plain[], name: string | undefined): Generator<string> {
  const scalars = list.filter(isScalar);
  if (list.some(isMap)) {
    // Records of one list have the same columns, so that each line can be cut at the same place.
    const columns = [...new Set(list.filter(isMap).flatMap(scalarNames))].sort();
    for (const item of list) yield* lines(item, name, columns);
  } else {
    if (scalars.length > 0) yield* scalarLines(scalars, name);
    for (const item of list) if (isList(item)) yield* lines(item, name);
  }
}

function* scalarLines(scalars: readonly Plain[], name: string | undefined): Generator<string> {
  if (name === undefined) yield scalars.map(scalarText).join('\t');
  else for (const item of scalars) yield `${name.toUpperCase()}\t${scalarText(item)}`;
}

function* recordLines(record: PlainMap, name: string | undefined, columns?: readonly string[]): Generator<string> {
  const own = columns ?? scalarNames(record).sort();
  const fields = own.map((column) => (Object.hasOwn(record, column) ? fieldText(record[column]) : ''));
  if (fields.length > 0) yield (name === undefined ? fields : [name.toUpperCase(), ...fields]).join('\t');
  for (const member of Object.keys(record).sort()) {
    const value = record[member];
    if (value !== undefined && !own.includes(member)) yield* lines(value, member);
  }
}

/** A column may hold a scalar in one record and a list or a map in another, which the AWS CLI prints as Python does. */
const fieldText = (value: Plain | undefined): string => (isScalar(value) ? scalarText(value) : pythonText(value));

const scalarNames = (record: PlainMap): string[] => Object.keys(record).filter((name) => isScalar(record[name]));

/** Members of inputs and outputs in header fields. */

import { type HeaderFields, headerValue } from '../http/message.ts';
import { encodeWord } from './encoded-words.ts';
import { fieldText, isToken } from './header-text.ts';
import type { HttpBindings } from './http-bindings.ts';

type Field = [name: string, value: string];

/** How many entries of a map cannot be fields: Amazon S3 User Guide, "Working with object metadata". */
const MISSING = 'x-amz-missing-meta';

/** The elements of a field that is a list: RFC 9110, section 5.6.1. */
export const fieldList = (value: string): readonly string[] =>
  value
    .split(',')
    .map((each) => each.trim())
    .filter((each) => each !== '');

/** The fields whose names begin with a prefix in lower case, by the rest of their names. */
export function prefixedFields(headers: HeaderFields, prefix: string): readonly Field[] {
  const found: Field[] = [];
  for (const name of headers.keys()) {
    if (name.startsWith(prefix)) found.push([name.slice(prefix.length), headerValue(headers, name) ?? '']);
  }
  return found;
}

/** The fields of an input's or output's members; those whose name no field can have are only counted. */
export function memberFields(
  { headers, prefixes }: HttpBindings,
  members: Readonly<Record<string, unknown>>,
): readonly Field[] {
  const fields: Field[] = [];
  for (const { name, at, form, isList } of headers) {
    const value = members[name];
    if (value === undefined || value === null) continue;
    const texts = isList && Array.isArray(value) ? value.map(form.write) : [form.write(value)];
    fields.push([at, fieldText(texts.join(', '))]);
  }
  for (const { name, prefix } of prefixes) {
    const entries = Object.entries(members[name] ?? {});
    const fit = entries.filter(([key]) => isToken(key));
    for (const [key, value] of fit) fields.push([prefix + key, encodeWord(String(value))]);
    if (fit.length < entries.length) fields.push([MISSING, String(entries.length - fit.length)]);
  }
  return fields;
}

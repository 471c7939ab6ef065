/** JSON as policies need it: a repeated name in an object is an error, whereas `JSON.parse` keeps the last value. */

import { isTooDeep, MAX_JSON_DEPTH } from '../api/json-depth.ts';

/** Parses JSON. @throws SyntaxError if the text is not JSON, is nested too deep, or repeats a name in one object. */
export function parseJson(text: string): unknown {
  if (isTooDeep(text)) throw new SyntaxError(`JSON is nested more than ${MAX_JSON_DEPTH} levels deep`);
  const value: unknown = JSON.parse(text);
  const twice = repeatedName(text);
  if (twice !== undefined) throw new SyntaxError(`the name "${twice}" appears twice in one object`);
  return value;
}

/** The first name that an object in this (valid) JSON text repeats. */
function repeatedName(text: string): string | undefined {
  // One entry for every open bracket: the names so far, or undefined for a list.
  const open: (Set<string> | undefined)[] = [];
  for (const [token] of text.matchAll(/"(?:[^"\\]|\\.)*"(?:\s*:)?|[{}[\]]/gs)) {
    if (token === '{') open.push(new Set());
    else if (token === '[') open.push(undefined);
    else if (token === '}' || token === ']') open.pop();
    else if (token.endsWith(':')) {
      const name: unknown = JSON.parse(token.slice(0, token.lastIndexOf('"') + 1));
      const names = open.at(-1);
      if (typeof name !== 'string' || names === undefined) continue;
      if (names.has(name)) return name;
      names.add(name);
    }
  }
  return undefined;
}

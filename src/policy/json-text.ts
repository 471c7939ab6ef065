/** JSON as policies need it: a repeated name in an object is an error, whereas `JSON.parse` keeps the last value. */

import { MAX_JSON_DEPTH, outlineOf } from '../api/json-depth.ts';
import { isRecord } from '../api/message.ts';

/** Parses JSON. @throws SyntaxError if the text is not JSON, is nested too deep, or repeats a name in one object. */
export function parseJson(text: string): unknown {
  const { isTooDeep, names } = outlineOf(text);
  if (isTooDeep) throw new SyntaxError(`JSON is nested more than ${MAX_JSON_DEPTH} levels deep`);
  const value: unknown = JSON.parse(text);
  // Of a name that is repeated, the value has one.
  const twice = names === namesIn(value) ? undefined : repeatedName(text);
  if (twice !== undefined) throw new SyntaxError(`the name "${twice}" appears twice in one object`);
  return value;
}

/** How many names the objects in a value have. */
function namesIn(value: unknown): number {
  let names = 0;
  if (Array.isArray(value)) {
    for (const member of value) if (typeof member === 'object') names += namesIn(member);
  } else if (isRecord(value)) {
    // What JSON.parse returns inherits nothing that would be listed.
    for (const name in value) {
      names += 1;
      if (typeof value[name] === 'object') names += namesIn(value[name]);
    }
  }
  return names;
}

/** The first name that an object in this (valid) JSON text repeats. */
function repeatedName(text: string): string | undefined {
  // One entry for every open bracket: the names so far, or undefined for a list.
  const open: (Set<string> | undefined)[] = [];
  for (let at = 0; at < text.length; at += 1) {
    const char = text[at];
    if (char === '{') open.push(new Set());
    else if (char === '[') open.push(undefined);
    else if (char === '}' || char === ']') open.pop();
    else if (char === '"') {
      const start = at;
      at = closingQuote(text, start);
      const names = open.at(-1);
      if (!names || !isFollowedByColon(text, at)) continue;
      const name: unknown = JSON.parse(text.slice(start, at + 1));
      if (typeof name !== 'string') continue;
      if (names.has(name)) return name;
      names.add(name);
    }
  }
  return undefined;
}

/** Scanned by hand: on a string of some megabytes, a regular expression runs out of stack. */
function closingQuote(text: string, open: number): number {
  let at = open + 1;
  while (at < text.length && text[at] !== '"') at += text[at] === '\\' ? 2 : 1;
  return at;
}

function isFollowedByColon(text: string, quote: number): boolean {
  let at = quote + 1;
  while (at < text.length && /\s/.test(text.charAt(at))) at += 1;
  return text[at] === ':';
}

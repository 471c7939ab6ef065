/**
 * Tests that are written plainly, one `name: value` a line: most of a long file. A parser of all that YAML can say takes
 * ten times as long for them, and gets the rest.
 */

import type { PlacedJson } from '../../../policy/json-places.ts';

type PlainTest = Extract<PlacedJson, { kind: 'object' }>;

/** A file without its plain tests. */
export interface WithoutPlain {
  /** The text, as long as it was, with comments instead of them. */
  readonly rest: string;
  /** With their places in the text, in order. */
  readonly tests: readonly PlainTest[];
  /** The places of the name `tests` and of the list that they belong to. */
  readonly nameAt: number;
  readonly listAt: number;
}

/** Takes the plain items out of the list `tests` of a file in YAML; undefined if there are none. */
export function withoutPlainTests(text: string): WithoutPlain | undefined {
  const head = /^tests:\n( *)(?=- )/m.exec(text);
  if (!head) return undefined;
  const [{ length }, indent = ''] = head;
  const tests: PlainTest[] = [];
  const rest: string[] = [];
  const dash = `\n${indent}- `;
  const isFollowed = new RegExp(`(?:\\n *(?:#.*)?(?=\\n|$))*(?:$|\\n[a-z]|${dash})`, 'y');
  const listAt = head.index + length;
  let kept = 0;
  let at = listAt - indent.length;
  while (true) {
    const test = plainTest(text, at + dash.length - 1, indent, isFollowed);
    if (test) {
      tests.push(test);
      rest.push(text.slice(kept, at), '#'.padEnd(test.end - at));
      kept = test.end;
    }
    const from = test?.end ?? at;
    const next = text.indexOf(dash, from);
    // At the beginning of a line, something else begins.
    if (next < 0 || /\n[^ #\n]/.test(text.slice(from, next))) break;
    at = next + 1;
  }
  return tests.length === 0
    ? undefined
    : { rest: [...rest, text.slice(kept)].join(''), tests, nameAt: head.index, listAt };
}

/** A member on a line, whose value is a text without quotes: no number, and no comment behind it. */
const MEMBER = /([a-z]+): ((?:[A-Za-z/]|\d+(?:\/|:(?=[!-~])))(?:[!-9;-~]| (?![ #\n]|$)|:(?=[!-~]))*)(?=\n|$)/y;

/** The item whose first member is at an index, if it is plain. What follows it must not be a part of it. */
function plainTest(text: string, at: number, indent: string, isFollowed: RegExp): PlainTest | undefined {
  const members: PlainTest['members'][number][] = [];
  const line = `\n${indent}  `;
  let end = at;
  do {
    const nameAt = members.length === 0 ? at : end + line.length;
    MEMBER.lastIndex = nameAt;
    const [whole = '', name = '', value = ''] = MEMBER.exec(text) ?? [];
    const isText = whole !== '' && !/^(?:true|false|null)$/i.test(value);
    if (!isText || members.some((known) => known.name === name)) return undefined;
    end = nameAt + whole.length;
    members.push({ name, at: nameAt, value: { kind: 'scalar', at: end - value.length, end, value } });
  } while (text.startsWith(line, end));
  isFollowed.lastIndex = end;
  return isFollowed.test(text) ? { kind: 'object', at, end, members } : undefined;
}

/** Findings with their places in the text, in the order in which they stand there. */

import type { Finding } from './finding.ts';
import { JsonFault, type JsonPath, type PlacedJson, readPlaces } from './json-places.ts';

/** Line and column count from 1; a column is a character, however many bytes it has. */
export interface PlacedFinding extends Finding {
  readonly line: number;
  readonly column: number;
}

/** What it costs grows with the text and the number of findings, not with their product. */
export function placed(findings: readonly Finding[], text: string): readonly PlacedFinding[] {
  const root = placesOf(text);
  const members = new Map<PlacedJson, ReadonlyMap<string, { readonly at: number; readonly value: PlacedJson }>>();
  const at = (finding: Finding): number => {
    if (finding.at !== undefined) return finding.at;
    return root instanceof JsonFault ? root.at : offsetOf(root, finding.path, finding.isName === true, members);
  };
  const ordered = findings.map((finding) => ({ finding, at: at(finding) })).toSorted((one, other) => one.at - other.at);
  const read = reader(text);
  return ordered.map((each) => ({ ...each.finding, ...read(each.at) }));
}

function placesOf(text: string): PlacedJson | JsonFault {
  try {
    return readPlaces(text);
  } catch (error) {
    if (error instanceof JsonFault) return error;
    throw error;
  }
}

type Members = ReadonlyMap<string, { readonly at: number; readonly value: PlacedJson }>;

/** As `placeOf` has it, with the members of each object looked up. */
function offsetOf(root: PlacedJson, path: JsonPath, isName: boolean, known: Map<PlacedJson, Members>): number {
  let json = root;
  let nameAt = root.at;
  for (const step of path) {
    if (typeof step === 'number') {
      if (json.kind !== 'list') continue;
      const item = json.items[step];
      if (!item) return json.at;
      json = item;
      nameAt = item.at;
      continue;
    }
    const members = known.get(json) ?? membersOf(json);
    known.set(json, members);
    const member = members.get(step);
    if (!member) return json.at;
    json = member.value;
    nameAt = member.at;
  }
  return isName ? nameAt : json.at;
}

const membersOf = (json: PlacedJson): Members =>
  new Map(json.kind === 'object' ? json.members.map((member) => [member.name, member]) : []);

/** Reads places one after the other, each at or behind the one before. */
function reader(text: string): (at: number) => { readonly line: number; readonly column: number } {
  let index = 0;
  let line = 1;
  let column = 1;
  return (at) => {
    for (; index < at; index += 1) {
      const code = text.charCodeAt(index);
      const isBreak = code === 0x0a || (code === 0x0d && text.charCodeAt(index + 1) !== 0x0a);
      if (isBreak) {
        line += 1;
        column = 1;
        // The second half of a character outside the basic plane is not a character.
      } else if (code < 0xdc00 || code > 0xdfff) column += 1;
    }
    return { line, column };
  };
}

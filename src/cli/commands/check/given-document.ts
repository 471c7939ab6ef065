/** The text of a policy that is given, and where in its file a service's complaint about it is. */

import { dirname, resolve } from 'node:path';
import { type AwsError, UsageError } from '../../../api/errors.ts';
import { type PlacedJson, plainValue, readPlaces } from '../../../policy/json-places.ts';
import type { Session } from '../../session.ts';
import { nameOf, readText } from '../../text-file.ts';
import type { GivenDocument } from './given.ts';
import { type Fault, readSource, type Source } from './source.ts';

/** A policy as it is sent to a service. */
export interface DocumentText {
  readonly text: string;
  /** What is wrong with it, in the words and at the place that a service's refusal names. */
  fault(error: AwsError): Fault;
}

/** Reads the text of a policy. @throws UsageError if its file cannot be read or is neither JSON nor YAML */
export async function documentText(
  { from }: GivenDocument,
  source: Source,
  session: Pick<Session, 'stdin'>,
): Promise<DocumentText> {
  switch (from.kind) {
    case 'here':
      return ofJson(from.json, source);
    case 'arn':
      throw new UsageError(`"${from.arn}" is the ARN of a policy, not a policy`);
    case 'file': {
      const path = resolve(folderOf(source), from.path);
      const file = source.file === nameOf('-') ? from.path : shownPath(source.file, from.path);
      const text = await readText(path, session);
      const read = await readSource(file, text);
      return /\.ya?ml$/.test(file) ? ofJson(read.root, read) : { text, fault: (error) => inText(error, read) };
    }
  }
}

/** What is read from standard input names files from the folder of the process. */
const folderOf = ({ file }: Source): string => (file === nameOf('-') ? '.' : dirname(file));

const shownPath = (file: string, path: string): string => {
  const folder = dirname(file);
  return folder === '.' || path.startsWith('/') ? path : `${folder}/${path}`;
};

/** `"Actoin" is not an element of a statement (line 1, column 58): did you mean "Action"?` */
const PLACED = /^(?<what>.*) \(line (?<line>\d+), column (?<column>\d+)\)(?<advice>.*)$/s;

function reasonOf({ code, message, reason }: AwsError): {
  says: string;
  place: { line: number; column: number } | undefined;
} {
  const { what, line, column, advice } = PLACED.exec(reason ?? '')?.groups ?? {};
  if (what !== undefined) {
    return { says: `${code}: ${what}${advice}`, place: { line: Number(line), column: Number(column) } };
  }
  return { says: `${code}: ${message}${reason === undefined ? '' : ` (${reason})`}`, place: undefined };
}

function inText(error: AwsError, { file }: Source): Fault {
  const { says, place = { line: 1, column: 1 } } = reasonOf(error);
  return { file, place, says };
}

/** A document that its file does not have as JSON is sent as one line of it. */
function ofJson(json: PlacedJson, source: Source): DocumentText {
  const text = JSON.stringify(plainValue(json));
  return {
    text,
    fault(error) {
      const { says, place } = reasonOf(error);
      const index = place === undefined ? 0 : [...text].slice(0, place.column - 1).join('').length;
      return { file: source.file, place: source.place(counterpart(readPlaces(text), json, index) ?? json.at), says };
    },
  };
}

/** The place in one text of what stands at a place in another one that says the same. */
function counterpart(sent: PlacedJson, given: PlacedJson, at: number): number | undefined {
  if (sent.at === at) return given.at;
  if (sent.kind === 'object' && given.kind === 'object') {
    for (const [i, member] of sent.members.entries()) {
      const other = given.members[i];
      if (!other) continue;
      if (member.at === at) return other.at;
      const found = counterpart(member.value, other.value, at);
      if (found !== undefined) return found;
    }
  }
  if (sent.kind === 'list' && given.kind === 'list') {
    for (const [i, item] of sent.items.entries()) {
      const other = given.items[i];
      const found = other && counterpart(item, other, at);
      if (found !== undefined) return found;
    }
  }
  return undefined;
}

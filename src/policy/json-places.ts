/**
 * JSON with the place of every name and value in its text, to say where in a document something is wrong. It reads what
 * `JSON.parse` reads, and refuses a name that an object repeats. Much slower, so nothing is read with it that is only
 * used.
 */

import { isTooDeep, MAX_JSON_DEPTH } from '../api/json-depth.ts';

/** A value in a text. Places are indices of the text; its end is that of the character after it. */
export type PlacedJson =
  | { readonly kind: 'object'; readonly at: number; readonly end: number; readonly members: readonly PlacedMember[] }
  | { readonly kind: 'list'; readonly at: number; readonly end: number; readonly items: readonly PlacedJson[] }
  | {
      readonly kind: 'scalar';
      readonly at: number;
      readonly end: number;
      readonly value: string | number | boolean | null;
    };

export interface PlacedMember {
  readonly name: string;
  /** The place of the name. */
  readonly at: number;
  readonly value: PlacedJson;
}

/** The names of members and the positions in lists that lead from a document to a part of it. */
export type JsonPath = readonly (string | number)[];

/** A text that is not JSON: what is wrong, as a clause, and where. */
export class JsonFault extends SyntaxError {
  readonly at: number;
  constructor(message: string, at: number) {
    super(message);
    this.at = at;
  }
}

/** Reads JSON. @throws JsonFault for the first thing that is wrong with it. */
export function readPlaces(text: string): PlacedJson {
  if (isTooDeep(text)) throw new JsonFault(`JSON is nested more than ${MAX_JSON_DEPTH} levels deep`, 0);
  const reader = new Reader(text);
  const root = reader.value();
  reader.end();
  return root;
}

/** What `JSON.parse` returns for the same text. */
export function plainValue(json: PlacedJson): unknown {
  switch (json.kind) {
    case 'object':
      // Entries, since a member may be called __proto__.
      return Object.fromEntries(json.members.map(({ name, value }) => [name, plainValue(value)]));
    case 'list':
      return json.items.map(plainValue);
    case 'scalar':
      return json.value;
  }
}

/**
 * The place of a part of a document, or of its name. A value that stands for a list of one has the position 0. Where a
 * part is missing, the place of what should have it.
 */
export function placeOf(root: PlacedJson, path: JsonPath, what: 'name' | 'value' = 'value'): number {
  let json = root;
  let nameAt = root.at;
  for (const step of path) {
    if (typeof step === 'number') {
      if (json.kind !== 'list') continue;
      const item = json.items[step];
      if (!item) return json.at;
      json = item;
      nameAt = item.at;
    } else {
      const member = json.kind === 'object' ? json.members.find(({ name }) => name === step) : undefined;
      if (!member) return json.at;
      json = member.value;
      nameAt = member.at;
    }
  }
  return what === 'name' ? nameAt : json.at;
}

/** Both from 1; a column is a character, however many bytes it has. */
export interface TextPlace {
  readonly line: number;
  readonly column: number;
}

/** Finds the places of indices of a text, whose lines are looked up once, for the first of them. */
export function placesIn(text: string): (at: number) => TextPlace {
  let starts: readonly number[] | undefined;
  return (at) => {
    starts ??= [0, ...Array.from(text.matchAll(/\r\n|\n|\r/g), ({ 0: end, index }) => index + end.length)];
    let [low, high] = [0, starts.length];
    while (high - low > 1) {
      const middle = (low + high) >>> 1;
      if ((starts[middle] ?? 0) <= at) low = middle;
      else high = middle;
    }
    return { line: low + 1, column: [...text.slice(starts[low], at)].length + 1 };
  };
}

export const textOfPlace = ({ line, column }: TextPlace): string => `line ${line}, column ${column}`;

/** `line 1, column 58`. */
export const lineAndColumn = (text: string, at: number): string => textOfPlace(placesIn(text)(at));

/** RFC 8259, section 2. */
class Reader {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  value(): PlacedJson {
    this.#skipSpace();
    const at = this.#at;
    switch (this.#text[at]) {
      case '{': {
        const members = this.#members();
        return { kind: 'object', at, end: this.#at, members };
      }
      case '[': {
        const items = this.#items();
        return { kind: 'list', at, end: this.#at, items };
      }
      case '"': {
        const value = this.#string();
        return { kind: 'scalar', at, end: this.#at, value };
      }
      default: {
        const value = this.#word();
        return { kind: 'scalar', at, end: this.#at, value };
      }
    }
  }

  /** Nothing but white space may follow the value. */
  end(): void {
    this.#skipSpace();
    if (this.#at < this.#text.length) throw this.#fault(`${this.#here()} follows the end of the document`);
  }

  #members(): PlacedMember[] {
    const members: PlacedMember[] = [];
    const names = new Set<string>();
    this.#at += 1;
    if (this.#takes('}')) return members;
    do {
      this.#skipSpace();
      const at = this.#at;
      if (this.#text[at] !== '"') throw this.#fault(`expected the name of a member in quotes before ${this.#here()}`);
      const name = this.#string();
      if (names.has(name)) throw new JsonFault(`the name ${JSON.stringify(name)} appears twice in one object`, at);
      names.add(name);
      if (!this.#takes(':')) throw this.#fault(`expected ":" before ${this.#here()}`);
      members.push({ name, at, value: this.value() });
    } while (this.#takes(','));
    if (!this.#takes('}')) throw this.#fault(`expected "," or "}" before ${this.#here()}`);
    return members;
  }

  #items(): PlacedJson[] {
    const items: PlacedJson[] = [];
    this.#at += 1;
    if (this.#takes(']')) return items;
    do items.push(this.value());
    while (this.#takes(','));
    if (!this.#takes(']')) throw this.#fault(`expected "," or "]" before ${this.#here()}`);
    return items;
  }

  #string(): string {
    const start = this.#at;
    let at = start + 1;
    for (let char = this.#text[at]; char !== '"'; char = this.#text[at]) {
      if (char === undefined) throw new JsonFault('the closing quote of a text is missing', start);
      if (char < ' ') throw new JsonFault('a text has a line break or another control character in it', at);
      if (char === '\\') {
        if (!/^\\(?:["\\/bfnrt]|u[0-9A-Fa-f]{4})/.test(this.#text.slice(at, at + 6))) {
          throw new JsonFault('a text has a backslash in it that does not begin an escape of JSON', at);
        }
        at += 1;
      }
      at += 1;
    }
    this.#at = at + 1;
    return String(JSON.parse(this.#text.slice(start, this.#at)));
  }

  /** A number, true, false or null. */
  #word(): number | boolean | null {
    const start = this.#at;
    while (this.#at < this.#text.length && !/[\s,:[\]{}"]/.test(this.#text.charAt(this.#at))) this.#at += 1;
    const word = this.#text.slice(start, this.#at);
    if (word === 'true' || word === 'false') return word === 'true';
    if (word === 'null') return null;
    if (/^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/.test(word)) return Number(word);
    this.#at = start;
    throw this.#fault(word === '' ? `expected a value before ${this.#here()}` : `${quoted(word)} is not a JSON value`);
  }

  #takes(char: string): boolean {
    this.#skipSpace();
    if (this.#text[this.#at] !== char) return false;
    this.#at += 1;
    return true;
  }

  #skipSpace(): void {
    while (/^[ \t\n\r]$/.test(this.#text.charAt(this.#at))) this.#at += 1;
  }

  #here(): string {
    const at = this.#at;
    if (this.#text[at] === '"') {
      try {
        const text = quoted(this.#string());
        return this.#takes(':') ? `the name ${text}` : `the text ${text}`;
      } catch (error) {
        if (!(error instanceof JsonFault)) throw error;
        return 'a quotation mark';
      } finally {
        this.#at = at;
      }
    }
    const char = this.#text.codePointAt(at);
    return char === undefined ? 'the end of the text' : quoted(String.fromCodePoint(char));
  }

  #fault(message: string): JsonFault {
    return new JsonFault(message, this.#at);
  }
}

/** The longest part of a document that a message repeats. */
const SHOWN = 80;

/** A value as JSON for a message, cut where it is long. */
export function quoted(value: unknown): string {
  const json = JSON.stringify(value) ?? 'nothing';
  return json.length <= SHOWN ? json : `${json.slice(0, SHOWN - 1)}…`;
}

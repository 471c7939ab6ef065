/** A strict reader of XML, as far as reports need it: Extensible Markup Language (XML) 1.0, sections 2 and 3. */

export interface Element {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: readonly Element[];
  /** All text directly in it. */
  readonly text: string;
}

/** Reads a document. @throws Error if it is not well-formed */
export function readXml(document: string): Element {
  const char = /[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/u.exec(document);
  if (char) throw new Error(`a character that XML cannot have at ${char.index}`);
  const reader = { text: document.replace(/^<\?xml version="1\.0" encoding="UTF-8"\?>\n/, ''), at: 0 };
  const root = element(reader);
  if (reader.text.slice(reader.at).trim() !== '') throw new Error('something follows the root');
  return root;
}

interface Reader {
  readonly text: string;
  at: number;
}

function take(reader: Reader, pattern: RegExp): RegExpExecArray | undefined {
  const sticky = new RegExp(pattern.source, 'uy');
  sticky.lastIndex = reader.at;
  const found = sticky.exec(reader.text) ?? undefined;
  if (found) reader.at = sticky.lastIndex;
  return found;
}

function element(reader: Reader): Element {
  const [, name] = take(reader, /<([A-Za-z][\w.-]*)/) ?? [];
  if (name === undefined) throw new Error(`no element at ${reader.at}`);
  const attributes: Record<string, string> = {};
  for (let found = attribute(reader); found; found = attribute(reader)) {
    const [key, value] = found;
    if (key in attributes) throw new Error(`the attribute ${key} twice`);
    attributes[key] = value;
  }
  if (take(reader, /\s*\/>/)) return { name, attributes, children: [], text: '' };
  if (!take(reader, /\s*>/)) throw new Error(`the tag ${name} does not end at ${reader.at}`);
  const children: Element[] = [];
  let text = '';
  while (!take(reader, new RegExp(`</${name}\\s*>`))) {
    const [piece] = take(reader, /[^<]+/) ?? [];
    if (piece !== undefined) text += resolved(piece);
    else children.push(element(reader));
  }
  return { name, attributes, children, text };
}

function attribute(reader: Reader): [string, string] | undefined {
  const [, key, value] = take(reader, /\s+([A-Za-z][\w.-]*)="([^"<]*)"/) ?? [];
  return key === undefined || value === undefined ? undefined : [key, resolved(value.replaceAll(/[\t\n\r]/g, ' '))];
}

const named: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

function resolved(text: string): string {
  return text.replaceAll(/&(?:#(\d+);|(\w+);)?/g, (whole, number?: string, name?: string) => {
    if (number !== undefined) return String.fromCodePoint(Number(number));
    const char = name === undefined ? undefined : named[name];
    if (char === undefined) throw new Error(`"${whole}" is not a reference`);
    return char;
  });
}

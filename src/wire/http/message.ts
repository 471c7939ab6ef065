/** HTTP messages as values, without a socket. What a client sends is latin1 characters: a byte each, as Node reads it. */

import type { RequestTarget } from './request-target.ts';

/** Fields by their names in lower case; the values in the order in which they came, without white space around them. */
export type HeaderFields = ReadonlyMap<string, readonly string[]>;

/** The bytes of a message. A stream is read once, at the pace of its reader. */
export type Body = Uint8Array | AsyncIterable<Uint8Array>;

/** The body of a request that comes in. It is read once, in one of two ways. */
export interface IncomingBody extends AsyncIterable<Uint8Array> {
  /** All of it, which is cheaper than piece by piece; undefined if it is longer than a limit, beyond which no more is read. */
  readonly whole?: (limit: number) => Promise<Uint8Array | undefined>;
}

/** A request as it came in. */
export interface HttpRequest {
  readonly method: string;
  readonly target: RequestTarget;
  readonly headers: HeaderFields;
  readonly body: IncomingBody;
  readonly connection: ClientConnection;
}

/** What is known of a client's connection. */
export interface ClientConnection {
  /** The client's address. */
  readonly address: string;
  /** Undefined if the connection is not encrypted. */
  readonly tls: { readonly version: string | undefined; readonly cipher: string | undefined } | undefined;
}

/** A request that a client has yet to send, or what one says besides its route. */
export interface RequestMessage {
  readonly method: string;
  readonly target: RequestTarget;
  readonly headers: HeaderFields;
  readonly body: Body | undefined;
}

/** An answer that a server has yet to send, or one that a client has received. */
export interface AnswerMessage {
  readonly status: number;
  readonly headers: HeaderFields;
  /** Undefined: there is none, and the answer has no length either. */
  readonly body: Body | undefined;
}

/** Fields from pairs of names and values. */
export function headerFields(pairs: Iterable<readonly [name: string, value: string]>): HeaderFields {
  const fields = new Map<string, string[]>();
  for (const [name, value] of pairs) addField(fields, name, value);
  return fields;
}

/** Fields from names that each have their value behind them, as in Node's `rawHeaders`. */
export function rawHeaderFields(namesAndValues: readonly string[]): HeaderFields {
  const fields = new Map<string, string[]>();
  for (let at = 0; at + 1 < namesAndValues.length; at += 2) {
    addField(fields, namesAndValues[at] ?? '', namesAndValues[at + 1] ?? '');
  }
  return fields;
}

function addField(fields: Map<string, string[]>, name: string, value: string): void {
  const key = name.toLowerCase();
  const values = fields.get(key);
  if (values) values.push(trimmed(value));
  else fields.set(key, [trimmed(value)]);
}

/** The value of a field, of several values joined by commas: RFC 9110, section 5.3. Undefined if it is absent. */
export function headerValue(headers: HeaderFields, name: string): string | undefined {
  const values = headers.get(name);
  return values && (values.length === 1 ? values[0] : values.join(','));
}

/** Without white space around it: RFC 9110, section 5.6.3. `trim` would also cut a byte of UTF-8, as in "voilà". */
export function trimmed(value: string): string {
  let start = 0;
  let end = value.length;
  while (start < end && isBlank(value.charCodeAt(start))) start++;
  while (start < end && isBlank(value.charCodeAt(end - 1))) end--;
  return value.slice(start, end);
}

const isBlank = (code: number): boolean => code === 0x20 || code === 0x09;

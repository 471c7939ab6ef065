/**
 * The target of a request: its path and its query as they were sent. A path is bytes: what looks like `..`, an empty
 * segment or an encoded slash is part of an object's key, and must reach it and the signature unchanged.
 */

import { AwsError } from '../../api/errors.ts';

export interface RequestTarget {
  /** As it was sent, from the first slash to the question mark. */
  readonly rawPath: string;
  readonly query: readonly QueryParameter[];
}

export interface QueryParameter {
  readonly name: string;
  /** Empty if the parameter has no equals sign. */
  readonly value: string;
  /** Whether the parameter has an equals sign. */
  readonly hasValue: boolean;
}

/**
 * Cuts a target in origin form: RFC 9112, section 3.2.1. Bytes that are not ASCII have to be escaped; Node lets no others
 * through. In the query, `+` is a space, as in a form; in the path it is itself.
 * @param raw the target of the request line, a byte a character
 * @throws AwsError InvalidURI for another form, a fragment, a malformed escape, and bytes that are not UTF-8.
 */
export function parseTarget(raw: string): RequestTarget {
  const mark = raw.indexOf('?');
  const rawPath = mark < 0 ? raw : raw.slice(0, mark);
  if (!/^\/[\x21-\x22\x24-\x7e]*$/.test(raw)) throw invalidUri(rawPath);
  return { rawPath, query: mark < 0 ? [] : parseQuery(raw.slice(mark + 1), rawPath) };
}

function parseQuery(text: string, rawPath: string): readonly QueryParameter[] {
  const query: QueryParameter[] = [];
  for (const pair of text.split('&')) {
    if (pair === '') continue;
    const equals = pair.indexOf('=');
    const name = equals < 0 ? pair : pair.slice(0, equals);
    const value = equals < 0 ? '' : pair.slice(equals + 1);
    query.push({
      name: decoded(withSpaces(name), rawPath),
      value: decoded(withSpaces(value), rawPath),
      hasValue: equals >= 0,
    });
  }
  return query;
}

const withSpaces = (text: string): string => text.replaceAll('+', ' ');

/**
 * The text that escapes stand for, decoded once.
 * @param path what an error names: never the query, which may have a session token in it
 * @throws AwsError InvalidURI
 */
export function decoded(text: string, path: string = text): string {
  if (!text.includes('%')) return text;
  try {
    return decodeURIComponent(text);
  } catch {
    throw invalidUri(path);
  }
}

/** The values of a parameter, in order. */
export const queryValues = ({ query }: RequestTarget, name: string): readonly string[] =>
  query.filter((parameter) => parameter.name === name).map(({ value }) => value);

/** The first value of a parameter, which is the one that counts; undefined if it is absent. */
export const queryValue = ({ query }: RequestTarget, name: string): string | undefined =>
  query.find((parameter) => parameter.name === name)?.value;

const invalidUri = (path: string): AwsError =>
  new AwsError('InvalidURI', "Couldn't parse the specified URI.", { URI: path });

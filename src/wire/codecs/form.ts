/** Forms: `application/x-www-form-urlencoded`, as the query protocol sends them. WHATWG, "URL", section 5. */

import { AwsError } from '../../api/errors.ts';
import type { QueryParameter } from '../http/request-target.ts';
import { encodeText } from '../signature/uri-encoding.ts';

/**
 * The fields of a form, in order.
 * @param text a byte a character, or what UTF-8 bytes stand for
 * @throws AwsError MalformedQueryString for an escape that is none, or bytes that are not UTF-8
 */
export function parseForm(text: string): readonly QueryParameter[] {
  const fields: QueryParameter[] = [];
  for (const pair of text.split('&')) {
    if (pair === '') continue;
    const equals = pair.indexOf('=');
    const name = formText(equals < 0 ? pair : pair.slice(0, equals));
    const value = equals < 0 ? '' : formText(pair.slice(equals + 1));
    fields.push({ name, value, hasValue: equals >= 0 });
  }
  return fields;
}

export const writeForm = (fields: readonly (readonly [name: string, value: string])[]): string =>
  fields.map(([name, value]) => `${encodeText(name)}=${encodeText(value)}`).join('&');

function formText(text: string): string {
  const spaced = text.includes('+') ? text.replaceAll('+', ' ') : text;
  if (!spaced.includes('%')) return spaced;
  try {
    return decodeURIComponent(spaced);
  } catch {
    throw malformedForm();
  }
}

/** AWS Identity and Access Management API Reference, "Common errors". */
export const malformedForm = (): AwsError =>
  new AwsError('MalformedQueryString', 'The query string contains a syntax error.');

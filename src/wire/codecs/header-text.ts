/** Header fields as text. A field is latin1 characters, a byte each. */

/**
 * A text as the value of a field. A control character, which would end the field or break the connection, becomes a
 * space, and so does one beyond latin1, as in S3's answers.
 */
export const fieldText = (text: string): string =>
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the characters that a field cannot have
  text.replace(/[\u0000-\u0008\u000a-\u001f\u007f]|[\u{100}-\u{10ffff}]/gu, ' ');

/** Whether a text can be the name of a field: RFC 9110, section 5.6.2. */
export const isToken = (text: string): boolean => /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/.test(text);

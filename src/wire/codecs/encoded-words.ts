/**
 * Text in header fields that is not ASCII, as an encoded word: RFC 2047. Amazon S3 User Guide, "Working with object
 * metadata", user-defined object metadata: S3 decodes such values before it stores them and encodes them before it
 * returns them; bytes that are sent as they are count as Latin-1.
 */

/** A text as a header field can carry it: as it is, or in one encoded word of any length, as S3 does. */
export function encodeWord(text: string): string {
  if (/^[\t\x20-\x7e]*$/.test(text)) return text;
  const bytes = Buffer.from(text, 'utf8');
  // As S3 answers: base64 if a character cannot be printed, quoted characters otherwise.
  return /[\p{C}\ufffd]/u.test(text) ? `=?UTF-8?B?${bytes.toString('base64')}?=` : `=?UTF-8?Q?${quoted(bytes)}?=`;
}

/** The text that encoded words stand for. What is not one, or is in an unknown charset, stays as it is. */
export function decodeWords(text: string): string {
  if (!text.includes('=?')) return text;
  // White space between two encoded words is not part of the text.
  const joined = text.replace(/(\?=)[ \t]+(?==\?)/g, '$1');
  return joined.replace(
    /=\?([\w-]{1,40})\?([BbQq])\?([^? \t]*)\?=/g,
    (word, charset: string, form: string, content: string) => {
      const bytes = form.toLowerCase() === 'b' ? Buffer.from(content, 'base64') : unquoted(content);
      return decodedText(bytes, charset) ?? word;
    },
  );
}

const quoted = (bytes: Uint8Array): string =>
  Buffer.from(bytes)
    .toString('latin1')
    .replace(/[^\t!-<>@-^`-~]/g, (char) => (char === ' ' ? '_' : `=${hex(char.charCodeAt(0))}`));

const hex = (byte: number): string => byte.toString(16).toUpperCase().padStart(2, '0');

const unquoted = (content: string): Uint8Array =>
  Buffer.from(
    content
      .replaceAll('_', ' ')
      .replace(/=([0-9A-Fa-f]{2})/g, (_, digits: string) => String.fromCharCode(Number.parseInt(digits, 16))),
    'latin1',
  );

function decodedText(bytes: Uint8Array, charset: string): string | undefined {
  try {
    return new TextDecoder(charset, { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

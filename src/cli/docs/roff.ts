/** Manual pages in roff: groff_man(7). Text is escaped so that nothing in it is taken for a request. */

/** Text as running prose. */
export function roffText(text: string): string {
  return guarded(
    text
      .replaceAll('\\', '\\e')
      .replaceAll('…', '...')
      .replace(/[^\0-\x7f]/gu, named),
  );
}

/** Text to be typed literally: its hyphens are minus signs, so that it can be copied. */
export function roffCode(text: string): string {
  return roffText(text).replaceAll('-', '\\-');
}

export const bold = (code: string): string => `\\fB${roffCode(code)}\\fR`;
export const italic = (word: string): string => `\\fI${roffCode(word)}\\fR`;

/** Paragraphs, between empty lines in the text. */
export function paragraphs(text: string): string[] {
  return text
    .split(/\n\s*\n/)
    .flatMap((paragraph, i) => [...(i > 0 ? ['.PP'] : []), roffText(paragraph.trim().replace(/\s*\n\s*/g, ' '))]);
}

/** A term with its meaning indented below it; `term` is roff already. */
export const entry = (term: string, meaning: string): string[] => ['.TP', term, roffText(meaning)];

/** Lines that are not filled, such as command lines. */
export const literal = (lines: readonly string[]): string[] => [
  '.PP',
  '.nf',
  '.RS 4',
  ...lines.map(roffCode),
  '.RE',
  '.fi',
];

// A line that begins with a full stop or an apostrophe is a request: groff(7), "Control Characters".
const guarded = (text: string): string => text.replace(/^(?=[.'])/gm, '\\&');

// A character of any script by its number, since a page is not always read as UTF-8: groff_char(7).
const named = (char: string): string => `\\[u${char.codePointAt(0)?.toString(16).toUpperCase().padStart(4, '0')}]`;

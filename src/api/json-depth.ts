/** How deep JSON may be nested, so that everything that walks through it has room on the stack. */

/** As deep as the AWS CLI reads JSON: Python's limit of recursion. */
export const MAX_JSON_DEPTH = 1000;

/** Whether lists and objects are nested deeper than is read in what is, or looks like, the text of JSON. */
export function isTooDeep(text: string): boolean {
  // Most texts are shorter than that many brackets.
  return text.length > MAX_JSON_DEPTH && outlineOf(text).isTooDeep;
}

/** What can be seen of JSON without reading its values. */
export interface JsonOutline {
  /** Whether it is nested deeper than is read; it was not looked at further then. */
  readonly isTooDeep: boolean;
  /** How many names the objects in it have, each one as often as it is written. */
  readonly names: number;
}

/** Looks at the brackets and colons outside of strings, in time that grows with the text's length. */
export function outlineOf(text: string): JsonOutline {
  let depth = 0;
  let names = 0;
  const endOf = text.includes('\\') ? closingQuote : nextQuote;
  for (let at = 0; at < text.length; at += 1) {
    switch (text.charCodeAt(at)) {
      case QUOTE:
        at = endOf(text, at);
        break;
      case COLON:
        names += 1;
        break;
      case OPEN_BRACE:
      case OPEN_BRACKET:
        depth += 1;
        if (depth > MAX_JSON_DEPTH) return { isTooDeep: true, names };
        break;
      case CLOSE_BRACE:
      case CLOSE_BRACKET:
        depth -= 1;
        break;
    }
  }
  return { isTooDeep: false, names };
}

const [QUOTE, COLON, BACKSLASH] = [0x22, 0x3a, 0x5c];
const [OPEN_BRACE, CLOSE_BRACE, OPEN_BRACKET, CLOSE_BRACKET] = [0x7b, 0x7d, 0x5b, 0x5d];

/** The end of a string in a text without escapes. */
function nextQuote(text: string, open: number): number {
  const close = text.indexOf('"', open + 1);
  return close < 0 ? text.length : close;
}

/** The end of a string; beyond the text for one that is not closed. */
function closingQuote(text: string, open: number): number {
  let at = open + 1;
  for (; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === QUOTE) return at;
    if (code === BACKSLASH) at += 1;
  }
  return at;
}
